import hre from "hardhat";

import { elementAt } from "#protocol/errors.ts";
import { hex } from "#protocol/types.ts";
import { operatorTable } from "#protocol/tables.ts";
import { Committee } from "#support/committee.ts";
import { runOf, TEST_DOMAIN } from "#support/world.ts";

import {
  bytesOf,
  certifyBatch,
  FIRST_INDEX,
  gasFixture,
  gasOf,
  OPERATORS,
  STARTS_AT,
  type GasFixture,
} from "./fixture.ts";
import { compareWithBaseline, printTable, record } from "./rows.ts";
import { slowRoadGas } from "./slowRoad.ts";

/** Makes the page's replay word one that is in use. */
async function useReplayWord(fixture: GasFixture, at: number): Promise<void> {
  const certified = await certifyBatch(fixture, 1_000 + at, 0);
  const run = runOf(elementAt(fixture.pages, at), certified, { first: 0, count: 1 });
  await (await fixture.rollup.gateway.deliver(certified.certificate, [run])).wait();
}

// Gas is what the production profile makes of the contracts; the other profile's would say nothing.
if (hre.globalOptions.buildProfile === "production") {
  describe("Gas", function () {
    let fixture: GasFixture;

    before(async function () {
      fixture = await gasFixture();
    });

    after(function () {
      printTable();
      compareWithBaseline();
    });

    it("of sending stays below its target", async function () {
      const { rollup, recipient, pages } = fixture;
      const peers = [
        "Axelar 36 334, Hyperlane 88 908, LayerZero 119 746",
        "Axelar 41 845, Hyperlane 93 976, LayerZero 128 237",
      ];
      const to = `0x0001000002${elementAt(pages, 0).page.sourceChainId.toString(16).padStart(4, "0")}14${recipient.slice(2)}`;
      await rollup.gateway.sendMessage(to, bytesOf(32), []);
      for (const [at, bytes, target] of [
        [0, 32, 42_000],
        [1, 256, 48_000],
      ] as const) {
        const gas = await gasOf(rollup.gateway.sendMessage(to, hex(bytesOf(bytes)), []));
        record(`send, ${String(bytes)} B`, gas, target, peers[at]);
      }
    });

    it("of a certificate stays below its target, and of each absentee", async function () {
      const gas = new Map<number, number>();
      for (const absent of [0, 5, 33]) {
        const { certificate } = await certifyBatch(fixture, absent, absent);
        gas.set(absent, await gasOf(fixture.rollup.gateway.confirm(certificate)));
      }
      const all = gas.get(0) ?? 0;
      record("certificate verified and root stored, all sign", all, 195_000, "EigenLayer-style 187 000 – 430 000");
      const [few, many] = [gas.get(5) ?? 0, gas.get(33) ?? 0];
      record("certificate verified and root stored, 5 absent", few);
      record("certificate verified and root stored, 33 absent", many);
      record("each absentee but the first", Math.ceil((many - few) / 28), 900, "EigenLayer-style 7 200");
      // One more addition, and a look at the table's size.
      record("the first absentee", few - all - Math.ceil((4 * (many - few)) / 28));
    });

    it("of a fresh replay word stays below its target", async function () {
      const fresh = await certifyBatch(fixture, 100, 0);
      const page = elementAt(fixture.pages, 0);
      const { gateway } = fixture.rollup;
      const first = await gasOf(
        gateway.deliver(fresh.certificate, [runOf(page, fresh, { first: FIRST_INDEX - 1, count: 1 })]),
      );
      const second = await gasOf(
        gateway.deliver(fresh.certificate, [runOf(page, fresh, { first: FIRST_INDEX + 1, count: 1 })]),
      );
      record("certificate + 1 message, fresh replay word", first);
      record("a fresh replay word", first - second, 17_200);
    });

    it("of delivering under a stored root stays below its target", async function () {
      await useReplayWord(fixture, 0);
      const certified = await certifyBatch(fixture, 200, 0);
      const { gateway } = fixture.rollup;
      await gateway.confirm(certified.certificate);
      const run = runOf(elementAt(fixture.pages, 0), certified, { first: FIRST_INDEX, count: 1 });
      const gas = await gasOf(gateway.deliverConfirmed([run]));
      record("one message of 256 B, root already stored", gas, 64_000, "OP interop 92 408, Hyperlane 3/5 96 186");
    });

    it("of certificate and messages together stays below its targets", async function () {
      const rollup = fixture.rollup;
      await useReplayWord(fixture, 1);
      const targets = new Map([
        [1, { target: 208_000, peer: "Hyperlane 3/5 96 186, 14/20 162 076, LayerZero 217 683, Axelar 224 239" }],
        [10, { target: 28_500, peer: "46 759" }],
        [50, { target: 13_800, peer: "42 580" }],
        [100, { target: 13_200, peer: "41 416" }],
      ]);
      for (const [messages, { target, peer }] of targets) {
        for (const absent of [0, 5, 33]) {
          const certified = await certifyBatch(fixture, 300 + absent, absent);
          const run = runOf(elementAt(fixture.pages, 1), certified, { first: FIRST_INDEX, count: messages });
          const snapshot = await rollup.helpers.takeSnapshot();
          const gas = await gasOf(rollup.gateway.deliver(certified.certificate, [run]));
          await snapshot.restore();
          const work = `certificate + ${String(messages)} messages of 256 B, per message`;
          if (absent === 0) record(work, Math.ceil(gas / messages), target, peer);
          else record(`${work}, ${String(absent)} absent`, Math.ceil(gas / messages));
        }
      }
    });

    it("of each further run stays below its target", async function () {
      const { gateway } = fixture.rollup;
      const certified = await certifyBatch(fixture, 400, 0);
      const runs = fixture.pages.map((page) => runOf(page, certified, { first: 150, count: 1 }));
      const snapshot = await fixture.rollup.helpers.takeSnapshot();
      const one = await gasOf(gateway.deliver(certified.certificate, runs.slice(0, 1)));
      await snapshot.restore();
      const two = await gasOf(gateway.deliver(certified.certificate, runs));
      record("each further run, another source, 1 message of 256 B", two - one, 35_000);
    });

    it("of installing an operator table stays below its target", async function () {
      const { committee, rollup } = fixture;
      const gas: number[] = [];
      for (const [at, operators] of [OPERATORS, 2 * OPERATORS].entries()) {
        const next = Committee.of(
          TEST_DOMAIN,
          Array.from({ length: operators }, () => 1_000n),
          {
            epoch: 2 + at,
            seed: 7n,
          },
        );
        const table = next.tableStatement(STARTS_AT, STARTS_AT + 86_400n);
        const certified = await committee.certify([{ kind: "Table", content: table }], { issuedAt: STARTS_AT });
        gas.push(
          await gasOf(
            rollup.operatorTables.install(
              certified.certificate,
              table,
              certified.statements.proof({ kind: "Table", content: table }),
              operatorTable(next.table.rows).packed,
            ),
          ),
        );
      }
      const [hundred = 0, twoHundred = 0] = gas;
      record(`operator table installed, ${String(OPERATORS)} operators, certificate included`, hundred);
      record("operator table installed, each further operator", Math.ceil((twoHundred - hundred) / OPERATORS), 17_500);
    });

    slowRoadGas();
  });
}

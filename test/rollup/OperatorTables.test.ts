import { expect } from "chai";
import { concat, dataSlice, keccak256, toBeHex } from "ethers";

import { DEFAULT_WINDOWS } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { FIELD_PRIME } from "#protocol/field.ts";
import { messageId } from "#protocol/messages.ts";
import { TABLE_ROW_BYTES } from "#protocol/tables.ts";
import { bytes32, hex, type Hex } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { bringTable, tableFact } from "#support/facts.ts";
import { EXACT_QUORUM, paperPage, paperWorld, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const MAX_WINDOW = 2n ** 24n - 1n;
const HOUR = 3_600n;

describe("OperatorTables", function () {
  const stage = staged(paperWorld);

  describe("at deployment", function () {
    /** Deploys tables of no gateway. */
    async function deploy(
      graceSeconds: bigint,
      maxValiditySeconds: bigint,
      tables: readonly ReturnType<typeof tableFact>[] = [],
    ) {
      const { gateway, certificateVerifier } = stage().here.addresses;
      const args = [gateway, certificateVerifier, graceSeconds, maxValiditySeconds, tables];
      return stage().here.ethers.deployContract("OperatorTables", args);
    }

    it("takes the longest grace and validity that its slots hold", async function () {
      const tables = await deploy(MAX_WINDOW, MAX_WINDOW);
      expect(await tables.graceSeconds()).to.equal(MAX_WINDOW);
      expect(await tables.maxValiditySeconds()).to.equal(MAX_WINDOW);
    });

    it("takes no grace at all", async function () {
      expect(await (await deploy(0n, 1n)).graceSeconds()).to.equal(0n);
    });

    for (const [title, grace, validity, found] of [
      ["a longer grace", MAX_WINDOW + 1n, 1n, MAX_WINDOW + 1n],
      ["a longer validity", 0n, MAX_WINDOW + 1n, MAX_WINDOW + 1n],
      ["a validity of no time", 0n, 0n, 0n],
    ] as const) {
      it(`refuses ${title}`, async function () {
        await expect(deploy(grace, validity))
          .to.be.revertedWithCustomError(stage().here.operatorTables, "WindowOutOfRange")
          .withArgs(found, MAX_WINDOW);
      });
    }

    it("installs the first tables, in the books as in the code", async function () {
      const { here, strong, weak, validFrom, validUntil } = stage();
      expect(await here.operatorTables.firstEpochs()).to.deep.equal([
        [1n, 1n],
        [2n, 1n],
      ]);
      for (const { operatorSetId, table } of [strong, weak]) {
        expect(await here.operatorTables.newestEpoch(operatorSetId)).to.equal(1n);
        const epoch = await here.operatorTables.epoch(operatorSetId, 1);
        expect(epoch.validFrom).to.equal(validFrom);
        expect(epoch.validitySeconds).to.equal(validUntil - validFrom);
        expect(epoch.graceSeconds).to.equal(DEFAULT_WINDOWS.graceSeconds);
        const { x, y } = table.aggregateKey;
        const head = ["0x00", toBeHex(x, 32), toBeHex(y, 32), toBeHex(table.totalWeight, 16)];
        expect(await here.ethers.provider.getCode(epoch.table)).to.equal(concat([...head, table.packed]));
      }
    });

    it("takes a set's first table of any epoch, and a second one in reach of it", async function () {
      const { validFrom, validUntil } = stage();
      const fact = (epoch: number) => {
        const committee = Committee.of(TEST_DOMAIN, [1n], { operatorSetId: 5, epoch });
        return tableFact(committee, validFrom, validUntil);
      };
      const tables = await deploy(1n, MAX_WINDOW, [fact(1_000), fact(1_064)]);
      expect(await tables.newestEpoch(5)).to.equal(1_064n);
      await expect(deploy(1n, MAX_WINDOW, [fact(1_000), fact(1_065)]))
        .to.be.revertedWithCustomError(tables, "EpochOutOfReach")
        .withArgs(1_065n, 1_000n, 64n);
      await expect(deploy(1n, MAX_WINDOW, [fact(0)]))
        .to.be.revertedWithCustomError(tables, "EpochOutOfReach")
        .withArgs(0n, 0n, 64n);
    });
  });

  describe("a later epoch", function () {
    const second = Committee.of(TEST_DOMAIN, [7n, 2n, 1n], { epoch: 2, seed: 22n });

    it("is installed by the epoch before, and is told to the gateway", async function () {
      const { here, strong, validUntil } = stage();
      const fact = tableFact(second, validUntil - HOUR, validUntil + 23n * HOUR);
      await here.helpers.time.increaseTo(validUntil - HOUR);
      const installing = bringTable(here, strong, fact, { absent: EXACT_QUORUM });

      await expect(installing).to.emit(here.operatorTables, "TableInstalled");
      const epoch = await here.operatorTables.epoch(1, 2);
      await expect(installing)
        .to.emit(here.operatorTables, "TableInstalled")
        .withArgs(1n, 2n, fact.table.tableHash, fact.table.validFrom, fact.table.validUntil, epoch.table);
      expect(await here.operatorTables.newestEpoch(1)).to.equal(2n);
      expect(epoch.validFrom).to.equal(validUntil - HOUR);
      expect(epoch.validitySeconds).to.equal(24n * HOUR);
      expect(epoch.graceSeconds).to.equal(DEFAULT_WINDOWS.graceSeconds);
      expect(await here.gateway.epoch(1, 2)).to.deep.equal(epoch);
      expect(await here.operatorTables.firstEpochs()).to.have.lengthOf(2);
    });

    it("delivers messages, while those that the epoch before certified still arrive in its grace", async function () {
      const { here, strong, validUntil } = stage();
      const [old, fresh] = [paperPage(stage()), paperPage(stage(), { pageIndex: 1n })];
      await here.helpers.time.increaseTo(validUntil - HOUR);
      const inFlight = await speech(strong, old, { issuedAt: validUntil - HOUR });
      await bringTable(here, strong, tableFact(second, validUntil - HOUR, validUntil + HOUR));
      await here.helpers.time.increaseTo(validUntil + 1n);

      const said = await speech(second, fresh, { issuedAt: validUntil + 1n });
      for (const { certified, run, messages } of [said, inFlight]) {
        await expect(here.gateway.deliver(certified.certificate, [run]))
          .to.emit(here.gateway, "MessageDelivered")
          .withArgs(messageId(elementAt(messages, 0)));
      }
    });

    it("installs the epoch after it", async function () {
      const { here, strong, validFrom, validUntil } = stage();
      const third = Committee.of(TEST_DOMAIN, [1n], { epoch: 3, seed: 33n });
      await bringTable(here, strong, tableFact(second, validFrom, validUntil));
      await bringTable(here, second, tableFact(third, validFrom, validUntil));
      expect(await here.operatorTables.newestEpoch(1)).to.equal(3n);
    });

    it("can be 64 above the newest, and closes the way to those between", async function () {
      const { here, strong, validFrom, validUntil } = stage();
      const at = (epoch: number) => tableFact(Committee.of(TEST_DOMAIN, [1n], { epoch }), validFrom, validUntil);
      await bringTable(here, strong, at(65));
      await expect(bringTable(here, strong, at(64)))
        .to.be.revertedWithCustomError(here.operatorTables, "EpochOutOfReach")
        .withArgs(64n, 65n, 64n);
      expect(await here.operatorTables.newestEpoch(1)).to.equal(65n);
      expect((await here.operatorTables.epoch(1, 64)).validFrom).to.equal(0n);
    });

    it("cannot have keys that cancel each other out, as little as a set's first table", async function () {
      const { here, strong, validFrom, validUntil } = stage();
      const row = dataSlice(second.table.packed, 0, TABLE_ROW_BYTES);
      const rows = hex(concat([row, negated(row)]));
      const { table } = tableFact(second, validFrom, validUntil, { tableHash: bytes32(keccak256(rows)) });
      await expect(bringTable(here, strong, { table, rows })).to.be.revertedWithCustomError(
        here.operatorTables,
        "PointAtInfinity",
      );
      const { gateway, certificateVerifier } = here.addresses;
      const args = [gateway, certificateVerifier, 1n, MAX_WINDOW, [{ table, rows }]];
      await expect(here.ethers.deployContract("OperatorTables", args)).to.be.revertedWithCustomError(
        here.operatorTables,
        "PointAtInfinity",
      );
      // A third key makes the sum a real point again.
      const three = hex(concat([rows, dataSlice(second.table.packed, TABLE_ROW_BYTES, 2 * TABLE_ROW_BYTES)]));
      const real = { ...table, tableHash: bytes32(keccak256(three)) };
      await expect(bringTable(here, strong, { table: real, rows: three })).to.emit(
        here.operatorTables,
        "TableInstalled",
      );
    });

    it("can have 256 rows", async function () {
      const { here, strong, validFrom, validUntil } = stage();
      const rows = hex(concat(Array.from({ length: 256 }, () => dataSlice(strong.table.packed, 0, TABLE_ROW_BYTES))));
      const { table } = tableFact(second, validFrom, validUntil, { tableHash: bytes32(keccak256(rows)) });
      await bringTable(here, strong, { table, rows });
      const code = await here.ethers.provider.getCode((await here.operatorTables.epoch(1, 2)).table);
      expect(code.slice(2 + 2 * 81)).to.equal(rows.slice(2));
    });
  });
});

/** A packed row with the negated key. */
function negated(row: string): Hex {
  const y = BigInt(dataSlice(row, 32, 64));
  return hex(concat([dataSlice(row, 0, 32), toBeHex(FIELD_PRIME - y, 32), dataSlice(row, 64)]));
}

import { expect } from "chai";
import { id as hashOf } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Rollup, Table } from "#protocol/statements.ts";
import { address, bytes32, chainId, ZERO_BYTES32 } from "#protocol/types.ts";
import { accuse, chargeOf, court, culprit, LANE, tableFaultKey, Fault, type PageCharge } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { divergenceAt, sayEntry, sayTable, toldPage, type ToldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const STRANGE = bytes32(hashOf("something else"));

/** Growing page: five messages, and nine of which the first five are the same, and nine of which the fifth is another. */
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
const FIVE = toldPage(LANE, NAMES.slice(0, 5));
const NINE = toldPage(LANE, NAMES);
const OTHER_FIFTH = toldPage(LANE, [...NAMES.slice(0, 4), "another", ...NAMES.slice(5)]);

describeOnEach(hubOffers, "Slasher: a contradiction", function (start) {
  const stage = stagedOn(
    async () => court(await start()),
    ({ hub }) => [hub.eigenLayer],
  );

  async function expectRefused(charge: PageCharge, { error, args }: { error: string; args: readonly unknown[] }) {
    const { hub } = stage();
    await expect(accuse(hub, charge))
      .to.be.revertedWithCustomError(hub.slasher, error)
      .withArgs(...args);
    expect(await hub.slasher.caseCount()).to.equal(0n);
  }

  const pair = async (a: ToldPage, b: ToldPage, at?: number) => {
    const { committee } = stage();
    const divergence = at === undefined ? {} : { divergence: divergenceAt(at, a, b) };
    return chargeOf({ committee, told: a }, { committee, told: b }, culprit(0), divergence);
  };

  it("is none where a page only grew", async function () {
    for (const [a, b] of [
      [FIVE, NINE],
      [NINE, FIVE],
    ] as const) {
      for (let at = 0; at < 5; at++) await expectRefused(await pair(a, b, at), { error: "NoContradiction", args: [] });
    }
  });

  it("is none beyond the lower count", async function () {
    const charge = await pair(FIVE, OTHER_FIFTH);
    for (const at of [5, 6, 8, 9, 255, 256, 65_535]) {
      const divergence = { ...charge.divergence, index: at, messageIdB: bytes32(hashOf("f")) };
      await expectRefused({ ...charge, divergence }, { error: "IndexBeyondCount", args: [at, 5, 9] });
    }
  });

  it("is a message that differs below both counts", async function () {
    const { hub } = stage();
    for (const [a, b] of [
      [FIVE, OTHER_FIFTH],
      [OTHER_FIFTH, FIVE],
    ] as const) {
      const before = await hub.slasher.caseCount();
      await accuse(hub, await pair(a, b, 4));
      expect(await hub.slasher.caseCount()).to.equal(before + 1n);
    }
  });

  it("needs messages that are proven to stand in both pages", async function () {
    const charge = await pair(FIVE, OTHER_FIFTH, 4);
    const { divergence, pageA, pageB } = charge;
    const lie = bytes32(hashOf("a message of neither"));
    const wrong = { ...divergence, messageIdA: lie };
    await expectRefused(
      { ...charge, divergence: wrong },
      { error: "PageRootMismatch", args: [(found: string) => found !== pageA.root, pageA.root] },
    );
    await expectRefused(
      { ...charge, divergence: { ...divergence, messageIdB: ZERO_BYTES32 } },
      { error: "PageRootMismatch", args: [(found: string) => found !== pageB.root, pageB.root] },
    );
    // The right message at another place.
    await expectRefused(
      { ...charge, divergence: { ...divergence, index: 3 } },
      { error: "PageRootMismatch", args: [(found: string) => found !== pageA.root, pageA.root] },
    );
    for (const [rangeProofA, length] of [
      [divergence.rangeProofA.slice(1), 7],
      [[...divergence.rangeProofA, lie], 9],
    ] as const) {
      await expectRefused(
        { ...charge, divergence: { ...divergence, rangeProofA: [...rangeProofA] } },
        { error: "RangeProofLength", args: [length, 8] },
      );
    }
  });

  it("is another root or another head at equal counts, but not another block, time or batch", async function () {
    const { hub } = stage();
    const again = toldPage(LANE, NAMES.slice(0, 5), { blockNumber: 200n, sourceTimestamp: 2_000n });
    await expectRefused(await pair(FIVE, again), { error: "NoContradiction", args: [] });
    await expectRefused(await pair(FIVE, FIVE), { error: "NoContradiction", args: [] });
    await accuse(hub, await pair(FIVE, toldPage(LANE, NAMES.slice(0, 5), { root: STRANGE })));
    await accuse(hub, await pair(FIVE, toldPage(LANE, NAMES.slice(0, 5), { chainHead: STRANGE })));
    expect(await hub.slasher.caseCount()).to.equal(2n);
  });

  it("may lie in one batch, whose signers are all guilty", async function () {
    const { hub, committee } = stage();
    const other = toldPage(LANE, ["another"]);
    const one = toldPage(LANE, ["one"]);
    const statements = [one, other].map(({ page }) => ({ kind: "Page", content: page }) as const);
    const { certificate, statements: tree } = await committee.certify(statements, { issuedAt: 1n, absent: [0] });
    const [speechA, speechB] = statements.map((statement) => ({ certificate, batchProof: tree.proof(statement) }));
    if (speechA === undefined || speechB === undefined) throw new Error("two were said");
    const charge = { ...(await pair(one, other)), speechA, speechB };
    await expectRefused(charge, { error: "NotACulprit", args: [0, 0] });
    await accuse(hub, { ...charge, culprit: culprit(2) });
  });

  const TABLE: Table = { operatorSetId: 1, epoch: 5, tableHash: STRANGE, validFrom: 10n, validUntil: 20n };

  async function accuseTables(a: Table, b: Table, against = culprit(1)) {
    const { hub, committee } = stage();
    const speechA = await sayTable(committee, a, { issuedAt: 1n, absent: [2] });
    const speechB = await sayTable(committee, b, { issuedAt: 2n, absent: [0] });
    return hub.slasher.accuseTables(speechA, a, speechB, b, against);
  }

  it("is two tables of one set and epoch that differ in anything", async function () {
    const { hub, setId } = stage();
    const { slasher } = hub;
    const changes: Partial<Table>[] = [{ tableHash: ZERO_BYTES32 }, { validFrom: 11n }, { validUntil: 21n }];
    const key = tableFaultKey(Fault.Equivocation, setId, 1, TABLE);
    for (const change of changes) {
      const id = (await slasher.caseCount()) + 1n;
      await expect(accuseTables(TABLE, { ...TABLE, ...change }))
        .to.emit(slasher, "CaseOpened")
        .withArgs(id, setId, Fault.Equivocation, key, elementAt(hub.eigenLayer.chain.signers, 0).address);
    }
    await expect(accuseTables(TABLE, TABLE)).to.be.revertedWithCustomError(slasher, "NoContradiction");
    for (const change of [{ epoch: 6 }, { operatorSetId: 2 }]) {
      await expect(accuseTables(TABLE, { ...TABLE, ...change })).to.be.revertedWithCustomError(
        slasher,
        "DifferentSubjects",
      );
    }
    for (const row of [0, 2]) {
      await expect(accuseTables(TABLE, { ...TABLE, validFrom: 11n }, culprit(row)))
        .to.be.revertedWithCustomError(slasher, "NotACulprit")
        .withArgs(row, row);
    }
  });

  const ENTRY: Rollup = entryOf(5n, address("0x0000000000000000000000000000000000000005"));

  async function accuseEntries(a: Rollup, b: Rollup, against = culprit(1)) {
    const { hub, committee } = stage();
    const speechA = await sayEntry(committee, a, { issuedAt: 1n, absent: [2] });
    const speechB = await sayEntry(committee, b, { issuedAt: 2n, absent: [0] });
    return hub.slasher.accuseEntries(speechA, a, speechB, b, against);
  }

  it("is two entries of one chain and version that differ in anything", async function () {
    const { hub } = stage();
    const { slasher } = hub;
    const changes: Partial<Rollup>[] = [
      { gateway: address("0x0000000000000000000000000000000000000006") },
      { operatorSetId: 2 },
      { status: Status.Retired },
      { finality: 1 },
      { refutable: false },
    ];
    for (const change of changes) {
      await expect(accuseEntries(ENTRY, { ...ENTRY, ...change })).to.emit(slasher, "CaseOpened");
    }
    await expect(accuseEntries(ENTRY, ENTRY)).to.be.revertedWithCustomError(slasher, "NoContradiction");
    for (const change of [{ version: 2n }, { chainId: chainId(6) }]) {
      await expect(accuseEntries(ENTRY, { ...ENTRY, ...change })).to.be.revertedWithCustomError(
        slasher,
        "DifferentSubjects",
      );
    }
    for (const row of [0, 2]) {
      await expect(accuseEntries(ENTRY, { ...ENTRY, finality: 1 }, culprit(row)))
        .to.be.revertedWithCustomError(slasher, "NotACulprit")
        .withArgs(row, row);
    }
  });

  it("is not a table for another one's proof, nor the other way round", async function () {
    const { hub, committee } = stage();
    const [a, b] = [TABLE, { ...TABLE, validFrom: 11n }];
    const speechA = await sayTable(committee, a, { issuedAt: 1n });
    const speechB = await sayTable(committee, b, { issuedAt: 2n });
    await expect(hub.slasher.accuseTables(speechB, a, speechA, b, culprit(1))).to.be.revertedWithCustomError(
      hub.slasher,
      "StatementNotInBatch",
    );
  });
});

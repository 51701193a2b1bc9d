import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";

import { mclVerifier } from "#protocol/blsMcl.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { elementAt } from "#protocol/errors.ts";
import { equivocationBetween, type Publication } from "#protocol/evidence/build.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { searchEvidence, type Found, type SearchParts } from "#protocol/evidence/search.ts";
import type { Truth } from "#protocol/evidence/truth.ts";
import { statementLeaf, type Rollup, type Statement, type Table } from "#protocol/statements.ts";
import { address, bytes32, type Address } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { honestRecords, honestSayings, leavesOf } from "#support/honesty.ts";
import { PAPER } from "#support/paper.ts";
import { differs, notYet } from "#support/refutations.ts";
import { toldPage } from "#support/speeches.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

const LANE = {
  sourceChainId: PAPER.strong,
  sourceGateway: PAPER.gateway,
  destinationChainId: PAPER.weak,
  destinationGateway: PAPER.gateway,
};
const SET = 7;
const ISSUED = 100_000n;
const HUB_FACT = 7_200n;

const committee = Committee.of(TEST_DOMAIN, [50n, 30n, 20n], { operatorSetId: SET, epoch: 3 });
const [first, second, third] = committee.keys.map((key) => ({ key, weight: 30n }));
if (first === undefined || second === undefined || third === undefined) throw new Error("three members");
// The next epoch has the same members in other rows.
const rotated = Committee.speaking(TEST_DOMAIN, SET, 4, [third, first, second]);
const tables = [committee, rotated].map(({ epoch, table }) => ({ operatorSetId: SET, epoch, rows: table.packed }));

const TABLES: readonly Table[] = [rotated.tableStatement(1n, 2n), { ...rotated.tableStatement(2n, 3n), epoch: 5 }];
const ENTRIES: readonly Rollup[] = [1n, 2n].map((version) => entryOf(PAPER.weak, PAPER.gateway, { version }));
const SAYINGS = honestSayings({ lane: LANE, tables: TABLES, entries: ENTRIES });
const HEARD = leavesOf(SAYINGS);

const TRUTH: Truth = {
  hubTime: ISSUED + 10n * HUB_FACT,
  hubFactSeconds: HUB_FACT,
  table: (_, epoch) => TABLES.find((known) => known.epoch === epoch) ?? null,
  entry: (chain, version) => ENTRIES.find((known) => known.chainId === chain && known.version === version) ?? null,
  isGateway: (_, gateway) => gateway === PAPER.gateway,
  refutations: () => [],
};

describe("A search for evidence", function () {
  let verifier: BlsVerifier;
  let honest: readonly Publication[];
  before(async function () {
    verifier = await mclVerifier();
    honest = await honestRecords([committee, rotated], SAYINGS, ISSUED);
  });

  const parts = (changes: Partial<SearchParts> = {}): SearchParts => ({
    ...{ domain: TEST_DOMAIN, tables, truth: TRUTH, leaves: HEARD, verifier },
    ...changes,
  });
  const say = async (statement: Statement, absent: readonly number[] = [], by = committee, at = ISSUED) => {
    const { certificate } = await by.certify([statement], { issuedAt: at, absent });
    return { certificate, statements: [statement] };
  };
  const guiltyIn = (found: readonly Found[]) =>
    found.flatMap(({ evidence, verdict }) =>
      verdict.culprits.map(({ rowA }) => {
        const { tableEpoch } = evidence.speeches[0].certificate.batch;
        return `${verdict.fault} ${String(tableEpoch)}/${String(rowA)}`;
      }),
    );
  const page = (names: readonly string[], changes: Parameters<typeof toldPage>[2] = {}): Statement => ({
    kind: "Page",
    content: toldPage(LANE, names, changes).page,
  });

  it("finds nothing against honest operators, in whatever order they are heard", function () {
    const lone = new Map([...HEARD].slice(0, 3));
    fc.assert(
      fc.property(fc.shuffledSubarray([...honest], { minLength: honest.length }), (records) => {
        expect(searchEvidence(parts(), records)).to.deep.equal([]);
        expect(searchEvidence(parts({ leaves: lone }), records)).to.deep.equal([]);
      }),
      { numRuns: 15 },
    );
    for (const one of honest) {
      for (const other of honest) {
        expect(equivocationBetween({ domain: TEST_DOMAIN, tables }, one, other, HEARD)).to.equal(undefined);
      }
    }
  });

  it("finds nothing where the gateways say what is true, or what was true at another second", function () {
    const said: Refutation[] = SAYINGS.flatMap(({ told, name }) => {
      if (told === undefined || name === "what a reorganisation took back") return [];
      const { page: content, tree } = told;
      const { root, chainHead, count, sourceTimestamp } = content;
      return [
        differs(content, { root, chainHead }),
        differs(content, tree.stated(count - 1)),
        notYet(content, { count }),
        notYet(content, { timestamp: sourceTimestamp }),
      ];
    });
    const truth: Truth = { ...TRUTH, refutations: () => said.filter(({ timestamp }) => timestamp <= 1_000n) };
    expect(searchEvidence(parts({ truth }), honest)).to.deep.equal([]);
  });

  it("takes nothing for a lie that an observer behind the hub cannot know yet", function () {
    const behind: Truth = { ...TRUTH, table: () => null, entry: () => null, isGateway: () => false };
    const early = { ...behind, hubTime: ISSUED + HUB_FACT };
    expect(searchEvidence(parts({ truth: early }), honest)).to.deep.equal([]);
    const unknowing: Truth = { ...TRUTH, table: () => undefined, entry: () => undefined, isGateway: () => undefined };
    expect(searchEvidence(parts({ truth: unknowing }), honest)).to.deep.equal([]);
    expect(searchEvidence(parts({ truth: behind }), honest)).not.to.deep.equal([]);
  });

  it("finds each lie among honest words, in whatever order, and exactly who told it", async function () {
    const stranger = page(["a"], { sourceGateway: PAPER.stranger });
    const lies: readonly (readonly [string, readonly Publication[], readonly string[]])[] = [
      ["a lone signature", [await say(page(["one", "else"]), [0, 2])], ["Equivocation 3/1"]],
      [
        "a table",
        [await say({ kind: "Table", content: { ...elementAt(TABLES, 0), validUntil: 9n } }, [0, 1])],
        ["Equivocation 3/2", "FalseTable 3/2"],
      ],
      [
        "an entry that is not there",
        [await say({ kind: "Rollup", content: { ...elementAt(ENTRIES, 0), version: 3n } }, [1])],
        ["FalseEntry 3/0", "FalseEntry 3/2"],
      ],
      ["a page of nobody", [await say(stranger, [0])], ["Stranger 3/1", "Stranger 3/2"]],
      [
        "another head",
        [await say(page(["one", "two"], { chainHead: bytes32(id("else")) }), [1, 2])],
        ["Equivocation 3/0"],
      ],
    ];
    for (const [name, told, expected] of lies) {
      for (const records of [
        [...honest, ...told],
        [...told, ...honest],
        [...honest.slice(9), ...told, ...honest.slice(0, 9)],
      ]) {
        const guilty = guiltyIn(searchEvidence(parts(), records)).map((one) =>
          // Whichever half came first: row 1 of epoch 3 is row 2 of epoch 4, and so on.
          one.replace(/ 4\/(\d)/, (_, row: string) => ` 3/${String((Number(row) + 2) % 3)}`),
        );
        expect([...new Set(guilty)].sort(), name).to.deep.equal(expected);
      }
    }
  });

  it("compares pages of different counts by their leaves, and only where it has them", async function () {
    const lie = toldPage(LANE, ["one", "else", "three", "four"]);
    const told: Statement = { kind: "Page", content: lie.page };
    const records = [...honest, await say(told, [0, 1])];
    expect(searchEvidence(parts(), records)).to.deep.equal([]);
    const leaves = new Map([...HEARD, [statementLeaf(told), lie.tree.leaves]]);
    const found = searchEvidence(parts({ leaves }), records);
    expect(new Set(guiltyIn(found).map((one) => one.slice(0, 12)))).to.deep.equal(new Set(["Equivocation"]));
    for (const { verdict, evidence } of found) {
      expect(evidence.divergence?.index).to.equal(1);
      const keyOfThird = elementAt(committee.keys, 2).g1;
      expect(verdict.culprits.map(({ key }) => key)).to.deep.equal([keyOfThird]);
    }
  });

  it("has a refuted page with the very sentence that convicts it, below final only where that takes something", async function () {
    const soft = toldPage(LANE, ["undone"], { finality: 1 }).page;
    const convicting = notYet(soft);
    const heard: Truth = { ...TRUTH, refutations: () => [notYet(soft, { count: 1 }), convicting, differs(soft)] };
    const told: Statement = { kind: "Page", content: soft };
    expect(searchEvidence(parts({ truth: heard }), [await say(told, [1])])).to.deep.equal([]);
    const truth: Truth = { ...heard, takesBelowFinal: (chain) => chain === soft.sourceChainId };
    const found = searchEvidence(parts({ truth }), [await say(told, [1])]);
    expect(found.map(({ evidence }) => evidence.refutation)).to.deep.equal([convicting]);
    expect(guiltyIn(found)).to.deep.equal(["FalsePage 3/0", "FalsePage 3/2"]);
  });

  it("names everybody once: more certificates of the same lie add only who is new", async function () {
    const lie: Statement = { kind: "Table", content: { ...elementAt(TABLES, 0), validUntil: 9n } };
    const records = [
      await say(lie, [1, 2]),
      await say(lie, [1, 2], committee, ISSUED + 1n),
      await say(lie, [2], committee, ISSUED + 2n),
    ];
    const found = searchEvidence(parts(), records);
    expect(found.map(({ verdict }) => verdict.culprits.map(({ rowA }) => rowA))).to.deep.equal([[0], [0, 1]]);
  });

  it("knows an operator by its address where it changed its key between two epochs", async function () {
    const renewed = Committee.of(TEST_DOMAIN, [1n], { operatorSetId: SET, epoch: 6, seed: 9n });
    const all = [...tables, { operatorSetId: SET, epoch: 6, rows: renewed.table.packed }];
    const names = ["0x11", "0x22", "0x33"].map((start) => address(`${start}${"00".repeat(19)}`));
    const rows: Readonly<Record<number, readonly Address[]>> = { 3: names, 6: names.slice(1, 2) };
    const records = [await say(page(["one"])), await say(page(["else"]), [], renewed)];
    expect(searchEvidence(parts({ tables: all }), records)).to.deep.equal([]);
    const truth: Truth = { ...TRUTH, operators: (_, epoch) => rows[epoch] };
    expect(searchEvidence(parts({ tables: all, truth }), records)).to.have.lengthOf(1);
  });

  it("takes nobody's word for who signed", async function () {
    const lie: Statement = { kind: "Table", content: { ...elementAt(TABLES, 0), validUntil: 9n } };
    const { certificate, statements } = await say(lie, [1, 2]);
    const framed = { certificate: { ...certificate, nonSigners: 0n }, statements };
    const beyond = { certificate: { ...certificate, nonSigners: 0b1110n }, statements };
    const moved = { certificate: { ...certificate, batch: { ...certificate.batch, tableEpoch: 9 } }, statements };
    const other = { certificate, statements: [...statements, page(["x"], { sourceGateway: PAPER.stranger })] };
    expect(searchEvidence(parts(), [framed, beyond, moved, other])).to.deep.equal([]);
    // And whoever is framed first is named by what is true afterwards.
    const found = searchEvidence(parts(), [framed, { certificate, statements }]);
    expect(guiltyIn(found)).to.deep.equal(["FalseTable 3/0"]);
  });
});

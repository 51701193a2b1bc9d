import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";

import { mclVerifier } from "#protocol/blsMcl.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { elementAt, ProtocolError } from "#protocol/errors.ts";
import { equivocationBetween, lieIn, refutedIn, type Publication } from "#protocol/evidence/build.ts";
import { evidenceSchema, type Evidence } from "#protocol/evidence/evidence.ts";
import { refutationHash } from "#protocol/evidence/refutation.ts";
import { judge, type Verdict } from "#protocol/evidence/verdict.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import { bytes32, ZERO_BYTES32 } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { PAPER } from "#support/paper.ts";
import { expectRefusal } from "#support/refusals.ts";
import { differs, notYet, type Refutation } from "#support/refutations.ts";
import { toldPage, type ToldPage } from "#support/speeches.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

const LANE = {
  sourceChainId: PAPER.strong,
  sourceGateway: PAPER.gateway,
  destinationChainId: PAPER.weak,
  destinationGateway: PAPER.gateway,
};
const WEIGHTS = [50n, 30n, 20n];
const committee = Committee.of(TEST_DOMAIN, WEIGHTS, { operatorSetId: 7, epoch: 3 });
const tables = [{ operatorSetId: 7, epoch: 3, rows: committee.table.packed }];
const parts = { domain: TEST_DOMAIN, tables };
const HALT: Statement = {
  kind: "Halt",
  content: { chainId: PAPER.strong, gateway: PAPER.gateway, expiresAt: 9n, reason: ZERO_BYTES32 },
};

const page = (told: ToldPage): Statement => ({ kind: "Page", content: told.page });
const table = (word: string): Statement => ({
  kind: "Table",
  content: { operatorSetId: 7, epoch: 4, tableHash: bytes32(id(word)), validFrom: 1n, validUntil: 2n },
});
const entry = (version: bigint, finality: number): Statement => ({
  kind: "Rollup",
  content: entryOf(PAPER.weak, PAPER.gateway, { version, finality }),
});

const FIVE = toldPage(LANE, ["a", "b", "c", "d", "e"]);
const OTHER_FIVE = toldPage(LANE, ["a", "b", "x", "d", "e"]);
const SEVEN = toldPage(LANE, ["a", "b", "x", "d", "e", "f", "g"]);
const SOFT = toldPage(LANE, ["a", "b"], { finality: 1 });
const leaves = new Map([FIVE, OTHER_FIVE, SEVEN].map((told) => [statementLeaf(page(told)), told.tree.leaves]));

async function published(statements: readonly Statement[], absent: readonly number[] = []): Promise<Publication> {
  const { certificate } = await committee.certify(statements, { issuedAt: 100n, absent });
  return { certificate, statements };
}

async function evidenceOf(one: Statement, other: Statement): Promise<Evidence> {
  const [a, b] = [await published([HALT, one], [2]), await published([other, HALT], [0])];
  const found = equivocationBetween(parts, a, b, leaves);
  if (found === undefined) throw new Error("no evidence");
  return found;
}

/** As it comes out of a file. */
const readBack = (text: string) => parse(evidenceSchema, JSON.parse(text));

type Json = string | number | boolean | null | { [key: string]: Json } | Json[];
type Path = readonly (string | number)[];

/** Every place of a document that holds something, and how it becomes something else. */
function placesOf(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value)) return [...value.flatMap((item, at) => placesOf(item, [...path, at])), [...path, "length"]];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]));
}

function corrupted(value: Json, [head, ...rest]: Path): Json {
  if (head === undefined) return otherThan(value);
  if (Array.isArray(value)) {
    if (head === "length") return value.length === 0 ? [`0x${"11".repeat(32)}`] : value.slice(0, -1);
    return value.map((item, at) => (at === head ? corrupted(item, rest) : item));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === head ? corrupted(item, rest) : item]),
  );
}

function otherThan(value: Json): Json {
  if (typeof value === "number") return value === 1 ? 2 : value - 1;
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return null;
  if (/^0x[0-9a-fA-F]{40}$/.test(value)) return "0x00000000000000000000000000000000000000ee";
  // The last digit of packed rows is one of a weight.
  if (value.startsWith("0x")) return `${value.slice(0, -1)}${value.endsWith("1") ? "2" : "1"}`;
  return /^[0-9]+$/.test(value) ? String(BigInt(value) ^ 1n) : `${value}?`;
}

describe("evidence", function () {
  let verifier: BlsVerifier;
  const samples = new Map<string, Evidence>();
  before(async function () {
    verifier = await mclVerifier();
    samples.set("pages of one count", await evidenceOf(page(FIVE), page(OTHER_FIVE)));
    samples.set("pages of two counts", await evidenceOf(page(SEVEN), page(FIVE)));
    samples.set("tables", await evidenceOf(table("one"), table("other")));
    samples.set("entries", await evidenceOf(entry(2n, 3), entry(2n, 2)));
    samples.set("a lone table", lieIn(parts, await published([table("one"), HALT], [1]), table("one")));
    samples.set("a lone entry", lieIn(parts, await published([HALT, entry(2n, 3)], [1]), entry(2n, 3)));
    samples.set("a stranger's page", lieIn(parts, await published([page(FIVE), HALT], [1]), page(FIVE)));
    samples.set("a page that differs", await refuted(FIVE, differs(FIVE.page)));
    samples.set("a page that is not there yet", await refuted(SOFT, notYet(SOFT.page)));
  });

  async function refuted(told: ToldPage, refutation: Refutation): Promise<Evidence> {
    const found = refutedIn(parts, await published([HALT, page(told)], [1]), told.page, refutation);
    if (found === undefined) throw new Error("the refutation convicts nobody");
    return found;
  }

  const FAULTS = {
    "pages of one count": "Equivocation",
    "pages of two counts": "Equivocation",
    tables: "Equivocation",
    entries: "Equivocation",
    "a lone table": "FalseTable",
    "a lone entry": "FalseEntry",
    "a stranger's page": "Stranger",
    "a page that differs": "FalsePage",
    "a page that is not there yet": "FalsePage",
  } as const;

  function sample(name: string): Evidence {
    const found = samples.get(name);
    if (found === undefined) throw new Error(`no sample ${name}`);
    return found;
  }

  const names = [
    ...(["pages of one count", "pages of two counts", "tables", "entries", "a lone table"] as const),
    ...(["a lone entry", "a stranger's page", "a page that differs", "a page that is not there yet"] as const),
  ];
  for (const name of names) {
    const fault = FAULTS[name];
    it(`of ${name} survives a file and names exactly who signed all of it`, function () {
      const verdict = judge(readBack(toJson(sample(name))), verifier);
      expect(verdict.fault).to.equal(fault);
      expect(verdict.operatorSetId).to.equal(7);
      const guilty = fault === "Equivocation" ? [1] : [0, 2];
      const keyAt = (row: number) => elementAt(committee.keys, row).g1;
      expect(verdict.culprits).to.deep.equal(guilty.map((row) => ({ rowA: row, rowB: row, key: keyAt(row) })));
      expect(verdict.speakers.map(({ epoch, tableHash }) => [epoch, tableHash])).to.deep.equal(
        verdict.speakers.map(() => [3, committee.table.tableHash]),
      );
    });

    it(`of ${name} shows nothing with any part of it changed`, function () {
      const document = JSON.parse(toJson(sample(name))) as Json;
      const places = placesOf(document);
      expect(places.length).to.be.greaterThan(20);
      for (const place of places) expectWorthless(name, corrupted(document, place), place.join("."));
    });
  }

  it("shows nothing with any two parts of it changed", function () {
    for (const name of names) {
      const document = JSON.parse(toJson(sample(name))) as Json;
      const places = placesOf(document);
      fc.assert(
        fc.property(fc.constantFrom(...places), fc.constantFrom(...places), (one, other) => {
          fc.pre(one.join() !== other.join() && !other.join().startsWith(one.join()));
          const both = corrupted(corrupted(document, other), one);
          expectWorthless(name, both, `${one.join(".")} and ${other.join(".")}`);
        }),
        { numRuns: 50 },
      );
    }
  });

  // Weights are no part of what was signed: the table's hash tells the hub that they are others. Half of an equivocation
  // is a statement that the hub would have to refute. And another refutation is one that no gateway has said.
  function expectWorthless(name: keyof typeof FAULTS, document: Json, place: string): void {
    let verdict: Verdict;
    let refutation: Evidence["refutation"];
    try {
      const evidence = parse(evidenceSchema, document);
      ({ refutation } = evidence);
      verdict = judge(evidence, verifier);
    } catch (error) {
      expect(error, `${name}, ${place}`).to.be.instanceOf(ProtocolError);
      return;
    }
    const isAnotherTable = verdict.speakers.some(({ tableHash }) => tableHash !== committee.table.tableHash);
    const said = sample(name).refutation;
    const isUnsaid =
      said !== undefined && refutation !== undefined && refutationHash(said) !== refutationHash(refutation);
    expect(isAnotherTable || isUnsaid || verdict.fault !== FAULTS[name], `${name}, ${place}`).to.equal(true);
  }

  it("says where a file is wrong", function () {
    const document = JSON.parse(toJson(sample("entries"))) as { speeches: { statement: { content: object } }[] };
    Object.assign(elementAt(document.speeches, 1).statement.content, { finality: 4 });
    expect(() => parse(evidenceSchema, document)).to.throw(
      ProtocolError,
      /^speeches\.1\.statement\.content\.finality: /,
    );
  });

  it("is none between statements that may all be true", async function () {
    const grown = toldPage(LANE, ["a", "b", "c", "d", "e", "f"]);
    const known = new Map([...leaves, [statementLeaf(page(grown)), grown.tree.leaves]]);
    const below = toldPage(LANE, ["a", "b", "x", "d", "e"], { finality: 2 });
    for (const other of [page(FIVE), page(grown), page(below), entry(1n, 3)]) {
      const [a, b] = [await published([HALT, page(FIVE)]), await published([HALT, other, table("one")])];
      expect(equivocationBetween(parts, a, b, known)).to.equal(undefined);
    }
    // Nobody shows what the pages hold.
    expect(equivocationBetween(parts, await published([page(FIVE)]), await published([page(SEVEN)]))).to.equal(
      undefined,
    );
  });

  it("convicts nobody for what the slasher would not take", async function () {
    const entries = sample("entries");
    const [a, b] = [elementAt(entries.speeches, 0), elementAt(entries.speeches, 1)];
    const refusal = (speeches: Evidence["speeches"], code: Parameters<typeof expectRefusal>[1]) => {
      expectRefusal(() => judge({ ...entries, speeches }, verifier), code);
    };
    refusal([a, a], "NoContradiction");
    refusal([a, elementAt(sample("tables").speeches, 1)], "DifferentSubjects");
    refusal([elementAt(lieIn(parts, await published([HALT]), HALT).speeches, 0)], "NoFault");
    const soft = page(toldPage(LANE, ["a"], { finality: 2 }));
    refusal([elementAt(lieIn(parts, await published([soft]), soft).speeches, 0)], "NotFinal");
    const alone = await published([entry(2n, 2)], [0, 1]);
    refusal([a, elementAt(lieIn(parts, alone, entry(2n, 2)).speeches, 0)], "NotACulprit");
    refusal([{ ...b, batchProof: [] }, a], "StatementNotInBatch");
    // A gateway that says what the page says, or of another page, or of an earlier second, refutes nothing.
    const lied = sample("a page that differs");
    const said = differs(FIVE.page);
    for (const harmless of [
      { root: FIVE.page.root, chainHead: FIVE.page.chainHead },
      { count: 4 },
      { pageIndex: 1n },
      { destinationGateway: PAPER.stranger },
      { ...notYet(FIVE.page), count: 5 },
      { ...notYet(FIVE.page), timestamp: FIVE.page.sourceTimestamp },
    ]) {
      const refutation = { ...said, ...harmless };
      expectRefusal(() => judge({ ...lied, refutation }, verifier), "NotConvicting");
      expect(refutedIn(parts, await published([page(FIVE)]), FIVE.page, refutation)).to.equal(undefined);
    }
    expectRefusal(() => judge({ ...sample("a lone table"), refutation: said }, verifier), "NoFault");
    expectRefusal(() => parse(evidenceSchema, JSON.parse(toJson({ ...entries, refutation: said }))), "InvalidInput");
    expectRefusal(
      () => judge({ ...entries, tables: [{ ...elementAt(tables, 0), epoch: 4 }] }, verifier),
      "TableMissing",
    );
  });

  it("knows an operator by its key when its row moved, and one signature is enough", async function () {
    const [first, second, third] = committee.keys.map((key, row) => ({ key, weight: elementAt(WEIGHTS, row) }));
    if (first === undefined || second === undefined || third === undefined) throw new Error("three members");
    // Of a weight that is less than one basis point of all.
    const heavy = { key: first.key, weight: 10n ** 9n };
    const later = Committee.speaking(TEST_DOMAIN, 7, 4, [second, heavy, third]);
    const a = await published([entry(2n, 3)], [0, 2]);
    const { certificate } = await later.certify([entry(2n, 2)], { issuedAt: 200n, absent: [1, 2] });
    const both = { ...parts, tables: [...tables, { operatorSetId: 7, epoch: 4, rows: later.table.packed }] };
    const found = equivocationBetween(both, a, { certificate, statements: [entry(2n, 2)] });
    if (found === undefined) throw new Error("no evidence");
    const { culprits } = judge(found, verifier);
    expect(culprits.map(({ rowA, rowB }) => [rowA, rowB])).to.deep.equal([[1, 0]]);
  });
});

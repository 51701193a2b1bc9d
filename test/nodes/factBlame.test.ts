import { expect } from "chai";

import { FACT_BLAME, factBlameOf } from "#nodes/relayer/factBlame.ts";
import { CertificateVerifier__factory, Directory__factory, OperatorTables__factory } from "#types/index.ts";

/** What these contracts revert with elsewhere. */
const ELSEWHERE = new Set([
  // When they are made, and between the gateway and its books.
  ...["ChainRepeated", "WindowOutOfRange", "TableNotStored", "ChainIdTooLarge", "NotTheBook", "NotThePolicy"],
  // When the canonical bridge brings news, and their rows.
  ...["NotTheBringer", "NothingBrought", "InstalledAlready", "EpochAlmostOver"],
  // When a set is frozen, or not any more.
  ...["DifferentSets", "DifferentSubjects", "NotFinal", "NoContradiction", "EvidenceUsed", "NotFrozen"],
  ...["IndexBeyondCount", "PageRootMismatch", "RangeProofLength", "RunBeyondPage", "EmptyRun"],
]);

describe("A relayer's blame for facts of the hub", function () {
  const known = new Set<string>();
  for (const factory of [Directory__factory, OperatorTables__factory, CertificateVerifier__factory]) {
    factory.createInterface().forEachError(({ name }) => known.add(name));
  }

  it("is told for every error that bringing one can revert with", function () {
    const forgotten = [...known].filter((name) => !(name in FACT_BLAME) && !ELSEWHERE.has(name));
    expect(forgotten).to.deep.equal([]);
  });

  it("is told for no error that the contracts do not have", function () {
    const strange = Object.keys(FACT_BLAME).filter((name) => !known.has(name) || ELSEWHERE.has(name));
    expect(strange).to.deep.equal([]);
  });

  it("falls on time when a revert says nothing that is known", function () {
    expect([undefined, "", "constructor", "NotOurs"].map(factBlameOf)).to.deep.equal(Array(4).fill("time"));
  });
});

import { expect } from "chai";

import { BLAME, blameOf } from "#nodes/relayer/blame.ts";
import { CertificateVerifier__factory, Gateway__factory, Policy__factory } from "#types/index.ts";

/** What the contracts that a delivery passes through revert with elsewhere. */
const ELSEWHERE = new Set([
  // When a gateway or a policy is made, and between the gateway and its books.
  ...["ChainIdTooLarge", "WiringMismatch", "WiringMissing", "NotTheBook", "NotTheGateway", "LooseningTooFast"],
  // When a message is sent.
  ...["AttributeLength", "DeadlineOutOfRange", "DestinationNotActive", "GasLimitTooHigh", "GatewayNotActive"],
  ...["PayloadTooLarge", "RecipientNotCanonical", "RecipientOnThisChain", "UnsupportedAttribute", "ValueNotSupported"],
  // Inside the gateway only.
  ...["FrameFailed", "NotSelf"],
  // When a policy's owner acts.
  ...[
    "CheckpointUnorderedInsertion",
    "LooseningLapsed",
    "NotEffectiveYet",
    "NotTighter",
    "NothingAnnounced",
    "PolicyOutOfBounds",
  ],
  ...["OwnableInvalidOwner", "OwnableUnauthorizedAccount", "SourceUnknown"],
  // When a source is halted.
  ...["HaltOfAnother", "HaltOutOfRange", "HaltQuorumNotReached", "HaltQuorumOutOfRange", "HaltTooSoon", "HaltUsed"],
  // When a source is halted no more, or a set frozen no more.
  ...["NotHalted", "NotFrozen"],
  // When the owner stands in for a slow road.
  "NewsFromFuture",
]);

describe("A relayer's blame", function () {
  const known = new Set<string>();
  for (const factory of [Gateway__factory, CertificateVerifier__factory, Policy__factory]) {
    factory.createInterface().forEachError(({ name }) => known.add(name));
  }

  it("is told for every error that a delivery can revert with", function () {
    const forgotten = [...known].filter((name) => !(name in BLAME) && !ELSEWHERE.has(name));
    expect(forgotten).to.deep.equal([]);
  });

  it("is told for no error that the contracts do not have, and for none twice", function () {
    const strange = Object.keys(BLAME).filter((name) => !known.has(name) || ELSEWHERE.has(name));
    expect(strange).to.deep.equal([]);
  });

  it("falls on the messages when a revert says nothing that is known", function () {
    expect([undefined, "", "constructor", "NotOurs"].map(blameOf)).to.deep.equal(Array(4).fill("messages"));
  });
});

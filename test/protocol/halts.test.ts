import { expect } from "chai";
import { decodeBytes32String, id, toUtf8Bytes } from "ethers";
import { z } from "zod";

import { StatementTree } from "#protocol/batches.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import { keyPair } from "#protocol/bn254.ts";
import { verifyCertificate } from "#protocol/certificates.ts";
import { elementAt, ProtocolError, type ProtocolErrorCode } from "#protocol/errors.ts";
import {
  haltProposalSchema,
  mergeProposals,
  proposeHalt,
  reasonWord,
  type HaltProposal,
} from "#protocol/halts/proposal.ts";
import { lastSecondOf, missingWeight, rowOf, shareOf, SoundHalt } from "#protocol/halts/soundHalt.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import { bytes32, chainId, type Bytes32 } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { PAPER } from "#support/paper.ts";
import { expectRefusal } from "#support/refusals.ts";
import { toldPage } from "#support/speeches.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

const ISSUED = 1_000_000n;
const [DAY, SIX_HOURS, QUARTER] = [86_400n, 21_600n, 900n];
const committee = Committee.of(TEST_DOMAIN, [6_666n, 3_333n, 1n], { operatorSetId: 7, epoch: 3 });
const { table } = committee;
/** Far longer than any halt, so that each bound is met alone. */
const EPOCH = committee.tableStatement(ISSUED - DAY, ISSUED + DAY);
const PARTS = {
  ...{ domain: TEST_DOMAIN, chainId: PAPER.strong, gateway: PAPER.gateway, operatorSetId: 7, tableEpoch: 3 },
  ...{ issuedAt: ISSUED, seconds: 3_600n, reason: "the bridge is drained" },
};
const LANE = {
  ...{ sourceChainId: PAPER.strong, sourceGateway: PAPER.gateway },
  ...{ destinationChainId: PAPER.weak, destinationGateway: PAPER.gateway },
};

const soundOf = (proposal: HaltProposal, now = ISSUED, epoch = EPOCH) =>
  SoundHalt.of(proposal, TEST_DOMAIN, epoch, now);

/** Signed by these rows, as people do it: one after the other. */
function signedBy(rows: readonly number[], proposal = proposeHalt(PARTS)): HaltProposal {
  const sound = soundOf(proposal);
  const signatures = rows.map((row) => sound.sign(elementAt(committee.keys, row), table));
  return { ...proposal, signatures };
}

type Json = z.output<ReturnType<typeof z.json>>;
type Path = readonly (string | number)[];

/** The document with something else at a place. */
function changed(document: Json, [step, ...rest]: Path, change: (was: Json) => Json): Json {
  if (step === undefined) return change(document);
  if (Array.isArray(document)) {
    return document.map((each, at) => (at === step ? changed(each, rest, change) : each));
  }
  if (typeof document !== "object" || document === null) throw new Error(`no ${String(step)} there`);
  return { ...document, [step]: changed(document[step] ?? null, rest, change) };
}

interface Corruption {
  readonly title: string;
  readonly corrupt: (document: Json) => Json;
  /** Refused as a whole by this rule; else the signatures in it do not hold any more. */
  readonly code?: ProtocolErrorCode;
  /** Rows whose signature is lost; all unless given. */
  readonly lost?: readonly number[];
}

const at = (path: Path, change: (was: Json) => Json) => (document: Json) => changed(document, path, change);
const next = (was: Json): Json => (typeof was === "string" ? String(BigInt(was) + 1n) : was);
const word = (name: string) => (): Json => id(name);
const NOBODY = "0x00000000000000000000000000000000000000ff";
const halt = ["statement", "content"];

/** A corruption of the halt by somebody who knows how roots are made. */
function withRoot(corrupt: (document: Json) => Json): (document: Json) => Json {
  return (document) => {
    const changedOne = corrupt(document);
    const { statement } = parse(haltProposalSchema, changedOne);
    return changed(changedOne, ["batch", "statementsRoot"], () => new StatementTree([statement]).root);
  };
}

const CORRUPTIONS: readonly Corruption[] = [
  { title: "another hub", corrupt: at(["domain", "hubChainId"], next), code: "WrongDomain" },
  { title: "another service manager", corrupt: at(["domain", "serviceManager"], () => NOBODY), code: "WrongDomain" },
  { title: "another chain", corrupt: at([...halt, "chainId"], next), code: "NotALoneHalt" },
  { title: "another gateway", corrupt: at([...halt, "gateway"], () => NOBODY), code: "NotALoneHalt" },
  { title: "another end", corrupt: at([...halt, "expiresAt"], next), code: "NotALoneHalt" },
  { title: "another word for its reason", corrupt: at([...halt, "reason"], word("x")), code: "WrongReason" },
  { title: "another reason", corrupt: at(["reason"], () => "maintenance"), code: "WrongReason" },
  { title: "another root", corrupt: at(["batch", "statementsRoot"], word("x")), code: "NotALoneHalt" },
  { title: "another set", corrupt: at(["batch", "operatorSetId"], () => 8), code: "WrongEpoch" },
  { title: "another epoch", corrupt: at(["batch", "tableEpoch"], () => 4), code: "WrongEpoch" },
  { title: "another second", corrupt: at(["batch", "issuedAt"], next) },
  { title: "another chain and its root", corrupt: withRoot(at([...halt, "chainId"], next)) },
  { title: "another gateway and its root", corrupt: withRoot(at([...halt, "gateway"], () => NOBODY)) },
  { title: "another end and its root", corrupt: withRoot(at([...halt, "expiresAt"], next)) },
  {
    title: "another reason, its word and its root",
    corrupt: withRoot((document) => {
      const reasoned = changed(document, ["reason"], () => "maintenance");
      return changed(reasoned, [...halt, "reason"], () => reasonWord("maintenance"));
    }),
  },
  { title: "another row", corrupt: at(["signatures", 0, "row"], () => 2), lost: [0] },
  { title: "a row that somebody has", corrupt: at(["signatures", 0, "row"], () => 1), lost: [0] },
  { title: "a row beyond the table", corrupt: at(["signatures", 0, "row"], () => 3), lost: [0] },
  { title: "a signature off the curve", corrupt: at(["signatures", 0, "signature", "x"], next), lost: [0] },
  {
    title: "another's signature",
    corrupt: (document) => {
      const { signatures } = parse(haltProposalSchema, document);
      const { x, y } = elementAt(signatures, 1).signature;
      return changed(document, ["signatures", 0, "signature"], () => ({ x: String(x), y: String(y) }));
    },
    lost: [0],
  },
  {
    title: "another's key",
    corrupt: (document) =>
      changed(document, ["signatures", 0, "key"], () => parseJson(elementAt(committee.keys, 2).g2)),
    lost: [0],
  },
];

function parseJson(value: unknown): Json {
  return parse(z.json(), JSON.parse(toJson(value)));
}

/** What is not even read. */
const UNREADABLE: readonly (readonly [string, (document: Json) => Json])[] = [
  ["something more", at([], (was) => ({ ...(was as object), more: 1 }))],
  ["something more in the halt", at(halt, (was) => ({ ...(was as object), version: "1" }))],
  ["no reason", at(["reason"], () => "")],
  ["blanks for a reason", at(["reason"], () => "  ")],
  ["a reason that moves the cursor", at(["reason"], () => "all well\u001b[2K")],
  ["a reason that ends its line", at(["reason"], () => "one\ntwo")],
  ["a reason that turns the line around", at(["reason"], () => "until \u202e5202")],
  ["an endless reason", at(["reason"], () => "x".repeat(281))],
  ["257 signatures", at(["signatures"], (was) => Array.from({ length: 257 }, () => (was as Json[])[0] ?? null))],
];

describe("Halts that operators sign", function () {
  let verifier: BlsVerifier;
  const honest = signedBy([0, 1]);
  const document = parseJson(honest);

  before(async function () {
    verifier = await mclVerifier();
  });

  /** Rows whose signatures hold, after all that is checked of a file. */
  function rowsOf(file: Json): number[] {
    const proposal = parse(haltProposalSchema, file);
    return soundOf(proposal)
      .sort(table, proposal.signatures, verifier)
      .good.map(({ row }) => row)
      .sort();
  }

  it("are certified by those who signed, through a file", function () {
    expect(rowsOf(document)).to.deep.equal([0, 1]);
    const read = parse(haltProposalSchema, document);
    expect(read).to.deep.equal(honest);
    const sound = soundOf(read);
    const { certificate, statement, batchProof } = sound.certify(table, read.signatures, verifier);
    const parts = { domain: TEST_DOMAIN, table, certificate, verifier };
    expect(verifyCertificate({ ...parts, quorumBps: 9_999 })).to.include({ signedWeight: 9_999n, signedBps: 9_999 });
    expectRefusal(() => verifyCertificate({ ...parts, quorumBps: 10_000 }), "QuorumNotReached");
    expect([statement, batchProof]).to.deep.equal([honest.statement, []]);
    expect(certificate.batch).to.deep.equal(honest.batch);
  });

  for (const { title, corrupt, code, lost = [0, 1] } of CORRUPTIONS) {
    it(`are worth ${code === undefined ? `no signature of rows ${lost.join(", ")}` : "nothing"} with ${title}`, function () {
      if (code === undefined) {
        expect(rowsOf(corrupt(document))).to.deep.equal([0, 1].filter((row) => !lost.includes(row)));
      } else expectRefusal(() => rowsOf(corrupt(document)), code);
    });
  }

  it("never have both signatures after any two corruptions", function () {
    const whole = toJson(document);
    let tried = 0;
    for (const [place, one] of CORRUPTIONS.entries()) {
      for (const other of CORRUPTIONS.slice(place + 1)) {
        let rows: number[] = [];
        try {
          const file = other.corrupt(one.corrupt(document));
          expect(toJson(file)).to.not.equal(whole);
          rows = rowsOf(file);
        } catch (error) {
          expect(error, `${one.title}, ${other.title}`).to.be.instanceOf(ProtocolError);
        }
        tried += 1;
        expect(rows, `${one.title}, ${other.title}`).to.not.deep.equal([0, 1]);
      }
    }
    expect(tried).to.equal((CORRUPTIONS.length * (CORRUPTIONS.length - 1)) / 2);
  });

  for (const [title, corrupt] of UNREADABLE) {
    it(`are not read with ${title}`, function () {
      expectRefusal(() => rowsOf(corrupt(document)), "InvalidInput");
    });
  }

  it("are nothing else: no page, table or entry is read, and none is signed in a halt's name", function () {
    const others = [
      { kind: "Page", content: toldPage(LANE, ["one"]).page },
      { kind: "Table", content: EPOCH },
      { kind: "Rollup", content: entryOf(PAPER.weak, PAPER.gateway) },
    ] as const;
    for (const statement of others) {
      expectRefusal(() => rowsOf(parseJson({ ...honest, statement })), "InvalidInput");
      // A halt on top, another statement's root below; alone, and beside the halt.
      for (const statements of [[statement], [honest.statement, statement]]) {
        const statementsRoot = new StatementTree(statements).root;
        const batch = { ...honest.batch, statementsRoot };
        expectRefusal(() => soundOf({ ...honest, batch }), "NotALoneHalt");
      }
    }
  });

  it("last a day at most, from a batch of at most six hours ago, and are signed while a rollup takes them", function () {
    const bounds: readonly (readonly [bigint, bigint, ProtocolErrorCode | undefined])[] = [
      [DAY, ISSUED, undefined],
      [DAY + 1n, ISSUED, "HaltOutOfRange"],
      [100n, ISSUED + 100n, undefined],
      [100n, ISSUED + 101n, "HaltOutOfRange"],
      [DAY, ISSUED + SIX_HOURS, undefined],
      [DAY, ISSUED + SIX_HOURS + 1n, "CertificateTooOld"],
      [DAY, ISSUED - QUARTER, undefined],
      [DAY, ISSUED - QUARTER - 1n, "IssuedInFuture"],
    ];
    for (const [seconds, now, code] of bounds) {
      const attempt = () => soundOf(proposeHalt({ ...PARTS, seconds }), now);
      if (code === undefined) attempt();
      else expectRefusal(attempt, code);
    }
  });

  it("are said within their epoch only, and not after it", function () {
    const proposal = proposeHalt(PARTS);
    const bounds: readonly (readonly [bigint, bigint, bigint, ProtocolErrorCode | undefined])[] = [
      [ISSUED, ISSUED, ISSUED, undefined],
      [ISSUED + 1n, ISSUED + 9n, ISSUED, "IssuedOutsideEpoch"],
      [ISSUED - 9n, ISSUED - 1n, ISSUED, "IssuedOutsideEpoch"],
      [ISSUED, ISSUED + 9n, ISSUED + 9n, undefined],
      [ISSUED, ISSUED + 9n, ISSUED + 10n, "EpochExpired"],
    ];
    for (const [validFrom, validUntil, now, code] of bounds) {
      const attempt = () => soundOf(proposal, now, { ...EPOCH, validFrom, validUntil });
      if (code === undefined) attempt();
      else expectRefusal(attempt, code);
    }
    expectRefusal(() => soundOf(proposal, ISSUED, { ...EPOCH, epoch: 4 }), "WrongEpoch");
    expectRefusal(() => soundOf(proposal, ISSUED, { ...EPOCH, operatorSetId: 8 }), "WrongEpoch");
    const until = (seconds: bigint, validUntil: bigint) =>
      lastSecondOf(soundOf(proposeHalt({ ...PARTS, seconds })), { ...EPOCH, validUntil }) - ISSUED;
    expect([until(DAY, ISSUED + DAY), until(100n, ISSUED + DAY), until(DAY, ISSUED + 9n)]).to.deep.equal([
      ...[SIX_HOURS, 100n, 9n],
    ]);
  });

  it("are signed by keys of the epoch's table only", function () {
    const stranger = keyPair(4_711n);
    expectRefusal(() => soundOf(honest).sign(stranger, table), "KeyNotInTable");
    expect(committee.keys.map(({ g1 }) => rowOf(table, g1))).to.deep.equal([0, 1, 2]);
  });

  it("are put together from what several signed apart, each once, and only of one halt", function () {
    const [one, other, both] = [signedBy([0]), signedBy([1]), signedBy([0, 1])];
    expect(mergeProposals([one, other, both, one])).to.deep.equal(both);
    expect(mergeProposals([one])).to.deep.equal(one);
    const changes: readonly Partial<typeof PARTS>[] = [
      ...[{ chainId: chainId(5n) }, { tableEpoch: 4 }, { issuedAt: ISSUED + 1n }, { seconds: 9n }, { reason: "x" }],
    ];
    for (const change of changes) {
      expectRefusal(() => mergeProposals([one, proposeHalt({ ...PARTS, ...change })]), "DifferentProposals");
    }
  });

  it("keep an honest signature beside a false one of the same row", function () {
    const [mine] = signedBy([0]).signatures;
    const [theirs] = signedBy([1]).signatures;
    if (mine === undefined || theirs === undefined) throw new Error("two signed");
    const { good, bad } = soundOf(honest).sort(table, [{ ...theirs, row: 0 }, mine, theirs], verifier);
    expect(good).to.have.deep.members([mine, theirs]);
    expect(bad).to.deep.equal([{ ...theirs, row: 0 }]);
  });

  it("weigh what the contract counts, and miss what brings them exactly to the quorum", function () {
    const share = (rows: readonly number[]) => shareOf(table, signedBy(rows).signatures);
    expect(share([1])).to.deep.equal({ signedWeight: 3_333n, totalWeight: 10_000n, signedBps: 3_333 });
    expect(missingWeight(share([1]), 3_334)).to.equal(1n);
    expect(missingWeight(share([1, 2]), 3_334)).to.equal(0n);
    expect(missingWeight(share([]), 3_334)).to.equal(3_334n);
    // 1 of 3 is 3 333 basis points: the contract rounds down, so two are needed.
    const thirds = { signedWeight: 1n, totalWeight: 3n, signedBps: 3_333 };
    expect([missingWeight(thirds, 3_333), missingWeight(thirds, 3_334)]).to.deep.equal([0n, 1n]);
  });

  it("show a short reason on the chain, and the hash of a longer one", function () {
    const short = "é".repeat(15);
    expect(decodeBytes32String(reasonWord(short))).to.equal(short);
    const longest = "x".repeat(31);
    expect(decodeBytes32String(reasonWord(longest))).to.equal(longest);
    const hashed: Bytes32 = bytes32(id("x".repeat(32)));
    expect(reasonWord("x".repeat(32))).to.equal(hashed);
    expect(toUtf8Bytes("é".repeat(16))).to.have.lengthOf(32);
    expect(reasonWord("é".repeat(16))).to.equal(id("é".repeat(16)));
  });
});

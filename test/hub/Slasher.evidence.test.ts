import { expect } from "chai";
import { concat, id as hashOf, keccak256 } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { statementLeaf, type Page } from "#protocol/statements.ts";
import { address, bytes32, chainId } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { accuse, court, culprit, oneCharge, type Court, type PageCharge } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { PAPER } from "#support/paper.ts";
import type { Speech } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

/** What a corrupted charge must be refused with, and by which contract. */
interface Refusal {
  readonly by?: "slasher" | "certificateVerifier";
  readonly error: string;
  readonly args: readonly unknown[];
}

/** A change that makes a charge false, and what it must be refused with. */
interface Corruption {
  readonly name: string;
  readonly corrupt: (charge: PageCharge) => PageCharge;
  readonly refusal: (court: Court, charge: PageCharge) => Refusal;
}

const STRANGE = bytes32(hashOf("something else"));
const UNKNOWN_EPOCH = 9;

function inSpeech(side: "A" | "B", change: (speech: Speech) => Speech): Corruption["corrupt"] {
  return (charge) =>
    side === "A" ? { ...charge, speechA: change(charge.speechA) } : { ...charge, speechB: change(charge.speechB) };
}

function inPage(side: "A" | "B", change: Partial<Page>): Corruption["corrupt"] {
  return (charge) =>
    side === "A"
      ? { ...charge, pageA: { ...charge.pageA, ...change } }
      : { ...charge, pageB: { ...charge.pageB, ...change } };
}

const speechOf = (charge: PageCharge, side: "A" | "B") => (side === "A" ? charge.speechA : charge.speechB);
const pageOf = (charge: PageCharge, side: "A" | "B") => (side === "A" ? charge.pageA : charge.pageB);

/** What is not in the batch: its leaf leads to another root. */
function notInBatch(charge: PageCharge, side: "A" | "B"): Refusal {
  const { certificate, batchProof } = speechOf(charge, side);
  const leaf = statementLeaf({ kind: "Page", content: pageOf(charge, side) });
  const [sibling] = batchProof;
  const found = sibling === undefined ? leaf : keccak256(concat([leaf, sibling].sort()));
  return { error: "StatementNotInBatch", args: [found, certificate.batch.statementsRoot] };
}

function corruptionsOf(side: "A" | "B"): readonly Corruption[] {
  const invalid = (): Refusal => ({ by: "certificateVerifier", error: "SignatureInvalid", args: [] });
  const different = (): Refusal => ({ error: "DifferentSubjects", args: [] });
  const inCertificate = (change: Partial<Speech["certificate"]>) =>
    inSpeech(side, (speech) => ({ ...speech, certificate: { ...speech.certificate, ...change } }));
  const inBatch = (change: Partial<Speech["certificate"]["batch"]>) =>
    inSpeech(side, (speech) => {
      const batch = { ...speech.certificate.batch, ...change };
      return { ...speech, certificate: { ...speech.certificate, batch } };
    });
  return [
    {
      name: "another signature",
      corrupt: inSpeech(side, ({ certificate, batchProof }) => {
        const signature = { x: 1n, y: 2n };
        return { certificate: { ...certificate, signature }, batchProof };
      }),
      refusal: invalid,
    },
    {
      name: "everybody said to have signed",
      corrupt: inCertificate({ nonSigners: 0n }),
      refusal: invalid,
    },
    {
      name: "nobody said to have signed",
      corrupt: inCertificate({ nonSigners: 0b111n }),
      refusal: () => ({ by: "certificateVerifier", error: "NoSigners", args: [] }),
    },
    {
      name: "an absentee beyond the table",
      corrupt: inCertificate({ nonSigners: 0b1000n }),
      refusal: () => ({ by: "certificateVerifier", error: "AbsenteeBeyondTable", args: [0b1000n, 3n] }),
    },
    {
      name: "an unknown epoch",
      corrupt: inBatch({ tableEpoch: UNKNOWN_EPOCH }),
      refusal: ({ setId }) => ({ error: "EpochUnknown", args: [setId, UNKNOWN_EPOCH] }),
    },
    {
      name: "another batch root",
      corrupt: inBatch({ statementsRoot: STRANGE }),
      refusal: (_, charge) => notInBatch(charge, side),
    },
    {
      name: "a proof of nothing",
      corrupt: inSpeech(side, ({ certificate }) => ({ certificate, batchProof: [] })),
      refusal: (_, charge) => notInBatch(charge, side),
    },
    {
      name: "a proof of another statement",
      corrupt: inSpeech(side, ({ certificate }) => ({ certificate, batchProof: [STRANGE] })),
      refusal: (_, charge) => notInBatch(charge, side),
    },
    ...([1, 2] as const).map((finality): Corruption => ({
      name: `finality ${String(finality)}`,
      corrupt: inPage(side, { finality }),
      refusal: (_, charge) => notInBatch(charge, side),
    })),
    ...(
      [
        ["source chain", { sourceChainId: chainId(3) }],
        ["source gateway", { sourceGateway: address("0x0000000000000000000000000000000000000003") }],
        ["destination chain", { destinationChainId: chainId(3) }],
        ["destination gateway", { destinationGateway: address("0x0000000000000000000000000000000000000003") }],
        ["page index", { pageIndex: 3n }],
      ] as const
    ).map(([name, change]): Corruption => ({
      name: `another ${name}`,
      corrupt: inPage(side, change),
      refusal: different,
    })),
    ...(
      [
        ["root", { root: STRANGE }],
        ["chain head", { chainHead: STRANGE }],
        ["block", { blockNumber: 3n }],
        ["timestamp", { sourceTimestamp: 3n }],
      ] as const
    ).map(([name, change]): Corruption => ({
      name: `another ${name} than was signed`,
      corrupt: inPage(side, change),
      refusal: (_, charge) => notInBatch(charge, side),
    })),
  ];
}

const IN_FIRST = corruptionsOf("A").map((one): Corruption => ({ ...one, name: `${one.name} (first)` }));
const IN_SECOND = corruptionsOf("B").map((one): Corruption => ({ ...one, name: `${one.name} (second)` }));
const IN_ROWS = (
  [
    [0, 0],
    [2, 2],
    [1, 2],
    [2, 1],
    [3, 3],
    [255, 255],
  ] as const
).map(([rowA, rowB]): Corruption => ({
  name: `rows ${String(rowA)} and ${String(rowB)}`,
  corrupt: (charge) => ({ ...charge, culprit: culprit(rowA, rowB) }),
  refusal: () => ({ error: "NotACulprit", args: [rowA, rowB] }),
}));

interface Scene extends Court {
  readonly charge: PageCharge;
}

describeOnEach(hubOffers, "Slasher: evidence", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const before = await court(await start());
      return { ...before, charge: await oneCharge(before) };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  async function expectRefused(charge: PageCharge, { by = "slasher", error, args }: Refusal): Promise<void> {
    const { hub } = stage();
    await expect(accuse(hub, charge))
      .to.be.revertedWithCustomError(hub[by], error)
      .withArgs(...args);
    expect(await hub.slasher.caseCount()).to.equal(0n);
  }

  it("convicts as it is", async function () {
    const { hub, charge } = stage();
    await accuse(hub, charge);
    expect(await hub.slasher.caseCount()).to.equal(1n);
  });

  for (const { name, corrupt, refusal } of [...IN_FIRST, ...IN_SECOND, ...IN_ROWS]) {
    it(`is refused with ${name}`, async function () {
      const before = stage();
      const charge = corrupt(before.charge);
      await expectRefused(charge, refusal(before, charge));
    });
  }

  it("is refused with two corruptions, one of each half", async function () {
    const { hub, charge } = stage();
    const { slasher } = hub;
    for (const first of IN_FIRST) {
      for (const second of [...IN_SECOND, ...IN_ROWS]) {
        const { speechA, pageA, speechB, pageB, divergence, culprit: against } = second.corrupt(first.corrupt(charge));
        // Both sides may name the same other lane, which is nobody's: then the batch does not hold it.
        await expect(
          slasher.accusePages.staticCall(speechA, pageA, speechB, pageB, divergence, against),
          `${first.name}, ${second.name}`,
        ).to.be.revert(hub.eigenLayer.chain.ethers);
      }
    }
  });

  it("needs one set that speaks", async function () {
    const { hub, setId, charge } = stage();
    const other = inSpeech("B", (speech) => {
      const batch = { ...speech.certificate.batch, operatorSetId: setId + 1 };
      return { ...speech, certificate: { ...speech.certificate, batch } };
    })(charge);
    await expectRefused(other, { error: "DifferentSets", args: [setId, setId + 1] });
    const both = inSpeech("A", (speech) => {
      const batch = { ...speech.certificate.batch, operatorSetId: setId + 1 };
      return { ...speech, certificate: { ...speech.certificate, batch } };
    })(other);
    await expectRefused(both, { error: "EpochUnknown", args: [setId + 1, 1] });
    expect(await hub.slasher.caseCount()).to.equal(0n);
  });

  it("is counted in no batch that is deeper than any batch needs", async function () {
    const { charge } = stage();
    const batchProof = Array.from({ length: 33 }, () => STRANGE);
    const deep = { ...charge, speechA: { ...charge.speechA, batchProof } };
    await expectRefused(deep, { error: "BatchProofTooLong", args: [33, 32] });
  });

  it("needs the signatures of this hub", async function () {
    const { hub, setId, committee, charge } = stage();
    const { certificate, batchProof } = charge.speechA;
    const members = committee.keys.map((key, row) => ({ key, weight: elementAt(committee.table.rows, row).weight }));
    for (const domain of [
      { ...hub.domain, hubChainId: chainId(5) },
      { ...hub.domain, serviceManager: address(PAPER.stranger) },
    ]) {
      const foreign = Committee.speaking(domain, setId, 1, members);
      const { signature } = await foreign.sign(certificate.batch, [2]);
      const speechA = { certificate: { ...certificate, signature }, batchProof };
      await expectRefused({ ...charge, speechA }, { by: "certificateVerifier", error: "SignatureInvalid", args: [] });
    }
  });
});

import { expect } from "chai";
import { concat, keccak256, type BaseContract } from "ethers";

import { batchDigest, batchHash, domainSeparator, type Batch } from "#protocol/batches.ts";
import { fromNobleG1, nobleG1, sign, type G1Point } from "#protocol/bn254.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { statementHash, statementLeaf, type Statement, type StatementKind } from "#protocol/statements.ts";
import { bytes32, chainId, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { tableFact } from "#support/facts.ts";
import { paperPage, paperWorld, PAPER, speech, type PaperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

const KINDS = ["Page", "Table", "Rollup", "Halt"] as const satisfies readonly StatementKind[];

describe("A signature for one kind of sentence", function () {
  const stage = staged(paperWorld);

  for (const spoken of KINDS) {
    for (const claimed of ["Page", "Table", "Rollup"] as const) {
      if (spoken === claimed) continue;
      it(`for a ${spoken} is refused for a ${claimed}`, async function () {
        const { here, strong } = stage();
        const said = sentences(stage());
        const { certificate } = await strong.certify([said[spoken]], { issuedAt: await here.now() });
        await expect(claim(stage(), claimed, certificate))
          .to.be.revertedWithCustomError(judge(stage(), claimed), "StatementNotInBatch")
          .withArgs(statementLeaf(said[claimed]), statementLeaf(said[spoken]));
      });
    }
  }

  for (const kind of KINDS) {
    it(`for a ${kind} by itself, outside a batch, is no signature for a batch`, async function () {
      await expectNoBatch(stage(), (batch, said) => [
        digestOf(statementHash(said[kind])),
        statementHash(said[kind]),
        statementLeaf(said[kind]),
        digestOf(statementLeaf(said[kind])),
        batch.statementsRoot,
      ]);
    });
  }

  it("for a batch without its domain, or for its root alone, is no signature for the batch", async function () {
    await expectNoBatch(stage(), (batch) => [
      batchHash(batch),
      batch.statementsRoot,
      bytes32(keccak256(batchDigest(TEST_DOMAIN, batch))),
      domainSeparator(TEST_DOMAIN),
    ]);
  });

  it("for a batch is taken, so that all the above is refused for what was signed", async function () {
    const { here } = stage();
    const batch = await batchOfPage(stage());
    const certificate = await certificateOver(stage(), batch, batchDigest(TEST_DOMAIN, batch));
    await expect(here.gateway.connect(here.relayer).confirm(certificate)).to.emit(here.gateway, "BatchConfirmed");
  });
});

/** One sentence of each kind, with as much in common as they can have. */
function sentences(world: PaperWorld): Record<StatementKind, Statement> {
  const { validFrom, validUntil } = world;
  return {
    Page: { kind: "Page", content: paperPage(world).page },
    Table: { kind: "Table", content: tableFact(nextCommittee(), validFrom, validUntil).table },
    Rollup: { kind: "Rollup", content: entryOf(NEW_CHAIN, PAPER.gateway) },
    Halt: {
      kind: "Halt",
      content: { chainId: NEW_CHAIN, gateway: PAPER.gateway, expiresAt: validUntil, reason: ZERO_BYTES32 },
    },
  };
}

const NEW_CHAIN = chainId(2_500);

function nextCommittee(): Committee {
  return Committee.of(TEST_DOMAIN, [1n], { epoch: 2, seed: 9n });
}

/** Brings a batch of one as if its sentence were the claimed one. */
async function claim(world: PaperWorld, claimed: StatementKind, certificate: Certificate): Promise<unknown> {
  const { here, strong, validFrom, validUntil } = world;
  if (claimed === "Page") {
    const { run } = await speech(strong, paperPage(world), { issuedAt: await here.now() });
    return here.gateway.connect(here.relayer).deliver(certificate, [run]);
  }
  if (claimed === "Table") {
    const { table, rows } = tableFact(nextCommittee(), validFrom, validUntil);
    return here.operatorTables.connect(here.relayer).install(certificate, table, [], rows);
  }
  return here.directory.connect(here.relayer).update(certificate, entryOf(NEW_CHAIN, PAPER.gateway), []);
}

function judge({ here }: PaperWorld, claimed: StatementKind): BaseContract {
  return claimed === "Page" ? here.gateway : here.operatorTables;
}

async function batchOfPage(world: PaperWorld): Promise<Batch> {
  const statementsRoot = statementLeaf(sentences(world).Page);
  return { operatorSetId: 1, tableEpoch: 1, issuedAt: await world.here.now(), statementsRoot };
}

async function expectNoBatch(
  world: PaperWorld,
  signed: (batch: Batch, said: Record<StatementKind, Statement>) => readonly Bytes32[],
): Promise<void> {
  const { here } = world;
  const batch = await batchOfPage(world);
  for (const digest of signed(batch, sentences(world))) {
    const certificate = await certificateOver(world, batch, digest);
    await expect(here.gateway.connect(here.relayer).confirm(certificate)).to.be.revertedWithCustomError(
      here.certificateVerifier,
      "SignatureInvalid",
    );
  }
}

/** An otherwise faultless certificate of everybody, whose signature is over `digest`. */
async function certificateOver({ strong }: PaperWorld, batch: Batch, digest: Bytes32): Promise<Certificate> {
  return { ...(await strong.sign(batch)), signature: sum(strong.keys.map(({ secret }) => sign(secret, digest))) };
}

function digestOf(structHash: Bytes32): Bytes32 {
  return bytes32(keccak256(concat(["0x1901", domainSeparator(TEST_DOMAIN), structHash])));
}

function sum(points: readonly G1Point[]): G1Point {
  return fromNobleG1(points.map(nobleG1).reduce((total, point) => total.add(point)));
}

import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { Claimed } from "#nodes/operator/claims.ts";
import { ContradictionError, HistoryError, SigningHistory } from "#nodes/operator/history.ts";
import { Signer } from "#nodes/operator/signer.ts";
import { batchDigest, StatementTree, type Batch } from "#protocol/batches.ts";
import { laneId } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import type { Page } from "#protocol/statements.ts";
import { address, bytes32, chainId, type Bytes32 } from "#protocol/types.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const signer = new Signer(bytes32(`0x${"00".repeat(31)}07`));
const owner = { key: signer.publicKey.g1, domain: TEST_DOMAIN };
const lane = {
  sourceChainId: chainId(1),
  sourceGateway: address(`0x${"11".repeat(20)}`),
  destinationChainId: chainId(2),
  destinationGateway: address(`0x${"22".repeat(20)}`),
};
const idOf = (byte: number) => bytes32(`0x${byte.toString(16).padStart(2, "0").repeat(32)}`);

interface PageOptions {
  readonly finality?: number;
  readonly blockNumber?: bigint;
  /** Head before the page, unless the lane's first. */
  readonly head?: Bytes32;
}

function claimOf(ids: readonly Bytes32[], { finality = 3, blockNumber = 9n, head }: PageOptions = {}): Claimed {
  const tree = new PageTree(head ?? laneId(lane), ids);
  const page: Page = {
    ...lane,
    pageIndex: 0n,
    count: tree.count,
    root: tree.root(),
    chainHead: tree.chainHead(),
    blockNumber,
    sourceTimestamp: 100n,
    finality,
  };
  const messages = ids.map((id, index) => ({ id, chainHead: tree.chainHead(index + 1) }));
  return { statement: { kind: "Page", content: page }, messages };
}

function batchOf(...claims: readonly Claimed[]): Batch {
  const { root } = new StatementTree(claims.map(({ statement }) => statement));
  return { operatorSetId: 1, tableEpoch: 1, issuedAt: 200n, statementsRoot: root };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("The signing history", function () {
  let folder: string;
  let file: string;
  let history: SigningHistory;

  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "parley-history-"));
    file = join(folder, "history.sqlite");
    history = await SigningHistory.open(file, owner, true);
  });
  afterEach(async function () {
    await history.close();
    await rm(folder, { recursive: true });
  });

  const record = (claim: Claimed) => history.record(batchOf(claim), [claim]);

  it("lets the same be signed again, in any batch, and a page that has grown", async function () {
    const first = claimOf([idOf(1), idOf(2)]);
    const { digest } = await record(first);
    expect(digest).to.equal(batchDigest(TEST_DOMAIN, batchOf(first)));
    expect((await record(first)).digest).to.equal(digest);
    await record(claimOf([idOf(1), idOf(2)], { blockNumber: 10n }));
    await record(claimOf([idOf(1), idOf(2), idOf(3)]));
  });

  it("refuses another message under a nonce that was signed as final, for ever", async function () {
    await record(claimOf([idOf(1), idOf(2)]));
    for (const contradiction of [
      claimOf([idOf(1), idOf(9)]),
      claimOf([idOf(9)]),
      claimOf([idOf(9)], { finality: 1 }),
    ]) {
      expect(await failure(record(contradiction))).to.be.instanceOf(ContradictionError);
    }
    await history.close();
    history = await SigningHistory.open(file, owner, false);
    expect(await failure(record(claimOf([idOf(1), idOf(9)])))).to.be.instanceOf(ContradictionError);
  });

  it("refuses the same messages after another past: a root may agree where a chain head does not", async function () {
    await record(claimOf([idOf(1)]));
    expect(await failure(record(claimOf([idOf(1)], { head: idOf(7) })))).to.be.instanceOf(ContradictionError);
  });

  it("writes nothing of a batch of which one statement contradicts", async function () {
    await record(claimOf([idOf(1)]));
    const other = claimOf([idOf(5)]);
    const elsewhere: Claimed = {
      ...other,
      statement: {
        kind: "Table",
        content: { operatorSetId: 1, epoch: 2, tableHash: idOf(4), validFrom: 1n, validUntil: 2n },
      },
    };
    const batch = batchOf(elsewhere, other);
    expect(await failure(history.record(batch, [elsewhere, other]))).to.be.instanceOf(ContradictionError);
    expect(await history.evidence(batch.statementsRoot)).to.equal(undefined);
  });

  it("refuses a second table of one epoch and a second version of one entry", async function () {
    const table = (validUntil: bigint): Claimed => ({
      statement: {
        kind: "Table",
        content: { operatorSetId: 1, epoch: 2, tableHash: idOf(4), validFrom: 1n, validUntil },
      },
    });
    const entry = (status: number): Claimed => {
      const { sourceChainId, sourceGateway } = lane;
      const subject = { chainId: sourceChainId, gateway: sourceGateway, operatorSetId: 1, version: 3n };
      return { statement: { kind: "Rollup", content: { ...subject, status, finality: 3, refutable: true } } };
    };
    await record(table(2n));
    await record(entry(1));
    expect(await failure(record(table(3n)))).to.be.instanceOf(ContradictionError);
    expect(await failure(record(entry(2)))).to.be.instanceOf(ContradictionError);
  });

  it("lets a row below final yield to a final one, and to nothing else", async function () {
    await record(claimOf([idOf(1)], { finality: 1 }));
    expect(await failure(record(claimOf([idOf(2)], { finality: 2 })))).to.be.instanceOf(ContradictionError);
    await record(claimOf([idOf(2)], { finality: 3 }));
    expect(await failure(record(claimOf([idOf(1)], { finality: 3 })))).to.be.instanceOf(ContradictionError);
  });

  it("serves every statement it recorded, with its leaves, after it was opened anew", async function () {
    const claim = claimOf([idOf(1), idOf(2)]);
    const batch = batchOf(claim);
    await record(claim);
    await history.close();
    history = await SigningHistory.open(file, owner, false);
    expect(await history.evidence(batch.statementsRoot)).to.deep.equal({ batch, statements: [claim.statement] });
    const { content } = claim.statement;
    expect("root" in content ? await history.leavesOf(content) : []).to.deep.equal([idOf(1), idOf(2)]);
  });

  it("serves of a root that was signed again and again the batch that was issued last", async function () {
    for (const count of [1, 2, 3, 4, 5, 6]) {
      const claim = claimOf(Array.from({ length: count }, (_, at) => idOf(at + 1)));
      const batch = batchOf(claim);
      for (const issuedAt of [300n, 500n, 250n]) await history.record({ ...batch, issuedAt }, [claim]);
      expect((await history.evidence(batch.statementsRoot))?.batch.issuedAt, `page of ${String(count)}`).to.equal(500n);
    }
  });

  it("does not open when it is damaged, missing, in use, or another's", async function () {
    const open = (path: string, whose = owner, create = false) => failure(SigningHistory.open(path, whose, create));
    expect(await open(file), "in use").to.be.instanceOf(HistoryError);
    await record(claimOf([idOf(1)]));
    await history.close();

    expect(await open(join(folder, "missing.sqlite")), "missing").to.be.instanceOf(HistoryError);
    const stranger = { ...owner, key: new Signer(idOf(3)).publicKey.g1 };
    expect(await open(file, stranger), "another key's").to.be.instanceOf(HistoryError);
    const elsewhere = { ...owner, domain: { ...TEST_DOMAIN, hubChainId: chainId(901) } };
    expect(await open(file, elsewhere), "another domain's").to.be.instanceOf(HistoryError);

    const bytes = await readFile(file);
    bytes.fill(0xff, 4_096);
    await writeFile(file, bytes);
    expect((await stat(file)).size).to.be.greaterThan(4_096);
    expect(await open(file), "damaged").to.be.instanceOf(HistoryError);
    expect(await open(file, owner, true), "damaged, and allowed to begin").to.be.instanceOf(HistoryError);
  });

  it("has what was recorded in its files at once: a node that dies then still refuses what contradicts", async function () {
    await record(claimOf([idOf(1)]));
    const copy = join(folder, "copy.sqlite");
    for (const suffix of ["", "-wal"]) await copyFile(`${file}${suffix}`, `${copy}${suffix}`);
    const survivor = await SigningHistory.open(copy, owner, false);
    const other = claimOf([idOf(2)]);
    expect(await failure(survivor.record(batchOf(other), [other]))).to.be.instanceOf(ContradictionError);
    await survivor.close();
  });

  it("lets one of two batches that contradict each other through, when both are asked for at once", async function () {
    const claims = [1, 2, 3, 4].map((byte) => claimOf([idOf(byte)]));
    const failures = await Promise.all(claims.map((claim) => failure(record(claim))));
    expect(failures.filter((error) => error === undefined)).to.have.length(1);
    expect(failures.filter((error) => error instanceof ContradictionError)).to.have.length(3);
  });

  it("refuses a batch that contradicts itself", async function () {
    const pair = [claimOf([idOf(1)]), claimOf([idOf(2)])];
    expect(await failure(history.record(batchOf(...pair), pair))).to.be.instanceOf(ContradictionError);
  });

  it("lets nothing be signed once it cannot be written", async function () {
    await history.close();
    expect(await failure(record(claimOf([idOf(1)])))).to.be.instanceOf(HistoryError);
  });
});

import { expect } from "chai";

import { CertificateBook } from "#nodes/relayer/certificates.ts";
import type { Checker } from "#nodes/relayer/checker.ts";
import { FactBook } from "#nodes/relayer/factBook.ts";
import { RelayerStore } from "#nodes/relayer/store.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { StatementTree } from "#protocol/batches.ts";
import type { G2Point } from "#protocol/bn254.ts";
import { laneId } from "#protocol/messages.ts";
import type { Page, Statement } from "#protocol/statements.ts";
import { address, bytes32, chainId } from "#protocol/types.ts";
import { CertificateServer } from "#support/certificateServer.ts";

const SOME_BYTES = bytes32(`0x${"ab".repeat(32)}`);
const page: Page = {
  sourceChainId: chainId(1),
  sourceGateway: address(`0x${"11".repeat(20)}`),
  destinationChainId: chainId(2),
  destinationGateway: address(`0x${"22".repeat(20)}`),
  pageIndex: 0n,
  count: 1,
  root: SOME_BYTES,
  chainHead: SOME_BYTES,
  blockNumber: 9n,
  sourceTimestamp: 100n,
  finality: 3,
};

const statements: Statement[] = [{ kind: "Page", content: page }];

describe("A relayer's book of certificates", function () {
  let server: CertificateServer;
  let store: RelayerStore;
  let book: CertificateBook;
  let now = 0;
  const clock: Clock = { nowMs: () => now, nowSeconds: () => BigInt(Math.floor(now / 1_000)) };

  beforeEach(async function () {
    now = 0;
    server = await CertificateServer.start();
    store = new RelayerStore(":memory:");
    const checker: Checker = {
      refresh: () => undefined,
      standing: async () => Promise.resolve({ pages: [page], facts: [] }),
    };
    book = new CertificateBook({
      store,
      checker,
      aggregators: [server.url],
      retryMs: 10,
      clock,
      log: silentLog,
      facts: new FactBook(),
    });
  });
  afterEach(async function () {
    await store.close();
    await server.close();
  });

  it("asks for a page again and again, more and more rarely, and no other page waits for it", async function () {
    const times: number[] = [];
    for (; now <= 200; now += 5) {
      const before = server.asked.length;
      await book.askAgain(page);
      if (server.asked.length > before) times.push(now);
    }
    expect(times).to.deep.equal([0, 10, 30, 70, 150]);
    await book.askAgain({ ...page, pageIndex: 1n });
    expect(server.asked.at(-1)?.pageIndex).to.equal("1");
  });

  it("has a page for two days after nobody waits for it any more, and longer while somebody does", async function () {
    const batch = { operatorSetId: 1, tableEpoch: 1, issuedAt: 0n, statementsRoot: new StatementTree(statements).root };
    const aggregateKey: G2Point = { x: [1n, 1n], y: [1n, 1n] };
    const hint = { fourthRoot: 1n, nonResidueRoots: [] };
    const certificate = { batch, nonSigners: 0n, signature: { x: 1n, y: 2n }, aggregateKey, hint };
    server.publish({ certificate, statements });
    await book.poll();
    const keptAfter = async (seconds: number, isAwaited: boolean) => {
      now = seconds * 1_000;
      await book.forget(() => isAwaited);
      return [book.page(laneId(page), 0n)?.page, (await store.certificates()).length];
    };
    expect(await keptAfter(2 * 86_400, false)).to.deep.equal([page, 1]);
    expect(await keptAfter(2 * 86_400 + 1, true)).to.deep.equal([page, 1]);
    expect(await keptAfter(2 * 86_400 + 1, false)).to.deep.equal([undefined, 0]);
  });
});

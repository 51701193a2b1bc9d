import { expect } from "chai";

import { evidenceSchema, statementEvidenceSchema, type SignRequest, type SignResponse } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { batchDigest, StatementTree, type Batch } from "#protocol/batches.ts";
import { sign } from "#protocol/bn254.ts";
import { elementAt } from "#protocol/errors.ts";
import { statementLeaf, type Page, type Statement } from "#protocol/statements.ts";
import { address, bytes32, type Bytes32 } from "#protocol/types.ts";
import { askToSign, Net } from "#support/nodes.ts";
import type { LanePage } from "#support/rollup.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const SOME_BYTES = bytes32(`0x${"ab".repeat(32)}`);

function request(statements: readonly Statement[], changes: Partial<Batch> = {}): SignRequest {
  const statementsRoot = new StatementTree(statements).root;
  const issuedAt = statements.reduce(
    (latest, { kind, content }) =>
      kind === "Page" && content.sourceTimestamp > latest ? content.sourceTimestamp : latest,
    BigInt(Math.floor(Date.now() / 1_000)),
  );
  return {
    batch: { operatorSetId: 1, tableEpoch: 1, issuedAt, statementsRoot, ...changes },
    statements: [...statements],
  };
}

const pageStatement = (content: Page): Statement => ({ kind: "Page", content });

function doubts(response: SignResponse): Record<string, string> {
  if (response.status === "signed") return {};
  return Object.fromEntries(response.statements.map(({ leaf, code }) => [leaf, code]));
}

describe("An operator", function () {
  let net: Net;
  let operator: RunningNode;
  let honest: LanePage;

  before(async function () {
    net = await Net.start();
    const { alpha, beta } = net.world;
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    await alpha.send(beta, beta.addresses.gateway, "0x02");
    honest = await alpha.page(alpha.laneTo(beta));
    operator = await net.operator(1);
  });
  after(async function () {
    await net.stop();
  });

  it("signs a batch whose every statement it has verified, and serves the statements", async function () {
    const asked = request([pageStatement(honest.page)]);
    const response = await askToSign(operator, asked);
    const key = elementAt(net.world.committee.keys, 1);
    const signature = sign(key.secret, batchDigest(TEST_DOMAIN, asked.batch));
    expect(response).to.deep.equal({ status: "signed", key: { g1: key.g1, g2: key.g2 }, signature });

    const at = (path: string) => ({ url: `${operator.url}${path}`, timeoutMs: 5_000 });
    const evidence = await fetchJson(at(`/evidence/${asked.batch.statementsRoot}`), evidenceSchema);
    expect(evidence).to.deep.equal(asked);
    const leaf = statementLeaf(elementAt(asked.statements, 0));
    const served = await fetchJson(at(`/statements/${leaf}`), statementEvidenceSchema);
    expect(served).to.deep.equal({ statement: asked.statements[0], leaves: honest.tree.leaves });
  });

  it("signs a page at a count that the lane has passed", async function () {
    const content = { ...honest.page, ...honest.tree.stated(1) };
    expect((await askToSign(operator, request([pageStatement(content)]))).status).to.equal("signed");
  });

  it("names every statement that it does not verify, and why, and signs nothing of the batch", async function () {
    const { page } = honest;
    const { alpha, beta } = net.world;
    const stranger = address(`0x${"77".repeat(20)}`);
    const lies: [string, Partial<Page>][] = [
      ["ContentMismatch", { root: SOME_BYTES }],
      ["ContentMismatch", { chainHead: SOME_BYTES }],
      ["CountNotReached", { count: 3 }],
      ["CountNotReached", { pageIndex: 1n }],
      ["BlockNotFinal", { blockNumber: page.blockNumber + 1_000n }],
      ["TimestampMismatch", { sourceTimestamp: page.sourceTimestamp - 1n }],
      ["FinalityTooLow", { finality: 2 }],
      ["SourceNotAllowed", { sourceGateway: stranger }],
      ["LaneNotInDirectory", { destinationGateway: stranger }],
      ["LaneNotInDirectory", { destinationChainId: alpha.chainId, destinationGateway: alpha.addresses.gateway }],
      ["CountNotReached", { ...beta.laneTo(alpha), blockNumber: 1n, sourceTimestamp: await timestampOf(1) }],
    ];
    const lying = lies.map(([code, changes]) => ({ code, statement: pageStatement({ ...page, ...changes }) }));
    const other: { code: string; statement: Statement }[] = [
      {
        code: "KindNotSupported",
        statement: {
          kind: "Table",
          content: { operatorSetId: 1, epoch: 2, tableHash: SOME_BYTES, validFrom: 1n, validUntil: 2n },
        },
      },
      {
        code: "KindNotSupported",
        statement: {
          kind: "Halt",
          content: { chainId: alpha.chainId, gateway: alpha.addresses.gateway, expiresAt: 1n, reason: SOME_BYTES },
        },
      },
    ];
    const wrong = [...lying, ...other];
    const asked = request([pageStatement(page), ...wrong.map(({ statement }) => statement)]);

    const response = await askToSign(operator, asked);

    expect(response).to.deep.include({ status: "refused", code: "StatementsNotVerified" });
    expect(doubts(response)).to.deep.equal(
      Object.fromEntries(wrong.map(({ code, statement }) => [statementLeaf(statement), code])),
    );

    async function timestampOf(block: number): Promise<bigint> {
      return BigInt((await beta.ethers.provider.getBlock(block))?.timestamp ?? 0);
    }
  });

  it("refuses a batch that is malformed, of another time or of an epoch that it is no member of", async function () {
    const statements = [pageStatement(honest.page)];
    const late = net.world.validUntil + 1n;
    const codes = async (changes: Partial<Batch>, from = operator) => {
      const response = await askToSign(from, request(statements, changes));
      return response.status === "refused" ? response.code : response.status;
    };
    expect(await codes({ statementsRoot: SOME_BYTES })).to.equal("BatchMalformed");
    expect(await codes({ issuedAt: late })).to.equal("IssuedOutOfBounds");
    expect(await codes({ issuedAt: honest.page.sourceTimestamp - 1n })).to.equal("BatchMalformed");
    expect(await codes({ tableEpoch: 2 })).to.equal("EpochUnknown");
    expect(await codes({ operatorSetId: 2 })).to.equal("EpochUnknown");
    const patient = await net.operator(0, { clockToleranceSeconds: 200_000 });
    expect(await codes({ issuedAt: late }, patient)).to.equal("IssuedOutOfBounds");
    const outsider = await net.operator(0, { secretKey: SOME_BYTES.replace("0xab", "0x00") });
    expect(await codes({}, outsider)).to.equal("NotAMember");
    const domain = { hubChainId: "901", serviceManager: TEST_DOMAIN.serviceManager };
    expect(await codes({}, await net.operator(0, { domain }))).to.equal("WrongDomain");
  });

  it("does not sign for a source that is not on its allow list", async function () {
    const picky = await net.operator(0, { sources: [String(net.world.beta.chainId)] });
    const statement = pageStatement(honest.page);
    const response = await askToSign(picky, request([statement]));
    expect(doubts(response)).to.deep.equal({ [statementLeaf(statement)]: "SourceNotAllowed" });
  });

  it("abstains while a log is hidden from it, and signs once any of its endpoints shows it", async function () {
    const { alpha } = net.world;
    const liar = await net.serve(alpha);
    let hidden: Bytes32 | undefined = honest.tree.leaves[1];
    liar.tamper = (method, _parameters, answer) =>
      method === "eth_getLogs" && Array.isArray(answer)
        ? answer.filter((log: unknown) => hidden === undefined || !JSON.stringify(log).includes(hidden))
        : answer;
    const urls = (list: string[]) => ({ rollups: net.rollups({ [String(alpha.chainId)]: list }) });
    const blind = await net.operator(2, urls([liar.url]));
    const statement = pageStatement(honest.page);

    expect(doubts(await askToSign(blind, request([statement])))).to.deep.equal({
      [statementLeaf(statement)]: "HeadMismatch",
    });
    const sighted = await net.operator(3, urls([liar.url, elementAt(net.endpoints, 0).url]));
    expect((await askToSign(sighted, request([statement]))).status).to.equal("signed");
    hidden = undefined;
    expect((await askToSign(blind, request([statement]))).status).to.equal("signed");
  });

  it("says that a chain is unavailable instead of guessing", async function () {
    const { alpha } = net.world;
    const dead = await net.serve(alpha);
    dead.tamper = () => {
      throw new Error("down");
    };
    const rollups = net.rollups({ [String(alpha.chainId)]: [dead.url] });
    const statement = pageStatement(honest.page);
    const response = await askToSign(await net.operator(2, { rollups }), request([statement]));
    expect(doubts(response)).to.deep.equal({ [statementLeaf(statement)]: "ChainUnavailable" });
  });
});

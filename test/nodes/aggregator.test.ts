import { expect } from "chai";

import type { SignRequest } from "#nodes/shared/api.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { batchDigest } from "#protocol/batches.ts";
import { sign } from "#protocol/bn254.ts";
import { elementAt } from "#protocol/errors.ts";
import { bytes32 } from "#protocol/types.ts";
import { certificatesOf, eventually, healthOf, Net } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";
import { TEST_DOMAIN } from "#support/world.ts";

function certificate(aggregator: RunningNode, seq = 1) {
  return eventually(`certificate ${String(seq)}`, async () => (await certificatesOf(aggregator))[seq - 1]);
}

const urlsOf = (nodes: readonly RunningNode[]) => nodes.map(({ url }) => url);

describe("An aggregator", function () {
  let net: Net;
  let alpha: Rollup;
  let beta: Rollup;
  let gamma: Rollup;

  beforeEach(async function () {
    net = await Net.start({ chainIds: [1_001, 1_002, 1_003] });
    ({ alpha, beta } = net.world);
    gamma = elementAt(net.world.rollups, 2);
  });
  afterEach(async function () {
    await net.stop();
  });

  it("certifies all lanes with news in one batch", async function () {
    const operators = await net.operators([0, 1, 2, 3]);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    await beta.send(alpha, alpha.addresses.gateway, "0x02");
    await gamma.send(alpha, alpha.addresses.gateway, "0x03");
    const aggregator = await net.aggregator(urlsOf(operators));
    const { certificate: found, statements } = await certificate(aggregator);
    expect(found.nonSigners).to.equal(0n);
    expect(statements.map(({ content }) => ("count" in content ? content.count : 0))).to.deep.equal([1, 1, 1]);
  });

  it("sets the bit of an operator from whom a log is hidden, and of one that is down", async function () {
    const id = await alpha.send(beta, beta.addresses.gateway, "0x01");
    const liar = await net.serve(alpha);
    liar.tamper = (method, _parameters, answer) =>
      method === "eth_getLogs" && Array.isArray(answer)
        ? answer.filter((log: unknown) => !JSON.stringify(log).includes(id))
        : answer;
    const blind = await net.operator(3, { rollups: net.rollups({ [String(alpha.chainId)]: [liar.url] }) });
    const down = await net.operator(2);
    await down.stop();
    const operators = [...(await net.operators([0, 1])), down, blind];
    const aggregator = await net.aggregator(urlsOf(operators));
    expect((await certificate(aggregator)).certificate.nonSigners).to.equal(0b1100n);
    expect((await healthOf(blind)).counters.refused).to.be.greaterThan(0);
  });

  it("drops a statement without a quorum, so that one sick rollup stops nobody else", async function () {
    const sources = [alpha, beta].map(({ chainId }) => String(chainId));
    const wary = await Promise.all([0, 1].map((row) => net.operator(row, { sources })));
    const operators = [...wary, ...(await net.operators([2, 3]))];
    await gamma.send(alpha, alpha.addresses.gateway, "0x03");
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const aggregator = await net.aggregator(urlsOf(operators));
    const { statements } = await certificate(aggregator);
    expect(statements.map(({ content }) => "sourceChainId" in content && content.sourceChainId)).to.deep.equal([
      alpha.chainId,
    ]);
    await beta.send(alpha, alpha.addresses.gateway, "0x02");
    const next = await certificate(aggregator, 2);
    expect(next.statements.map(({ content }) => "sourceChainId" in content && content.sourceChainId)).to.deep.equal([
      beta.chainId,
    ]);
  });

  it("goes on without a rollup whose endpoint is dead", async function () {
    elementAt(net.endpoints, 2).tamper = () => {
      throw new Error("down");
    };
    const operators = await net.operators([0, 1, 2, 3]);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const aggregator = await net.aggregator(urlsOf(operators));
    expect((await certificate(aggregator)).certificate.nonSigners).to.equal(0n);
    expect((await healthOf(aggregator)).problems.join()).to.contain(`chain ${String(gamma.chainId)}`);
  });

  it("blames a signature that does not hold, and does without it", async function () {
    const { keys } = net.world.committee;
    const wrong = bytes32(`0x${"ab".repeat(32)}`);
    const forger = (row: number, digest?: (request: SignRequest) => Parameters<typeof sign>[1]) => {
      const { secret, g1, g2 } = elementAt(keys, row);
      return net.fake((request) => ({
        status: "signed",
        key: { g1, g2 },
        signature: sign(secret, digest?.(request) ?? wrong),
      }));
    };
    const stranger = elementAt(keys, 2);
    const { g1 } = elementAt(keys, 1);
    // One signs something else, one sends a key of its own under another's, one claims a row that is not its own.
    const liars = [
      await forger(3),
      await net.fake(({ batch }) => ({
        status: "signed",
        key: { g1: elementAt(keys, 2).g1, g2: elementAt(keys, 0).g2 },
        signature: sign(stranger.secret, batchDigest(TEST_DOMAIN, batch)),
      })),
      await net.fake(({ batch }) => ({
        status: "signed",
        key: { g1, g2: stranger.g2 },
        signature: sign(stranger.secret, batchDigest(TEST_DOMAIN, batch)),
      })),
    ];
    // And one sends what is no point at all.
    const { g1: own, g2 } = elementAt(keys, 3);
    liars.push(await net.fake(() => ({ status: "signed", key: { g1: own, g2 }, signature: { x: 1n, y: 1n } })));
    const honest = await net.operators([0, 1]);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const aggregator = await net.aggregator([...liars, ...urlsOf(honest)]);
    expect((await certificate(aggregator)).certificate.nonSigners).to.equal(0b1100n);
    const { counters } = await healthOf(aggregator);
    for (const liar of liars) expect(counters[`blamed ${liar}`], liar).to.be.greaterThan(0);
    for (const { url } of honest) expect(counters[`blamed ${url}`]).to.equal(undefined);
  });

  it("publishes nothing without a quorum, and says what is missing", async function () {
    const operators = await net.operators([0, 2]);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const aggregator = await net.aggregator([...urlsOf(operators), "http://127.0.0.1:9"]);
    await eventually("a round without quorum", async () => {
      const { problems } = await healthOf(aggregator);
      return problems.some((problem) => problem.includes("no quorum")) ? true : undefined;
    });
    expect(await certificatesOf(aggregator)).to.deep.equal([]);
  });
});

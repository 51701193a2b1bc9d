import { expect } from "chai";

import { eventually, Net, reportOf } from "#support/nodes.ts";

describe("Operators, aggregator and relayer together", function () {
  let net: Net;

  beforeEach(async function () {
    net = await Net.start();
  });
  afterEach(async function () {
    await net.stop();
  });

  it("carry a message from one rollup to another without anybody's help", async function () {
    const { alpha, beta } = net.world;
    const recipient = await beta.deployMock("RecordingRecipient");
    const operators = await net.operators([0, 1, 2, 3]);
    const aggregator = await net.aggregator(operators.map(({ url }) => url));
    const relayer = await net.relayer(aggregator.url);

    const id = await alpha.send(beta, recipient, "0x1234");
    const report = await eventually("delivery", async () => {
      const found = await reportOf(relayer, id);
      return found.state === "delivered" && found.attempts > 0 ? found : undefined;
    });

    expect(await beta.gateway.isDelivered(alpha.chainId, alpha.addresses.gateway, 0n)).to.equal(true);
    expect(report).to.include({ messageId: id, attempts: 1 });
    expect(report.reason).to.equal(undefined);
    expect(report.transactionHash).to.match(/^0x[0-9a-f]{64}$/);
  });
});

import { expect } from "chai";
import { id as hashOf } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { burst, times } from "#support/burst.ts";
import { publishedStage } from "#support/publishedStage.ts";
import { pageStatement } from "#support/publisher.ts";
import { relay } from "#support/relay.ts";
import { deliverConfirmed } from "#support/relayer.ts";
import { certifyPage, runOf } from "#support/world.ts";

const MANY = 18;

describe("The task message trace", function () {
  const stage = publishedStage();

  it("needs chains alone for a delivered message: times, signers, weights, quorum, gas", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta, epoch, committee } = world;
    const lane = alpha.laneTo(beta);
    const ids = [await alpha.send(beta, recipient, "0x01"), await alpha.send(beta, recipient, "0x02")];
    const page = await alpha.page(lane);
    const certified = await certifyPage(world, beta, page, { absent: [1] });
    const delivery = await beta.gateway
      .connect(beta.relayer)
      .deliver(certified.certificate, [runOf(page, certified)])
      .then((sent) => sent.wait());
    const found = await tasks.json("message trace", { id: elementAt(ids, 1) });
    const total = committee.table.totalWeight;
    expect(found).to.deep.include({ stage: "delivered", source: "alpha", destination: "beta", attempts: [] });
    expect(found.certificate).to.deep.include({
      told: "by the chain",
      statementsRoot: certified.certificate.batch.statementsRoot,
      signedWeight: String((total * 3n) / 4n),
      totalWeight: String(total),
      ...{ signedBps: 7_500, requiredBps: 6_667, isValid: true },
      issuedAt: String(certified.certificate.batch.issuedAt),
    });
    expect(found).to.have.nested.property("certificate.signers[1].hasSigned", false);
    expect(found).to.have.nested.property("certificate.signers[1].operator", epoch.operators[1]);
    expect(found).to.have.nested.property("certificate.signers[0].hasSigned", true);
    expect(found.delivered).to.deep.include({
      transactionHash: delivery?.hash,
      gasUsed: String(delivery?.gasUsed),
      messages: 2,
      from: beta.relayer.address,
    });
    const { stdout, exitCode } = await tasks.run("message trace", { id: elementAt(ids, 1) });
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(
      /alpha → beta #1[^]*– row 1, weight 1[^]*7500 bps, 6667 demanded[^]*2 in one transaction\n$/,
    );
  });

  it("finds the certificate of a message that came under a stored batch", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta } = world;
    const id = await alpha.send(beta, recipient, "0x03");
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPage(world, beta, page);
    const confirmation = await beta.gateway.connect(beta.user).confirm(certified.certificate);
    await deliverConfirmed(beta, [runOf(page, certified)]);
    const found = await tasks.json("message trace", { id });
    expect(found).to.have.nested.property("certificate.confirmed.transactionHash", confirmation.hash);
    expect(found).to.have.nested.property("certificate.signedBps", 10_000);
  });

  it("follows all messages of a transaction, up to a bound that it tells", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta } = world;
    await burst(alpha, beta, times(MANY, { recipient }));
    const [sent] = (await alpha.gateway.queryFilter(alpha.gateway.filters.MessageSent())).slice(-1);
    const { messages, left } = await tasks.json("message trace", { id: sent?.transactionHash }, 2);
    expect(messages).to.have.length(16);
    expect(left).to.have.length(MANY - 16);
    expect(left).to.include(sent?.args.sendId);
    const { receipt } = await relay(world, alpha, beta);
    const whole = await tasks.json("message trace", { id: receipt.hash });
    expect(whole.messages).to.have.length(16);
    expect(whole).to.have.nested.property("messages[15].message.nonce", "15");
  });

  it("tells of a certificate that has not landed what an aggregator tells, and whether it holds", async function () {
    const { world, tasks, aggregator, recipient } = stage();
    const { alpha, beta } = world;
    const id = await alpha.send(beta, recipient, "0x04");
    const args = { id, aggregator: aggregator.url };
    expect(await tasks.json("message trace", args, 2)).to.include({ stage: "sent" });
    const page = await alpha.page(alpha.laneTo(beta));
    const { certificate } = await certifyPage(world, beta, page);
    const statements = [pageStatement(page.page)];
    aggregator.publish({ certificate, statements });
    const found = await tasks.json("message trace", args, 2);
    expect(found).to.include({ stage: "certified" });
    expect(found.certificate).to.include({ told: "by an aggregator", statements: 1, isValid: true });
    aggregator.clear();
    aggregator.publish({ certificate: { ...certificate, nonSigners: 1n }, statements });
    expect((await tasks.json("message trace", args, 2)).certificate).to.include({ isValid: false, signedBps: 7_500 });
  });

  it("tells of attempts that the recipient refused", async function () {
    const { world, tasks } = stage();
    const { alpha, beta } = world;
    const id = await alpha.send(beta, await beta.deployMock("MoodyRecipient"), "0x05");
    await relay(world, alpha, beta);
    const found = await tasks.json("message trace", { id }, 2);
    expect(found).to.have.nested.property("attempts[0].reason", "not in the mood");
    expect(found).to.have.nested.property("certificate.told", "by the chain");
  });

  it("knows no id that nobody sent, and no transaction without messages", async function () {
    const { world, tasks } = stage();
    await tasks.expectFailed("message trace", { id: hashOf("nobody") }, /^no gateway of the address book sent 0x/);
    const bare = await world.alpha.user.sendTransaction({ to: world.alpha.user.address });
    await tasks.expectFailed(
      "message trace",
      { id: bare.hash },
      /^the transaction on alpha sent, delivered or tried no/,
    );
    await tasks.expectFailed("message trace", { id: "0x12" }, /^not 32 bytes: 0x12\n$/);
  });
});

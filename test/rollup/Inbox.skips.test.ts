import { expect } from "chai";

import { DEFAULT_POLICY, DEFAULT_WINDOWS } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId, type Message } from "#protocol/messages.ts";
import { burst, times } from "#support/burst.ts";
import { expectArrived } from "#support/crosschain.ts";
import { expectDelivered, expectExpired, expectUnseen, Obstacle } from "#support/expectations.ts";
import { single } from "#support/erc7579.ts";
import { relay } from "#support/relay.ts";
import { certifyPages, deliver, deliverConfirmed } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

const NOTHING_MORE = { ...DEFAULT_POLICY, messagesPerHour: 0 };

describe("Inbox: expired messages", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipient = await beta.deployMock("RecordingRecipient");
    const deadline = (await beta.now()) + 1_000n;
    const endless = { recipient };
    const hasty = { recipient, deliverBefore: deadline };
    const patient = { recipient, deliverBefore: deadline + 1n };
    await burst(alpha, beta, [hasty, endless, hasty, hasty, patient, endless, hasty]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    const message = (at: number): Message => elementAt(page.messages, at);
    return { rollups, beta, page, certified, deadline, message, run: runOf(page, certified) };
  });

  it("are delivered up to the last second", async function () {
    const { beta, page, certified, run, deadline } = stage();
    await beta.helpers.time.setNextBlockTimestamp(deadline);
    await deliver(beta, certified.certificate, [run]);
    await expectDelivered(beta, ...page.messages);
  });

  it("are skipped from the next second on, without a word, and spare their neighbours", async function () {
    const { beta, certified, run, deadline, message } = stage();
    await beta.helpers.time.setNextBlockTimestamp(deadline + 1n);

    const { delivered, failed, receipt } = await deliver(beta, certified.certificate, [run]);

    const inTime = [message(1), message(4), message(5)];
    expect(delivered).to.deep.equal(inTime.map(messageId));
    expect(failed).to.deep.equal([]);
    expect(receipt.logs).to.have.length(2 * inTime.length);
    await expectDelivered(beta, ...inTime);
    await expectExpired(beta, message(0), message(2), message(3), message(6));
  });

  it("make a run that does nothing, when all of it is over", async function () {
    const { beta, page, certified, deadline } = stage();
    await beta.helpers.time.setNextBlockTimestamp(deadline + 5n);
    const { receipt } = await deliver(beta, certified.certificate, [runOf(page, certified, { first: 2, count: 3 })]);
    expect(receipt.logs).to.have.length(0);
  });

  it("stay delivered when they were, however late it gets", async function () {
    const { beta, page, certified, run, deadline } = stage();
    await deliver(beta, certified.certificate, [run]);
    await beta.helpers.time.increaseTo(deadline + 10_000n);
    await expectDelivered(beta, ...page.messages);
  });
});

describe("Inbox: messages over the policy's hourly limit", function () {
  const LIMIT = 3;
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world({ chainIds: [1_001, 1_002, 1_003] });
    const gamma = elementAt(rollups, 2);
    const recipient = await beta.deployMock("RecordingRecipient");
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    const refuser = await beta.deployMock("RevertingRecipient", "0x");
    const order = { recipient };
    await burst(alpha, beta, [...times(8, order), { recipient: refuser }, { recipient: refuser }, ...times(5, order)]);
    await burst(gamma, beta, times(5, order));
    const page = await alpha.page(alpha.laneTo(beta));
    const fromGamma = await gamma.page(gamma.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page, fromGamma]);
    await beta.gateway.confirm(certified.certificate);
    await beta.policy.tighten(alpha.chainId, { ...DEFAULT_POLICY, messagesPerHour: LIMIT });
    return { rollups, alpha, beta, committee, recorder, page, fromGamma, certified };
  });

  /** Delivers messages `first` to `first + count − 1` of alpha, and returns which arrived. */
  async function arrivals(first: number, count: number): Promise<readonly string[]> {
    const { beta, page, certified } = stage();
    return (await deliverConfirmed(beta, [runOf(page, certified, { first, count })])).delivered;
  }

  const ids = (first: number, count: number) =>
    stage()
      .page.messages.slice(first, first + count)
      .map(messageId);

  it("are skipped without a word and wait, their neighbours arrive", async function () {
    const { beta, page, certified } = stage();
    const { delivered, failed, receipt } = await deliver(beta, certified.certificate, [
      runOf(page, certified, { first: 0, count: 8 }),
    ]);
    expect(delivered).to.deep.equal(ids(0, LIMIT));
    expect(failed).to.deep.equal([]);
    expect(receipt.logs).to.have.length(2 * LIMIT);
    await expectDelivered(beta, ...page.messages.slice(0, LIMIT));
    await expectUnseen(beta, page.messages.slice(LIMIT), Obstacle.OverLimit);
  });

  it("count over all runs and transactions of the hour, and of their own source only", async function () {
    const { alpha, beta, page, fromGamma, certified } = stage();
    const runs = [
      runOf(page, certified, { first: 0, count: 2 }),
      runOf(fromGamma, certified),
      runOf(page, certified, { first: 5, count: 2 }),
    ];
    const { delivered } = await deliver(beta, certified.certificate, runs);
    expect(delivered).to.deep.equal([...ids(0, 2), ...fromGamma.messages.map(messageId), ...ids(5, 1)]);
    expect(await beta.policy.messagesLeft(alpha.chainId)).to.equal(0n);
    expect(await arrivals(6, 1)).to.deep.equal([]);
  });

  it("arrive once an hour has passed, not a second sooner", async function () {
    const { beta } = stage();
    await arrivals(0, 8);
    const deliveredAt = await beta.now();
    await beta.helpers.time.setNextBlockTimestamp(deliveredAt + 3_599n);
    expect(await arrivals(0, 8)).to.deep.equal([]);
    await beta.helpers.time.setNextBlockTimestamp(deliveredAt + 3_600n);
    expect(await arrivals(0, 8)).to.deep.equal(ids(3, LIMIT));
  });

  it("are charged by the message and by its time: each place is free again an hour after it was taken", async function () {
    const { beta } = stage();
    await arrivals(0, 1);
    const firstAt = await beta.now();
    await beta.helpers.time.setNextBlockTimestamp(firstAt + 1_800n);
    await arrivals(1, 2);
    await beta.helpers.time.setNextBlockTimestamp(firstAt + 3_600n);
    expect(await arrivals(3, 5)).to.deep.equal(ids(3, 1));
    await beta.helpers.time.setNextBlockTimestamp(firstAt + 1_800n + 3_600n);
    expect(await arrivals(4, 4)).to.deep.equal(ids(4, 2));
  });

  it("are charged on success only: a recipient that refuses costs its source nothing", async function () {
    const { alpha, beta, page, certified } = stage();
    const { delivered, failed } = await deliver(beta, certified.certificate, [
      runOf(page, certified, { first: 7, count: 8 }),
    ]);
    expect(delivered).to.deep.equal([...ids(7, 1), ...ids(10, 2)]);
    expect(failed.map((failure) => failure.messageId)).to.deep.equal(ids(8, 2));
    expect(await beta.policy.messagesLeft(alpha.chainId)).to.equal(0n);
  });

  it("are not charged for what was delivered before", async function () {
    const { alpha, beta } = stage();
    await arrivals(0, 2);
    await arrivals(0, 2);
    expect(await beta.policy.messagesLeft(alpha.chainId)).to.equal(1n);
    expect(await arrivals(0, 8)).to.deep.equal(ids(2, 1));
  });

  it("are all of them at a limit of zero", async function () {
    const { alpha, beta, page } = stage();
    await beta.policy.tighten(alpha.chainId, NOTHING_MORE);
    expect(await arrivals(0, 8)).to.deep.equal([]);
    await expectUnseen(beta, page.messages, Obstacle.OverLimit);
  });

  it("may only be charged by the gateway", async function () {
    const { alpha, beta } = stage();
    await expect(beta.policy.connect(beta.user).charge(alpha.chainId, 1n))
      .to.be.revertedWithCustomError(beta.policy, "NotTheGateway")
      .withArgs(beta.user.address, beta.addresses.gateway);
  });
});

describe("Inbox: a limit that is lowered while a run executes", function () {
  const VALIDITY = 20n * 86_400n;
  const LIMITED = { ...DEFAULT_POLICY, messagesPerHour: 100 };
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world({
      validitySeconds: VALIDITY,
      parameters: { maxValiditySeconds: Number(VALIDITY), defaultPolicy: LIMITED },
    });
    return { rollups, alpha, beta, committee };
  });

  it("by a rival, who takes an announced policy into effect, voids no neighbour's delivery", async function () {
    const { alpha, beta } = stage();
    const next = { ...LIMITED, maxAgeSeconds: 100_000, messagesPerHour: 1 };
    await beta.policy.announceLoosening(alpha.chainId, next);
    await beta.helpers.time.increase(DEFAULT_WINDOWS.looseningDelaySeconds);
    const rival = await beta.deployMock("LooseningRecipient", beta.addresses.policy, alpha.chainId);
    const recipient = await beta.deployMock("RecordingRecipient");
    await burst(alpha, beta, [...times(2, { recipient }), { recipient: rival }, { recipient }]);

    const { messages, delivered } = await relay(stage(), alpha, beta);

    expect(delivered).to.deep.equal(messages.map(messageId));
    expect((await beta.policy.sourcePolicy(alpha.chainId)).messagesPerHour).to.equal(1n);
    expect(await beta.policy.messagesLeft(alpha.chainId)).to.equal(0n);
  });

  it("by the owner, whom the very source governs, is lowered for the next run", async function () {
    const { alpha, beta } = stage();
    const executor = await beta.ethers.deployContract("CrosschainRemoteExecutor", [
      beta.gateway,
      alpha.interoperable(alpha.user.address),
    ]);
    await beta.policy.transferOwnership(executor);
    const command = async (data: string) => {
      await alpha.send(beta, await executor.getAddress(), single({ target: beta.addresses.policy, data }));
      return relay(stage(), alpha, beta);
    };
    const { interface: abi } = beta.policy;
    await command(abi.encodeFunctionData("acceptOwnership"));
    await expectArrived(await command(abi.encodeFunctionData("tighten", [alpha.chainId, NOTHING_MORE])));
    expect(await beta.policy.messagesLeft(alpha.chainId)).to.equal(0n);
  });
});

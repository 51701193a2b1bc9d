import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import type { DeliveryState, MessageReport } from "#nodes/shared/api.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { address } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { certificatesOf, eventually, healthOf, Net, reportOf } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";
import type { WorldOptions } from "#support/world.ts";

const RIVAL_KEY = toBeHex(0x41fa1n, 32);

function reaches(relayer: RunningNode, id: string, state: DeliveryState): Promise<MessageReport> {
  return eventually(`${id} ${state}`, async () => {
    const report = await reportOf(relayer, id);
    return report.state === state ? report : undefined;
  });
}

describe("A relayer", function () {
  let net: Net;
  let alpha: Rollup;
  let beta: Rollup;
  let aggregator: RunningNode;

  // The first two rows are a quorum.
  async function start(options: WorldOptions = {}): Promise<void> {
    net = await Net.start(options);
    ({ alpha, beta } = net.world);
  }
  async function certifying(): Promise<void> {
    const operators = await net.operators([0, 1]);
    aggregator = await net.aggregator(operators.map(({ url }) => url));
  }
  async function delivered(pageIndex: bigint): Promise<bigint> {
    return beta.gateway.deliveredWord(alpha.chainId, alpha.addresses.gateway, pageIndex);
  }

  afterEach(async function () {
    await net.stop();
  });

  it("delivers a whole page and the next one's beginning, many messages and several runs a transaction", async function () {
    await start();
    const recipient = await beta.deployMock("RecordingRecipient");
    await burst(alpha, beta, times(260, { recipient, payload: "0x11" }));
    await certifying();
    const relayer = await net.relayer(aggregator.url, { maxMessages: 130 });

    await eventually("260 deliveries", async () => ((await delivered(1n)) === 0b1111n ? true : undefined));
    expect(await delivered(0n)).to.equal(2n ** 256n - 1n);
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    expect(await recorder.count()).to.equal(260n);
    const { counters } = await eventually("counters", async () => {
      const health = await healthOf(relayer);
      return health.counters.delivered === 260 ? health : undefined;
    });
    // 130 + 126 and 4 of the next page: the second transaction carries two runs.
    expect(counters).to.deep.include({ transactions: 2, delivered: 260, refused: 0 });
  });

  it("keeps a transaction within its gas budget", async function () {
    await start();
    const recipient = await beta.deployMock("RecordingRecipient");
    await burst(alpha, beta, times(24, { recipient }));
    await certifying();
    const relayer = await net.relayer(aggregator.url, { gasBudget: 600_000 });
    await eventually("24 deliveries", async () => ((await delivered(0n)) === 2n ** 24n - 1n ? true : undefined));
    const deliveries = await beta.gateway.queryFilter(beta.gateway.filters.MessageDelivered());
    const receipts = await Promise.all(
      [...new Set(deliveries.map(({ transactionHash }) => transactionHash))].map((hash) =>
        beta.ethers.provider.getTransactionReceipt(hash),
      ),
    );
    expect(receipts.length).to.be.greaterThan(1);
    for (const receipt of receipts) expect(receipt?.gasUsed).to.be.lessThan(600_001n);
    expect((await healthOf(relayer)).problems).to.deep.equal([]);
  });

  it("pays no more for gas than it was told, whatever an endpoint says that it costs", async function () {
    await start();
    const recipient = await beta.deployMock("RecordingRecipient");
    await certifying();
    elementAt(net.endpoints, 1).tamper = (method, _parameters, answer) =>
      method === "eth_maxPriorityFeePerGas" ? toBeHex(10n ** 12n) : answer;
    await alpha.send(beta, recipient, "0x01");
    await net.relayer(aggregator.url, { mostFeeGwei: 3 });
    await eventually("a delivery", async () => ((await delivered(0n)) === 1n ? true : undefined));
    const [delivery] = await beta.gateway.queryFilter(beta.gateway.filters.MessageDelivered());
    const transaction = await delivery?.getTransaction();
    expect([transaction?.maxFeePerGas, transaction?.maxPriorityFeePerGas]).to.deep.equal([
      3n * 10n ** 9n,
      3n * 10n ** 9n,
    ]);
  });

  it("takes a rival's delivery for a success, and nothing is delivered twice", async function () {
    await start();
    const recipient = await beta.deployMock("RecordingRecipient");
    await burst(alpha, beta, times(40, { recipient }));
    await certifying();
    const relayers = await Promise.all([
      net.relayer(aggregator.url, { maxMessages: 7 }),
      net.relayer(aggregator.url, { maxMessages: 9, privateKey: RIVAL_KEY }),
    ]);
    await eventually("40 deliveries", async () => ((await delivered(0n)) === 2n ** 40n - 1n ? true : undefined));
    const messages = await alpha.sent(alpha.laneTo(beta));
    for (const relayer of relayers) {
      const ids = messages.map(messageId);
      for (const id of ids) expect((await reportOf(relayer, id)).state).to.equal("delivered");
      await eventually("a round without problems", async () => ((await healthOf(relayer)).ok ? true : undefined));
    }
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    expect(await recorder.count()).to.equal(40n);
  });

  it("goes on after a restart, with its store or without", async function () {
    await start();
    const folder = await mkdtemp(join(tmpdir(), "parley-relayer-"));
    try {
      const recipient = await beta.deployMock("RecordingRecipient");
      await certifying();
      const storeFile = join(folder, "relayer.sqlite");
      const first = await alpha.send(beta, recipient, "0x01");
      const relayer = await net.relayer(aggregator.url, { storeFile });
      await reaches(relayer, first, "delivered");
      await relayer.stop();
      const second = await alpha.send(beta, recipient, "0x02");
      await eventually("a certificate", async () =>
        (await certificatesOf(aggregator)).length === 2 ? true : undefined,
      );
      // The aggregator is gone: what the store kept must do for the first, and polling it again is not needed.
      const again = await net.relayer(aggregator.url, { storeFile });
      await reaches(again, second, "delivered");
      expect((await reportOf(again, first)).state).to.equal("delivered");
      await again.stop();
      const third = await alpha.send(beta, recipient, "0x03");
      const fresh = await net.relayer(aggregator.url);
      await reaches(fresh, third, "delivered");
      const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
      expect(await recorder.count()).to.equal(3n);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says why a recipient refused, tries again, and gives up after as many attempts as it was told", async function () {
    await start();
    const moody = await beta.deployMock("MoodyRecipient");
    const nobody = address(`0x${"77".repeat(20)}`);
    const recipient = await beta.deployMock("RecordingRecipient");
    await certifying();
    const refused = await alpha.send(beta, moody, "0x01");
    const lost = await alpha.send(beta, nobody, "0x02");
    const neighbour = await alpha.send(beta, recipient, "0x03");
    const relayer = await net.relayer(aggregator.url, { maxAttempts: 2, retryMs: 20 });

    expect((await reaches(relayer, neighbour, "delivered")).reason).to.equal(undefined);
    const report = await reaches(relayer, refused, "failed");
    expect(report).to.deep.include({ attempts: 2, reason: "not in the mood" });
    expect((await reaches(relayer, lost, "failed")).reason).to.contain("RecipientHasNoCode");

    const patient = await net.relayer(aggregator.url, { privateKey: RIVAL_KEY, maxAttempts: 50, retryMs: 1 });
    await reaches(patient, refused, "retrying");
    const contract = await beta.ethers.getContractAt("MoodyRecipient", moody);
    await contract.connect(beta.deployer).setAccepting(true);
    await reaches(patient, refused, "delivered");
    expect((await reportOf(relayer, refused)).state).to.equal("delivered");
  });

  it("says that a message is not certified yet, and that its time is over", async function () {
    await start();
    const recipient = await beta.deployMock("RecordingRecipient");
    const idle = await net.aggregator(["http://127.0.0.1:9"]);
    const relayer = await net.relayer(idle.url);
    const deadline = (await alpha.now()) + 100n;
    await burst(alpha, beta, [{ recipient }, { recipient, deliverBefore: deadline }]);
    const [waiting, expiring] = (await alpha.sent(alpha.laneTo(beta))).map(messageId);
    const sent = await eventually("its report", () => reportOf(relayer, waiting ?? ""));
    expect(sent).to.deep.include({ state: "sent", reason: "no certificate has it yet", attempts: 0 });
    await beta.helpers.time.increaseTo(deadline + 1n);
    expect((await reaches(relayer, expiring ?? "", "expired")).reason).to.equal("its last second of delivery is over");
  });

  it("asks for a page again whose certificate grew too old", async function () {
    await start({ parameters: { defaultPolicy: { ...DEFAULT_POLICY, maxAgeSeconds: 60 } } });
    const recipient = await beta.deployMock("RecordingRecipient");
    await certifying();
    const id = await alpha.send(beta, recipient, "0x01");
    await eventually("a certificate", async () => (await certificatesOf(aggregator))[0]);
    for (const rollup of [alpha, beta]) await rollup.helpers.time.increase(120);
    const relayer = await net.relayer(aggregator.url);
    await reaches(relayer, id, "delivered");
    expect((await certificatesOf(aggregator)).length).to.be.greaterThan(1);
  });
});

import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { messageId } from "#protocol/messages.ts";
import { burst, pageAtCount, times } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

describe("Inbox: delivering runs", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world({ chainIds: [1_001, 1_002, 1_003] });
    const gamma = elementAt(rollups, 2);
    const recipient = await beta.deployMock("RecordingRecipient");
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    const order = { recipient, payload: "0xc0ffee" };
    await burst(alpha, beta, times(300, order));
    await burst(gamma, beta, times(9, order));
    const fromAlpha = [await alpha.page(alpha.laneTo(beta), 0n), await alpha.page(alpha.laneTo(beta), 1n)] as const;
    const fromGamma = await gamma.page(gamma.laneTo(beta));
    const certified = await certifyPages(committee, beta, [...fromAlpha, fromGamma]);
    return { rollups, alpha, beta, gamma, committee, recorder, fromAlpha, fromGamma, certified };
  });

  for (const { title, first, count } of [
    { title: "the first message alone", first: 0, count: 1 },
    { title: "the last message alone", first: 255, count: 1 },
    { title: "two messages", first: 3, count: 2 },
    { title: "a run in the middle of a page", first: 37, count: 100 },
    { title: "all messages but the first", first: 1, count: 255 },
    { title: "a whole page of 256 messages", first: 0, count: 256 },
  ]) {
    it(`delivers ${title}, in order, and nothing else`, async function () {
      const { beta, fromAlpha, certified, recorder } = stage();
      const run = runOf(fromAlpha[0], certified, { first, count });
      const chosen = fromAlpha[0].messages.slice(first, first + count);

      const { delivered, failed } = await deliver(beta, certified.certificate, [run]);

      expect(delivered).to.deep.equal(chosen.map(messageId));
      expect(failed).to.deep.equal([]);
      expect(await recorder.count()).to.equal(BigInt(count));
      await expectDelivered(beta, ...chosen);
      await expectUnseen(beta, fromAlpha[0].messages.slice(0, first));
      await expectUnseen(beta, fromAlpha[0].messages.slice(first + count));
    });
  }

  it("delivers runs of several sources, pages and places in one transaction, in the order given", async function () {
    const { beta, fromAlpha, fromGamma, certified } = stage();
    const runs = [
      runOf(fromGamma, certified, { first: 4, count: 5 }),
      runOf(fromAlpha[1], certified, { first: 0, count: 20 }),
      runOf(fromAlpha[0], certified, { first: 236, count: 20 }),
      runOf(fromGamma, certified, { first: 0, count: 2 }),
      runOf(fromAlpha[0], certified, { first: 0, count: 1 }),
    ];
    const inOrder = [
      ...fromGamma.messages.slice(4, 9),
      ...fromAlpha[1].messages.slice(0, 20),
      ...fromAlpha[0].messages.slice(236),
      ...fromGamma.messages.slice(0, 2),
      ...fromAlpha[0].messages.slice(0, 1),
    ];

    const { delivered } = await deliver(beta, certified.certificate, runs);

    expect(delivered).to.deep.equal(inOrder.map(messageId));
    await expectDelivered(beta, ...inOrder);
    await expectUnseen(beta, fromGamma.messages.slice(2, 4));
    await expectUnseen(beta, fromAlpha[0].messages.slice(1, 236));
    await expectUnseen(beta, fromAlpha[1].messages.slice(20));
  });

  it("delivers what a page held when it was certified, though more was sent since", async function () {
    const { beta, committee, fromAlpha } = stage();
    const earlier = pageAtCount(fromAlpha[0], 7);
    const certified = await certifyPages(committee, beta, [earlier]);

    await deliver(beta, certified.certificate, [runOf(earlier, certified, { first: 2, count: 5 })]);

    await expectDelivered(beta, ...earlier.messages.slice(2));
    await expectUnseen(beta, fromAlpha[0].messages.slice(7));
  });

  it("takes a certificate without runs and does nothing", async function () {
    const { beta, certified } = stage();
    const { receipt } = await deliver(beta, certified.certificate, []);
    expect(receipt.logs).to.have.length(0);
  });

  it("keeps the replay words of two sources apart", async function () {
    const { beta, fromAlpha, fromGamma, certified } = stage();
    await deliver(beta, certified.certificate, [runOf(fromGamma, certified)]);
    await expectDelivered(beta, ...fromGamma.messages);
    await expectUnseen(beta, fromAlpha[0].messages.slice(0, 9));
    await expectUnseen(beta, fromAlpha[1].messages.slice(0, 9));
  });

  it("tells each recipient what was sent and by whom, bit for bit, whatever the size", async function () {
    const { alpha, beta, gamma, committee, recorder, fromAlpha } = stage();
    const recipient = await recorder.getAddress();
    const orders = [0, 1, 31, 32, 33, 64, 24_576].map((size) => ({
      recipient,
      payload: bytesOf(size),
      gasLimit: 500_000,
    }));
    await burst(alpha, beta, orders);
    await alpha.send(beta, recipient, "0x");
    await alpha.send(beta, recipient, "0xff");
    await burst(alpha, beta, orders.slice(0, 2));
    const grown = await alpha.page(alpha.laneTo(beta), 1n);
    const fromGamma = await gamma.page(gamma.laneTo(beta));
    const certified = await certifyPages(committee, beta, [grown, fromGamma]);
    const first = 300 - fromAlpha[0].messages.length;
    const runs = [runOf(grown, certified, { first }), runOf(fromGamma, certified)];

    await deliver(beta, certified.certificate, runs);

    const heard = await recorder.queryFilter(recorder.filters.Received());
    expect(heard.map(({ args }) => [args.gateway, args.receiveId, args.sender, args.payload])).to.deep.equal(
      [...grown.messages.slice(first), ...fromGamma.messages].map((message) => [
        beta.addresses.gateway,
        messageId(message),
        encodeEvmAddress(message.sourceChainId, message.sender),
        message.payload,
      ]),
    );
    expect(new Set(heard.map(({ args }) => args.sender)).size).to.equal(4);
  });
});

/** Bytes that differ from place to place and from size to size. */
function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) % 256);
}

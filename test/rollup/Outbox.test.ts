import { expect } from "chai";
import { toBeHex, toUtf8Bytes } from "ethers";

import { DELIVER_BEFORE_KEY, encodeAttributes, MIN_GAS_LIMIT_KEY } from "#protocol/attributes.ts";
import { elementAt } from "#protocol/errors.ts";
import { foldChain, laneId, MAX_PAYLOAD_BYTES, messageId, nextChainHead, type Message } from "#protocol/messages.ts";
import { address, hex, ZERO_BYTES32, type Bytes32, type MessageId } from "#protocol/types.ts";
import { staged } from "#support/stage.ts";
import { world } from "#support/world.ts";

const RECIPIENT = address("0x00000000000000000000000000000000000c0ffe");

describe("Outbox: what a sent message leaves behind", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta } = await world({ chainIds: [1_001, 1_002, 1_003] });
    return { rollups, alpha, beta, gamma: elementAt(rollups, 2), lane: alpha.laneTo(beta) };
  });

  /** The message that `user` sends next with the defaults. */
  function messageOf(nonce: bigint, changes: Partial<Message> = {}): Message {
    const { alpha, lane } = stage();
    return {
      ...lane,
      nonce,
      sender: address(alpha.user.address),
      recipient: RECIPIENT,
      gasLimit: 200_000,
      deliverBefore: 0n,
      payload: hex("0x"),
      ...changes,
    };
  }

  it("returns the id that the protocol gives the message, and tells the rest of it in one event", async function () {
    const { alpha, beta } = stage();
    const payload = hex(toUtf8Bytes("every byte of it"));
    const attributes = encodeAttributes({ gasLimit: 314_159, deliverBefore: 4_000_000_000n });
    const to = beta.interoperable(RECIPIENT);
    const id = messageId(messageOf(0n, { payload, gasLimit: 314_159, deliverBefore: 4_000_000_000n }));
    const gateway = alpha.gateway.connect(alpha.user);

    expect(await gateway.sendMessage.staticCall(to, payload, attributes)).to.equal(id);
    const sending = await gateway.sendMessage(to, payload, attributes);
    await expect(sending)
      .to.emit(alpha.gateway, "MessageSent")
      .withArgs(id, alpha.interoperable(alpha.user.address), to, payload, 0n, attributes);
    expect((await sending.wait())?.logs).to.have.length(1);
  });

  it("announces each lane, its own included, before anything is sent", async function () {
    const { alpha, rollups } = stage();
    const opened = await alpha.gateway.queryFilter(alpha.gateway.filters.LaneOpened());
    expect(opened.map(({ args }) => [...args])).to.deep.equal(
      rollups.map(({ chainId, addresses }) => [chainId, addresses.gateway, 0n]),
    );
  });

  it("binds the nonce by the id alone: the same words twice have two ids, each of its own number", async function () {
    const { alpha, beta } = stage();
    const ids = [await alpha.send(beta, RECIPIENT, "0x0a"), await alpha.send(beta, RECIPIENT, "0x0a")];
    expect(ids).to.deep.equal([0n, 1n].map((nonce) => messageId(messageOf(nonce, { payload: hex("0x0a") }))));
    const sent = await alpha.gateway.queryFilter(alpha.gateway.filters.MessageSent());
    expect(sent.map(({ args }) => args.sendId)).to.deep.equal(ids);
  });

  it("gives a message without attributes 200 000 gas and no deadline", async function () {
    const { alpha, beta } = stage();
    expect(await alpha.send(beta, RECIPIENT, "0x")).to.equal(messageId(messageOf(0n)));
  });

  it("takes its two attributes in any order, and each at its limit", async function () {
    const { alpha, beta } = stage();
    const latest = 2n ** 64n - 1n;
    const attributes = encodeAttributes({ gasLimit: 10_000_000, deliverBefore: latest }).reverse();
    const id = await alpha.send(beta, RECIPIENT, "0x", attributes);
    expect(id).to.equal(messageId(messageOf(0n, { gasLimit: 10_000_000, deliverBefore: latest })));
  });

  it("takes a gas limit of zero and a deadline of zero, which is none", async function () {
    const { alpha, beta } = stage();
    const attributes = [MIN_GAS_LIMIT_KEY, DELIVER_BEFORE_KEY].map((key) => key + "00".repeat(32));
    expect(await alpha.send(beta, RECIPIENT, "0x", attributes)).to.equal(messageId(messageOf(0n, { gasLimit: 0 })));
  });

  it("takes a payload of exactly the limit", async function () {
    const { alpha, beta } = stage();
    const payload = hex(new Uint8Array(MAX_PAYLOAD_BYTES).fill(7));
    expect(await alpha.send(beta, RECIPIENT, payload)).to.equal(messageId(messageOf(0n, { payload })));
  });

  it("numbers without gaps, folds every id into the head, and closes a page at its 256th message", async function () {
    const { alpha, beta, lane } = stage();
    const gateway = alpha.gateway.connect(alpha.user);
    const to = beta.interoperable(RECIPIENT);
    let head: Bytes32 = laneId(lane);
    const ids: MessageId[] = [];
    expect(await gateway.lane(beta.chainId)).to.deep.equal([lane.destinationGateway, 0n, head, 2n]);

    for (let nonce = 0n; nonce < 258n; nonce++) {
      const payload = hex(toBeHex(nonce, 2));
      const id = messageId(messageOf(nonce, { payload }));
      head = nextChainHead(head, id);
      ids.push(id);
      const sending = gateway.sendMessage(to, payload, []);
      if (nonce === 255n) {
        await expect(sending).to.emit(gateway, "PageClosed").withArgs(beta.chainId, beta.addresses.gateway, 0n, head);
      } else {
        await sending;
      }
      expect(await gateway.laneOf(beta.chainId, beta.addresses.gateway)).to.deep.equal([nonce + 1n, head]);
      if (nonce === 254n)
        expect(await gateway.pageHead(beta.chainId, beta.addresses.gateway, 0n)).to.equal(ZERO_BYTES32);
      if (nonce === 255n) expect(await gateway.pageHead(beta.chainId, beta.addresses.gateway, 0n)).to.equal(head);
    }

    expect(await gateway.pageHead(beta.chainId, beta.addresses.gateway, 1n)).to.equal(ZERO_BYTES32);
    expect(await gateway.queryFilter(gateway.filters.PageClosed())).to.have.length(1);
    const sent = await gateway.queryFilter(gateway.filters.MessageSent());
    expect(sent.map(({ args }) => args.sendId)).to.deep.equal(ids);
  });

  it("keeps two lanes apart: each has its own numbers and its own head", async function () {
    const { alpha, beta, gamma, lane } = stage();
    const toBeta = [await alpha.send(beta, RECIPIENT, "0x01"), await alpha.send(beta, RECIPIENT, "0x02")];
    const toGamma = await alpha.send(gamma, RECIPIENT, "0x01");
    const toBetaAgain = await alpha.send(beta, RECIPIENT, "0x03");

    const gammaLane = alpha.laneTo(gamma);
    expect(toGamma).to.equal(messageId(messageOf(0n, { ...gammaLane, payload: hex("0x01") })));
    expect(toBetaAgain).to.equal(messageId(messageOf(2n, { payload: hex("0x03") })));
    const [, countToBeta, headToBeta] = await alpha.gateway.lane(beta.chainId);
    const [, countToGamma, headToGamma] = await alpha.gateway.lane(gamma.chainId);
    expect([countToBeta, countToGamma]).to.deep.equal([3n, 1n]);
    for (const [destination, expected] of [
      [beta, [countToBeta, headToBeta]],
      [gamma, [countToGamma, headToGamma]],
    ] as const) {
      expect(await alpha.gateway.laneOf(destination.chainId, destination.addresses.gateway)).to.deep.equal(expected);
    }
    expect(headToBeta).to.equal(foldChain(laneId(lane), [...toBeta, toBetaAgain]));
    expect(headToGamma).to.equal(nextChainHead(laneId(gammaLane), toGamma));
  });

  it("knows nothing of a lane to a chain that the directory does not name", async function () {
    const { alpha } = stage();
    const [gateway, count, , status] = await alpha.gateway.lane(77n);
    expect([gateway, count, status]).to.deep.equal([`0x${"00".repeat(20)}`, 0n, 0n]);
  });

  it("supports two attributes and says no to any other, the empty one included", async function () {
    const { gateway } = stage().alpha;
    expect(await gateway.supportsAttribute(MIN_GAS_LIMIT_KEY)).to.equal(true);
    expect(await gateway.supportsAttribute(DELIVER_BEFORE_KEY)).to.equal(true);
    for (const other of ["0x00000000", "0xffffffff", "0x01020304"]) {
      expect(await gateway.supportsAttribute(other)).to.equal(false);
    }
  });
});

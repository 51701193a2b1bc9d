import { expect } from "chai";
import { concat, toBeHex } from "ethers";

import { DELIVER_BEFORE_KEY, MIN_GAS_LIMIT_KEY } from "#protocol/attributes.ts";
import { MAX_PAYLOAD_BYTES } from "#protocol/messages.ts";
import { address } from "#protocol/types.ts";
import { updateEntry } from "#support/facts.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status, world } from "#support/world.ts";

const ACCOUNT = "0x00000000000000000000000000000000000c0ffe";
const OTHER_GATEWAY = address("0x000000000000000000000000000000000000beef");
const LATEST = 2n ** 64n - 1n;

const word = (value: bigint) => toBeHex(value, 32);
const minGasLimit = (value: bigint) => concat([MIN_GAS_LIMIT_KEY, word(value)]);
const deliverBefore = (value: bigint) => concat([DELIVER_BEFORE_KEY, word(value)]);

describe("Outbox: what it refuses to send", function () {
  const stage = staged(() => world());

  /** Sends as `user` to the account on beta, unless told otherwise. */
  function send({ to, payload = "0x", attributes = [], value = 0n }: Partial<Sending> = {}) {
    const { alpha, beta } = stage();
    const gateway = alpha.gateway.connect(alpha.user);
    return gateway.sendMessage(to ?? beta.interoperable(ACCOUNT), payload, attributes, { value });
  }

  interface Sending {
    readonly to: string;
    readonly payload: string;
    readonly attributes: string[];
    readonly value: bigint;
  }

  it("refuses value, because nothing here can carry it", async function () {
    await expect(send({ value: 1n }))
      .to.be.revertedWithCustomError(stage().alpha.gateway, "ValueNotSupported")
      .withArgs(1n);
  });

  it("refuses one byte of payload more than the limit and says by how much", async function () {
    await expect(send({ payload: `0x${"07".repeat(MAX_PAYLOAD_BYTES + 1)}` }))
      .to.be.revertedWithCustomError(stage().alpha.gateway, "PayloadTooLarge")
      .withArgs(MAX_PAYLOAD_BYTES + 1, MAX_PAYLOAD_BYTES);
  });

  // version 2 | chain type 2 | reference length 1 | reference | address length 1 | address; beta is 0x03ea.
  const account = ACCOUNT.slice(2);
  for (const { title, recipient } of [
    { title: "no bytes", recipient: "0x" },
    { title: "a byte behind the address", recipient: `0x000100000203ea14${account}00` },
    { title: "a leading zero in the chain reference", recipient: `0x00010000030003ea14${account}` },
    { title: "another chain type", recipient: `0x000100020203ea14${account}` },
    { title: "another version", recipient: `0x000200000203ea14${account}` },
    { title: "no address", recipient: "0x000100000203ea00" },
    { title: "no chain reference", recipient: `0x000100000014${account}` },
    { title: "chain id zero", recipient: `0x00010000010014${account}` },
    { title: "the zero address", recipient: `0x000100000203ea14${"00".repeat(20)}` },
    { title: "a chain reference of 33 bytes", recipient: `0x0001000021${"00".repeat(31)}03ea14${account}` },
    { title: "a chain reference of 33 bytes without zeros", recipient: `0x0001000021${"03".repeat(33)}14${account}` },
    { title: "an address of 19 bytes", recipient: `0x000100000203ea13${account.slice(2)}` },
    { title: "an address of 21 bytes", recipient: `0x000100000203ea15${account}00` },
    { title: "an address that is cut off", recipient: `0x000100000203ea14${account.slice(2)}` },
    { title: "a reference that is cut off", recipient: "0x000100000203" },
    { title: "a header alone", recipient: "0x0001000002" },
  ]) {
    it(`refuses a recipient with ${title}`, async function () {
      await expect(send({ to: recipient }))
        .to.be.revertedWithCustomError(stage().alpha.gateway, "RecipientNotCanonical")
        .withArgs(recipient);
    });
  }

  it("refuses a recipient on its own chain", async function () {
    const { alpha } = stage();
    await expect(send({ to: alpha.interoperable(ACCOUNT) }))
      .to.be.revertedWithCustomError(alpha.gateway, "RecipientOnThisChain")
      .withArgs(alpha.chainId);
  });

  for (const { title, reference, chainId } of [
    { title: "a chain that the directory does not know", reference: "01ff", chainId: 0x1ffn },
    { title: "a chain id of 65 bits", reference: "01".padEnd(18, "0"), chainId: 2n ** 64n },
    { title: "beta's id with a bit above the 64", reference: "0100000000000003ea", chainId: 2n ** 64n + 0x3ean },
    { title: "a chain id of 256 bits", reference: "ff".repeat(32), chainId: 2n ** 256n - 1n },
  ]) {
    it(`refuses ${title}`, async function () {
      const length = toBeHex(reference.length / 2, 1).slice(2);
      await expect(send({ to: `0x00010000${length}${reference}14${account}` }))
        .to.be.revertedWithCustomError(stage().alpha.gateway, "DestinationNotActive")
        .withArgs(chainId, 0);
    });
  }

  for (const status of [Status.Proposed, Status.Draining, Status.Retired]) {
    it(`refuses a destination with status ${status}`, async function () {
      const { alpha, beta, committee } = stage();
      await updateEntry(committee, alpha, entryOf(beta.chainId, beta.addresses.gateway, { status, version: 2n }));
      await expect(send())
        .to.be.revertedWithCustomError(alpha.gateway, "DestinationNotActive")
        .withArgs(beta.chainId, status);
    });

    it(`refuses every send while its own entry has status ${status}`, async function () {
      const { alpha, committee } = stage();
      await updateEntry(committee, alpha, entryOf(alpha.chainId, alpha.addresses.gateway, { status, version: 2n }));
      await expect(send())
        .to.be.revertedWithCustomError(alpha.gateway, "GatewayNotActive")
        .withArgs(alpha.addresses.gateway, status);
    });
  }

  it("refuses every send once its own entry names another gateway", async function () {
    const { alpha, committee } = stage();
    await updateEntry(committee, alpha, entryOf(alpha.chainId, OTHER_GATEWAY, { version: 2n }));
    await alpha.helpers.time.increase(86_400);
    await alpha.directory.applyAnnounced(alpha.chainId);
    await expect(send())
      .to.be.revertedWithCustomError(alpha.gateway, "GatewayNotActive")
      .withArgs(OTHER_GATEWAY, Status.Active);
  });

  for (const found of [10_000_001n, 2n ** 32n, 2n ** 256n - 1n]) {
    it(`refuses a gas limit of ${found.toString()}`, async function () {
      await expect(send({ attributes: [minGasLimit(found)] }))
        .to.be.revertedWithCustomError(stage().alpha.gateway, "GasLimitTooHigh")
        .withArgs(found, 10_000_000n);
    });
  }

  it("refuses a deadline that is over, and takes one that is now", async function () {
    const { alpha } = stage();
    const now = (await alpha.now()) + 10n;
    await alpha.helpers.time.setNextBlockTimestamp(now);
    await expect(send({ attributes: [deliverBefore(now - 1n)] }))
      .to.be.revertedWithCustomError(alpha.gateway, "DeadlineOutOfRange")
      .withArgs(now - 1n, now, LATEST);
    await alpha.helpers.time.setNextBlockTimestamp(now + 1n);
    await expect(send({ attributes: [deliverBefore(now + 1n)] })).to.emit(alpha.gateway, "MessageSent");
  });

  for (const found of [2n ** 64n, 2n ** 256n - 1n]) {
    it(`refuses a deadline of ${found.toString()}, which is no time at all`, async function () {
      const { alpha } = stage();
      const now = (await alpha.now()) + 10n;
      await alpha.helpers.time.setNextBlockTimestamp(now);
      await expect(send({ attributes: [deliverBefore(found)] }))
        .to.be.revertedWithCustomError(alpha.gateway, "DeadlineOutOfRange")
        .withArgs(found, now, LATEST);
    });
  }

  for (const key of [MIN_GAS_LIMIT_KEY, DELIVER_BEFORE_KEY]) {
    for (const length of [4, 35, 37, 68]) {
      it(`refuses attribute ${key} with ${length} bytes`, async function () {
        await expect(send({ attributes: [key + "00".repeat(length - 4)] }))
          .to.be.revertedWithCustomError(stage().alpha.gateway, "AttributeLength")
          .withArgs(key, length, 36);
      });
    }
  }

  for (const { title, attributes, selector } of [
    { title: "unknown", attributes: [concat(["0xdeadbeef", word(1n)])], selector: "0xdeadbeef" },
    { title: "unknown behind a known one", attributes: [minGasLimit(1n), "0xdeadbeef"], selector: "0xdeadbeef" },
    { title: "repeated gas limit", attributes: [minGasLimit(1n), minGasLimit(1n)], selector: MIN_GAS_LIMIT_KEY },
    { title: "repeated deadline", attributes: [deliverBefore(0n), deliverBefore(0n)], selector: DELIVER_BEFORE_KEY },
    {
      title: "third",
      attributes: [deliverBefore(0n), minGasLimit(1n), deliverBefore(0n)],
      selector: DELIVER_BEFORE_KEY,
    },
    { title: "empty", attributes: ["0x"], selector: "0x00000000" },
    { title: "three bytes long", attributes: [MIN_GAS_LIMIT_KEY.slice(0, 8)], selector: "0x00000000" },
    { title: "zero", attributes: [word(0n)], selector: "0x00000000" },
  ]) {
    it(`refuses an attribute that is ${title}`, async function () {
      await expect(send({ attributes }))
        .to.be.revertedWithCustomError(stage().alpha.gateway, "UnsupportedAttribute")
        .withArgs(selector);
    });
  }

  it("leaves the lane untouched when it refuses", async function () {
    const { alpha, beta } = stage();
    const before = await alpha.gateway.lane(beta.chainId);
    await expect(send({ attributes: ["0x"] })).to.be.revertedWithCustomError(alpha.gateway, "UnsupportedAttribute");
    expect(await alpha.gateway.lane(beta.chainId)).to.deep.equal(before);
  });
});

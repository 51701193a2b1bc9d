import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { encodeEvmAddress } from "#protocol/erc7930.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { chainId, type ChainId } from "#protocol/types.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const NEW_CHAIN = chainId(2_500);
const DAY = 86_400;

describe("A directory entry's status", function () {
  const stage = staged(paperWorld);
  const next = (changes: Partial<Entry> = {}) => entryOf(PAPER.strong, PAPER.gateway, { version: 2n, ...changes });
  const send = (to: ChainId) => stage().here.gateway.sendMessage(encodeEvmAddress(to, PAPER.stranger), "0x", []);
  const deliver = async () => {
    const { here, strong } = stage();
    const { certified, run } = await speech(strong, paperPage(stage()), { issuedAt: await here.now() });
    return here.gateway.deliver(certified.certificate, [run]);
  };
  const expectNotSentTo = async (to: ChainId, status: number) => {
    await expect(send(to))
      .to.be.revertedWithCustomError(stage().here.gateway, "DestinationNotActive")
      .withArgs(to, status);
  };

  it("Draining refuses sends at once, while deliveries go on", async function () {
    const { here, strong } = stage();
    await expect(send(PAPER.strong)).to.emit(here.gateway, "MessageQueued");
    await bringEntry(here, strong, next({ status: Status.Draining }));
    await expectNotSentTo(PAPER.strong, Status.Draining);
    await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
  });

  for (const [name, status] of [
    ["Retired", Status.Retired],
    ["Proposed", Status.Proposed],
  ] as const) {
    it(`${name} is neither sent to nor heard, at once`, async function () {
      const { here, strong } = stage();
      await bringEntry(here, strong, next({ status }));
      await expectNotSentTo(PAPER.strong, status);
      await expect(deliver()).to.be.revertedWithCustomError(here.gateway, "SourceNotAccepted").withArgs(PAPER.strong);
      expect((await here.gateway.source(PAPER.strong)).gateway).to.equal(ZeroAddress);
    });
  }

  it("Active opens both ways again, and the lane goes on", async function () {
    const { here, strong } = stage();
    await send(PAPER.strong);
    await bringEntry(here, strong, next({ status: Status.Retired }));
    await bringEntry(here, strong, next({ version: 3n }));
    await send(PAPER.strong);
    expect((await here.gateway.lane(PAPER.strong)).count).to.equal(2n);
    await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
  });

  it("Proposed keeps a new chain out until it is Active", async function () {
    const { here, strong } = stage();
    await bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway, { status: Status.Proposed }));
    await expectNotSentTo(NEW_CHAIN, Status.Proposed);
    await bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway, { version: 2n }));
    await expect(send(NEW_CHAIN)).to.emit(here.gateway, "MessageQueued");
  });

  for (const [name, status] of [
    ["Proposed", Status.Proposed],
    ["Draining", Status.Draining],
    ["Retired", Status.Retired],
  ] as const) {
    it(`${name} of this chain itself refuses every send, while deliveries go on`, async function () {
      const { here, strong } = stage();
      const { gateway } = here.addresses;
      await bringEntry(here, strong, entryOf(here.chainId, gateway, { status, version: 2n }));
      await expect(send(PAPER.strong))
        .to.be.revertedWithCustomError(here.gateway, "GatewayNotActive")
        .withArgs(gateway, status);
      await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
    });
  }

  it("Active of another gateway on this chain refuses every send from this one", async function () {
    const { here, strong } = stage();
    await bringEntry(here, strong, entryOf(here.chainId, PAPER.stranger, { version: 2n }));
    await expect(send(PAPER.strong)).to.emit(here.gateway, "MessageQueued");
    await here.helpers.time.increase(DAY);
    await here.directory.applyAnnounced(here.chainId);
    await expect(send(PAPER.strong))
      .to.be.revertedWithCustomError(here.gateway, "GatewayNotActive")
      .withArgs(PAPER.stranger, Status.Active);
  });
});

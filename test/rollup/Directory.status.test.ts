import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { gatewayAddress } from "#deploy/rollup.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId, type ChainId } from "#protocol/types.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech } from "#support/paper.ts";
import { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const NEW_CHAIN = chainId(2_500);
/** Every other chain that can be sent to. */
const REACHABLE = [PAPER.strong, PAPER.weak, PAPER.irrefutable];
const DAY = 86_400;

describe("A directory entry's status", function () {
  const stage = staged(paperWorld);
  const next = (changes: Partial<Entry> = {}) => entryOf(PAPER.strong, PAPER.gateway, { version: 2n, ...changes });
  const sendFrom = ({ gateway }: Rollup, to: ChainId) =>
    gateway.sendMessage(encodeEvmAddress(to, PAPER.stranger), "0x", []);
  const send = (to: ChainId) => sendFrom(stage().here, to);
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
  /** Brings another version of this chain's own entry. */
  const bringOwn = async (changes: Partial<Entry>) => {
    const { here, strong } = stage();
    await bringEntry(here, strong, entryOf(here.chainId, here.addresses.gateway, changes));
  };
  const expectClosed = async (to: ChainId, status: number) => {
    const { gateway, addresses } = stage().here;
    await expect(send(to))
      .to.be.revertedWithCustomError(gateway, "GatewayNotActive")
      .withArgs(addresses.gateway, status);
  };
  /** Deploys a second rollup's contracts here, whose own entry is the first or the last of all. */
  const deployWithOwn = async (changes: Partial<Entry>, place: "first" | "last") => {
    const { here, parameters } = stage();
    const gateway = gatewayAddress(address(here.deployer.address), await here.deployer.getNonce());
    const own = entryOf(here.chainId, gateway, changes);
    const others = parameters.firstEntries.filter(({ chainId: id }) => id !== here.chainId);
    return Rollup.deploy(here, {
      ...parameters,
      firstEntries: place === "first" ? [own, ...others] : [...others, own],
    });
  };

  it("Draining refuses sends at once, while deliveries go on", async function () {
    const { here, strong } = stage();
    await expect(send(PAPER.strong)).to.emit(here.gateway, "MessageSent");
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
    await expect(bringEntry(here, strong, next({ version: 3n }))).to.not.emit(here.gateway, "LaneOpened");
    await send(PAPER.strong);
    expect((await here.gateway.lane(PAPER.strong)).count).to.equal(2n);
    await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
  });

  it("Proposed keeps a new chain out until it is Active", async function () {
    const { here, strong } = stage();
    await bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway, { status: Status.Proposed }));
    await expectNotSentTo(NEW_CHAIN, Status.Proposed);
    await bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway, { version: 2n }));
    await expect(send(NEW_CHAIN)).to.emit(here.gateway, "MessageSent");
  });

  for (const [name, status] of [
    ["Proposed", Status.Proposed],
    ["Draining", Status.Draining],
    ["Retired", Status.Retired],
  ] as const) {
    it(`${name} of this chain itself refuses every send, while deliveries go on`, async function () {
      const { here } = stage();
      await bringOwn({ status, version: 2n });
      for (const destination of REACHABLE) await expectClosed(destination, status);
      await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
    });
  }

  it("Active of this chain itself opens the way to every destination again", async function () {
    const { here } = stage();
    await bringOwn({ status: Status.Draining, version: 2n });
    await bringOwn({ version: 3n });
    for (const destination of REACHABLE) {
      await expect(send(destination)).to.emit(here.gateway, "MessageSent");
    }
  });

  it("other than Active of this chain itself keeps the way closed to chains that appear meanwhile", async function () {
    const { here, strong } = stage();
    await bringOwn({ status: Status.Draining, version: 2n });
    await bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway));
    await expectClosed(NEW_CHAIN, Status.Draining);
    await bringOwn({ version: 3n });
    await expect(send(NEW_CHAIN)).to.emit(here.gateway, "MessageSent");
  });

  for (const place of ["first", "last"] as const) {
    it(`of this chain itself is heeded from deployment on, as the ${place} of the first entries`, async function () {
      const active = await deployWithOwn({ status: Status.Active }, place);
      const draining = await deployWithOwn({ status: Status.Draining }, place);
      for (const destination of REACHABLE) {
        await expect(sendFrom(active, destination)).to.emit(active.gateway, "MessageSent");
        await expect(sendFrom(draining, destination))
          .to.be.revertedWithCustomError(draining.gateway, "GatewayNotActive")
          .withArgs(draining.addresses.gateway, Status.Draining);
      }
    });
  }

  it("Active of another gateway on this chain refuses every send from this one", async function () {
    const { here, strong } = stage();
    await bringEntry(here, strong, entryOf(here.chainId, PAPER.stranger, { version: 2n }));
    await expect(send(PAPER.strong)).to.emit(here.gateway, "MessageSent");
    await here.helpers.time.increase(DAY);
    await here.directory.applyAnnounced(here.chainId);
    await expect(send(PAPER.strong))
      .to.be.revertedWithCustomError(here.gateway, "GatewayNotActive")
      .withArgs(PAPER.stranger, Status.Active);
  });
});

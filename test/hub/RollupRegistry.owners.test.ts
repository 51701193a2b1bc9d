import { expect } from "chai";

import { CHAIN, HOUR, NEXT_GATEWAY, NOBODY, proposalOf, RegistryStage, Statuses } from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";
import type { RollupRegistry } from "#types/index.ts";

const OWNERS_ACTS: Readonly<Record<string, (registry: RollupRegistry) => Promise<unknown>>> = {
  update: (registry) => registry.update(CHAIN, 1, ""),
  declareIrrefutable: (registry) => registry.declareIrrefutable(CHAIN),
  drain: (registry) => registry.drain(CHAIN),
  retire: (registry) => registry.retire(CHAIN),
  announceWads: (registry) => registry.announceWads(CHAIN, 0, 0),
  offerEntry: (registry) => registry.offerEntry(CHAIN, NOBODY),
};

describe("The owner of an entry", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const expectNotOffered = async (account: RegistryStage["owner"]) => {
    const { registry } = stage();
    await expect(registry.connect(account).acceptEntry(CHAIN))
      .to.be.revertedWithCustomError(registry, "NotOffered")
      .withArgs(CHAIN, account.address);
  };

  it("offers it, and stays the owner until it is taken", async function () {
    const { registry, owner, other } = stage();
    await stage().activate();
    await expect(registry.connect(owner).offerEntry(CHAIN, other.address))
      .to.emit(registry, "EntryOffered")
      .withArgs(CHAIN, owner.address, other.address);
    expect((await registry.entryOf(CHAIN)).owner).to.equal(owner.address);
    await registry.connect(owner).update(CHAIN, 3, "");
    await stage().after(HOUR);
    await expect(registry.connect(other).acceptEntry(CHAIN))
      .to.emit(registry, "EntryOwnerChanged")
      .withArgs(CHAIN, other.address)
      .and.to.emit(registry, "EntryChanged");
    const { owner: found, status, version } = await registry.entryOf(CHAIN);
    expect([found, status, version]).to.deep.equal([other.address, Statuses.Active, 4n]);
    await expect(registry.connect(owner).drain(CHAIN))
      .to.be.revertedWithCustomError(registry, "NotTheEntrysOwner")
      .withArgs(CHAIN, owner.address, other.address);
    await registry.connect(other).drain(CHAIN);
    await expectNotOffered(other);
  });

  it("takes an offer back, or makes another", async function () {
    const { registry, owner, other, stranger } = stage();
    await stage().activate();
    await registry.connect(owner).offerEntry(CHAIN, other.address);
    await registry.connect(owner).offerEntry(CHAIN, stranger.address);
    await expectNotOffered(other);
    await registry.connect(owner).offerEntry(CHAIN, NOBODY);
    await expectNotOffered(stranger);
  });

  it("leaves no offer behind that would take the entry from who registers the chain anew", async function () {
    const { registry, owner, other, stranger } = stage();
    await stage().activate();
    await registry.connect(owner).offerEntry(CHAIN, stranger.address);
    await stage().retire();
    await expectNotOffered(stranger);
    await stage().activate(proposalOf({ gateway: NEXT_GATEWAY }), other);
    await expectNotOffered(stranger);
    expect((await registry.entryOf(CHAIN)).owner).to.equal(other.address);
  });

  for (const [name, act] of Object.entries(OWNERS_ACTS)) {
    it(`cannot ${name} what is not heard`, async function () {
      const { registry, owner } = stage();
      const expectRefused = async (status: bigint) => {
        await expect(act(registry.connect(owner)))
          .to.be.revertedWithCustomError(registry, "EntryNotHeard")
          .withArgs(CHAIN, status);
      };
      await expectRefused(0n);
      await stage().accepted(proposalOf());
      await expectRefused(Statuses.Proposed);
      await stage().optIn(proposalOf());
      await stage().applyDue();
      await stage().retire();
      await expectRefused(Statuses.Retired);
    });
  }

  it("of a Proposed entry is who was accepted last", async function () {
    const { registry, registrar, owner, other } = stage();
    await stage().accepted(proposalOf(), owner);
    await registry.connect(registrar).withdrawAcceptance(CHAIN);
    await stage().after(HOUR);
    await stage().accepted(proposalOf(), other);
    await stage().optIn(proposalOf());
    await stage().applyDue();
    expect((await registry.entryOf(CHAIN)).owner).to.equal(other.address);
    await expect(registry.connect(owner).drain(CHAIN))
      .to.be.revertedWithCustomError(registry, "NotTheEntrysOwner")
      .withArgs(CHAIN, owner.address, other.address);
  });
});

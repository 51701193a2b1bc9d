import { expect } from "chai";

import {
  BRIDGE,
  CHAIN,
  DAY,
  entryFrom,
  GATEWAY,
  HOUR,
  NEXT_GATEWAY,
  NOBODY,
  proposalOf,
  RegistryStage,
  Statuses,
  valuesOf,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

describe("An entry of the registry", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const asOwner = () => stage().registry.connect(stage().owner);

  it("is Proposed by the registrar's acceptance, and its proposer's", async function () {
    const { registry, owner } = stage();
    const id = await stage().propose(proposalOf());
    const since = await stage().after(5n);
    const entry = entryFrom(proposalOf(), { status: Statuses.Proposed, version: 1n, owner: owner.address, since });
    await expect(stage().accept(id))
      .to.emit(registry, "ProposalAccepted")
      .withArgs(id, CHAIN, since + 2n * DAY)
      .and.to.emit(registry, "EntryChanged")
      .withArgs(CHAIN, 1n, valuesOf(entry));
    expect(await registry.entryOf(CHAIN)).to.deep.equal(valuesOf(entry));
    expect(await registry.pendingOf(CHAIN)).to.deep.equal([id, since + 2n * DAY]);
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([NOBODY, 0n]);
  });

  it("is Active two days later, by anyone, and not a second before", async function () {
    const { registry, owner } = stage();
    await stage().accepted(proposalOf());
    await stage().optIn(proposalOf());
    const { effectiveAt: since } = await registry.pendingOf(CHAIN);
    await stage().at(since - 1n);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "NoticeRunning")
      .withArgs(since - 1n, since);
    await stage().at(since);
    const entry = entryFrom(proposalOf(), { status: Statuses.Active, version: 2n, owner: owner.address, since });
    await expect(registry.applyAccepted(CHAIN))
      .to.emit(registry, "EntryChanged")
      .withArgs(CHAIN, 2n, valuesOf(entry))
      .and.to.emit(registry, "GatewayActivated")
      .withArgs(CHAIN, GATEWAY, BRIDGE, since);
    expect(await registry.entryOf(CHAIN)).to.deep.equal(valuesOf(entry));
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([BRIDGE, since]);
    expect(await registry.pendingOf(CHAIN)).to.deep.equal([0n, 0n]);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "NothingPending")
      .withArgs(CHAIN);
  });

  it("says anew what operators wait for and where it is described, and nothing else changes", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    const since = await stage().after(5n);
    const said = proposalOf({ finality: 1n, metadataURI: "ipfs://other" });
    const entry = entryFrom(said, { status: Statuses.Active, version: 3n, owner: owner.address, since });
    await expect(asOwner().update(CHAIN, 1, "ipfs://other"))
      .to.emit(registry, "EntryChanged")
      .withArgs(CHAIN, 3n, valuesOf(entry));
    expect(await registry.entryOf(CHAIN)).to.deep.equal(valuesOf(entry));
  });

  for (const finality of [0, 4]) {
    it(`knows no finality ${String(finality)}`, async function () {
      await stage().activate();
      await expect(asOwner().update(CHAIN, finality, ""))
        .to.be.revertedWithCustomError(stage().registry, "FinalityUnknown")
        .withArgs(finality);
    });
  }

  it("is described in 1 024 bytes at most", async function () {
    await stage().activate();
    await expect(asOwner().update(CHAIN, 3, "x".repeat(1_025)))
      .to.be.revertedWithCustomError(stage().registry, "MetadataTooLong")
      .withArgs(1_025n, 1_024n);
    await expect(asOwner().update(CHAIN, 3, "x".repeat(1_024))).to.emit(stage().registry, "EntryChanged");
  });

  it("is irrefutable at once when its owner says so, whatever was accepted before", async function () {
    const { registry } = stage();
    await stage().activate();
    const id = await stage().accepted(proposalOf({ finality: 2n }));
    await expect(asOwner().declareIrrefutable(CHAIN))
      .to.emit(registry, "AcceptanceWithdrawn")
      .withArgs(id, CHAIN)
      .and.to.emit(registry, "EntryChanged");
    const { refutable, version } = await registry.entryOf(CHAIN);
    expect([refutable, version]).to.deep.equal([false, 3n]);
    expect(await registry.pendingOf(CHAIN)).to.deep.equal([0n, 0n]);
    await expect(asOwner().declareIrrefutable(CHAIN))
      .to.be.revertedWithCustomError(registry, "IrrefutableAlready")
      .withArgs(CHAIN);
  });

  it("drains for 30 days, not a second less, and is Retired then", async function () {
    const { registry } = stage();
    await stage().activate();
    await expect(asOwner().retire(CHAIN))
      .to.be.revertedWithCustomError(registry, "WrongStatus")
      .withArgs(CHAIN, Statuses.Active, Statuses.Draining);
    await asOwner().drain(CHAIN);
    expect(await stage().present()).to.deep.equal([Statuses.Draining, 3n]);
    await expect(asOwner().drain(CHAIN))
      .to.be.revertedWithCustomError(registry, "WrongStatus")
      .withArgs(CHAIN, Statuses.Draining, Statuses.Active);
    const earliest = (await stage().now()) + 30n * DAY;
    await stage().at(earliest - 1n);
    await expect(asOwner().retire(CHAIN))
      .to.be.revertedWithCustomError(registry, "DrainingTooShort")
      .withArgs(earliest - 1n, earliest);
    await stage().at(earliest);
    await expect(asOwner().retire(CHAIN)).to.emit(registry, "EntryChanged");
    expect(await stage().present()).to.deep.equal([Statuses.Retired, 4n]);
  });

  it("keeps draining, and its 30 days, over a change and an update", async function () {
    const { registry } = stage();
    await stage().activate();
    await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY }));
    await asOwner().drain(CHAIN);
    const earliest = (await stage().now()) + 30n * DAY;
    await stage().optIn(proposalOf({ gateway: NEXT_GATEWAY }));
    await stage().applyDue();
    expect(await stage().present()).to.deep.equal([Statuses.Draining, 4n]);
    await asOwner().update(CHAIN, 3, "");
    expect(await stage().present()).to.deep.equal([Statuses.Draining, 5n]);
    await stage().at(earliest - 1n);
    await expect(asOwner().retire(CHAIN))
      .to.be.revertedWithCustomError(registry, "DrainingTooShort")
      .withArgs(earliest - 1n, earliest);
  });

  it("drains 30 days again after it was registered anew", async function () {
    const { registry, other } = stage();
    await stage().activate();
    await stage().retire();
    await stage().activate(proposalOf({ gateway: NEXT_GATEWAY }), other);
    await registry.connect(other).drain(CHAIN);
    const drainingSince = await stage().now();
    await stage().after(DAY);
    await expect(registry.connect(other).retire(CHAIN))
      .to.be.revertedWithCustomError(registry, "DrainingTooShort")
      .withArgs(drainingSince + DAY, drainingSince + 30n * DAY);
  });

  it("that retires leaves no acceptance behind that would block its chain", async function () {
    const { registry, other } = stage();
    await stage().activate();
    await asOwner().drain(CHAIN);
    const id = await stage().accepted(proposalOf());
    await stage().after(30n * DAY);
    await expect(asOwner().retire(CHAIN)).to.emit(registry, "AcceptanceWithdrawn").withArgs(id, CHAIN);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "NothingPending")
      .withArgs(CHAIN);
    const next = await stage().propose(proposalOf({ gateway: NEXT_GATEWAY }), other);
    await expect(stage().accept(next)).to.emit(registry, "ProposalAccepted");
  });

  it("makes versions no faster than once an hour where waiting does no harm", async function () {
    const { registry, owner, other } = stage();
    await stage().activate();
    await asOwner().update(CHAIN, 3, "");
    const earliest = (await stage().now()) + HOUR;
    await asOwner().offerEntry(CHAIN, other.address);
    await stage().at(earliest - 2n);
    await expect(registry.connect(other).acceptEntry(CHAIN))
      .to.be.revertedWithCustomError(registry, "ChangeTooEarly")
      .withArgs(earliest - 2n, earliest);
    await stage().at(earliest - 1n);
    await expect(registry.connect(owner).update(CHAIN, 3, ""))
      .to.be.revertedWithCustomError(registry, "ChangeTooEarly")
      .withArgs(earliest - 1n, earliest);
    await stage().at(earliest);
    await registry.connect(owner).update(CHAIN, 3, "");
    await stage().at(earliest + HOUR);
    await registry.connect(other).acceptEntry(CHAIN);
    await expect(registry.connect(other).update(CHAIN, 3, ""))
      .to.be.revertedWithCustomError(registry, "ChangeTooEarly")
      .withArgs(earliest + HOUR + 1n, earliest + 2n * HOUR);
  });

  it("is proposed anew no faster than once an hour, and drains and tells the truth at once", async function () {
    const { registry, registrar } = stage();
    const id = await stage().accepted(proposalOf());
    const acceptedAt = await stage().now();
    await registry.connect(registrar).withdrawAcceptance(CHAIN);
    await expect(stage().accept(id))
      .to.be.revertedWithCustomError(registry, "ChangeTooEarly")
      .withArgs(acceptedAt + 2n, acceptedAt + HOUR);
    await stage().after(HOUR);
    await stage().accept(id);
    await stage().optIn(proposalOf());
    await stage().applyDue();
    await asOwner().update(CHAIN, 3, "");
    await asOwner().declareIrrefutable(CHAIN);
    await asOwner().drain(CHAIN);
    expect(await stage().present()).to.deep.equal([Statuses.Draining, 6n]);
  });
});

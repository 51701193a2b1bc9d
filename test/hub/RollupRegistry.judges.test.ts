import { expect } from "chai";

import {
  BRIDGE,
  CHAIN,
  DAY,
  GATEWAY,
  HOUR,
  NEXT_GATEWAY,
  NOBODY,
  OTHER_BRIDGE,
  proposalOf,
  RegistryStage,
  Statuses,
  valuesOf,
  type Proposal,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

describe("No swapped judge", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  /** The owner's change of its active entry, accepted and opted in to. */
  const changed = async (changes: Partial<Proposal>) => {
    await stage().accepted(proposalOf(changes));
    await stage().optIn(proposalOf(changes));
    return stage().applyDue();
  };
  const expectUnacceptable = async (
    proposal: Proposal,
    error: string,
    args: readonly unknown[],
    by = stage().owner,
  ) => {
    const id = await stage().propose(proposal, by);
    await expect(stage().accept(id))
      .to.be.revertedWithCustomError(stage().registry, error)
      .withArgs(...args);
  };

  it("gives a gateway one bridge for ever", async function () {
    await stage().activate();
    const mismatch = [OTHER_BRIDGE, BRIDGE];
    await expectUnacceptable(proposalOf({ bridge: OTHER_BRIDGE }), "BridgeMismatch", mismatch);
    await expectUnacceptable(proposalOf({ bridge: OTHER_BRIDGE, refutable: false }), "BridgeMismatch", mismatch);
    await expectUnacceptable(proposalOf({ bridge: NOBODY, refutable: false }), "BridgeMismatch", [NOBODY, BRIDGE]);
  });

  it("gives no bridge afterwards to a gateway that began without one", async function () {
    const irrefutable = { bridge: NOBODY, refutable: false };
    const since = await stage().activate(proposalOf(irrefutable));
    expect(await stage().registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([NOBODY, since]);
    await expectUnacceptable(proposalOf(), "BridgeMismatch", [BRIDGE, NOBODY]);
  });

  it("lets a replaced gateway be judged as ever, and never speak again", async function () {
    const { registry, owner } = stage();
    const first = await stage().activate();
    const second = await changed({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE });
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([BRIDGE, first]);
    expect(await registry.judgeOf(CHAIN, NEXT_GATEWAY)).to.deep.equal([OTHER_BRIDGE, second]);
    await expectUnacceptable(proposalOf(), "GatewayUsed", [CHAIN, GATEWAY], owner);
    await expectUnacceptable(proposalOf({ bridge: OTHER_BRIDGE }), "GatewayUsed", [CHAIN, GATEWAY], owner);
  });

  it("lets no gateway of a retired entry speak again, neither the last nor one before it", async function () {
    const { registry, other } = stage();
    await stage().activate();
    const second = await changed({ gateway: NEXT_GATEWAY });
    await stage().retire();
    for (const gateway of [GATEWAY, NEXT_GATEWAY]) {
      await expectUnacceptable(proposalOf({ gateway }), "GatewayUsed", [CHAIN, gateway], other);
    }
    expect(await registry.judgeOf(CHAIN, NEXT_GATEWAY)).to.deep.equal([BRIDGE, second]);
  });

  it("keeps chains apart: the same gateway elsewhere has its own judge", async function () {
    const { registry } = stage();
    await stage().activate();
    const since = await stage().activate(proposalOf({ chainId: 2_002n, bridge: OTHER_BRIDGE }));
    expect(await registry.judgeOf(2_002n, GATEWAY)).to.deep.equal([OTHER_BRIDGE, since]);
    expect((await registry.judgeOf(CHAIN, GATEWAY)).bridge).to.equal(BRIDGE);
  });

  it("binds no judge by a proposal, nor by an acceptance that was withdrawn", async function () {
    const { registry, registrar, other } = stage();
    await stage().accepted(proposalOf());
    await registry.connect(registrar).withdrawAcceptance(CHAIN);
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([NOBODY, 0n]);
    await stage().after(HOUR);
    const since = await stage().activate(proposalOf({ bridge: OTHER_BRIDGE }), other);
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([OTHER_BRIDGE, since]);
    expect((await registry.entryOf(CHAIN)).owner).to.equal(other.address);
  });

  for (const [title, changes] of [
    ["gateway", { gateway: NEXT_GATEWAY }],
    ["gateway and bridge", { gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE }],
    ["set", { operatorSetId: 2n }],
  ] as const) {
    it(`changes the ${title} of an active entry after 7 days, and not a second before`, async function () {
      const { registry, owner, operators } = stage();
      await stage().activate();
      await stage().writeTable(2, [7n], operators.slice(2));
      const id = await stage().propose(proposalOf(changes));
      const acceptedAt = await stage().after(5n);
      const effectiveAt = acceptedAt + 7n * DAY;
      const accepting = stage().accept(id);
      await expect(accepting).to.emit(registry, "ProposalAccepted").withArgs(id, CHAIN, effectiveAt);
      await expect(accepting).to.not.emit(registry, "EntryChanged");
      expect(await stage().present()).to.deep.equal([Statuses.Active, 2n]);
      await stage().optIn(proposalOf(changes));
      await stage().at(effectiveAt - 1n);
      await expect(registry.applyAccepted(CHAIN))
        .to.be.revertedWithCustomError(registry, "NoticeRunning")
        .withArgs(effectiveAt - 1n, effectiveAt);
      await stage().applyDue();
      const { gateway, operatorSetId, bridge } = await registry.entryOf(CHAIN);
      const wanted = proposalOf(changes);
      expect([gateway, operatorSetId, bridge]).to.deep.equal([wanted.gateway, wanted.operatorSetId, wanted.bridge]);
      expect((await registry.entryOf(CHAIN)).owner).to.equal(owner.address);
    });
  }

  it("makes an entry refutable again after 7 days only, by the gateway's own bridge, which speaks for no first time", async function () {
    const { registry, owner } = stage();
    const since = await stage().activate();
    await registry.connect(owner).declareIrrefutable(CHAIN);
    await stage().accepted(proposalOf());
    const acceptedAt = await stage().now();
    expect((await registry.entryOf(CHAIN)).refutable).to.equal(false);
    await stage().at(acceptedAt + 7n * DAY);
    await expect(registry.applyAccepted(CHAIN)).to.not.emit(registry, "GatewayActivated");
    expect((await registry.entryOf(CHAIN)).refutable).to.equal(true);
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([BRIDGE, since]);
  });

  it("waits for one change at a time", async function () {
    await stage().activate();
    const waiting = await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY }));
    await expectUnacceptable(proposalOf(), "AcceptancePending", [CHAIN, waiting]);
    expect((await stage().registry.pendingOf(CHAIN)).proposalId).to.equal(waiting);
  });

  it("takes no proposal for an active entry that another made while it was not active", async function () {
    const { registry, owner, other } = stage();
    const rival = await stage().propose(proposalOf({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE }), other);
    await stage().activate();
    await expect(stage().accept(rival))
      .to.be.revertedWithCustomError(registry, "NotTheEntrysOwner")
      .withArgs(CHAIN, other.address, owner.address);
  });

  it("counts who opted in to one bridge for no other", async function () {
    const { registry, operators, owner } = stage();
    await stage().optIn(proposalOf());
    await stage().accepted(proposalOf({ bridge: OTHER_BRIDGE }), owner);
    for (const operator of operators) {
      expect(await registry.isOptedIn(operator.address, CHAIN, GATEWAY, BRIDGE)).to.equal(true);
      expect(await registry.isOptedIn(operator.address, CHAIN, GATEWAY, OTHER_BRIDGE)).to.equal(false);
    }
    await stage().after(2n * DAY);
    await expect(registry.applyAccepted(CHAIN))
      .to.be.revertedWithCustomError(registry, "OptInMissing")
      .withArgs(0n, 6_667n);
  });

  it("drops the former owner's accepted change when the entry changes hands", async function () {
    const { registry, owner, other } = stage();
    await stage().activate();
    const id = await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE }));
    await registry.connect(owner).offerEntry(CHAIN, other.address);
    await expect(registry.connect(other).acceptEntry(CHAIN))
      .to.emit(registry, "AcceptanceWithdrawn")
      .withArgs(id, CHAIN);
    await expect(stage().accept(id))
      .to.be.revertedWithCustomError(registry, "NotTheEntrysOwner")
      .withArgs(CHAIN, owner.address, other.address);
    expect(await registry.proposalOf(id)).to.deep.equal([
      valuesOf(proposalOf({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE })),
      owner.address,
    ]);
  });

  it("lets the proposer and the registrar take an acceptance back, at any time, and nobody else", async function () {
    const { registry, owner, registrar, stranger } = stage();
    await stage().activate();
    await expect(registry.connect(registrar).withdrawAcceptance(CHAIN))
      .to.be.revertedWithCustomError(registry, "NothingPending")
      .withArgs(CHAIN);
    const id = await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY }));
    await expect(registry.withdrawAcceptance(CHAIN))
      .to.be.revertedWithCustomError(registry, "NotTheProposer")
      .withArgs(stranger.address, owner.address);
    for (const caller of [owner, registrar]) {
      await expect(registry.connect(caller).withdrawAcceptance(CHAIN))
        .to.emit(registry, "AcceptanceWithdrawn")
        .withArgs(id, CHAIN);
      await expect(registry.applyAccepted(CHAIN))
        .to.be.revertedWithCustomError(registry, "NothingPending")
        .withArgs(CHAIN);
      await stage().accept(id);
    }
  });
});

import { expect } from "chai";

import {
  BOND,
  CHAIN,
  DAY,
  GATEWAY,
  NOBODY,
  PERCENT,
  proposalOf,
  RegistryStage,
  valuesOf,
  WHOLE,
  type Proposal,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

const MALFORMED: readonly (readonly [string, Partial<Proposal>])[] = [
  ["no chain", { chainId: 0n }],
  ["no gateway", { gateway: NOBODY }],
  ["no operator set", { operatorSetId: 0n }],
  ["no finality", { finality: 0n }],
  ["a finality above final", { finality: 4n }],
  ["a fraction above all", { refuteWad: WHOLE + 1n }],
  ["more below final than for what is final", { refuteWad: 5n, softWad: 6n }],
  ["refutations without a bridge", { bridge: NOBODY }],
];

const WELL_FORMED: readonly (readonly [string, Partial<Proposal>])[] = [
  ["neither bridge nor refutations", { bridge: NOBODY, refutable: false }],
  ["a bridge without refutations", { refutable: false }],
  ["everything for everything", { refuteWad: WHOLE, softWad: WHOLE }],
  ["nothing for anything", { refuteWad: 0n, softWad: 0n }],
  ["the least finality", { finality: 1n }],
  ["the longest description", { metadataURI: "x".repeat(1_024) }],
];

describe("Proposals to the registry", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const by = (proposal: Proposal, value = BOND) => stage().registry.connect(stage().owner).propose(proposal, { value });

  it("are anybody's, bind nothing, and are told with their proposer", async function () {
    const { registry, owner } = stage();
    const proposal = proposalOf();
    const id = await registry.connect(owner).propose.staticCall(proposal, { value: BOND });
    await expect(by(proposal)).to.emit(registry, "Proposed").withArgs(id, owner.address, valuesOf(proposal));
    expect(await registry.proposalOf(id)).to.deep.equal([valuesOf(proposal), owner.address]);
    expect((await registry.entryOf(CHAIN)).version).to.equal(0n);
    expect(await registry.chainCount()).to.equal(0n);
    expect(await registry.pendingOf(CHAIN)).to.deep.equal([0n, 0n]);
    expect(await registry.wadsAt(CHAIN, await stage().now())).to.deep.equal([0n, 0n]);
  });

  it("have ids that bind content and proposer, and never come again", async function () {
    const { owner, other, registry } = stage();
    const ids = [
      await stage().propose(proposalOf(), owner),
      await stage().propose(proposalOf(), owner),
      await stage().propose(proposalOf(), other),
      await stage().propose(proposalOf({ finality: 2n }), other),
    ];
    expect(new Set(ids).size).to.equal(4);
    const next = (proposal: Proposal, proposer = owner) =>
      registry.connect(proposer).propose.staticCall(proposal, { value: BOND });
    const [same, others, another] = [
      await next(proposalOf()),
      await next(proposalOf(), other),
      await next(proposalOf({ bridge: GATEWAY })),
    ];
    expect(new Set([...ids, same, others, another]).size).to.equal(7);
  });

  for (const [title, changes] of MALFORMED) {
    it(`are refused with ${title}`, async function () {
      const proposal = proposalOf(changes);
      await expect(by(proposal))
        .to.be.revertedWithCustomError(stage().registry, "ProposalMalformed")
        .withArgs(valuesOf(proposal));
    });
  }

  for (const [title, changes] of WELL_FORMED) {
    it(`are taken with ${title}`, async function () {
      await expect(by(proposalOf(changes))).to.emit(stage().registry, "Proposed");
    });
  }

  it("are refused with a description that is one byte too long", async function () {
    await expect(by(proposalOf({ metadataURI: "x".repeat(1_025) })))
      .to.be.revertedWithCustomError(stage().registry, "MetadataTooLong")
      .withArgs(1_025n, 1_024n);
  });

  for (const value of [0n, BOND - 1n, BOND + 1n]) {
    it(`cost the bond to the wei, not ${String(value)}`, async function () {
      await expect(by(proposalOf(), value))
        .to.be.revertedWithCustomError(stage().registry, "BondMismatch")
        .withArgs(value, BOND);
    });
  }

  it("for a chain that is heard are its owner's alone", async function () {
    await stage().activate();
    const { registry, stranger, owner } = stage();
    const attempt = () => registry.propose(proposalOf(), { value: BOND });
    const expectRefused = async () => {
      await expect(attempt())
        .to.be.revertedWithCustomError(registry, "NotTheEntrysOwner")
        .withArgs(CHAIN, stranger.address, owner.address);
    };
    await expectRefused();
    await registry.connect(owner).drain(CHAIN);
    await expectRefused();
    await expect(by(proposalOf())).to.emit(registry, "Proposed");
  });

  for (const [title, changes] of [
    ["more", { refuteWad: WHOLE }],
    ["less", { refuteWad: PERCENT }],
    ["less below final", { softWad: 0n }],
  ] as const) {
    it(`for a chain that is heard repeat the fractions that hold, not ${title}`, async function () {
      await stage().activate();
      const proposal = proposalOf(changes);
      await expect(by(proposal))
        .to.be.revertedWithCustomError(stage().registry, "ProposalMalformed")
        .withArgs(valuesOf(proposal));
    });
  }

  it("are withdrawn by their proposers alone, after a week of lock", async function () {
    const { registry, owner, stranger } = stage();
    const id = await stage().propose(proposalOf());
    const until = (await stage().now()) + 7n * DAY;
    await expect(registry.withdrawProposal(id))
      .to.be.revertedWithCustomError(registry, "NotTheProposer")
      .withArgs(stranger.address, owner.address);
    await stage().at(until - 1n);
    await expect(registry.connect(owner).withdrawProposal(id))
      .to.be.revertedWithCustomError(registry, "BondLocked")
      .withArgs(until - 1n, until);
    await stage().at(until);
    await expect(registry.connect(owner).withdrawProposal(id)).to.emit(registry, "ProposalWithdrawn").withArgs(id);
    expect((await registry.proposalOf(id)).proposer).to.equal(NOBODY);
    await expect(registry.connect(owner).withdrawProposal(id))
      .to.be.revertedWithCustomError(registry, "ProposalNotOpen")
      .withArgs(id);
    await expect(stage().accept(id)).to.be.revertedWithCustomError(registry, "ProposalNotOpen").withArgs(id);
  });

  it("are withdrawn with the acceptance that waits for them, and with no other's", async function () {
    const { registry, owner } = stage();
    const idle = await stage().propose(proposalOf());
    const id = await stage().accepted(proposalOf());
    await stage().after(7n * DAY);
    await expect(registry.connect(owner).withdrawProposal(idle)).to.not.emit(registry, "AcceptanceWithdrawn");
    expect((await registry.pendingOf(CHAIN)).proposalId).to.equal(id);
    await expect(registry.connect(owner).withdrawProposal(id))
      .to.emit(registry, "AcceptanceWithdrawn")
      .withArgs(id, CHAIN)
      .and.to.emit(registry, "ProposalWithdrawn")
      .withArgs(id);
    expect(await registry.pendingOf(CHAIN)).to.deep.equal([0n, 0n]);
  });
});

import { expect } from "chai";

import type { ReentrantProposer } from "#types/index.ts";
import { BOND, DAY, NOBODY, proposalOf, RegistryStage } from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

describe("The registry's bonds", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const held = async () => stage().chain.ethers.provider.getBalance(await stage().registry.getAddress());
  const withdrawn = async (id: bigint, by = stage().owner) => {
    await stage().after(7n * DAY);
    await stage().registry.connect(by).withdrawProposal(id);
  };
  const proposer = async (takes: boolean): Promise<ReentrantProposer> => {
    const { ethers } = stage().chain;
    const deployed = await ethers.deployContract("ReentrantProposer", [await stage().registry.getAddress(), takes]);
    return ethers.getContractAt("ReentrantProposer", await deployed.getAddress());
  };
  /** A contract whose bond can be claimed. */
  const claimant = async (takes: boolean): Promise<ReentrantProposer> => {
    const contract = await proposer(takes);
    const id = await contract.propose.staticCall(proposalOf(), { value: BOND });
    await contract.propose(proposalOf(), { value: BOND });
    await stage().after(7n * DAY);
    await contract.withdraw(id);
    return contract;
  };

  it("stay while proposals are open, and there is nothing to claim", async function () {
    const { registry, owner } = stage();
    await stage().propose(proposalOf());
    await stage().accepted(proposalOf());
    expect(await held()).to.equal(2n * BOND);
    await expect(registry.connect(owner).claimBonds(owner.address))
      .to.be.revertedWithCustomError(registry, "NoBond")
      .withArgs(owner.address);
  });

  it("go back to the wei, once, wherever their proposer wants", async function () {
    const { registry, owner, other } = stage();
    const first = await stage().propose(proposalOf());
    await stage().propose(proposalOf());
    await stage().propose(proposalOf(), other);
    await withdrawn(first);
    const to = "0x000000000000000000000000000000000000ca5e";
    const claim = registry.connect(owner).claimBonds(to);
    await expect(claim).to.emit(registry, "BondsClaimed").withArgs(owner.address, to, BOND);
    expect(await stage().chain.ethers.provider.getBalance(to)).to.equal(BOND);
    expect(await held()).to.equal(2n * BOND);
    await expect(registry.connect(owner).claimBonds(to))
      .to.be.revertedWithCustomError(registry, "NoBond")
      .withArgs(owner.address);
  });

  it("of proposals that took effect and that were withdrawn are claimed together", async function () {
    const { registry, owner } = stage();
    const idle = await stage().propose(proposalOf());
    await stage().activate();
    await withdrawn(idle);
    expect(await registry.connect(owner).claimBonds.staticCall(owner.address)).to.equal(2n * BOND);
    await registry.connect(owner).claimBonds(owner.address);
    expect(await held()).to.equal(0n);
  });

  it("are nobody else's, and the registrar's neither", async function () {
    const { registry, stranger, registrar } = stage();
    await stage().activate();
    for (const caller of [stranger, registrar]) {
      await expect(registry.connect(caller).claimBonds(caller.address))
        .to.be.revertedWithCustomError(registry, "NoBond")
        .withArgs(caller.address);
    }
    expect(await held()).to.equal(BOND);
  });

  it("cannot be held by an acceptance that is never applied", async function () {
    const { registry, owner } = stage();
    await withdrawn(await stage().accepted(proposalOf()));
    await registry.connect(owner).claimBonds(owner.address);
    expect(await held()).to.equal(0n);
  });

  it("are paid once to who asks again while being paid", async function () {
    const { registry } = stage();
    const contract = await claimant(true);
    await stage().propose(proposalOf());
    await contract.claim(await contract.getAddress());
    expect(await contract.answer()).to.equal(
      registry.interface.encodeErrorResult("NoBond", [await contract.getAddress()]),
    );
    expect(await stage().chain.ethers.provider.getBalance(contract)).to.equal(BOND);
    expect(await held()).to.equal(BOND);
  });

  it("of a contract that takes nothing stay its own, and go where it says", async function () {
    const { registry, stranger } = stage();
    const contract = await claimant(false);
    const own = await contract.getAddress();
    await expect(contract.claim(own)).to.be.revertedWithCustomError(registry, "BondNotSent").withArgs(own);
    expect(await held()).to.equal(BOND);
    await expect(contract.claim(stranger.address)).to.changeEtherBalance(stage().chain.ethers, stranger, BOND);
  });

  it("are all that the registry takes", async function () {
    const { registry, stranger } = stage();
    const to = await registry.getAddress();
    await expect(stranger.sendTransaction({ to, value: 1n })).to.be.revertedWithoutReason(stage().chain.ethers);
    expect(await held()).to.equal(0n);
    expect((await registry.proposalOf(1n)).proposer).to.equal(NOBODY);
  });
});

import { expect } from "chai";
import { Interface, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { absentChain, absentEpoch, bringHalt, freeze, pageConflict } from "#support/brakes.ts";
import { PAPER, paperWorld } from "#support/paper.ts";
import { LOOSEST_POLICY, MIDDLE_POLICY, valuesOfPolicy } from "#support/policies.ts";
import { staged } from "#support/stage.ts";
import type { Policy } from "#types/index.ts";

const EPOCH_NEWS = absentEpoch(1, 2, 3n, 4);
const ENTRY_NEWS = absentChain(PAPER.strong, 3n);

type Act = (policy: Policy) => Promise<ContractTransactionResponse>;

/** Everything that only the owner may do, in an order in which the owner can. */
const OWNERS_ACTS: Readonly<Record<string, Act>> = {
  tighten: (policy) => policy.tighten(PAPER.strong, DEFAULT_POLICY),
  announceLoosening: (policy) => policy.announceLoosening(PAPER.strong, LOOSEST_POLICY),
  cancelLoosening: (policy) => policy.cancelLoosening(PAPER.strong),
  refuseGateway: (policy) => policy.refuseGateway(PAPER.strong, PAPER.stranger),
  announceLift: (policy) => policy.announceLift(1),
  cancelLift: (policy) => policy.cancelLift(1),
  announceEpoch: (policy) => policy.announceEpoch(EPOCH_NEWS),
  cancelEpoch: (policy) => policy.cancelEpoch(EPOCH_NEWS),
  announceEntry: (policy) => policy.announceEntry(ENTRY_NEWS),
  cancelEntry: (policy) => policy.cancelEntry(ENTRY_NEWS),
  endHalt: (policy) => policy.endHalt(PAPER.strong),
};

describe("The policy's roles", function () {
  const stage = staged(paperWorld);
  const policy = () => stage().here.policy;

  it("give the owner exactly the powers of IPolicyOwner", async function () {
    const { abi } = await artifacts.readArtifact("IPolicyOwner");
    const powers: string[] = [];
    new Interface(abi).forEachFunction(({ name }) => powers.push(name));
    expect(powers).to.have.members(Object.keys(OWNERS_ACTS));
  });

  for (const [name, act] of Object.entries(OWNERS_ACTS)) {
    it(`give ${name} to nobody else`, async function () {
      const { user } = stage().here;
      await expect(act(policy().connect(user)))
        .to.be.revertedWithCustomError(policy(), "OwnableUnauthorizedAccount")
        .withArgs(user.address);
    });
  }

  it("pass to another owner in two steps, with every power", async function () {
    const { here, strong } = stage();
    const { deployer, user, relayer } = here;
    // There must be something to end and to lift.
    await bringHalt(here, strong);
    const issuedAt = await here.now();
    await freeze(here, await pageConflict(strong, { issuedAt }, { issuedAt: issuedAt - 1n }));
    await policy().transferOwnership(user.address);
    expect(await policy().owner()).to.equal(deployer.address);
    expect(await policy().pendingOwner()).to.equal(user.address);
    await policy().tighten(PAPER.strong, DEFAULT_POLICY);
    await expect(policy().connect(relayer).acceptOwnership())
      .to.be.revertedWithCustomError(policy(), "OwnableUnauthorizedAccount")
      .withArgs(relayer.address);
    await policy().connect(user).acceptOwnership();
    for (const act of Object.values(OWNERS_ACTS)) {
      await act(policy().connect(user));
      await expect(act(policy().connect(deployer)))
        .to.be.revertedWithCustomError(policy(), "OwnableUnauthorizedAccount")
        .withArgs(deployer.address);
    }
  });

  it("let the owner refuse a gateway for ever, which does not touch the present one", async function () {
    const { here } = stage();
    await expect(policy().refuseGateway(PAPER.strong, PAPER.gateway))
      .to.emit(policy(), "GatewayRefused")
      .withArgs(PAPER.strong, PAPER.gateway);
    expect(await policy().isRefusedGateway(PAPER.strong, PAPER.gateway)).to.equal(true);
    expect(await policy().isRefusedGateway(PAPER.weak, PAPER.gateway)).to.equal(false);
    expect((await here.gateway.source(PAPER.strong)).gateway).to.equal(PAPER.gateway);
  });

  describe("leave to the gateway alone", function () {
    /** A policy whose gateway is an account, so that what it alone may do can be done. */
    async function ownPolicy(messagesPerHour: number): Promise<Policy> {
      const { ethers, user, deployer } = stage().here;
      const args = [user.address, deployer.address, 2, 1, 3_334, { ...MIDDLE_POLICY, messagesPerHour }];
      const deployed = await ethers.deployContract("Policy", args);
      return (await ethers.getContractAt("Policy", await deployed.getAddress())).connect(user);
    }

    it("the report of new sources", async function () {
      const { deployer, addresses } = stage().here;
      await expect(policy().adopt(PAPER.unknown))
        .to.be.revertedWithCustomError(policy(), "NotTheGateway")
        .withArgs(deployer.address, addresses.gateway);
    });

    it("the report of deliveries", async function () {
      const { deployer, addresses } = stage().here;
      await expect(policy().charge(PAPER.strong, 1))
        .to.be.revertedWithCustomError(policy(), "NotTheGateway")
        .withArgs(deployer.address, addresses.gateway);
    });

    it("which gives a new source the default, and a known one what it has", async function () {
      const own = await ownPolicy(3);
      const limited = valuesOfPolicy({ ...MIDDLE_POLICY, messagesPerHour: 3 });
      expect(await own.adopt.staticCall(PAPER.strong)).to.deep.equal(limited);
      await expect(own.adopt(PAPER.strong)).to.emit(own, "SourcePolicyChanged").withArgs(PAPER.strong, limited);
      await own.connect(stage().here.deployer).tighten(0, { ...MIDDLE_POLICY, messagesPerHour: 1 });
      expect(await own.adopt.staticCall(PAPER.strong)).to.deep.equal(limited);
      await expect(own.adopt(PAPER.strong)).to.not.emit(own, "SourcePolicyChanged");
      expect((await own.adopt.staticCall(PAPER.weak)).messagesPerHour).to.equal(1n);
    });

    it("which frees each place an hour after it was taken", async function () {
      const { helpers } = stage().here;
      const own = await ownPolicy(3);
      await own.adopt(PAPER.strong);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(3n);
      await own.charge(PAPER.strong, 2);
      const charged = await helpers.time.latest();
      expect(await own.messagesLeft(PAPER.strong)).to.equal(1n);
      await own.charge(PAPER.strong, 1);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(0n);
      await helpers.time.increaseTo(charged + 3_599);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(0n);
      await helpers.time.increaseTo(charged + 3_600);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(2n);
    });

    it("which exhausts the hour when it is told of more than the limit leaves, and is never refused", async function () {
      const own = await ownPolicy(3);
      await own.adopt(PAPER.strong);
      await own.charge(PAPER.strong, 2);
      await own.charge(PAPER.strong, 2);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(0n);
      await own.charge(PAPER.strong, 1);
      expect(await own.messagesLeft(PAPER.strong)).to.equal(0n);
    });

    it("which charges each source for itself, and nothing for nothing", async function () {
      const own = await ownPolicy(3);
      await own.adopt(PAPER.strong);
      await own.adopt(PAPER.weak);
      await own.charge(PAPER.strong, 3);
      await own.charge(PAPER.strong, 0);
      expect(await own.messagesLeft(PAPER.weak)).to.equal(3n);
    });
  });
});

import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Interface, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";

import {
  BOND,
  BRIDGE,
  CHAIN,
  DAY,
  GATEWAY,
  NEXT_GATEWAY,
  OTHER_BRIDGE,
  PERCENT,
  proposalOf,
  RAISE_SECONDS,
  RegistryStage,
  WHOLE,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";
import type { RollupRegistry } from "#types/index.ts";

/** Drains since 30 days. */
const DRAINED = 2_002n;
/** An accepted proposal for it is due. */
const DUE = 2_003n;

const ROLES = ["registrar", "nextRegistrar", "owner", "offered", "operator", "stranger"] as const;
type Role = (typeof ROLES)[number];

interface RolesStage extends RegistryStage {
  readonly accounts: Readonly<Record<Role, HardhatEthersSigner>>;
  /** Open, for a chain without an entry. */
  readonly open: bigint;
  /** The owner's open change of the active entry. */
  readonly change: bigint;
  /** A stranger's open proposal for the chain that is active by now, to everything's worst. */
  readonly rival: bigint;
}

/** An active entry with a change that waits, an offer, a new registrar to come, a bond to claim. */
async function rolesStage(): Promise<RolesStage> {
  const stage = await RegistryStage.start();
  const { registry, registrar, owner, other, stranger, operators } = stage;
  const nextRegistrar = stage.chain.signers.at(-1);
  const [operator] = operators;
  if (nextRegistrar === undefined || operator === undefined) throw new Error("too few accounts");
  const worst = { gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE, refuteWad: WHOLE, softWad: WHOLE, finality: 1n };
  const rival = await stage.propose(proposalOf(worst), stranger);
  await stage.activate();
  await stage.activate(proposalOf({ chainId: DRAINED }));
  await registry.connect(owner).drain(DRAINED);
  await stage.accepted(proposalOf({ chainId: DUE }));
  await stage.optIn(proposalOf({ chainId: DUE }));
  const open = await stage.propose(proposalOf({ chainId: 2_004n }));
  const change = await stage.propose(proposalOf({ gateway: NEXT_GATEWAY }));
  await stage.optIn(proposalOf({ gateway: NEXT_GATEWAY }));
  await stage.after(30n * DAY);
  await stage.accept(change);
  await registry.connect(owner).offerEntry(CHAIN, other.address);
  await registry.connect(registrar).transferOwnership(nextRegistrar.address);
  const accounts = { registrar, nextRegistrar, owner, offered: other, operator, stranger };
  return Object.assign(stage, { accounts, open, change, rival });
}

interface Power {
  /** Who has it; nobody named: everybody. */
  readonly of?: readonly Role[];
  readonly act: (registry: RollupRegistry, stage: RolesStage) => Promise<ContractTransactionResponse>;
  /** How everybody else is refused. */
  readonly refusal?: (caller: string, owner: string) => readonly [error: string, ...args: unknown[]];
}

const unauthorized = (caller: string) => ["OwnableUnauthorizedAccount", caller] as const;
const notTheOwner = (caller: string, owner: string) => ["NotTheEntrysOwner", CHAIN, caller, owner] as const;
const notTheProposer = (caller: string, owner: string) => ["NotTheProposer", caller, owner] as const;

/** Every function that changes state. */
const POWERS: Readonly<Record<string, Power>> = {
  accept: { of: ["registrar"], act: (registry, { open }) => registry.accept(open), refusal: unauthorized },
  withdrawAcceptance: {
    of: ["registrar", "owner"],
    act: (registry) => registry.withdrawAcceptance(CHAIN),
    refusal: notTheProposer,
  },
  transferOwnership: {
    of: ["registrar"],
    act: (registry, { stranger }) => registry.transferOwnership(stranger.address),
    refusal: unauthorized,
  },
  renounceOwnership: { of: ["registrar"], act: (registry) => registry.renounceOwnership(), refusal: unauthorized },
  acceptOwnership: { of: ["nextRegistrar"], act: (registry) => registry.acceptOwnership(), refusal: unauthorized },
  update: { of: ["owner"], act: (registry) => registry.update(CHAIN, 1, "other"), refusal: notTheOwner },
  declareIrrefutable: {
    of: ["owner"],
    act: (registry) => registry.declareIrrefutable(CHAIN),
    refusal: notTheOwner,
  },
  drain: { of: ["owner"], act: (registry) => registry.drain(CHAIN), refusal: notTheOwner },
  retire: {
    of: ["owner"],
    act: (registry) => registry.retire(DRAINED),
    refusal: (caller, owner) => ["NotTheEntrysOwner", DRAINED, caller, owner],
  },
  announceWads: {
    of: ["owner"],
    act: (registry) => registry.announceWads(CHAIN, WHOLE, 0n),
    refusal: notTheOwner,
  },
  offerEntry: {
    of: ["owner"],
    act: (registry, { stranger }) => registry.offerEntry(CHAIN, stranger.address),
    refusal: notTheOwner,
  },
  acceptEntry: {
    of: ["offered"],
    act: (registry) => registry.acceptEntry(CHAIN),
    refusal: (caller) => ["NotOffered", CHAIN, caller],
  },
  withdrawProposal: {
    of: ["owner"],
    act: (registry, { open }) => registry.withdrawProposal(open),
    refusal: notTheProposer,
  },
  claimBonds: {
    of: ["owner"],
    act: (registry, { owner }) => registry.claimBonds(owner.address),
    refusal: (caller) => ["NoBond", caller],
  },
  propose: { act: (registry) => registry.propose(proposalOf({ chainId: 2_005n }), { value: BOND }) },
  applyAccepted: { act: (registry) => registry.applyAccepted(DUE) },
  optIn: { act: (registry) => registry.optIn(CHAIN, GATEWAY, BRIDGE, false) },
};

async function functionsOf(name: string): Promise<string[]> {
  const { abi } = await artifacts.readArtifact(name);
  const names: string[] = [];
  new Interface(abi).forEachFunction((fragment) => {
    if (!fragment.constant) names.push(fragment.name);
  });
  return names;
}

describe("The registry's roles", function () {
  const stage = stagedOn(rolesStage, ({ chain }) => [chain]);

  it("are told for every function that changes anything", async function () {
    expect(await functionsOf("RollupRegistry")).to.have.members(Object.keys(POWERS));
  });

  it("are short lists: what the registrar may do, and what an entry's owner may", async function () {
    expect(await functionsOf("IRollupRegistryRegistrar")).to.have.members(["accept", "withdrawAcceptance"]);
    const owners = ["update", "declareIrrefutable", "drain", "retire", "announceWads", "offerEntry"];
    expect(await functionsOf("IRollupRegistryOwner")).to.have.members(owners);
  });

  for (const [name, { of = ROLES, act, refusal }] of Object.entries(POWERS)) {
    for (const role of ROLES) {
      const may = of.includes(role);
      it(`${may ? "let" : "do not let"} ${role} call ${name}`, async function () {
        const { accounts, registry, owner } = stage();
        const calling = act(registry.connect(accounts[role]), stage());
        if (may || refusal === undefined) {
          await expect(calling).to.not.revert(stage().chain.ethers);
          return;
        }
        const [error, ...args] = refusal(accounts[role].address, owner.address);
        await expect(calling)
          .to.be.revertedWithCustomError(registry, error)
          .withArgs(...args);
      });
    }
  }
});

describe("The framework", function () {
  const stage = stagedOn(rolesStage, ({ chain }) => [chain]);

  /** Everything that others rely on. */
  async function reliedOn(): Promise<string> {
    const { registry } = stage();
    const now = await stage().now();
    const read = [
      ...(await Promise.all([CHAIN, DRAINED].map((id) => registry.entryOf(id)))),
      await registry.judgeOf(CHAIN, GATEWAY),
      await registry.judgeOf(CHAIN, NEXT_GATEWAY),
      await registry.wadsAt(CHAIN, now),
      await registry.wadsAt(CHAIN, now + RAISE_SECONDS + DAY),
    ];
    return read.map(String).join("\n");
  }

  for (const [name, { act }] of Object.entries(POWERS)) {
    it(`cannot change an entry that is heard by ${name}`, async function () {
      const before = await reliedOn();
      const { registry, registrar, change, rival } = stage();
      const own = registry.connect(registrar);
      for (const attempt of [
        () => act(own, stage()),
        () => own.withdrawAcceptance(CHAIN),
        () => own.accept(rival),
        () => own.accept(change),
        () => own.applyAccepted(CHAIN),
        () => act(own, stage()),
      ]) {
        await attempt().catch((error: unknown) => {
          expect(String(error)).to.match(/reverted/);
        });
      }
      expect(await reliedOn()).to.equal(before);
    });
  }

  it("cannot keep an entry from leaving", async function () {
    const { registry, owner } = stage();
    await registry.connect(owner).drain(CHAIN);
    await stage().after(30n * DAY);
    await registry.connect(owner).retire(CHAIN);
    expect((await registry.entryOf(CHAIN)).status).to.equal(4n);
  });

  it("lets the owner lower what lies take, without it", async function () {
    const { registry, owner, registrar } = stage();
    await registry.connect(registrar).renounceOwnership();
    await registry.connect(owner).announceWads(CHAIN, PERCENT, 0n);
    expect(await registry.wadsAt(CHAIN, await stage().now())).to.deep.equal([PERCENT, 0n]);
  });

  it("passes to another registrar in two steps, with every power", async function () {
    const { registry, accounts, registrar, open } = stage();
    const next = accounts.nextRegistrar;
    expect([await registry.owner(), await registry.pendingOwner()]).to.deep.equal([registrar.address, next.address]);
    await registry.connect(next).acceptOwnership();
    await expect(registry.connect(registrar).accept(open))
      .to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount")
      .withArgs(registrar.address);
    await expect(registry.connect(next).accept(open)).to.emit(registry, "ProposalAccepted");
  });
});

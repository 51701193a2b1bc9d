import type { Finding } from "#nodes/shared/api.ts";
import { Directory__factory } from "#types/factories/contracts/rollup/Directory__factory.ts";
import { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";
import { CompensationVault__factory } from "#types/factories/contracts/hub/CompensationVault__factory.ts";
import { Slasher__factory } from "#types/factories/contracts/hub/Slasher__factory.ts";
import { IHubEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IHubEnd__factory.ts";
import { IRollupEnd__factory } from "#types/factories/contracts/interfaces/ICanonicalBridge.sol/IRollupEnd__factory.ts";

import type { Devnet, DevnetHubChain, DevnetRollup } from "../devnet.ts";
import { DevnetError, throwIfInterrupted } from "../errors.ts";
import { Looking } from "../looking.ts";
import { describe } from "./describe.ts";
import { FactFollower, type Fact, type FollowedChain } from "./facts.ts";
import type { Findings } from "./findings.ts";

const LOOK_MS = 400;

/** Tells on the screen what follows a lie: from the chains, and what the watcher found out. */
export class Timeline {
  /** What the chains said since it began. */
  readonly facts: Fact[] = [];
  readonly #devnet: Pick<Devnet, "screen" | "signal">;
  readonly #findings: Findings;
  readonly #followers: readonly FactFollower[];
  readonly #looking = new Looking(() => this.#look(), LOOK_MS);

  /**
   * @param devnet - Where it happens.
   * @param findings - What the watcher saw.
   */
  constructor(devnet: Pick<Devnet, "hub" | "rollups" | "screen" | "signal">, findings: Findings) {
    this.#devnet = devnet;
    this.#findings = findings;
    const chains = [hubChain(devnet.hub, devnet.rollups), ...devnet.rollups.map(rollupChain)];
    this.#followers = chains.map((chain) => new FactFollower(chain));
  }

  /** Begins to look; what happened before is not told. */
  async start(): Promise<void> {
    await this.look();
    this.#looking.start();
  }

  /** Ends it, after the look under way. */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  /** Looks now. One look at a time. */
  look(): Promise<void> {
    return this.#looking.now();
  }

  /**
   * Waits until something happened.
   *
   * @param what - Names it for the person who waits.
   * @param condition - What must hold of the facts.
   * @param patienceMs - For how long at most.
   */
  async until(what: string, condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await condition())) {
      throwIfInterrupted(this.#devnet.signal);
      if (Date.now() > deadline) throw new DevnetError("TimedOut", `waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** What a contract said under a name, since it began. */
  said(event: string): Fact[] {
    return this.facts.filter((fact) => fact.event === event);
  }

  /** What the watcher told of its findings of a kind that have come to a stage. */
  found(kind: Finding["kind"], stage: Finding["stage"]): Finding[] {
    return this.#findings.steps.filter((step) => step.kind === kind && step.stage === stage);
  }

  async #look(): Promise<void> {
    const { screen } = this.#devnet;
    // A watcher or a chain that does not answer now is read from the same place by the next look.
    for (const { subject, text } of await this.#findings.look().catch(() => [])) screen.line(subject, text);
    const settled = await Promise.allSettled(this.#followers.map(async (follower) => follower.look()));
    for (const result of settled) {
      if (result.status === "rejected") continue;
      for (const fact of result.value) {
        this.facts.push(fact);
        const line = describe(fact);
        if (line !== undefined) screen.line(line.subject, `${fact.chain} block ${fact.blockNumber}  ${line.text}`);
      }
    }
  }
}

function hubChain({ chain, deployed }: DevnetHubChain, rollups: readonly DevnetRollup[]): FollowedChain {
  const { slasher, vault } = deployed.contracts;
  const ends = rollups.map((rollup) => rollup.deployed.bridge.hubEnd);
  return {
    name: "hub",
    provider: chain.provider,
    contracts: [
      {
        address: slasher,
        abi: Slasher__factory.createInterface(),
        events: ["CaseOpened", "CaseAcquitted", "OperatorSlashed", "NothingLeft", "EpochRevoked"],
      },
      { address: vault, abi: CompensationVault__factory.createInterface(), events: ["TokensCollected"] },
      ...ends.map((address) => ({
        address,
        abi: IHubEnd__factory.createInterface(),
        events: ["Refuted"],
      })),
    ],
  };
}

function rollupChain({ chain, deployed }: DevnetRollup): FollowedChain {
  const { operatorTables, directory } = deployed.contracts;
  const { bridge } = deployed;
  return {
    name: deployed.name,
    provider: chain.provider,
    contracts: [
      {
        address: operatorTables,
        abi: OperatorTables__factory.createInterface(),
        events: ["SetFrozen", "EpochStatusChanged", "TableInstalled"],
      },
      { address: directory, abi: Directory__factory.createInterface(), events: ["EntryApplied"] },
      { address: bridge.rollupEnd, abi: IRollupEnd__factory.createInterface(), events: ["RefutationSent"] },
    ],
  };
}

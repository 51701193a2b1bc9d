import { artifacts } from "hardhat";

import {
  deployHubEnd,
  deployRollupEnd,
  planBridge,
  ROLLUP_GAS,
  type BridgeParameters,
  type BridgePlan,
} from "#deploy/bridge.ts";
import { IHubEnd__factory } from "#chain/contracts.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";
import { address, type Address } from "#protocol/types.ts";
import type { DelayedMessenger } from "#types/index.ts";

import type { Hub } from "./hub.ts";
import type { Chain } from "./rollup.ts";

const readArtifact = (name: string) => artifacts.readArtifact(name);
const deployerOf = ({ signers }: Pick<Chain, "signers">) => elementAt(signers, 0);

/** A rollup's slow road: our own ends over messengers that take no time, and what a test has carried. */
export class QuickRoad {
  readonly plan: BridgePlan;
  readonly #hub: Chain;
  readonly #rollup: Chain;
  readonly #parameters: BridgeParameters;

  private constructor(plan: BridgePlan, hub: Chain, rollup: Chain, parameters: BridgeParameters) {
    this.plan = plan;
    this.#hub = hub;
    this.#rollup = rollup;
    this.#parameters = parameters;
  }

  /** Deploys messengers and the hub's end, before the rollup is registered. */
  static async begin({ eigenLayer, addresses }: Hub, rollup: Chain): Promise<QuickRoad> {
    const hub = eigenLayer.chain;
    const [hubMessenger, rollupMessenger] = [await messengerOn(hub), await messengerOn(rollup)];
    const plan = planBridge(await deployerNow(hub), await deployerNow(rollup));
    const parameters: BridgeParameters = {
      carriage: { stack: "op-stack", hubMessenger, rollupMessenger },
      hub: addresses,
      rollupChainId: rollup.chainId,
      rollupGas: ROLLUP_GAS,
      uncontestedDelaySeconds: 0,
      contestedDelaySeconds: 0,
    };
    await deployHubEnd(deployerOf(hub), readArtifact, plan, parameters);
    return new QuickRoad(plan, hub, rollup, parameters);
  }

  /** Deploys the rollup's end, directly before the rollup's contracts. */
  async arrive(): Promise<Address> {
    await deployRollupEnd(deployerOf(this.#rollup), readArtifact, this.plan, this.#parameters);
    return this.plan.rollupEnd;
  }

  /** How many letters went down so far. */
  async sent(): Promise<number> {
    return (await this.#letters()).length;
  }

  /** Carries down what was sent since the last time. */
  async carry(): Promise<void> {
    const { above, below } = await this.#messengers();
    await carryOver(above, below);
  }

  /** Carries up what the rollup's end sent since the last time. */
  async raise(): Promise<void> {
    const { above, below } = await this.#messengers();
    await carryOver(below, above);
  }

  /** Has the hub's end hear what nobody said on the rollup: the bridge, or the rollup, lies. */
  async pretend(refutation: Refutation): Promise<void> {
    const { above } = await this.#messengers();
    const message = IHubEnd__factory.createInterface().encodeFunctionData("receiveRefutation", [refutation]);
    const letter = [10n ** 9n, this.plan.rollupEnd, this.plan.hubEnd, 200_000n, message] as const;
    await above.prove(await above.hashOf(...letter));
    await above.relayMessage(...letter);
  }

  async #letters() {
    const { above } = await this.#messengers();
    return above.queryFilter(above.filters.SentMessage());
  }

  async #messengers(): Promise<{ readonly above: DelayedMessenger; readonly below: DelayedMessenger }> {
    const { carriage } = this.#parameters;
    if (carriage.stack !== "op-stack") throw new Error("its messengers are of the OP Stack");
    return {
      above: await this.#hub.ethers.getContractAt("DelayedMessenger", carriage.hubMessenger),
      below: await this.#rollup.ethers.getContractAt("DelayedMessenger", carriage.rollupMessenger),
    };
  }
}

async function carryOver(from: DelayedMessenger, to: DelayedMessenger): Promise<void> {
  for (const { args } of await from.queryFilter(from.filters.SentMessage())) {
    const { messageNonce, sender, target, gasLimit, message } = args;
    const messageHash = await to.hashOf(messageNonce, sender, target, gasLimit, message);
    if ((await to.relayableAt(messageHash)) !== 0n) continue;
    await to.prove(messageHash);
    await to.relayMessage(messageNonce, sender, target, gasLimit, message, { gasLimit: 4_000_000 });
  }
}

async function messengerOn(chain: Chain): Promise<Address> {
  const messenger = await chain.ethers.deployContract("DelayedMessenger", [deployerOf(chain).address, 0]);
  return address(await messenger.getAddress());
}

async function deployerNow(chain: Chain) {
  const deployer = deployerOf(chain);
  return { address: address(deployer.address), nonce: await deployer.getNonce() };
}

import type { JsonRpcProvider } from "ethers";

import type { EigenLayerProfile } from "#deploy/eigenLayer.ts";

import { DEVNET_DELAYS, DEVNET_NOTICES, DEVNET_SHAPING_SECONDS, HUB_BLOCK_SECONDS } from "./profile.ts";

/** How long ago the hub begins: more than all that must have passed before the first table. */
export const HUB_HEAD_START_MS = 3_600_000;

/**
 * The hub's time while it is set up. It begins in the past, with a block for each transaction; what has to wait there waits
 * no longer than it takes to say so. Before the first promise is made in blocks it joins everybody else's time.
 */
export class HubClock {
  readonly #provider: JsonRpcProvider;

  /** @param provider - Of a simulated chain. */
  constructor(provider: JsonRpcProvider) {
    this.#provider = provider;
  }

  /**
   * Lets everything pass that is waited for during set-up, in blocks and in seconds: EigenLayer counts back by the withdrawal
   * delay, which a young chain does not have behind it.
   */
  async passDelays(): Promise<void> {
    const { withdrawal, allocationConfiguration } = DEVNET_DELAYS;
    await this.#mine(Math.max(withdrawal, allocationConfiguration, DEVNET_SHAPING_SECONDS, DEVNET_NOTICES.first) + 2);
  }

  /** Lets the blocks pass after which an operator that is registered may allocate. */
  async passAllocationConfiguration(profile: EigenLayerProfile): Promise<void> {
    if (profile === "1.5") await this.#mine(DEVNET_DELAYS.allocationConfiguration + 1);
  }

  /**
   * Puts what `send` sends into one block of the present time, and from then on mines one a second, by the clock.
   *
   * @param send - Sends transactions without waiting for them.
   */
  async join(send: () => Promise<void>): Promise<void> {
    await this.#provider.send("evm_setAutomine", [false]);
    await send();
    await this.#provider.send("evm_setNextBlockTimestamp", [Math.floor(Date.now() / 1_000)]);
    await this.#provider.send("evm_mine", []);
    await this.#provider.send("evm_setIntervalMining", [HUB_BLOCK_SECONDS * 1_000]);
  }

  async #mine(blocks: number): Promise<void> {
    await this.#provider.send("hardhat_mine", [toQuantity(blocks), toQuantity(HUB_BLOCK_SECONDS)]);
  }
}

function toQuantity(value: number): string {
  return `0x${value.toString(16)}`;
}

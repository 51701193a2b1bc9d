import { AbiCoder, Contract, keccak256 } from "ethers";

import { PLAIN_SLOTS } from "#chain/snapshot/slots.ts";
import type { Snapshot } from "#chain/snapshot/format.ts";
import { address, ZERO_BYTES32, type Address, type Hex } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { CREATE_X, CREATE_X_DEPLOYER, CREATE_X_FUNDS } from "../createX.ts";
import { DeployError } from "../errors.ts";
import type { RehearsalChain } from "./chain.ts";

/** Reads the code of a contract that stands for somebody else's. */
export type ReadCode = (name: string) => Promise<Hex>;

/** Slots of `FreeERC20`, of which the first maps balances. */
const TOKEN_SLOTS = 5;

/**
 * Puts what a snapshot holds on an empty chain.
 *
 * @param chain - The chain.
 * @param snapshot - Accounts with code and storage.
 */
export async function layDown(chain: RehearsalChain, { accounts }: Snapshot): Promise<void> {
  for (const [at, { code, nonce, balance, storage }] of Object.entries(accounts)) {
    const account = address(at);
    await chain.setCode(account, code);
    await chain.setAccount(account, balance, nonce);
    for (const [slot, value] of Object.entries(storage)) await chain.setStorage(account, slot, value);
  }
  await chain.mine(1, 1);
}

/**
 * Has CreateX there, and something at every messenger that the configuration names: what has no code yet gets a double's. They are on
 * the real chains already, and cost nothing.
 *
 * @param config - The network.
 * @param chains - By `hub` and names of rollups.
 * @param presigned - What brings CreateX.
 * @param readCode - Codes of doubles.
 */
export async function furnish(
  config: NetworkConfig,
  chains: ReadonlyMap<string, RehearsalChain>,
  presigned: Hex,
  readCode: ReadCode,
): Promise<void> {
  const place = async (chain: RehearsalChain | undefined, at: Address, name: string) => {
    if (chain !== undefined && (await chain.provider.getCode(at)) === "0x")
      await chain.setCode(at, await readCode(name));
  };
  for (const chain of chains.values()) {
    if ((await chain.provider.getCode(CREATE_X)) !== "0x") continue;
    await chain.setAccount(CREATE_X_DEPLOYER, CREATE_X_FUNDS);
    await (await chain.provider.broadcastTransaction(presigned)).wait();
  }
  for (const [name, { bridge }] of Object.entries(config.rollups)) {
    if (bridge === undefined) continue;
    if (bridge.stack === "orbit") await place(chains.get("hub"), bridge.inbox, "OrbitInboxDouble");
    else {
      await place(chains.get("hub"), bridge.hubMessenger, "DelayedMessenger");
      await place(chains.get(name), bridge.rollupMessenger, "DelayedMessenger");
    }
  }
}

/**
 * Puts a token that anybody mints below a strategy, and takes all shares out of it, so that a share is worth a token.
 *
 * @param hub - The hub.
 * @param strategy - One of EigenLayer's.
 * @param readCode - Codes of doubles.
 * @returns The token.
 */
export async function emptied(hub: RehearsalChain, strategy: Address, readCode: ReadCode): Promise<Address> {
  const abi = ["function underlyingToken() view returns (address)", "function totalShares() view returns (uint256)"];
  const contract = new Contract(strategy, abi, { provider: hub.provider });
  const sharesOf = async () => BigInt(String(await contract.getFunction("totalShares")()));
  const token = address(String(await contract.getFunction("underlyingToken")()));
  await hub.setCode(token, await readCode("FreeERC20"));
  // What the token before it had stored there means other things now.
  for (let slot = 0n; slot < TOKEN_SLOTS; slot++) await hub.setStorage(token, slot, ZERO_BYTES32);
  const balance = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [strategy, 0]));
  await hub.setStorage(token, balance, ZERO_BYTES32);

  const shares = await sharesOf();
  for (let slot = 0n; slot < PLAIN_SLOTS && (await sharesOf()) > 0n; slot++) {
    const word = await hub.provider.getStorage(strategy, slot);
    if (BigInt(word) === shares) await hub.setStorage(strategy, slot, ZERO_BYTES32);
  }
  if ((await sharesOf()) > 0n) {
    throw new DeployError("NotRehearsable", `the shares of strategy ${strategy} are in no plain slot`);
  }
  return token;
}

import { readFileSync } from "node:fs";

import { accountNamed, parseSnapshot, type Snapshot } from "#chain/snapshot/format.ts";
import { address, type Address } from "#protocol/types.ts";
import { startChain, type Chain } from "#support/rollup.ts";

import { EigenLayer } from "./eigenLayer.ts";
import { emptiedAssets, minting } from "./strategies.ts";

/** Strategies have no token in the snapshot, so their names tell them from implementations and others. */
const STRATEGY_NAME = /^Strategy\w+ \(\w+\)$/;

/** A snapshot's file, read. */
export function readSnapshot(path: string): Snapshot {
  return parseSnapshot(readFileSync(path, "utf8"));
}

/** Starts a chain with the id, the code and the configuration of a snapshot, and plain tokens below its strategies. */
export async function startSnapshot(path: string): Promise<EigenLayer> {
  const snapshot = readSnapshot(path);
  const chain = await loadedChain(snapshot);
  const assets = await emptiedAssets(chain, strategiesIn(snapshot));
  const eigenLayer = await EigenLayer.attach({
    backend: "snapshot",
    chain,
    assets,
    addresses: {
      allocationManager: accountNamed(snapshot, "AllocationManager"),
      delegationManager: accountNamed(snapshot, "DelegationManager"),
      strategyManager: accountNamed(snapshot, "StrategyManager"),
      keyRegistrar: accountNamed(snapshot, "KeyRegistrar"),
    },
    mint: minting(chain),
  });
  // EigenLayer counts back by this delay from the present block, which a young chain does not have behind it.
  await eigenLayer.pass(eigenLayer.delays.withdrawal);
  return eigenLayer;
}

/** Starts a chain with just what a snapshot holds. */
export async function loadedChain({ chainId, accounts }: Snapshot): Promise<Chain> {
  const chain = await startChain(chainId);
  const { helpers } = chain;
  for (const [account, { code, nonce, balance, storage }] of Object.entries(accounts)) {
    await helpers.setCode(account, code);
    await helpers.setNonce(account, nonce);
    await helpers.setBalance(account, balance);
    for (const [slot, value] of Object.entries(storage)) await helpers.setStorageAt(account, slot, value);
  }
  await helpers.mine(1);
  return chain;
}

/** The strategies of a snapshot. */
export function strategiesIn({ accounts }: Snapshot): Address[] {
  return Object.entries(accounts).flatMap(([at, { name }]) => (STRATEGY_NAME.test(name) ? [address(at)] : []));
}

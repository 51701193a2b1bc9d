import { readFileSync } from "node:fs";

import { artifacts } from "hardhat";
import { z } from "zod";

import type { EigenLayerAddresses } from "#deploy/eigenLayer.ts";
import { address, bytes32, hex, type Address } from "#protocol/types.ts";
import { startChain, type Chain } from "#support/rollup.ts";

import { EigenLayer, type Asset } from "./eigenLayer.ts";

/** The file format `eigenlayer-snapshot/1`: accounts with code, nonce and configuration slots. */
const snapshotSchema = z.object({
  format: z.literal("eigenlayer-snapshot/1"),
  chainId: z.number(),
  accounts: z.record(
    z.string().transform(address),
    z.object({
      name: z.string(),
      nonce: z.number(),
      balance: z.string().transform(BigInt),
      code: z.string().transform(hex),
      storage: z.record(z.string().transform(bytes32), z.string().transform(bytes32)),
    }),
  ),
});

type Snapshot = z.infer<typeof snapshotSchema>;

/** EigenLayer's contracts in a snapshot, by the names it gives them. */
const NAMES = {
  allocationManager: "AllocationManager",
  delegationManager: "DelegationManager",
  strategyManager: "StrategyManager",
  keyRegistrar: "KeyRegistrar",
} as const satisfies Record<keyof EigenLayerAddresses, string>;

/** Strategies have no token in the snapshot, so their names tell them from implementations and others. */
const STRATEGY_NAME = /^Strategy\w+ \(\w+\)$/;

/** Starts a chain with the id, the code and the configuration of a snapshot, and plain tokens below its strategies. */
export async function startSnapshot(path: string): Promise<EigenLayer> {
  const snapshot = snapshotSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  const chain = await startChain(snapshot.chainId);
  await load(chain, snapshot);
  const assets = await putTokens(chain, snapshot);

  const eigenLayer = await EigenLayer.attach({
    backend: "snapshot",
    chain,
    assets,
    addresses: {
      allocationManager: addressOf(snapshot, NAMES.allocationManager),
      delegationManager: addressOf(snapshot, NAMES.delegationManager),
      strategyManager: addressOf(snapshot, NAMES.strategyManager),
      keyRegistrar: addressOf(snapshot, NAMES.keyRegistrar),
    },
    mint: async ({ token }, owner, amount) => {
      const contract = await chain.ethers.getContractAt("FreeERC20", token);
      await contract.mint(owner, amount);
    },
  });
  // EigenLayer counts back by this delay from the present block, which a young chain does not have behind it.
  await eigenLayer.pass(eigenLayer.delays.withdrawal);
  return eigenLayer;
}

async function load({ helpers }: Chain, { accounts }: Snapshot): Promise<void> {
  for (const [account, { code, nonce, balance, storage }] of Object.entries(accounts)) {
    await helpers.setCode(account, code);
    await helpers.setNonce(account, nonce);
    await helpers.setBalance(account, balance);
    for (const [slot, value] of Object.entries(storage)) await helpers.setStorageAt(account, slot, value);
  }
  await helpers.mine(1);
}

async function putTokens({ ethers, helpers }: Chain, { accounts }: Snapshot): Promise<Asset[]> {
  const { deployedBytecode } = await artifacts.readArtifact("FreeERC20");
  const assets: Asset[] = [];
  for (const [strategy, { name }] of Object.entries(accounts)) {
    if (!STRATEGY_NAME.test(name)) continue;
    const contract = await ethers.getContractAt("IStrategy", strategy);
    const token = address(await contract.underlyingToken());
    await helpers.setCode(token, deployedBytecode);
    assets.push({ strategy: address(strategy), token });
  }
  return assets;
}

function addressOf({ accounts }: Snapshot, wanted: string): Address {
  const found = Object.entries(accounts).find(([, { name }]) => name === wanted)?.[0];
  if (found === undefined) throw new Error(`the snapshot has no ${wanted}`);
  return address(found);
}

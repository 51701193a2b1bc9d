import { Wallet, type Signer } from "ethers";

import {
  DEFAULT_POLICY,
  DEFAULT_WINDOWS,
  deployRollup,
  gatewayAddress,
  type ReadArtifact,
  type RollupAddresses,
} from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry, Table } from "#protocol/statements.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import { address, chainId, type Address } from "#protocol/types.ts";
import { BurstSender__factory } from "#types/factories/contracts/mocks/BurstSender__factory.ts";
import { RecordingRecipient__factory } from "#types/factories/contracts/mocks/RecordingRecipient__factory.ts";

import { account } from "./accounts.ts";
import { ROLLUP_NAMES, type RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import type { ServedChain, ServedChains } from "./servers.ts";
import { deployTokens } from "./tokens.ts";

/** Stands for the service manager: the devnet's hub has no contracts yet, and nothing is deployed there. */
export const SERVICE_MANAGER: Address = address("0x00000000000000000000000000000000005e41ce");
/** The one operator set of the devnet. */
export const OPERATOR_SET_ID = 1;
/** Its first epoch outlives any devnet: later tables come from the hub, which has no contracts yet. */
const VALIDITY_SECONDS = 30 * 86_400;
const ACTIVE = 2;

/**
 * Deploys Parley on every rollup, each knowing all others, and what the devnet shows on top of it. The same account with the
 * same nonce deploys everywhere, so the gateway has one address on all rollups.
 *
 * @param served - The chains.
 * @param table - The operators' table.
 * @param readArtifact - Where compiled contracts come from.
 * @returns What was deployed where.
 */
export async function deployDevnet(
  { chains }: ServedChains,
  table: OperatorTable,
  readArtifact: ReadArtifact,
): Promise<DeployedRollup[]> {
  const deployers = ROLLUP_NAMES.map((name) => ({ name, chain: chains[name], signer: deployerOf(chains[name]) }));
  const entries = await Promise.all(deployers.map(({ chain, signer }) => entryOf(chain, signer)));
  const blocks = await Promise.all(deployers.map(({ chain }) => chain.provider.getBlock("latest")));
  const validFrom = BigInt(Math.min(...blocks.map((block) => block?.timestamp ?? 0)));
  const statement: Table = {
    operatorSetId: OPERATOR_SET_ID,
    epoch: 1,
    tableHash: table.tableHash,
    validFrom,
    validUntil: validFrom + BigInt(VALIDITY_SECONDS),
  };
  const deployed = await Promise.all(
    deployers.map(async ({ name, chain, signer }) => {
      const fromBlock = await chain.provider.getBlockNumber();
      const contracts = await deployRollup(signer, readArtifact, {
        hubChainId: chainId(chains.hub.chainId),
        serviceManager: SERVICE_MANAGER,
        owner: account("deployer").address,
        directorySetId: OPERATOR_SET_ID,
        firstEntries: entries,
        firstTables: [{ table: statement, rows: table.packed }],
        ...DEFAULT_WINDOWS,
        maxValiditySeconds: VALIDITY_SECONDS,
        defaultPolicy: DEFAULT_POLICY,
      });
      return describe(name, chain, signer, contracts, fromBlock);
    }),
  );
  const [alpha, beta] = [elementAt(deployed, 0), elementAt(deployed, 1)];
  const tokens = await deployTokens(
    { signer: deployerOf(chains.alpha), rollup: alpha },
    { signer: deployerOf(chains.beta), rollup: beta },
  );
  return deployed.map((rollup) => {
    const own = tokens[rollup.name];
    return own === undefined ? rollup : { ...rollup, apps: { ...rollup.apps, ...own } };
  });
}

function deployerOf(chain: ServedChain): Signer {
  return new Wallet(account("deployer").privateKey, chain.provider);
}

async function entryOf(chain: ServedChain, signer: Signer): Promise<Entry> {
  return {
    chainId: chainId(chain.chainId),
    gateway: gatewayAddress(account("deployer").address, await signer.getNonce()),
    operatorSetId: OPERATOR_SET_ID,
    status: ACTIVE,
    finality: 3,
    refutable: true,
    version: 1n,
  };
}

async function describe(
  name: RollupName,
  chain: ServedChain,
  signer: Signer,
  contracts: RollupAddresses,
  fromBlock: number,
): Promise<DeployedRollup> {
  const recipient = await new RecordingRecipient__factory(signer).deploy();
  await recipient.waitForDeployment();
  const burst = await new BurstSender__factory(signer).deploy();
  await burst.waitForDeployment();
  return {
    name,
    chainId: chain.chainId,
    url: chain.url,
    contracts,
    fromBlock,
    apps: {
      textRecipient: address(await recipient.getAddress()),
      burstSender: address(await burst.getAddress()),
    },
  };
}

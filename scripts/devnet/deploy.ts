import { Wallet, type Signer } from "ethers";

import {
  DEFAULT_POLICY,
  DEFAULT_WINDOWS,
  deployRollup,
  gatewayAddress,
  type RollupAddresses,
  type SourcePolicy,
} from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";
import { BurstSender__factory } from "#types/factories/contracts/mocks/BurstSender__factory.ts";
import { RecordingRecipient__factory } from "#types/factories/contracts/mocks/RecordingRecipient__factory.ts";

import { account } from "./accounts.ts";
import { ROLLUP_NAMES, type RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { requireAgreement } from "./hub/agreement.ts";
import { readFirstFacts } from "./hub/facts.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";
import { setUpHub, type DevnetHub, type HubOptions } from "./hub/setUp.ts";
import type { ServedChain, ServedChains } from "./servers.ts";
import { deployTokens } from "./tokens.ts";

/** What the devnet's rollups demand. There is no canonical bridge yet, so none of them is refutable. */
export const DEVNET_POLICY: SourcePolicy = {
  ...DEFAULT_POLICY,
  acceptsIrrefutable: true,
  // 2⁶⁵ of weight are 36 tokens: a third of what the founders have.
  minTotalWeightLog2: 65,
};

/** What is deployed with. */
export interface DeployOptions extends Pick<HubOptions, "readArtifact" | "profile" | "founders"> {
  readonly served: ServedChains;
}

/** What was deployed. */
export interface DeployedDevnet {
  readonly hub: DevnetHub;
  readonly rollups: readonly DeployedRollup[];
}

/**
 * Sets the hub up and deploys Parley on every rollup with what the hub says, and what the devnet shows on top of it. The same
 * account with the same nonce deploys everywhere, so the gateway has one address on all rollups.
 *
 * @param options - Chains and operators.
 * @returns What was deployed where.
 */
export async function deployDevnet(options: DeployOptions): Promise<DeployedDevnet> {
  const { served, readArtifact } = options;
  const { chains } = served;
  const deployers = ROLLUP_NAMES.map((name) => ({ name, chain: chains[name], signer: deployerOf(chains[name]) }));
  const candidates = await Promise.all(
    deployers.map(async ({ name, chain, signer }) => ({
      name,
      chainId: chainId(chain.chainId),
      gateway: gatewayAddress(account("deployer").address, await signer.getNonce()),
    })),
  );
  const hub = await setUpHub({ ...options, hub: chains.hub, candidates });
  const facts = await readFirstFacts(chains.hub.provider, hub);
  const deployed = await Promise.all(
    deployers.map(async ({ name, chain, signer }) => {
      const fromBlock = await chain.provider.getBlockNumber();
      const contracts = await deployRollup(signer, readArtifact, {
        hubChainId: chainId(chains.hub.chainId),
        serviceManager: hub.contracts.serviceManager,
        owner: account("deployer").address,
        directorySetId: OPERATOR_SET_ID,
        ...DEFAULT_WINDOWS,
        ...facts,
        defaultPolicy: DEVNET_POLICY,
      });
      return describe(name, chain, signer, contracts, fromBlock);
    }),
  );
  await requireAgreement(hub, deployed);
  const [alpha, beta] = [elementAt(deployed, 0), elementAt(deployed, 1)];
  const tokens = await deployTokens(
    { signer: deployerOf(chains.alpha), rollup: alpha },
    { signer: deployerOf(chains.beta), rollup: beta },
  );
  const rollups = deployed.map((rollup) => {
    const own = tokens[rollup.name];
    return own === undefined ? rollup : { ...rollup, apps: { ...rollup.apps, ...own } };
  });
  return { hub, rollups };
}

function deployerOf(chain: ServedChain): Signer {
  return new Wallet(account("deployer").privateKey, chain.provider);
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

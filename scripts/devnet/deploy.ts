import { DEFAULT_POLICY, DEFAULT_WINDOWS, deployRollup, type SourcePolicy } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";
import { BurstSender__factory } from "#types/factories/contracts/mocks/BurstSender__factory.ts";
import { RecordingRecipient__factory } from "#types/factories/contracts/mocks/RecordingRecipient__factory.ts";

import { account } from "./accounts.ts";
import { beginRoad, type Messengers, type RoadDelays, type RoadSite } from "./bridges/deploy.ts";
import { ROLLUP_NAMES, type RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { requireAgreement } from "./hub/agreement.ts";
import { readFirstFacts } from "./hub/facts.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";
import { signerOf } from "./hub/register.ts";
import {
  deployHubContracts,
  setUpHub,
  type DevnetHub,
  type HubContractsOptions,
  type HubOptions,
} from "./hub/setUp.ts";
import type { ServedChain, ServedChains } from "./servers.ts";
import { deployTokens } from "./tokens.ts";

/** What the devnet's rollups demand: of refutable sources only. */
export const DEVNET_POLICY: SourcePolicy = {
  ...DEFAULT_POLICY,
  // 2⁶⁵ of weight are 36 tokens: a third of what the founders have.
  minTotalWeightLog2: 65,
};

/** What is deployed with. */
export interface DeployOptions
  extends Pick<HubContractsOptions, "readArtifact" | "profile">, Pick<HubOptions, "founders"> {
  readonly served: ServedChains;
  readonly delays: RoadDelays;
}

/** What was deployed. */
export interface DeployedDevnet {
  readonly hub: DevnetHub;
  readonly rollups: readonly DeployedRollup[];
  readonly roads: readonly { readonly name: RollupName; readonly messengers: Messengers }[];
}

/**
 * Sets the hub up and deploys Parley on every rollup with what the hub says, and what the devnet shows on top of it. The same
 * account with the same nonce deploys everywhere, so the gateway has one address on all rollups. Their ends of the slow road are
 * planned before the hub hears of them.
 *
 * @param options - Chains and operators.
 * @returns What was deployed where.
 */
export async function deployDevnet(options: DeployOptions): Promise<DeployedDevnet> {
  const { served, readArtifact, profile, founders, delays } = options;
  const { chains } = served;
  const hub = await deployHubContracts({ chain: chains.hub, readArtifact, profile });
  const sites: RoadSite[] = [];
  // One after the other, because one account deploys all ends on the hub.
  for (const name of ROLLUP_NAMES) sites.push(await beginRoad(served, hub, readArtifact, name, delays));
  await setUpHub({ chain: chains.hub, hub, profile, founders, candidates: sites });
  const facts = await readFirstFacts(chains.hub.provider, hub);
  const deployed = await Promise.all(
    sites.map(async (site) => {
      const chain = chains[site.name];
      const fromBlock = await chain.provider.getBlockNumber();
      const bridge = await site.deployRollupEnd();
      const contracts = await deployRollup(signerOf(chain, "deployer"), readArtifact, {
        hubChainId: chainId(chains.hub.chainId),
        serviceManager: hub.contracts.serviceManager,
        owner: account("deployer").address,
        directorySetId: OPERATOR_SET_ID,
        ...DEFAULT_WINDOWS,
        ...facts,
        defaultPolicy: DEVNET_POLICY,
        canonicalReceiver: bridge.rollupEnd,
      });
      return describe(site.name, chain, { contracts, bridge, fromBlock });
    }),
  );
  await requireAgreement(hub, deployed);
  const [alpha, beta] = [elementAt(deployed, 0), elementAt(deployed, 1)];
  const tokens = await deployTokens(
    { signer: signerOf(chains.alpha, "deployer"), rollup: alpha },
    { signer: signerOf(chains.beta, "deployer"), rollup: beta },
  );
  const rollups = deployed.map((rollup) => {
    const own = tokens[rollup.name];
    return own === undefined ? rollup : { ...rollup, apps: { ...rollup.apps, ...own } };
  });
  return { hub, rollups, roads: sites };
}

async function describe(
  name: RollupName,
  chain: ServedChain,
  deployed: Pick<DeployedRollup, "contracts" | "bridge" | "fromBlock">,
): Promise<DeployedRollup> {
  const signer = signerOf(chain, "deployer");
  const recipient = await new RecordingRecipient__factory(signer).deploy();
  await recipient.waitForDeployment();
  const burst = await new BurstSender__factory(signer).deploy();
  await burst.waitForDeployment();
  return {
    name,
    chainId: chain.chainId,
    url: chain.url,
    ...deployed,
    apps: {
      textRecipient: address(await recipient.getAddress()),
      burstSender: address(await burst.getAddress()),
    },
  };
}

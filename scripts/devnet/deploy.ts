import { stepArtifacts } from "#deploy/artifacts.ts";
import { presignedCreateX } from "#deploy/createX.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import type { EigenLayerProfile } from "#deploy/eigenLayer.ts";
import { requireNetworkFit } from "#deploy/fit.ts";
import type { ReadArtifact } from "#deploy/rollup.ts";
import type { Actual } from "#deploy/steps/actual.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { stepsOf } from "#deploy/steps/list.ts";
import { readActual } from "#deploy/steps/read.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";
import { BurstSender__factory } from "#types/factories/contracts/mocks/BurstSender__factory.ts";
import { RecordingRecipient__factory } from "#types/factories/contracts/mocks/RecordingRecipient__factory.ts";

import { deployMessengers, type Road, type RoadDelays } from "./bridges/deploy.ts";
import { carryOut, openSteps } from "./carryOut.ts";
import { CHAIN_NAMES, ROLLUP_NAMES, type RollupName } from "./chains.ts";
import { devnetConfig } from "./config.ts";
import type { DeployedRollup } from "./deployment.ts";
import { requireAgreement } from "./hub/agreement.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";
import { signerOf } from "./hub/register.ts";
import { layHubGrounds, setUpHub, type DevnetHub } from "./hub/setUp.ts";
import type { PlacedOperator } from "./operatorProcess.ts";
import type { ServedChain, ServedChains } from "./servers.ts";
import { deployTokens } from "./tokens.ts";

/** What is deployed with. */
export interface DeployOptions {
  readonly readArtifact: ReadArtifact;
  /** The release that the hub's EigenLayer behaves as. */
  readonly profile: EigenLayerProfile;
  /** Who is in the first table. */
  readonly founders: readonly PlacedOperator[];
  readonly served: ServedChains;
  readonly delays: RoadDelays;
}

/** What was deployed. */
export interface DeployedDevnet {
  readonly hub: DevnetHub;
  readonly rollups: readonly DeployedRollup[];
  readonly roads: readonly Road[];
}

/** Before anything is there, nobody needs to be asked. */
const NOTHING: Actual = {
  chains: new Map(CHAIN_NAMES.map((name) => [name, { there: new Set(), hasCreateX: false, createXFunds: 0n }])),
  hub: undefined,
  policies: new Map(),
};

/**
 * Deploys the devnet as parley.config.ts describes it, by the steps of any network, and what it shows on top. Only their order
 * differs: rollups have their entries before they have contracts, so that each begins with the entries of all.
 *
 * @param options - Chains and operators.
 * @returns What was deployed where.
 */
export async function deployDevnet(options: DeployOptions): Promise<DeployedDevnet> {
  const { served, readArtifact, profile, founders, delays } = options;
  const { chains } = served;
  const config = devnetConfig(profile, delays.upSeconds);
  const [artifacts, presigned] = await Promise.all([stepArtifacts(readArtifact), presignedCreateX()]);
  const steps = (actual: Actual) => stepsOf(config, { artifacts, presigned, actual });
  const fromBlock = (await chains.hub.provider.getBlockNumber()) + 1;
  const providers = new Map(CHAIN_NAMES.map((name) => [name, chains[name].provider]));
  const read = async () => steps(await readActual(config, { providers, artifacts, fromBlock }));

  const { eigenLayer, asset } = await layHubGrounds(chains.hub, readArtifact, profile);
  const roads = await deployMessengers(served, delays);
  await requireNetworkFit(config, providers, NOTHING);
  const planned = steps(NOTHING);
  await Promise.all(CHAIN_NAMES.map(async (name) => carryOut(chains[name], openSteps(planned, name, /createx/))));
  await carryOut(chains.hub, openSteps(planned, "hub", /^hub\/(?!createx|set-)|\/hub-end$/));
  const hub: DevnetHub = {
    ...{ name: "hub", chainId: chains.hub.chainId, url: chains.hub.url, fromBlock, contracts: plannedHub(config) },
    ...{ eigenLayer, assets: [asset], operatorSetIds: [OPERATOR_SET_ID] },
  };
  await setUpHub({
    ...{ chain: chains.hub, hub, asset, profile, founders, judged: judgedBy(config) },
    announce: async () => {
      await carryOut(chains.hub, openSteps(planned, "hub", /\/(schedule|propose)$/));
      await carryOut(chains.hub, openSteps(await read(), "hub", /\/accept$/));
    },
    execute: openSteps(planned, "hub", /\/execute$/),
    apply: openSteps(planned, "hub", /\/apply$/),
  });
  const last = await read();
  const deployed = await Promise.all(
    ROLLUP_NAMES.map(async (name) => {
      const begun = await chains[name].provider.getBlockNumber();
      await carryOut(chains[name], openSteps(last, name, /./));
      return describe(config, name, chains[name], begun);
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
  return { hub, rollups, roads };
}

function judgedBy(config: NetworkConfig) {
  return Object.values(config.rollups).map((rollup) => {
    const { gateway, hubEnd: bridge } = plannedRollup(config, rollup).bridge;
    return { chainId: chainId(rollup.chainId), gateway, bridge };
  });
}

async function describe(
  config: NetworkConfig,
  name: RollupName,
  chain: ServedChain,
  fromBlock: number,
): Promise<DeployedRollup> {
  const rollup = config.rollups[name];
  if (rollup === undefined) throw new Error(`there is no ${name}`);
  const { contracts, bridge } = plannedRollup(config, rollup);
  const { hubEnd, rollupEnd } = bridge;
  const signer = signerOf(chain, "deployer");
  const recipient = await new RecordingRecipient__factory(signer).deploy();
  await recipient.waitForDeployment();
  const burst = await new BurstSender__factory(signer).deploy();
  await burst.waitForDeployment();
  return {
    name,
    chainId: chain.chainId,
    url: chain.url,
    ...{ contracts, bridge: { stack: "op-stack", hubEnd, rollupEnd }, fromBlock },
    apps: {
      textRecipient: address(await recipient.getAddress()),
      burstSender: address(await burst.getAddress()),
    },
  };
}

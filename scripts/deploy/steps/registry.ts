import { ZeroAddress } from "ethers";

import type { Entry } from "#chain/hub/entries.ts";
import { OPT_IN_BPS, type Activation, type Proposal } from "#chain/hub/proposals.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { plannedHub, plannedRollup } from "./addresses.ts";
import { callOf } from "./calls.ts";
import { named, type Step, type Wait } from "./step.ts";

/** Status of an entry whose first notice is not over. */
const PROPOSED = 1;

/**
 * @param config - A network.
 * @param rollup - One of its rollups.
 * @returns What its owner proposes to the registry.
 */
export function proposalFor(config: NetworkConfig, rollup: RollupConfig): Proposal {
  const { operatorSetId, finality, refutable, refuteWad, softWad, metadataURI } = rollup.entry;
  const { bridge } = plannedRollup(config, rollup);
  return {
    ...{ chainId: chainId(rollup.chainId), gateway: bridge.gateway, operatorSetId, finality, refutable },
    bridge: rollup.bridge === undefined ? address(ZeroAddress) : bridge.hubEnd,
    ...{ refuteWad, softWad, metadataURI },
  };
}

/**
 * @param entry - What the registry says of a chain.
 * @param gateway - A gateway.
 * @returns Whether that gateway is, or was until the chain was retired, the chain's.
 */
export function hasSpoken(entry: Entry | undefined, gateway: Address): boolean {
  return entry?.gateway === gateway && entry.status !== PROPOSED;
}

/**
 * @param config - A network.
 * @param name - One of its rollups.
 * @param rollup - The same.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What has the registry speak of it: proposed by its owner, accepted by the registrar, applied by anybody after the notice,
 *   once operators opted in. A rollup that drains, or is retired, is let be.
 */
export function registrySteps(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  artifacts: Artifacts,
  actual: Actual,
): Step[] {
  const found = actual.hub?.rollups.get(name);
  const proposal = proposalFor(config, rollup);
  const accepted = found?.activation.accepted;
  const isApplied = hasSpoken(found?.entry, proposal.gateway);
  const isAccepted = isApplied || accepted?.proposal.gateway === proposal.gateway;
  const proposed = found?.proposed.at(0);
  const call = (verb: string, of: string, args: readonly unknown[], value = 0n) =>
    callOf(artifacts, {
      ...{ id: `${name}/${verb}`, chain: "hub", contract: "RollupRegistry", call: of, args, value },
      to: plannedHub(config).registry,
    });
  const accept = call("accept", "accept", [proposed?.proposalId ?? 0n]);
  const { data: _, ...acceptLater } = { ...accept, args: named([], []) };
  const wait = isApplied ? undefined : waitOf(name, config, isAccepted ? found?.activation : undefined);
  return [
    {
      ...{ ...call("propose", "propose", [proposal], config.hub.bond), by: "rollupOwner", from: [rollup.entry.owner] },
      ...{ needs: ["hub/registry", `${name}/gateway`], isDone: isAccepted || proposed !== undefined },
    },
    {
      ...(proposed === undefined ? acceptLater : accept),
      ...{ by: "registrar", from: [config.roles.registrar], needs: [`${name}/propose`], isDone: isAccepted },
    },
    {
      ...{ ...call("apply", "applyAccepted", [proposal.chainId]), by: "anyone", from: [], needs: [`${name}/accept`] },
      ...(wait === undefined ? {} : { waitsUntil: wait }),
      isDone: isApplied,
    },
  ];
}

function waitOf(name: string, { hub }: NetworkConfig, activation: Activation | undefined): Wait | undefined {
  const optIn = `operators: \`npx hardhat operator optin ${name}\``;
  const notice = `the registry's notice of ${hub.notices.first} s`;
  switch (activation?.stage) {
    case "ready":
      return undefined;
    case "notice":
      return { what: notice, who: "", ...(activation.accepted && { until: activation.accepted.effectiveAt }) };
    case "table":
      return { what: "a table of its operator set that is valid", who: "anybody: `npx hardhat table build`" };
    case "optIn": {
      const bps = activation.accepted?.optedInBps ?? 0;
      return { what: `operators with ${OPT_IN_BPS} bps of the weight who opted in; there are ${bps}`, who: optIn };
    }
    case "nothing":
    case undefined:
      return { what: `${notice}, and operators who opt in`, who: optIn };
  }
}

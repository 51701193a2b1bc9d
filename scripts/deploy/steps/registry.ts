import { ZeroAddress } from "ethers";

import type { Entry } from "#chain/hub/entries.ts";
import type { Wads } from "#chain/hub/fractions.ts";
import { OPT_IN_BPS, type Activation, type OpenProposal, type Proposal } from "#chain/hub/proposals.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { plannedHub, plannedRollup } from "./addresses.ts";
import { callOf } from "./calls.ts";
import { changesOf, named, type Change, type Step, type Wait } from "./step.ts";

/** Statuses of entries that leave. */
const [DRAINING, RETIRED] = [3, 4];
/** An entry of this status its owner changes. */
export const ACTIVE = 2;

/**
 * @param config - A network.
 * @param rollup - One of its rollups.
 * @param held - What false pages take now, of an active entry: that changes by announcement only, and proposals repeat it.
 * @returns What its owner proposes to the registry.
 */
export function proposalFor(config: NetworkConfig, rollup: RollupConfig, held?: Wads): Proposal {
  const { operatorSetId, finality, refutable, refuteWad, softWad, metadataURI } = rollup.entry;
  const { bridge } = plannedRollup(config, rollup);
  return {
    ...{ chainId: chainId(rollup.chainId), gateway: bridge.gateway, operatorSetId, finality, refutable },
    bridge: rollup.bridge === undefined ? address(ZeroAddress) : bridge.hubEnd,
    ...(held ?? { refuteWad, softWad }),
    metadataURI,
  };
}

/**
 * @param entry - What the registry says of a chain.
 * @param gateway - The gateway that is planned.
 * @returns Whether the chain drains, or that gateway is retired: it is let be.
 */
export function isLeaving(entry: Entry | undefined, gateway: Address): boolean {
  return entry?.status === DRAINING || (entry?.status === RETIRED && entry.gateway === gateway);
}

/**
 * @param entry - What the registry says of a chain.
 * @param wanted - What it is to say.
 * @returns Whether no proposal is needed: it says so, or the rest is changed without one, or never. A gateway's bridge is one for ever.
 */
export function needsNoProposal(entry: Entry | undefined, wanted: Proposal): boolean {
  if (isLeaving(entry, wanted.gateway)) return true;
  if (entry?.status !== ACTIVE || entry.gateway !== wanted.gateway) return false;
  if (entry.bridge !== wanted.bridge) return true;
  return entry.operatorSetId === wanted.operatorSetId && (entry.refutable || !wanted.refutable);
}

/**
 * @param entry - What the registry says of a chain.
 * @param accepted - A proposal that was accepted for it.
 * @param wanted - What it is to say.
 * @returns Whether it is to be applied. Of a chain that is registered for the first time, lies may be provable or not: that is changed later.
 */
export function isMeant(entry: Entry | undefined, accepted: Proposal, wanted: Proposal): boolean {
  const { gateway, operatorSetId, refutable, bridge } = wanted;
  if (accepted.gateway !== gateway || accepted.operatorSetId !== operatorSetId || accepted.bridge !== bridge)
    return false;
  return entry?.status !== ACTIVE || accepted.refutable === refutable;
}

/** Anybody may propose a chain that is not registered yet: what the registrar accepted of somebody else would have that one own the entry. */
function requireOwn(name: string, owner: Address, accepted: OpenProposal | undefined, wanted: Proposal): void {
  if (accepted === undefined || accepted.proposer === owner) return;
  const told = (who: Address, { gateway, bridge, operatorSetId }: Proposal) =>
    `of ${who}: gateway ${gateway}, bridge ${bridge}, operator set ${operatorSetId}`;
  throw new DeployError(
    "ForeignProposal",
    `${name}: the registry accepted proposal ${accepted.proposalId} ${told(accepted.proposer, accepted.proposal)}; parley.config.ts ` +
      `has one ${told(owner, wanted)}. The registrar takes it back with withdrawAcceptance(${wanted.chainId})`,
  );
}

/**
 * @param config - A network.
 * @param name - One of its rollups.
 * @param rollup - The same.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What has the registry speak of it: proposed by its owner, accepted by the registrar, applied by anybody after the notice,
 *   once operators opted in. So does another gateway, another set, and that lies can be proven. A rollup that drains, or is retired, is let be.
 */
export function registrySteps(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  artifacts: Artifacts,
  actual: Actual,
): Step[] {
  const found = actual.hub?.rollups.get(name);
  const entry = found?.entry;
  const proposal = proposalFor(config, rollup, found?.fractions?.held);
  const accepted = found?.activation.accepted;
  const isApplied = needsNoProposal(entry, proposal);
  const isActive = entry?.status === ACTIVE;
  const owner = isActive ? entry.owner : rollup.entry.owner;
  if (!isApplied) requireOwn(name, owner, accepted, proposal);
  const isAccepted = isApplied || (accepted !== undefined && isMeant(entry, accepted.proposal, proposal));
  const proposed = found?.proposed.at(0);
  const call = (verb: string, of: string, args: readonly unknown[], value = 0n) =>
    callOf(artifacts, {
      ...{ id: `${name}/${verb}`, chain: "hub", contract: "RollupRegistry", call: of, args, value },
      to: plannedHub(config).registry,
    });
  const accept = call("accept", "accept", [proposed?.proposalId ?? 0n]);
  const { data: _, ...acceptLater } = { ...accept, args: named([], []) };
  const release = isApplied ? undefined : releaseWait(actual.foreign?.get(name));
  const wait = isApplied
    ? undefined
    : (release ?? waitOf(name, config, isActive, isAccepted ? found?.activation : undefined));
  const changes = isActive && !isApplied ? { changes: changesOf(entry, proposal, PROPOSED_FIELDS) } : {};
  // A rollup of another gateway joins anew, and waits for it.
  const aligns = isActive && entry.gateway === proposal.gateway;
  const withdrawal = withdrawalOf(entry, accepted, proposal, rollup);
  const byOwner = { by: "rollupOwner", from: [owner] } as const;
  return [
    ...(withdrawal === undefined
      ? []
      : [
          {
            ...{ ...call("withdraw", "withdrawAcceptance", [proposal.chainId]), ...byOwner, needs: [], isDone: false },
            ...{ changes: withdrawal, aligns, undoes: true },
          },
        ]),
    {
      ...{ ...call("propose", "propose", [proposal], config.hub.bond), ...byOwner, ...changes, aligns },
      ...{ needs: ["hub/registry", `${name}/gateway`], isDone: isAccepted || proposed !== undefined },
      ...(release === undefined ? {} : { waitsUntil: release }),
    },
    {
      ...{ ...(proposed === undefined ? acceptLater : accept), ...changes, aligns },
      ...{ by: "registrar", from: [config.roles.registrar], isDone: isAccepted },
      needs: [`${name}/propose`, ...(withdrawal === undefined ? [] : [`${name}/withdraw`])],
      ...(release === undefined ? {} : { waitsUntil: release }),
    },
    {
      ...{ ...call("apply", "applyAccepted", [proposal.chainId]), by: "anyone", from: [], needs: [`${name}/accept`] },
      ...{ ...changes, aligns },
      ...(wait === undefined ? {} : { waitsUntil: wait }),
      isDone: isApplied,
    },
  ];
}

/** What an active entry has by proposals. */
const PROPOSED_FIELDS = ["gateway", "operatorSetId", "refutable", "bridge"] as const;

/** Of what was accepted and is not meant: what will not be. Nobody but its proposer takes it back from here, though the registrar may. */
function withdrawalOf(
  entry: Entry | undefined,
  accepted: OpenProposal | undefined,
  wanted: Proposal,
  rollup: RollupConfig,
): Change[] | undefined {
  if (entry === undefined || accepted === undefined || isLeaving(entry, wanted.gateway)) return undefined;
  const isActive = entry.status === ACTIVE;
  if (isMeant(entry, accepted.proposal, wanted) && !(isActive && needsNoProposal(entry, wanted))) return undefined;
  // To declare an entry irrefutable withdraws what was accepted, too.
  if (isActive && entry.refutable && !wanted.refutable) return undefined;
  if (accepted.proposer !== (isActive ? entry.owner : rollup.entry.owner)) return undefined;
  const fields = [...PROPOSED_FIELDS, "finality", "metadataURI"] as const;
  return changesOf(entry, accepted.proposal, fields).map(({ field, to }) => ({
    ...{ field: `accepted ${field}`, from: to, to: undefined },
  }));
}

/** Nobody vouches for contracts that are not of the release that is at hand. */
function releaseWait(foreign: string | undefined): Wait | undefined {
  if (foreign === undefined) return undefined;
  const who = "whoever has the release that they are of, or gives the rollup a `salt` of its own";
  return { what: `contracts of this release; ${foreign}`, who };
}

function waitOf(
  name: string,
  { hub }: NetworkConfig,
  isChange: boolean,
  activation: Activation | undefined,
): Wait | undefined {
  const optIn = `operators: \`npx hardhat operator optin ${name}\``;
  const notice = `the registry's notice of ${isChange ? hub.notices.change : hub.notices.first} s`;
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

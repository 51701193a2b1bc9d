import { AbiCoder, id, keccak256, type Provider } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import { OperatorTables__factory, Policy__factory, Slasher__factory, TableBuilder__factory } from "../contracts.ts";
import { casesOf } from "../hub/cases.ts";
import { timeOf } from "../hub/proposals.ts";
import { eventsOf } from "../hub/history.ts";
import type { HubSite } from "../hub/site.ts";
import { ask } from "../hub/submit.ts";
import { callOf, type AdminCall } from "./call.ts";
import { policyState, type PolicySite, type PolicyState, type SourceState } from "./policies.ts";
import { HubError } from "../hub/errors.ts";

/** A case that the guardian holds up, or could. */
export interface CaseHold {
  readonly caseId: bigint;
  readonly openedAt: bigint;
  /** Up to this second the guardian may hold it up, once; and until then it is held up. */
  readonly until: bigint;
  readonly stage: "can be held up" | "held up";
}

/** A source that a rollup takes nothing of now. */
export interface StoppedSource {
  readonly chainId: bigint;
  readonly isRefused: boolean;
  readonly haltedUntil?: bigint;
}

/** A set that proves nothing on a rollup since it contradicted itself. */
export interface FrozenSet {
  readonly operatorSetId: number;
  readonly frozenAt: bigint;
  /** When the announced lift can be carried out. */
  readonly liftableAt?: bigint;
  /** Up to and with this second. */
  readonly lastSecond?: bigint;
}

/** What stands still on a rollup, and who could change that. */
export interface RollupPauses {
  readonly owner: Address;
  readonly sources: readonly StoppedSource[];
  readonly frozen: readonly FrozenSet[];
}

/**
 * @param provider - The hub.
 * @param site - Its contracts.
 * @param fromBlock - Block before which there was no case.
 * @returns Every case that is held up, or that the guardian could hold up now.
 */
export async function caseHolds(provider: Provider, site: HubSite, fromBlock: number): Promise<CaseHold[]> {
  const now = await timeOf(provider);
  const builder = TableBuilder__factory.connect(site.contracts.tableBuilder, provider);
  const { pause } = await ask(builder.windows());
  const cases = await casesOf(provider, site, fromBlock);
  return cases.flatMap(({ caseId, openedAt, pausedUntil, isAcquitted }) => {
    const until = pausedUntil === 0n ? openedAt + pause : pausedUntil;
    if (isAcquitted || now >= until) return [];
    return [{ caseId, openedAt, until, stage: pausedUntil === 0n ? "can be held up" : "held up" } as const];
  });
}

/** The guardian's call: holds a case up, once. */
export function holdCall(
  hub: { readonly chainId: number; readonly slasher: Address; readonly guardian: Address },
  caseId: bigint,
): AdminCall {
  const abi = Slasher__factory.createInterface();
  return callOf({ chainId: hub.chainId, contract: "Slasher", to: hub.slasher, abi }, hub.guardian, "pause", [caseId]);
}

/** Where a rollup's policy and tables are. */
export interface PauseSite extends PolicySite {
  readonly operatorTables: Address;
}

/**
 * @param provider - A rollup.
 * @param site - Its contracts.
 * @param options - Block before which there was none of them, and sets to look at besides those that were ever frozen.
 * @returns What stands still there.
 */
export async function rollupPauses(
  provider: Provider,
  site: PauseSite,
  { fromBlock }: { readonly fromBlock: number },
): Promise<RollupPauses> {
  const state = await policyState(provider, site, { fromBlock });
  const tables = OperatorTables__factory.connect(site.operatorTables, provider);
  const policy = Policy__factory.connect(site.policy, provider);
  const ever = await eventsOf(provider, tables, "SetFrozen", { fromBlock });
  const announced = await eventsOf(provider, policy, "LiftAnnounced", { fromBlock });
  const cancelled = await eventsOf(provider, policy, "AnnouncementCancelled", { fromBlock });
  const delay = BigInt(state.looseningDelaySeconds);
  const frozen: FrozenSet[] = [];
  for (const operatorSetId of new Set(ever.map(({ args }) => Number(args.bigint("operatorSetId"))))) {
    const frozenAt = await ask(tables.frozenAt(operatorSetId));
    if (frozenAt === 0n) continue;
    const subject = liftSubject(operatorSetId, frozenAt);
    const lift = announced.findLast(
      ({ args }) => Number(args.bigint("operatorSetId")) === operatorSetId && args.bigint("frozenAt") === frozenAt,
    );
    const isCancelled = cancelled.some(
      ({ args, blockNumber }) =>
        args.text("subject") === subject && lift !== undefined && blockNumber >= lift.blockNumber,
    );
    const liftableAt = isCancelled ? undefined : lift?.args.bigint("effectiveAt");
    const times = liftableAt === undefined ? {} : { liftableAt, lastSecond: liftableAt + delay };
    frozen.push({ operatorSetId, frozenAt, ...times });
  }
  return { owner: state.owner, sources: stopped(state), frozen };
}

/** What a policy knows a lift by: it is about one freeze. */
function liftSubject(operatorSetId: number, frozenAt: bigint): string {
  const values = [id("ParleyLiftSubject"), operatorSetId, frozenAt];
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint32", "uint256"], values));
}

function stopped({ sources, now }: PolicyState): StoppedSource[] {
  return sources.flatMap(({ chainId, policy, haltedUntil }) => {
    const isRefused = policy?.refused === true;
    const isHalted = haltedUntil !== undefined && haltedUntil >= now;
    if (!isRefused && !isHalted) return [];
    return [{ chainId, isRefused, ...(isHalted ? { haltedUntil } : {}) }];
  });
}

/** What the owner of a policy may do about what stands still. */
export type OwnerAct =
  | { readonly kind: "refuseGateway"; readonly source: SourceState; readonly gateway: Address }
  | { readonly kind: "endHalt"; readonly source: SourceState }
  | { readonly kind: "announceLift" | "cancelLift" | "applyLift"; readonly operatorSetId: number };

/**
 * @param rollup - Its chain, and where the policy is.
 * @param owner - The policy's.
 * @param act - What is to be done.
 * @returns The call; throws `Unknown` for a source that is not halted.
 */
export function ownerCall(
  { chainId, policy }: { readonly chainId: number; readonly policy: Address },
  owner: Address,
  act: OwnerAct,
): AdminCall {
  const target = { chainId, contract: "Policy", to: address(policy), abi: Policy__factory.createInterface() };
  switch (act.kind) {
    case "refuseGateway":
      return callOf(target, owner, act.kind, [act.source.chainId, act.gateway]);
    case "endHalt":
      if (act.source.haltedUntil !== undefined) return callOf(target, owner, act.kind, [act.source.chainId]);
      throw new HubError("Unknown", `chain ${String(act.source.chainId)} is not halted`);
    case "applyLift":
      return callOf(target, "anyone", act.kind, [act.operatorSetId]);
    case "announceLift":
    case "cancelLift":
      return callOf(target, owner, act.kind, [act.operatorSetId]);
  }
}

import type { Log, Provider, Signer } from "ethers";

import { RollupRegistry__factory } from "#chain/contracts.ts";
import { address, chainId as toChainId, type Address, type ChainId } from "#protocol/types.ts";

import { written, type Entry } from "./entries.ts";
import { HubError } from "./errors.ts";
import { eventsOf } from "./history.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask, eventsIn, submit } from "./submit.ts";

/** What somebody would have the registry say of a chain. Field names are those of the Solidity struct. */
export interface Proposal {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly operatorSetId: number;
  readonly finality: number;
  readonly refutable: boolean;
  /** The hub's end of its canonical bridge; zero for none. */
  readonly bridge: Address;
  /** What a refuted page takes, of 1e18. */
  readonly refuteWad: bigint;
  /** What a false statement below final takes, of 1e18. */
  readonly softWad: bigint;
  readonly metadataURI: string;
}

/** A proposal that is open. */
export interface OpenProposal {
  readonly proposalId: bigint;
  readonly proposal: Proposal;
  readonly proposer: Address;
}

/** Whom an operator signs for: a gateway as judged by a bridge. */
export interface Judged {
  readonly chainId: ChainId;
  readonly gateway: Address;
  readonly bridge: Address;
}

/** How far an accepted proposal is. At `table` its set has no table that lasts, so nobody's opt-in counts before the next one. */
export interface Activation {
  readonly stage: "nothing" | "notice" | "table" | "optIn" | "ready";
  readonly accepted?: OpenProposal & { readonly effectiveAt: bigint; readonly optedInBps: number };
}

/** What of a set must have opted in. */
export const OPT_IN_BPS = 6_667;

/**
 * Proposes an entry, or a change of one, and pays the bond.
 *
 * @param proposer - Who: of a new chain its owner to be.
 * @param site - The hub.
 * @param proposal - What the registry shall say.
 * @returns The proposal's id.
 */
export async function propose(proposer: Signer, site: HubSite, proposal: Proposal): Promise<bigint> {
  const { registry } = hubAt(site, proposer);
  const value = await bondOf(proposer, site, proposal);
  const { logs } = await submit(proposer, registry.propose.populateTransaction(proposal, { value }));
  return proposedIn(logs, site);
}

/**
 * @param logs - Of a transaction that proposed.
 * @param site - Where the registry is.
 * @returns The proposal's id; throws `NotConfirmed` where nothing was proposed.
 */
export function proposedIn(logs: readonly Log[], { contracts }: HubSite): bigint {
  const [proposed] = eventsIn(logs, contracts.registry, RollupRegistry__factory.createInterface(), "Proposed");
  return bigintOf(proposed?.proposalId, "Proposed");
}

/**
 * Lets a proposal's notice begin.
 *
 * @param registrar - The registrar, who has checked it.
 * @param site - The hub.
 * @param proposalId - The proposal.
 * @returns The second from which it can be applied.
 */
export async function accept(registrar: Signer, site: HubSite, proposalId: bigint): Promise<bigint> {
  const { registry } = hubAt(site, registrar);
  const { logs } = await submit(registrar, registry.accept.populateTransaction(proposalId));
  const [accepted] = eventsIn(logs, site.contracts.registry, registry.interface, "ProposalAccepted");
  return bigintOf(accepted?.effectiveAt, "ProposalAccepted");
}

/**
 * Says whether an operator signs for a gateway as judged by a bridge.
 *
 * @param operator - Who.
 * @param site - The hub.
 * @param judged - Gateway and bridge.
 * @param isIn - Whether it does.
 * @returns Whether that is new.
 */
export async function optIn(
  operator: Signer,
  site: HubSite,
  { chainId, gateway, bridge }: Judged,
  isIn = true,
): Promise<boolean> {
  const { registry } = hubAt(site, operator);
  const was = await ask(registry.isOptedIn(await operator.getAddress(), chainId, gateway, bridge));
  if (was === isIn) return false;
  await submit(operator, registry.optIn.populateTransaction(chainId, gateway, bridge, isIn));
  return true;
}

/**
 * Applies an accepted proposal whose notice is over and whose operators opted in.
 *
 * @param anybody - Who sends it.
 * @param site - The hub.
 * @param chainId - The chain.
 * @returns The new version of its entry.
 */
export async function applyAccepted(anybody: Signer, site: HubSite, chainId: ChainId): Promise<Entry> {
  return written(anybody, site, chainId, hubAt(site, anybody).registry.applyAccepted.populateTransaction(chainId));
}

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param proposalId - A proposal.
 * @returns It, while it is open.
 */
export async function proposalOf(
  provider: Provider | Signer,
  site: HubSite,
  proposalId: bigint,
): Promise<OpenProposal | undefined> {
  const { registry } = hubAt(site, provider);
  const [found, proposer] = await ask(registry.proposalOf(proposalId));
  if (found.chainId === 0n) return undefined;
  const { refutable, refuteWad, softWad, metadataURI } = found;
  const proposal = {
    chainId: toChainId(found.chainId),
    gateway: address(found.gateway),
    operatorSetId: Number(found.operatorSetId),
    finality: Number(found.finality),
    bridge: address(found.bridge),
    ...{ refutable, refuteWad, softWad, metadataURI },
  };
  return { proposalId, proposal, proposer: address(proposer) };
}

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param chainId - A chain.
 * @returns How far what was accepted for it is.
 */
export async function activation(provider: Provider | Signer, site: HubSite, chainId: ChainId): Promise<Activation> {
  const { registry } = hubAt(site, provider);
  const { proposalId, effectiveAt } = await ask(registry.pendingOf(chainId));
  const open = proposalId === 0n ? undefined : await proposalOf(provider, site, proposalId);
  if (open === undefined) return { stage: "nothing" };
  const { gateway, bridge, operatorSetId } = open.proposal;
  const optedIn = await optedInBpsOf(provider, site, { chainId, gateway, bridge }, operatorSetId);
  const optedInBps = Number(optedIn ?? 0n);
  const accepted = { ...open, effectiveAt, optedInBps };
  if ((await timeOf(provider)) < effectiveAt) return { stage: "notice", accepted };
  if (optedIn === undefined) return { stage: "table", accepted };
  return { stage: optedInBps < OPT_IN_BPS ? "optIn" : "ready", accepted };
}

/**
 * @param provider - The hub.
 * @param site - Where the registry is.
 * @param chainId - A chain.
 * @param fromBlock - Block before which there was no registry.
 * @returns Proposals for it that are open, oldest first.
 */
export async function openProposals(
  provider: Provider,
  site: HubSite,
  chainId: ChainId,
  fromBlock: number,
): Promise<OpenProposal[]> {
  const { registry } = hubAt(site, provider);
  const proposed = await eventsOf(provider, registry, "Proposed", { fromBlock });
  const ids = proposed.map(({ args }) => args.bigint("proposalId"));
  const found = await Promise.all(ids.map((id) => proposalOf(provider, site, id)));
  return found.flatMap((open) => (open?.proposal.chainId === chainId ? [open] : []));
}

/** Time of the latest block. */
export async function timeOf(runner: Provider | Signer): Promise<bigint> {
  const provider = runner.provider;
  const block = await provider?.getBlock("latest");
  if (block === null || block === undefined) throw new HubError("InvalidAnswer", "the hub has no latest block");
  return BigInt(block.timestamp);
}

// A set without a table has nobody who could opt in, and one whose table has expired nobody whose word counts.
async function optedInBpsOf(
  provider: Provider | Signer,
  site: HubSite,
  { chainId, gateway, bridge }: Judged,
  operatorSetId: number,
): Promise<bigint | undefined> {
  const { registry, tableBuilder } = hubAt(site, provider);
  const newest = await ask(tableBuilder.newestEpoch(operatorSetId));
  if (newest === 0n) return undefined;
  const { validUntil } = await ask(tableBuilder.epoch(operatorSetId, newest));
  if (validUntil < (await timeOf(provider))) return undefined;
  return ask(registry.optedInBps(operatorSetId, chainId, gateway, bridge));
}

/**
 * The registry says what its bond is when it is offered none. It takes exactly that, so nothing can be lost to a lie.
 *
 * @param runner - The hub.
 * @param site - Where the registry is.
 * @param proposal - What is to be proposed.
 * @param from - By whom, where the runner is nobody.
 * @returns The bond, in wei; throws `Refused` for what the registry does not take.
 */
export async function bondOf(
  runner: Provider | Signer,
  site: HubSite,
  proposal: Proposal,
  from?: Address,
): Promise<bigint> {
  const by = from === undefined ? {} : { from };
  try {
    await ask(hubAt(site, runner).registry.propose.staticCall(proposal, { value: 0n, ...by }));
    return 0n;
  } catch (error) {
    const revert = error instanceof HubError ? error.revert : undefined;
    const required = revert?.name === "BondMismatch" ? revert.args[1] : undefined;
    if (typeof required === "bigint") return required;
    throw error;
  }
}

function bigintOf(value: unknown, event: string): bigint {
  if (typeof value !== "bigint") throw new HubError("NotConfirmed", `the registry did not say ${event}`);
  return value;
}

import type { Provider } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { address, chainId as toChainId, type Address } from "#protocol/types.ts";

import { Directory__factory, Policy__factory } from "../contracts.ts";
import { eventsOf } from "../hub/history.ts";
import { ask } from "../hub/submit.ts";
import { policyFrom, type SourcePolicy } from "./sourcePolicy.ts";

/** The source that stands for all that appear later. */
export const DEFAULT_SOURCE = 0n;
const NOBODY = "0x0000000000000000000000000000000000000000";

/** Where a rollup's policy is, and what its sources are listed in. */
export interface PolicySite {
  readonly policy: Address;
  readonly directory: Address;
}

/** What was announced for a source. */
export interface AnnouncedPolicy {
  readonly policy: SourcePolicy;
  /** From this second on it can be applied. */
  readonly effectiveAt: bigint;
  /** Up to and with this one. */
  readonly lastSecond: bigint;
  readonly stage: "waiting" | "ready" | "lapsed";
}

/** What a rollup demands of one source. */
export interface SourceDemand {
  /** `DEFAULT_SOURCE` for the policy that later sources get. */
  readonly chainId: bigint;
  /** None where the source has not appeared yet: it gets the default then. */
  readonly policy?: SourcePolicy;
  readonly announced?: AnnouncedPolicy;
}

/** The same, and what else stands in its way. */
export interface SourceState extends SourceDemand {
  /** Last second of a halt, where there is one that nobody ended yet. */
  readonly haltedUntil?: bigint;
  /** Messages that the hourly limit leaves now; none where there is no limit. */
  readonly messagesLeft?: bigint;
  /** Replaced gateways that are never heard again. */
  readonly refusedGateways: readonly Address[];
}

/** What a rollup demands, as far as it can be asked for at once. */
export interface PolicyDemands {
  readonly owner: Address;
  readonly looseningDelaySeconds: number;
  /** The rollup's time. */
  readonly now: bigint;
  /** As they were asked for. */
  readonly sources: readonly SourceDemand[];
}

/** A rollup's policy as a whole. */
export interface PolicyState extends PolicyDemands {
  /** Who was offered to be the next owner. */
  readonly pendingOwner?: Address;
  readonly exitTimeSeconds: number;
  readonly haltQuorumBps: number;
  /** The default first, then every chain of the directory. */
  readonly sources: readonly SourceState[];
}

/**
 * @param provider - The rollup.
 * @param policy - Where its policy is.
 * @param chainIds - Sources; `DEFAULT_SOURCE` is one.
 * @returns What is demanded of them. No events are read, so that it can be asked again and again.
 */
export async function demandsOf(
  provider: Provider,
  policy: Address,
  chainIds: readonly bigint[],
): Promise<PolicyDemands> {
  const contract = Policy__factory.connect(policy, provider);
  const [owner, delay, block, answers] = await ask(
    Promise.all([
      contract.owner(),
      contract.looseningDelaySeconds(),
      provider.getBlock("latest"),
      Promise.all(
        chainIds.map(async (id) => Promise.all([contract.sourcePolicy(id), contract.announcedPolicy(id)] as const)),
      ),
    ]),
  );
  const now = BigInt(block?.timestamp ?? 0);
  const sources = answers.map(([found, { announced, effectiveAt }], at): SourceDemand => {
    const [present, next] = [policyFrom(found), policyFrom(announced)];
    const lastSecond = effectiveAt + delay;
    const stage = now < effectiveAt ? "waiting" : now <= lastSecond ? "ready" : "lapsed";
    return {
      chainId: elementAt(chainIds, at),
      ...(present === undefined ? {} : { policy: present }),
      ...(next === undefined || effectiveAt === 0n
        ? {}
        : { announced: { policy: next, effectiveAt, lastSecond, stage } }),
    };
  });
  return { owner: address(owner), looseningDelaySeconds: Number(delay), now, sources };
}

/**
 * @param provider - The rollup.
 * @param site - Where the policy is.
 * @param options - Block before which there was none, and which sources are wanted: all unless given.
 * @returns What the policy says.
 */
export async function policyState(
  provider: Provider,
  { policy, directory }: PolicySite,
  { fromBlock, only }: { readonly fromBlock: number; readonly only?: bigint },
): Promise<PolicyState> {
  const contract = Policy__factory.connect(policy, provider);
  const [pending, exit, haltQuorumBps, known] = await ask(
    Promise.all([
      contract.pendingOwner(),
      contract.exitTimeSeconds(),
      contract.haltQuorumBps(),
      Directory__factory.connect(directory, provider).chainIds(),
    ]),
  );
  const wanted = only === undefined ? [DEFAULT_SOURCE, ...known.map(toChainId)] : [only];
  const demands = await demandsOf(provider, policy, wanted);
  const refused = await eventsOf(provider, contract, "GatewayRefused", { fromBlock });
  const stateOf = async (demand: SourceDemand): Promise<SourceState> => {
    const { chainId } = demand;
    const [haltedUntil, left] = await ask(Promise.all([contract.haltedUntil(chainId), contract.messagesLeft(chainId)]));
    const gateways = refused.filter(({ args }) => args.bigint("chainId") === chainId);
    return {
      ...demand,
      ...(haltedUntil === 0n ? {} : { haltedUntil }),
      ...(demand.policy === undefined || left > 2n ** 32n ? {} : { messagesLeft: left }),
      refusedGateways: [...new Set(gateways.map(({ args }) => args.address("gateway")))],
    };
  };
  const sources: SourceState[] = [];
  for (const demand of demands.sources) sources.push(await stateOf(demand));
  return {
    ...demands,
    ...(pending === NOBODY ? {} : { pendingOwner: address(pending) }),
    exitTimeSeconds: Number(exit),
    haltQuorumBps: Number(haltQuorumBps),
    sources,
  };
}

import type { Provider } from "ethers";

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

/** What a rollup demands of one source, and what stands in its way. */
export interface SourceState {
  /** `DEFAULT_SOURCE` for the policy that later sources get. */
  readonly chainId: bigint;
  /** None where the source has not appeared yet: it gets the default then. */
  readonly policy?: SourcePolicy;
  readonly announced?: AnnouncedPolicy;
  /** Last second of a halt, where there is one that nobody ended yet. */
  readonly haltedUntil?: bigint;
  /** Messages that the hourly limit leaves now; none where there is no limit. */
  readonly messagesLeft?: bigint;
  /** Replaced gateways that are never heard again. */
  readonly refusedGateways: readonly Address[];
}

/** A rollup's policy as a whole. */
export interface PolicyState {
  readonly owner: Address;
  /** Who was offered to be the next owner. */
  readonly pendingOwner?: Address;
  readonly looseningDelaySeconds: number;
  readonly exitTimeSeconds: number;
  readonly haltQuorumBps: number;
  /** The rollup's time. */
  readonly now: bigint;
  /** The default first, then every chain of the directory. */
  readonly sources: readonly SourceState[];
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
  const [owner, pending, delay, exit, haltQuorumBps, block, known] = await ask(
    Promise.all([
      contract.owner(),
      contract.pendingOwner(),
      contract.looseningDelaySeconds(),
      contract.exitTimeSeconds(),
      contract.haltQuorumBps(),
      provider.getBlock("latest"),
      Directory__factory.connect(directory, provider).chainIds(),
    ]),
  );
  const now = BigInt(block?.timestamp ?? 0);
  const refused = await eventsOf(provider, contract, "GatewayRefused", { fromBlock });
  const stateOf = async (chainId: bigint): Promise<SourceState> => {
    const [found, { announced, effectiveAt }, haltedUntil, left] = await ask(
      Promise.all([
        contract.sourcePolicy(chainId),
        contract.announcedPolicy(chainId),
        contract.haltedUntil(chainId),
        contract.messagesLeft(chainId),
      ]),
    );
    const [present, next] = [policyFrom(found), policyFrom(announced)];
    const lastSecond = effectiveAt + delay;
    const stage = now < effectiveAt ? "waiting" : now <= lastSecond ? "ready" : "lapsed";
    const gateways = refused.filter(({ args }) => args.bigint("chainId") === chainId);
    return {
      chainId,
      ...(present === undefined ? {} : { policy: present }),
      ...(next === undefined || effectiveAt === 0n
        ? {}
        : { announced: { policy: next, effectiveAt, lastSecond, stage } }),
      ...(haltedUntil === 0n ? {} : { haltedUntil }),
      ...(present === undefined || left > 2n ** 32n ? {} : { messagesLeft: left }),
      refusedGateways: [...new Set(gateways.map(({ args }) => args.address("gateway")))],
    };
  };
  const wanted = only === undefined ? [DEFAULT_SOURCE, ...known.map(toChainId)] : [only];
  const sources: SourceState[] = [];
  for (const chainId of wanted) sources.push(await stateOf(chainId));
  return {
    owner: address(owner),
    ...(pending === NOBODY ? {} : { pendingOwner: address(pending) }),
    looseningDelaySeconds: Number(delay),
    exitTimeSeconds: Number(exit),
    haltQuorumBps: Number(haltQuorumBps),
    now,
    sources,
  };
}

import { DEFAULT_POLICY, type SourcePolicy } from "#deploy/rollup.ts";
import type { Page } from "#protocol/statements.ts";
import { ZERO_BYTES32 } from "#protocol/types.ts";

import type { Committee } from "./committee.ts";
import type { Broken, PageEntryPoint } from "./entryPoints.ts";
import {
  EXACT_QUORUM,
  MAX_PAGE_INDEX,
  PAPER,
  paperPage,
  QUORUM_MISSED,
  speech,
  STRONG_WEIGHT,
  type PaperWorld,
  type Speech,
} from "./paper.ts";

/** A page that is about to be said, faultless until something is changed. */
export interface Attempt {
  readonly page: Partial<Page>;
  readonly speaker: Committee;
  readonly absent: readonly number[];
  readonly issuedAt: bigint;
  /** Second of the block in which it is said. */
  readonly at: bigint;
  /** Messages of the page. */
  readonly size: number;
}

/** One rule of acceptance rule 2, and one way to break it. */
export interface PageViolation {
  readonly title: string;
  /** What the attempt becomes. */
  readonly change: (attempt: Attempt, world: PaperWorld) => Partial<Attempt>;
  /** What the rollup's owner demands of the source before, besides the default. */
  readonly demands?: Partial<SourcePolicy>;
  readonly broken: (attempt: Attempt, world: PaperWorld) => Broken;
  /** Entry points where the rule can be broken; all unless given. */
  readonly holdsAt?: (point: PageEntryPoint) => boolean;
}

/** Seconds until an attempt is made: blocks that come before it take the time that the test takes. */
const HEAD_START = 600n;

/** A faultless attempt of the strong committee. */
export async function attemptOf(world: PaperWorld): Promise<Attempt> {
  const now = await world.here.now();
  return { page: {}, speaker: world.strong, absent: [], issuedAt: now - 10n, at: now + HEAD_START, size: 1 };
}

/** What an entry point is given for an attempt. */
export async function speechOf(world: PaperWorld, attempt: Attempt): Promise<Speech> {
  const { issuedAt, absent } = attempt;
  return speech(attempt.speaker, paperPage(world, attempt.page, attempt.size), { issuedAt, absent });
}

/** Has the owner demand this of an attempt's source, besides the default. */
export async function demand({ here }: PaperWorld, attempt: Attempt, demands: Partial<SourcePolicy>): Promise<void> {
  await here.policy.tighten(sourceOf(attempt), { ...DEFAULT_POLICY, ...demands });
}

const page =
  (changes: Partial<Page>) =>
  (attempt: Attempt): Partial<Attempt> => ({ page: { ...attempt.page, ...changes } });

const sourceOf = (attempt: Attempt) => attempt.page.sourceChainId ?? PAPER.strong;

/** Acceptance rule 2 in its order: one way or more to break each of its rules. */
export const PAGE_VIOLATIONS: readonly PageViolation[] = [
  {
    title: "a source that is retired",
    change: page({ sourceChainId: PAPER.retired }),
    broken: (attempt) => ({ error: "SourceNotAccepted", args: [sourceOf(attempt)] }),
  },
  {
    title: "a certificate older than the policy takes it",
    change: ({ at }) => ({ issuedAt: at - 101n }),
    demands: { maxAgeSeconds: 100 },
    broken: ({ at, issuedAt }) => ({ error: "CertificateTooOld", args: [at, issuedAt + 100n] }),
  },
  {
    title: "another set than the source's, with all of its weight",
    change: (_, { weak }) => ({ speaker: weak, absent: [] }),
    broken: () => ({ error: "WrongOperatorSet", args: [2n, 1n] }),
    // Stored roots are looked up under the source's own set, where another set's are not.
    holdsAt: ({ usesStoredRoots }) => !usesStoredRoots,
  },
  {
    title: "a source that the owner refuses",
    change: () => ({}),
    demands: { refused: true },
    broken: (attempt) => ({ error: "SourceRefused", args: [sourceOf(attempt)] }),
  },
  {
    title: "a table too light",
    change: () => ({}),
    demands: { minTotalWeightLog2: 14 },
    broken: () => ({ error: "TableTooLight", args: [STRONG_WEIGHT, 14n] }),
  },
  {
    title: "a quorum missed by one unit",
    change: () => ({ absent: EXACT_QUORUM }),
    demands: { quorumBps: 6_668 },
    broken: () => ({ error: "QuorumNotReached", args: [6_667n, 6_668n] }),
  },
  {
    title: "a page less final than demanded",
    change: page({ finality: 2 }),
    broken: () => ({ error: "FinalityOutOfRange", args: [2n, 3n, 3n] }),
  },
  {
    title: "a source whose lies cannot be proven",
    change: page({ sourceChainId: PAPER.irrefutable }),
    broken: (attempt) => ({ error: "SourceIrrefutable", args: [sourceOf(attempt)] }),
  },
  {
    title: "a gateway that never was the source's",
    change: page({ sourceGateway: PAPER.stranger }),
    broken: (attempt) => ({ error: "SourceGatewayNotAccepted", args: [sourceOf(attempt), PAPER.stranger] }),
  },
  {
    title: "a page for another gateway of this chain",
    change: page({ destinationGateway: PAPER.stranger }),
    broken: (_, { here }) => ({ error: "WrongDestination", args: [here.chainId, PAPER.stranger] }),
    holdsAt: ({ checksDestination }) => checksDestination,
  },
  {
    title: "this chain itself as the source",
    change: (attempt, { here }) =>
      page({ sourceChainId: here.chainId, sourceGateway: here.addresses.gateway })(attempt),
    broken: (_, { here }) => ({ error: "SourceIsHere", args: [here.chainId] }),
  },
  {
    title: "a page without messages",
    change: page({ count: 0 }),
    broken: () => ({ error: "CountOutOfRange", args: [0n, 256n] }),
  },
  {
    title: "an index that no nonce has",
    change: page({ pageIndex: MAX_PAGE_INDEX + 1n }),
    broken: () => ({ error: "PageIndexOutOfRange", args: [MAX_PAGE_INDEX + 1n, MAX_PAGE_INDEX] }),
  },
  {
    title: "a page without root",
    change: page({ root: ZERO_BYTES32 }),
    broken: () => ({ error: "RootZero", args: [] }),
  },
  {
    title: "a page from after the batch",
    change: (attempt) => page({ sourceTimestamp: attempt.issuedAt + 1n })(attempt),
    broken: (attempt) => ({ error: "PageFromFuture", args: [attempt.issuedAt + 1n, attempt.issuedAt] }),
  },
];

/** Further ways to break rules of which one way is in the list above. */
export const MORE_PAGE_VIOLATIONS: readonly PageViolation[] = [
  {
    title: "a source that no directory names",
    change: page({ sourceChainId: PAPER.unknown }),
    broken: () => ({ error: "SourceNotAccepted", args: [PAPER.unknown] }),
    // Such a source has no set, and no root is stored for none.
    holdsAt: ({ usesStoredRoots }) => !usesStoredRoots,
  },
  {
    title: "a unit less than two thirds",
    change: () => ({ absent: QUORUM_MISSED }),
    broken: () => ({ error: "QuorumNotReached", args: [6_666n, 6_667n] }),
    // No such root is stored.
    holdsAt: ({ usesStoredRoots }) => !usesStoredRoots,
  },
  {
    title: "a finality above final",
    change: page({ finality: 4 }),
    broken: () => ({ error: "FinalityOutOfRange", args: [4n, 3n, 3n] }),
  },
  {
    title: "a page of more than 256 messages",
    change: page({ count: 257 }),
    broken: () => ({ error: "CountOutOfRange", args: [257n, 256n] }),
  },
  {
    title: "a page for this gateway's address on another chain",
    change: page({ destinationChainId: PAPER.unknown }),
    broken: (_, { here }) => ({ error: "WrongDestination", args: [PAPER.unknown, here.addresses.gateway] }),
    holdsAt: ({ checksDestination }) => checksDestination,
  },
];

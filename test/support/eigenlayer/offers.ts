import { EIGENLAYER_PROFILES, MAINNET_DELAYS, type EigenLayerProfile } from "#deploy/eigenLayer.ts";

import type { EigenLayer } from "./eigenLayer.ts";
import { startLive, type LiveChain } from "./fork.ts";
import { startOwn } from "./own.ts";
import { startSnapshot } from "./snapshot.ts";

/** A backend that this machine has, or what it would take to have it. */
export interface Offer {
  readonly backend: string;
  /** The environment variable that gives it. */
  readonly variable: string;
  readonly start: (() => Promise<EigenLayer>) | undefined;
  /** Whether tests without it fail instead of being skipped. */
  readonly required: boolean;
  /** How long a test may take, where it is not as quick as others. */
  readonly timeoutMs?: number;
}

/** What some tests need of an EigenLayer, and test networks may lack. */
export interface Need {
  readonly name: string;
  readonly isMet: (eigenLayer: Pick<EigenLayer, "delays">) => boolean;
}

/** A whole epoch of the hub's, with its evidence and mainnet's windows, ends before a deallocation does. */
export const FOURTEEN_DAYS: Need = {
  name: "a deallocation delay of 14 days",
  isMet: ({ delays }) => delays.deallocation >= MAINNET_DELAYS.deallocation,
};

const { CI, EIGENLAYER_SNAPSHOT, MAINNET_RPC_URL, SEPOLIA_RPC_URL } = process.env;
/** Nothing may be lacking there. */
const MAINNET = 1n;
/** A fork asks for every slot that it touches, once. */
const LIVE_TIMEOUT_MS = 600_000;

/** Mainnet's contracts from a file. */
export const snapshotOffer: Offer = {
  backend: "snapshot",
  variable: "EIGENLAYER_SNAPSHOT",
  start: given(EIGENLAYER_SNAPSHOT) ? () => startSnapshot(EIGENLAYER_SNAPSHOT) : undefined,
  required: given(CI),
};

/** Our own, as it behaves in a release: always there. */
export function ownOffer(profile: EigenLayerProfile): Offer {
  return { backend: `own ${profile}`, variable: "nothing", start: () => startOwn(profile), required: true };
}

/** A fork of a chain as it is now: only where its variable is set, and then it must do. */
export function liveOffers(name: LiveChain, variable: string, url: string | undefined): Offer[] {
  if (!given(url)) return [];
  const start = () => startLive(name, url);
  return [{ backend: `live ${name}`, variable, start, required: true, timeoutMs: LIVE_TIMEOUT_MS }];
}

/** All of them: what is true of EigenLayer is tested on each. */
export const offers: readonly Offer[] = [
  ...EIGENLAYER_PROFILES.map(ownOffer),
  snapshotOffer,
  ...liveOffers("mainnet", "MAINNET_RPC_URL", MAINNET_RPC_URL),
  ...liveOffers("sepolia", "SEPOLIA_RPC_URL", SEPOLIA_RPC_URL),
];

/** The oldest release and the newest, mainnet's own contracts where they are given: what the hub must bear. */
export const hubOffers: readonly Offer[] = [
  snapshotOffer.start === undefined ? ownOffer("1.5") : snapshotOffer,
  ownOffer("1.13"),
];

/** Declares tests; starts the backend in hooks only. */
type Tests = (start: () => Promise<EigenLayer>) => void;

/** What was skipped, by name. */
const skipped: string[] = [];

/**
 * Tests that need a backend. Where it is missing, or lacks what they need, they are skipped, each by its name, counted and
 * loudly; or they fail: where the backend is required, and for what mainnet lacks.
 *
 * @param offer - The backend.
 * @param title - What is tested.
 * @param tests - The tests.
 * @param needs - What they need of it.
 */
export function describeOn(offer: Offer, title: string, tests: Tests, needs: readonly Need[] = []): void {
  const { backend, start, timeoutMs } = offer;
  describe(`${title} [${backend}]`, function () {
    if (timeoutMs !== undefined) this.timeout(timeoutMs);
    let started: EigenLayer | undefined;
    before(async function () {
      started = await start?.();
      const { reason, isFatal } = verdictOf(offer, started, needs);
      if (reason === undefined) return;
      if (isFatal) throw new Error(`${backend}: ${reason}`);
      skipped.push(title);
      const count = String(this.test?.parent?.total() ?? 0);
      console.warn(
        `\n!!! SKIPPED: ${count} × ${title} [${backend}]: ${reason}. Groups so far: ${String(skipped.length)}.\n`,
      );
      this.skip();
    });
    tests(async () => {
      const first = started;
      started = undefined;
      return first ?? (await (start ?? (() => Promise.reject(new Error(`no ${backend}`))))());
    });
  });
}

/** As `describeOn`, on one backend after the other. */
export function describeOnEach(
  backends: readonly Offer[],
  title: string,
  tests: Tests,
  needs: readonly Need[] = [],
): void {
  for (const offer of backends) describeOn(offer, title, tests, needs);
}

/** Why tests do not run, if they do not, and whether that is a failure. */
export interface Verdict {
  readonly reason: string | undefined;
  readonly isFatal: boolean;
}

/** Tests are skipped for what the machine does not have unless it must, and for what a test network lacks: never on mainnet. */
export function verdictOf(
  { variable, required }: Pick<Offer, "variable" | "required">,
  eigenLayer:
    { readonly delays: EigenLayer["delays"]; readonly chain: Pick<EigenLayer["chain"], "chainId"> } | undefined,
  needs: readonly Need[],
): Verdict {
  if (eigenLayer === undefined) return { reason: `${variable} is not set`, isFatal: required };
  const unmet = needs.filter(({ isMet }) => !isMet(eigenLayer)).map(({ name }) => name);
  const reason = unmet.length === 0 ? undefined : `it lacks ${unmet.join(", ")}`;
  return { reason, isFatal: reason !== undefined && eigenLayer.chain.chainId === MAINNET };
}

function given(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

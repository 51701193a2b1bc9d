import { EIGENLAYER_PROFILES, type EigenLayerProfile } from "#deploy/eigenLayer.ts";

import type { EigenLayer } from "./eigenLayer.ts";
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
}

const { CI, EIGENLAYER_SNAPSHOT } = process.env;

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

/** All of them: what is true of EigenLayer is tested on each. */
export const offers: readonly Offer[] = [...EIGENLAYER_PROFILES.map(ownOffer), snapshotOffer];

/** The oldest release and the newest, mainnet's own contracts where they are given: what the hub must bear. */
export const hubOffers: readonly Offer[] = [
  snapshotOffer.start === undefined ? ownOffer("1.5") : snapshotOffer,
  ownOffer("1.13"),
];

/**
 * Tests that need a backend. Where it is missing they are skipped, each by its name, and loudly; or they fail, where it is
 * required.
 *
 * @param offer - The backend.
 * @param title - What is tested.
 * @param tests - Declares the tests; starts the backend in hooks only.
 */
export function describeOn(offer: Offer, title: string, tests: (start: () => Promise<EigenLayer>) => void): void {
  const { backend, variable, start, required } = offer;
  describe(`${title} [${backend}]`, function () {
    const missing = `${variable} is not set, so there is no ${backend}`;
    before(function () {
      if (start !== undefined) return;
      if (required) throw new Error(`${missing}; with CI set there must be`);
      console.warn(`\n!!! SKIPPED: ${title}. ${missing}.\n`);
      this.skip();
    });
    tests(start ?? (() => Promise.reject(new Error(missing))));
  });
}

/** As `describeOn`, on one backend after the other. */
export function describeOnEach(
  backends: readonly Offer[],
  title: string,
  tests: (start: () => Promise<EigenLayer>) => void,
): void {
  for (const offer of backends) describeOn(offer, title, tests);
}

function given(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

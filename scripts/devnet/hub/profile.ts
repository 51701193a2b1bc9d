import { parseEther } from "ethers";

import { EIGENLAYER_PROFILES, type EigenLayerDelays, type EigenLayerProfile } from "#deploy/eigenLayer.ts";
import type { Notices, Windows } from "#deploy/hub.ts";

import { DevnetError } from "../errors.ts";

/** The devnet's hub has a block every second, by the clock, and never more. */
export const HUB_BLOCK_SECONDS = 1;

/** Windows in which an epoch lasts a minute, and the next one begins every fifth of it. */
export const DEVNET_WINDOWS: Windows = {
  lead: 48,
  validity: 12,
  grace: 30,
  evidence: 180,
  pause: 5,
  margin: 10,
  hubFact: 20,
  secondsPerBlock: HUB_BLOCK_SECONDS,
  buildBlocks: 15,
};

/** What our EigenLayer waits on the devnet, in blocks. Stake stays longer than all windows together. */
export const DEVNET_DELAYS: EigenLayerDelays = {
  deallocation: 300,
  allocationConfiguration: 2,
  slasherConfiguration: 300,
  withdrawal: 300,
  slashResolution: 20,
};

/** Seconds for which everything that shapes a table waits: longer than a deallocation. */
export const DEVNET_SHAPING_SECONDS = 360;

/** Seconds for which it waits who may pay what the vault holds. */
export const DEVNET_CLAIMS_SECONDS = 360;

/** What the devnet's registry waits, in seconds. */
export const DEVNET_NOTICES: Notices = {
  first: 10,
  change: 30,
  draining: 60,
  bond: 30,
  pace: 5,
  raise: DEVNET_SHAPING_SECONDS,
};

/** Seconds that a case which rests on a source's word waits for the court. */
export const DEVNET_COURT_SECONDS = 30;

/** Wei that a proposal to the devnet's registry costs. */
export const DEVNET_BOND = parseEther("1");
/** The one operator set of the devnet. */
export const OPERATOR_SET_ID = 1;
/** Least weight of an operator. */
export const MINIMUM_WEIGHT = parseEther("1");
/** One: multipliers and fractions are parts of it. */
export const WAD = 10n ** 18n;

/**
 * @param text - What somebody typed.
 * @returns The release of EigenLayer of that name.
 */
export function profileNamed(text: string): EigenLayerProfile {
  const found = EIGENLAYER_PROFILES.find((profile) => profile === text);
  if (found !== undefined) return found;
  throw new DevnetError("InvalidOption", `--eigenlayer is one of ${EIGENLAYER_PROFILES.join(", ")}, not "${text}"`);
}

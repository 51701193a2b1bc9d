import { elementAt } from "#protocol/errors.ts";
import type { MessageId } from "#protocol/types.ts";
import { FAULTS } from "#protocol/evidence/verdict.ts";

import type { DevnetRollup } from "../devnet.ts";
import { joinWithStake } from "../hub/newcomer.ts";
import { tokens } from "../narrator.ts";
import { tellText } from "../stories/text.ts";
import { WAD } from "../hub/profile.ts";
import { operatorName } from "./describe.ts";
import type { Price } from "./reckoning.ts";
import type { Scene } from "./scene.ts";

/** Who lies together: three quarters of the weight, more than a quorum. */
export const COLLUDERS: readonly string[] = ["operator 1", "operator 2", "operator 3"];

/** What a lie takes that the hub itself, or the liars themselves, refute. */
export function wholeStake(fault: "Equivocation" | "FalseTable" | "FalseEntry"): Price {
  return { fault, wad: WAD };
}

/** What a lie takes that rests on a source's word. */
export const REFUTED: Price = { fault: "FalsePage", wad: WAD / 10n };

/** An epoch that proves nothing any more, in the order of the contract. */
const REVOKED = 2n;

/** For how long at most something may take that waits for nobody, and what waits for the court or for a fact to be final. */
export const PATIENCE_MS = 180_000;

/**
 * Has the sixth operator join, without whom those left would not be enough for the rollups' policies.
 *
 * @param scene - Where.
 */
export async function admitNewcomer({ devnet, say }: Scene): Promise<void> {
  const placed = elementAt(devnet.newcomers, 0);
  const { name, stake } = placed.operator;
  const { hub, signal } = devnet;
  await devnet.nodes.add(placed);
  await joinWithStake({ provider: hub.chain.provider, hub: hub.deployed, signal }, placed.operator, placed.url);
  say(`${name} joins with a stake of ${tokens(stake)}, who had no part in it`);
}

/**
 * Waits until every one of these operators has paid for a fault, and all that was taken is in the vault.
 *
 * @param scene - Where.
 * @param names - The operators.
 * @param price - For what.
 */
export async function untilPaid({ timeline }: Scene, names: readonly string[], { fault }: Price): Promise<void> {
  const slashes = () => timeline.said("OperatorSlashed");
  const hasPaid = (name: string) => {
    const ofFault = timeline.said("CaseOpened").filter(({ args }) => FAULTS[Number(args.fault)] === fault);
    const caseIds = new Set(ofFault.map(({ args }) => args.caseId));
    return slashes().some(({ args }) => caseIds.has(args.caseId) && operatorName(args.operator) === name);
  };
  await timeline.until("the liars to be slashed", () => names.every(hasPaid), PATIENCE_MS);
  const collected = () => timeline.said("TokensCollected").length;
  await timeline.until("the vault to have it", () => collected() >= slashes().length, PATIENCE_MS);
}

/**
 * Waits until every rollup has heard over the bridge that the liars' epoch is revoked, and has a later one without them; then a
 * message crosses.
 *
 * @param scene - Where.
 * @param liars - Who must be gone.
 * @returns The message.
 */
export async function untilHealed({ devnet, timeline, say }: Scene, liars: readonly string[]): Promise<MessageId> {
  const revoked = () => timeline.said("EpochRevoked").map(({ args }) => args.epoch);
  await timeline.until("an epoch to be revoked", () => revoked().length > 0, PATIENCE_MS);
  const isSilenced = ({ deployed }: DevnetRollup) =>
    timeline
      .said("EpochStatusChanged")
      .some(({ chain, args }) => chain === deployed.name && args.status === REVOKED && revoked().includes(args.epoch));
  await timeline.until("every rollup to hear of it", () => devnet.rollups.every(isSilenced), PATIENCE_MS);
  const isHealed = () => {
    const members = devnet.epochs.newest?.members ?? [];
    return members.length > 0 && !members.some(({ name }) => liars.includes(name));
  };
  await timeline.until("an epoch without the liars on every rollup", isHealed, PATIENCE_MS);
  say("every rollup has an epoch without the liars");
  return tellText(devnet, "alpha", "beta", "Those who are left tell the truth.");
}

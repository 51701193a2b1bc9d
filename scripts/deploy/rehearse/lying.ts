import { id as hashOf } from "ethers";

import { freeze } from "#chain/brakes.ts";
import { IStrategyManagerDelayed__factory } from "#chain/contracts.ts";
import type { Slash } from "#chain/hub/cases.ts";
import { accuse, execute } from "#chain/hub/faults.ts";
import { setOf } from "#chain/hub/site.ts";
import { collect } from "#chain/hub/vault.ts";
import { equivocationBetween } from "#protocol/evidence/build.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Statement } from "#protocol/statements.ts";
import { bytes32, type Address } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import { WAD } from "../config/parts.ts";
import { plannedRollup } from "../steps/addresses.ts";
import type { RehearsalClock } from "./clock.ts";
import { anybodyOn, certify, type Member, type Scene } from "./scene.ts";
import { laneOf, type Delivered } from "./speaking.ts";

/** What liars lost. */
export interface Loss {
  readonly liars: readonly Address[];
  readonly token: Address;
  /** What the set's fraction says, of what they had. */
  readonly expected: bigint;
  /** What came into the vault's books. */
  readonly collected: bigint;
}

/** Everybody but the last one lies: two thirds of the weight, and no quorum without a liar. */
export function liarsOf({ members }: Pick<Scene, "members">): readonly Member[] {
  return members.slice(0, -1);
}

/**
 * The liars say two things of one page; the destination is frozen, and they are accused and executed.
 *
 * @param scene - The scene.
 * @param clock - Its clock.
 * @param delivered - What is true.
 * @returns What was taken from each.
 */
export async function lie(scene: Scene, clock: RehearsalClock, { page }: Delivered): Promise<readonly Slash[]> {
  const { hub, site, domain, config } = scene;
  const { statement, table, operators } = clock.epoch;
  const liars = liarsOf(scene).map(({ account }) => account);
  const issuedAt = await clock.meet();
  const say = async (content: typeof page) => {
    const statements: Statement[] = [{ kind: "Page", content }];
    return certify(scene, clock.epoch, statements, issuedAt, ({ account }) => liars.includes(account));
  };
  const { operatorSetId, epoch } = statement;
  const parts = { domain, tables: [{ operatorSetId, epoch, rows: table.packed }] };
  const [truth, untruth] = [await say(page), await say({ ...page, root: bytes32(hashOf("what nobody sent")) })];
  const evidence = equivocationBetween(parts, truth, untruth);
  if (evidence === undefined) throw new Error("the two pages do not contradict each other");

  const { to, destination } = laneOf(scene);
  const { operatorTables } = plannedRollup(config, destination).contracts;
  await freeze(await anybodyOn(to), operatorTables, evidence);
  const anybody = await anybodyOn(hub);
  const row = operators.indexOf(elementAt(liars, 0));
  const caseId = await accuse(anybody, site, evidence, { rowA: row, rowB: row });
  const { slashes, refused } = await execute(anybody, site, caseId);
  const [first] = refused;
  if (first !== undefined) throw new DeployError("StepFailed", `the case against ${first.operator}: ${first.reason}`);
  return slashes;
}

/**
 * Waits until EigenLayer lets go of what was taken, and brings it into the vault.
 *
 * @param scene - The scene.
 * @param clock - Its clock.
 * @param taken - What was taken.
 * @returns What liars lost; throws `NotCollected` where that is not what they had to lose.
 */
export async function collectAll(scene: Scene, clock: RehearsalClock, taken: readonly Slash[]): Promise<Loss> {
  const { hub, site, config, token } = scene;
  const operatorSetId = config.hub.directorySetId;
  const anybody = await anybodyOn(hub);
  let collected = 0n;
  for (const { slashId, strategies, shares } of taken) {
    const blocks = await blocksLeft(scene, slashId);
    if (blocks > 0) await clock.passBlocks("EigenLayer's delay before slashed stake is cleared", blocks);
    for (const [at, strategy] of strategies.entries()) {
      // Stake in the others was never deposited.
      if (elementAt(shares, at) === 0n) continue;
      collected += (await collect(anybody, site, { operatorSetId, slashId, strategy })).tokens;
    }
  }
  const { fullFraction } = elementAt(config.hub.operatorSets, operatorSetId - 1);
  const liars = liarsOf(scene);
  const expected = liars.reduce((sum, { stake }) => sum + (stake * fullFraction) / WAD, 0n);
  if (collected !== expected) {
    throw new DeployError("NotCollected", `the vault got ${collected} of ${token}, and the fraction says ${expected}`);
  }
  return { liars: liars.map(({ account }) => account), token, expected, collected };
}

async function blocksLeft({ hub, site, config }: Scene, slashId: bigint): Promise<number> {
  const manager = IStrategyManagerDelayed__factory.connect(config.hub.eigenLayer.strategyManager, hub.provider);
  const set = setOf(site, config.hub.directorySetId);
  // Releases before 1.13 clear at once, and have no such function.
  const last = await manager.getSlashResolutionBlock(set, slashId).then(Number, () => 0);
  return Math.max(0, last - (await hub.provider.getBlockNumber()));
}

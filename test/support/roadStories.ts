import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { laneId, messageId, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import { hex } from "#protocol/types.ts";

import type { Committee } from "./committee.ts";
import { culprit } from "./court.ts";
import { passResolution } from "./eigenlayer/service.ts";
import { WAD, type HubEpoch } from "./hub.ts";
import { differs, notYet, type Refutation } from "./refutations.ts";
import { meet, STAKES, type RoadRollup, type RoadScene } from "./roadScene.ts";
import type { LanePage } from "./rollup.ts";
import { certifyPage, runOf } from "./world.ts";

/** Rows of operators 1 and 2, who have a quorum; the third is honest. */
export const LIARS = [0, 1];
export const HONEST = [2];

/** Sends one message, and says what its page is now. */
export async function sent(scene: RoadScene, from: RoadRollup, to: RoadRollup): Promise<LanePage> {
  await from.rollup.send(to.rollup, await to.rollup.deployMock("NoOpRecipient"), "0x1234");
  await meet(scene);
  return from.rollup.page(from.rollup.laneTo(to.rollup));
}

/** The page as it would be if its last message said something else, or if there were one more. */
export function forged({ page, messages }: LanePage, isFuture = false): LanePage {
  const last = elementAt(messages, messages.length - 1);
  const lie: Message = { ...last, payload: hex("0xbad0"), nonce: last.nonce + (isFuture ? 1n : 0n) };
  const all = [...messages.slice(0, isFuture ? undefined : -1), lie];
  const tree = new PageTree(laneId(page), all.map(messageId));
  return {
    messages: all,
    tree,
    page: { ...page, count: tree.count, root: tree.root(), chainHead: tree.chainHead() },
  };
}

/** Has the last message of a page delivered. */
export async function deliver(
  { rollup }: RoadRollup,
  page: LanePage,
  committee: Committee,
  absent: readonly number[] = [],
) {
  const certified = await certifyPage({ committee }, rollup, page, { absent });
  const last = page.messages.length - 1;
  const run = runOf(page, certified, { first: last, count: 1 });
  return rollup.gateway.connect(rollup.relayer).deliver(certified.certificate, [run]);
}

/** Has a source say what its first page was when it had as many messages as here, and what is said reach the hub. */
export async function refute({ road }: RoadRollup, { page, messages }: LanePage): Promise<Refutation> {
  const { destinationChainId: chain, destinationGateway: gateway, count, root, chainHead } = page;
  await road.rollupEnd.refuteDiffers(chain, gateway, 0, count, messages.map(messageId));
  expect(await road.carryUp()).to.equal(true);
  return differs(page, { root, chainHead });
}

/** Has exactly the liars pay a fraction of what they have, and the vault book it. */
export async function expectLiarsPay(scene: RoadScene, caseId: bigint, fraction: bigint): Promise<void> {
  const { hub, asset, setId, operators } = scene;
  const { slasher, vault, eigenLayer } = hub;
  for (const row of HONEST) {
    await expect(slasher.execute(caseId, [culprit(row)]))
      .to.be.revertedWithCustomError(slasher, "NotACulprit")
      .withArgs(row, row);
  }
  await slasher.execute(
    caseId,
    LIARS.map((row) => culprit(row)),
  );
  let sum = 0n;
  for (const [row, stake] of STAKES.entries()) {
    const price = LIARS.includes(row) ? (stake * fraction) / WAD : 0n;
    expect(await elementAt(operators, row).slashableShares(hub.set(setId), asset)).to.equal(stake - price);
    sum += price;
  }
  for (const slashId of [1n, 2n]) {
    await passResolution(eigenLayer, hub.set(setId), slashId);
    await vault.collect(setId, slashId, asset.strategy);
  }
  const token = await eigenLayer.chain.ethers.getContractAt("FreeERC20", asset.token);
  expect(await token.balanceOf(vault)).to.equal(sum);
  expect([await vault.bookedOf(asset.token), await vault.pendingOf(asset.token)]).to.deep.equal([sum, 0n]);
}

/** Has the hub say over every road what it has of an epoch now. */
export async function tellEpoch(scene: RoadScene, number: number): Promise<void> {
  const { alpha, beta, setId } = scene;
  await meet(scene);
  for (const { road } of [alpha, beta]) {
    await road.hubEnd.sendEpoch(setId, number);
    expect(await road.carryDown()).to.equal(true);
  }
  await meet(scene);
}

/** Builds the next epoch, has the bridges bring it everywhere, and returns who speaks then. */
export async function heal(scene: RoadScene): Promise<{ readonly next: HubEpoch; readonly committee: Committee }> {
  const { hub, setId, operators, alpha, beta } = scene;
  const next = await hub.build(setId);
  await tellEpoch(scene, next.statement.epoch);
  for (const { rollup } of [alpha, beta]) {
    await rollup.operatorTables.connect(rollup.relayer).installBrought(setId, next.statement.epoch, next.rows);
  }
  return { next, committee: hub.committee(next, operators) };
}

/** Has a source say that its first page does not hold so many messages yet, and what is said reach the hub. */
export async function refuteFuture({ rollup, road }: RoadRollup, { page }: LanePage): Promise<Refutation> {
  await rollup.helpers.time.increase(60);
  await road.rollupEnd.refuteNotYet(page.destinationChainId, page.destinationGateway, 0);
  const timestamp = await rollup.now();
  expect(await road.carryUp()).to.equal(true);
  return notYet(page, { timestamp });
}

import { Wallet } from "ethers";

import { caseOf } from "#chain/hub/cases.ts";
import { HubError } from "#chain/hub/errors.ts";
import { acquit, execute } from "#chain/hub/faults.ts";
import { collect } from "#chain/hub/vault.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Refutation } from "#protocol/evidence/refutation.ts";

import { account } from "../accounts.ts";
import { DevnetError } from "../errors.ts";
import { rollupOf } from "../stories/stage.ts";
import { PATIENCE_MS, REFUTED, untilPaid } from "./aftermath.ts";
import { operatorName } from "./describe.ts";
import { accuseTruthful, sayOtherwise, truePagesOf, type Framed } from "./framing.ts";
import { priceFor, type Lie, type Scene } from "./scene.ts";

/** One that the court acquits of, one that it does not, and one more, which takes nothing besides. */
const CASES = 3;
const REASON = "gamma's own record of its blocks holds the page as it was certified";

/**
 * A rollup lies about itself: over its own bridge it refutes what it truly sent, and its operators are accused. The court acquits of
 * the first case; of the others it does nothing, and all of them together take what the rollup announced, and no more.
 */
export function framingRollup(): Lie {
  return {
    name: "framing-rollup",
    title: "Gamma refutes pages that it truly sent",
    avoided: [],
    tell: async (scene) => {
      const { devnet, timeline, say } = scene;
      const { provider } = devnet.hub.chain;
      const hub = devnet.hub.deployed;
      const framer = new Wallet(account("liar").privateKey, provider);
      const court = new Wallet(account("court").privateKey, provider);

      const gamma = rollupOf(devnet, "gamma");
      const truePages = () => truePagesOf(devnet, gamma).slice(0, CASES);
      await timeline.until("true pages of gamma", () => truePages().length === CASES, PATIENCE_MS);
      const framed = truePages();
      const refutations = await sayAllOtherwise(scene, framed);
      const caseIds: bigint[] = [];
      for (const [at, refutation] of refutations.entries()) {
        caseIds.push(await accuseTruthful(devnet, elementAt(framed, at), refutation));
      }
      const [first, ...others] = [elementAt(caseIds, 0), ...caseIds.slice(1)];
      await acquit(court, hub, first, REASON);
      await execute(framer, hub, first).then(
        () => {
          throw new DevnetError("Unmet", `case ${first} was executed after the acquittal`);
        },
        (error: unknown) => {
          if (!(error instanceof HubError && error.revert?.name === "Acquitted")) throw error;
        },
      );
      say(`case ${first} can't be executed any more; the court does nothing about the others`);
      const accused = new Set<string>();
      for (const caseId of others) {
        for (const { operator } of (await caseOf(provider, hub, caseId)).accused) accused.add(operatorName(operator));
        await untilExecuted(scene, framer, caseId);
      }
      await collectAll(scene, framer);
      await untilPaid(scene, [...accused], REFUTED);
      return { prices: priceFor([...accused], REFUTED), forged: [], messageIds: [] };
    },
  };
}

async function sayAllOtherwise({ devnet, timeline, say }: Scene, framed: readonly Framed[]): Promise<Refutation[]> {
  const refutations: Refutation[] = [];
  for (const { page } of framed) refutations.push(await sayOtherwise(rollupOf(devnet, "gamma"), page));
  say(`gamma's own operator has the chain say that ${framed.length} of its pages were others than were certified`);
  const heard = () => timeline.said("Refuted").length;
  await timeline.until("it to cross the bridge", () => heard() >= framed.length, PATIENCE_MS);
  return refutations;
}

// The court's time must be over, and a rival may be faster.
async function untilExecuted({ devnet, timeline }: Scene, framer: Wallet, caseId: bigint): Promise<void> {
  const isOver = async () => {
    try {
      await execute(framer, devnet.hub.deployed, caseId);
      return true;
    } catch (error) {
      if (error instanceof HubError && error.revert?.name === "CaseBeforeCourt") return false;
      throw error;
    }
  };
  await timeline.until(`case ${caseId} to be executable`, isOver, PATIENCE_MS);
}

// EigenLayer lets go of what was slashed after a while; anybody may bring it to the vault.
async function collectAll({ devnet, timeline }: Scene, anybody: Wallet): Promise<void> {
  const hub = devnet.hub.deployed;
  for (const { args } of timeline.said("OperatorSlashed")) {
    const [slashId, strategies] = [args.slashId, args.strategies];
    if (typeof slashId !== "bigint" || !Array.isArray(strategies)) continue;
    for (const { strategy } of hub.assets) {
      const isCollected = async () => {
        try {
          return (await collect(anybody, hub, { operatorSetId: 1, slashId, strategy })).isCollected;
        } catch (error) {
          if (!(error instanceof HubError) || error.code !== "Refused") throw error;
          return error.revert?.name === "CollectedAlready";
        }
      };
      await timeline.until(`slash ${slashId} to be collected`, isCollected, PATIENCE_MS);
    }
  }
}

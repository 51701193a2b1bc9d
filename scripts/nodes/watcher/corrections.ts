import { z } from "zod";

import { hubEndAt, type BridgeSite } from "#chain/bridge/ends.ts";
import { sendEntry, sendEpoch } from "#chain/bridge/news.ts";
import type { HubClient } from "#chain/hub.ts";
import type { HubView } from "#chain/hubView.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import { addressSchema, chainIdSchema } from "#protocol/schemas.ts";

import type { CopyCheck, Difference } from "./copies.ts";
import { memoryOf, type Deed, type Docket } from "./docket.ts";
import type { Hands } from "./hands.ts";
import type { Pursuit } from "./pursuits.ts";
import type { TruthRound } from "./truths.ts";

const memorySchema = z.object({
  chainId: chainIdSchema,
  gateway: addressSchema,
  /** Block of the hub in which it was found: news that were sent later are of it. */
  hubBlock: z.int(),
  difference: z.discriminatedUnion("kind", [
    z.object({ kind: z.enum(["Revocation", "StrayEpoch"]), operatorSetId: z.int(), epoch: z.int() }),
    z.object({ kind: z.literal("StrayEntry"), about: chainIdSchema, version: z.string().transform(BigInt) }),
  ]),
});

/** A rollup's copy, and the way to it. */
export interface CorrectedCopy {
  readonly check: CopyCheck;
  /** None where the policy's owner stands in for it. */
  readonly bridge: (BridgeSite & { readonly feeWei: bigint }) | undefined;
}

/** What it works with. */
export interface CorrectionParts {
  readonly copies: readonly CorrectedCopy[];
  readonly hub: HubClient;
  /** How long news on their way are waited for before they are sent again. */
  readonly newsSeconds: number;
  readonly hands: Hands;
  readonly docket: Docket;
}

/**
 * Has the hub tell a rollup what it does not know, or was told otherwise: an epoch is revoked, or was never built; an entry was
 * never the registry's. It sends the hub's own word, whatever that is when it is sent.
 */
export class Corrections implements Pursuit {
  readonly kinds = ["Revocation", "StrayEpoch", "StrayEntry"] as const;
  readonly #parts: CorrectionParts;

  /** @param parts - What it works with. */
  constructor(parts: CorrectionParts) {
    this.#parts = parts;
  }

  /**
   * Looks at every rollup's copy.
   *
   * @param view - The hub.
   * @returns Why one could not be read, for people.
   */
  async look(view: HubView): Promise<string[]> {
    const found = await Promise.all(
      this.#parts.copies.map(async ({ check }) => {
        try {
          for (const difference of await check.differences(view)) await this.#open(check, difference, view);
          return [];
        } catch (error) {
          return [`copy of chain ${String(check.copy.rollup.chainId)}: ${reasonOf(error)}`];
        }
      }),
    );
    return found.flat();
  }

  /** @inheritdoc */
  async advance(deed: Deed, { view }: TruthRound): Promise<boolean> {
    const { copies, docket, hands, hub } = this.#parts;
    const { chainId, gateway, hubBlock, difference } = memoryOf(memorySchema, deed);
    const found = copies.find(
      ({ check: { copy } }) => copy.rollup.chainId === chainId && copy.rollup.gateway === gateway,
    );
    if (found === undefined) return true;
    const { check, bridge } = found;
    if (!(await isThere(check, view, difference))) {
      const stage = difference.kind === "Revocation" ? "revoked" : "healed";
      const detail = `chain ${String(chainId)} has the hub's word: ${textOf(difference)}`;
      await docket.note(deed, { stage, mark: "", place: { chainId, blockNumber: 0 }, detail });
      return true;
    }
    if (bridge === undefined) {
      const detail = "the rollup has no slow road that this watcher knows: its policy's owner stands in for it";
      await docket.note(deed, { stage: "lapsed", mark: "", place: deed.place, detail });
      return true;
    }
    if (!hands.canAct || (await this.#isUnderWay(bridge, hubBlock, difference))) return false;
    const fee = { value: bridge.feeWei };
    await hands.act(hub, async (signer) => {
      if (difference.kind === "StrayEntry") await sendEntry(signer, bridge, difference.about, fee);
      else await sendEpoch(signer, bridge, difference.operatorSetId, difference.epoch, fee);
    });
    return false;
  }

  async #open(check: CopyCheck, difference: Difference, view: HubView): Promise<void> {
    const { chainId, gateway } = check.copy.rollup;
    const subject = `${difference.kind} ${String(chainId)} ${gateway} ${keyOf(difference)}`;
    // What comes back after it was put right is another finding.
    const times = await this.#parts.docket.timesOf(subject);
    if (times.isPending) return;
    await this.#parts.docket.open({
      kind: difference.kind,
      key: `${subject} ${String(times.count)}`,
      subject,
      place: { chainId, blockNumber: 0 },
      detail: `chain ${String(chainId)}: ${textOf(difference)}`,
      memory: { chainId, gateway, hubBlock: view.block.number, difference },
    });
  }

  // Whoever sent it: news carry what the hub has, and so what is to be put right.
  async #isUnderWay(bridge: BridgeSite, hubBlock: number, difference: Difference): Promise<boolean> {
    const { hub, newsSeconds } = this.#parts;
    return hub.endpoints.first(async (provider) => {
      const end = hubEndAt(bridge, provider);
      const filter =
        difference.kind === "StrayEntry"
          ? end.filters.EntrySent(difference.about)
          : end.filters.EpochSent(difference.operatorSetId, difference.epoch);
      const last = (await end.queryFilter(filter, hubBlock)).at(-1);
      const [sent, now] = [await last?.getBlock(), await provider.getBlock("latest")];
      return sent !== undefined && now !== null && now.timestamp < sent.timestamp + newsSeconds;
    });
  }
}

async function isThere(check: CopyCheck, view: HubView, difference: Difference): Promise<boolean> {
  if (difference.kind === "StrayEntry") return (await check.entryFault(view, difference.about)) !== undefined;
  return (await check.epochFault(view, difference.operatorSetId, difference.epoch)) !== undefined;
}

function keyOf(difference: Difference): string {
  return difference.kind === "StrayEntry"
    ? `${String(difference.about)} ${String(difference.version)}`
    : `${String(difference.operatorSetId)} ${String(difference.epoch)}`;
}

function textOf(difference: Difference): string {
  switch (difference.kind) {
    case "Revocation":
      return `epoch ${String(difference.epoch)} of set ${String(difference.operatorSetId)} is revoked`;
    case "StrayEpoch":
      return `the hub has no such epoch ${String(difference.epoch)} of set ${String(difference.operatorSetId)}`;
    case "StrayEntry":
      return `the registry has no such version ${String(difference.version)} of chain ${String(difference.about)}`;
  }
}

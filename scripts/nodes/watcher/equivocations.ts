import { z } from "zod";

import { freeze, freezeRefusal, frozenSince } from "#chain/brakes.ts";
import type { HubCopy } from "#chain/hubCopy.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Divergence } from "#protocol/evidence/divergence.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import { bytes32Schema } from "#protocol/schemas.ts";

import { memoryOf, type Deed, type Docket } from "./docket.ts";
import type { EvidenceBook, Pair } from "./evidenceBook.ts";
import type { Hands } from "./hands.ts";
import type { Pursuit } from "./pursuits.ts";
import type { Trial } from "./trial.ts";

/** No rollup freezes a set for less. */
const FREEZE_BPS = 6_667;

const divergenceSchema: z.ZodType<Divergence> = z.strictObject({
  index: z.int().min(0).max(255),
  messageIdA: bytes32Schema,
  messageIdB: bytes32Schema,
  rangeProofA: bytes32Schema.array(),
  rangeProofB: bytes32Schema.array(),
});

/** What is remembered of two contents that contradict each other. */
export const contradictionSchema = z.object({
  contents: z.tuple([z.string(), z.string()]),
  divergence: divergenceSchema.optional(),
});

/** What it works with. */
export interface EquivocationParts {
  readonly copies: readonly HubCopy[];
  readonly book: EvidenceBook;
  readonly trial: Trial;
  readonly hands: Hands;
  readonly docket: Docket;
}

/** Contradictions: the set is stopped wherever it speaks, and whoever signed both pays. */
export class Equivocations implements Pursuit {
  readonly kinds = ["Equivocation"] as const;
  readonly #parts: EquivocationParts;

  /** @param parts - What it works with. */
  constructor(parts: EquivocationParts) {
    this.#parts = parts;
  }

  /** @inheritdoc */
  async advance(deed: Deed): Promise<boolean> {
    const { trial } = this.#parts;
    const pairs = await this.#pairs(deed);
    const [heavy] = pairs.filter(({ signedBps }) => signedBps >= FREEZE_BPS);
    // The brake first, and on every rollup: no failure on one keeps it from another, nor the case from the hub.
    const failures = heavy === undefined ? [] : await this.#freezeAll(deed, heavy);
    const charges = pairs.filter(({ isJudged }) => isJudged).map(({ evidence }) => evidence);
    const isPaid = await trial.pursue(deed, charges);
    if (failures.length > 0) throw new Error(failures.join("; "));
    const healed = await Promise.all(this.#parts.copies.map((copy) => this.#isHealed(deed, copy, heavy)));
    return isPaid && healed.every(Boolean);
  }

  /** @inheritdoc */
  async evidence(deed: Deed): Promise<readonly Evidence[]> {
    return (await this.#pairs(deed)).map(({ evidence }) => evidence);
  }

  async #pairs(deed: Deed): Promise<Pair[]> {
    const { contents, divergence } = memoryOf(contradictionSchema, deed);
    return this.#parts.book.ofContradiction(deed.subject, contents, divergence);
  }

  async #freezeAll(deed: Deed, pair: Pair): Promise<string[]> {
    const found = await Promise.all(
      this.#parts.copies.map(async (copy) => {
        try {
          await this.#freeze(deed, copy, pair);
          return [];
        } catch (error) {
          return [`chain ${String(copy.rollup.chainId)}: ${reasonOf(error)}`];
        }
      }),
    );
    return found.flat();
  }

  // Where the set was stopped, another epoch speaks once the slow road has brought one: relayers see to that.
  async #isHealed(deed: Deed, copy: HubCopy, pair: Pair | undefined): Promise<boolean> {
    const { docket } = this.#parts;
    const { chainId } = copy.rollup;
    const mark = String(chainId);
    const isOpen = (await docket.has(deed, "frozen", mark)) && !(await docket.has(deed, "healed", mark));
    if (pair === undefined || !isOpen) return true;
    const { operatorSetId } = pair.evidence.speeches[0].certificate.batch;
    const [{ speaksUntil, newest }, now] = await Promise.all([
      copy.standing(operatorSetId),
      copy.rollup.latestTimestamp(),
    ]);
    if (speaksUntil < now) return false;
    const detail = `epoch ${String(newest)} of set ${String(operatorSetId)} speaks on chain ${mark}`;
    await docket.note(deed, { stage: "healed", mark, place: { chainId, blockNumber: 0 }, detail });
    return true;
  }

  async #freeze(deed: Deed, copy: HubCopy, { evidence }: Pair): Promise<void> {
    const { docket, hands } = this.#parts;
    const { chainId, endpoints } = copy.rollup;
    const mark = String(chainId);
    if (await docket.has(deed, "frozen", mark)) return;
    const { operatorTables } = await copy.books();
    const { operatorSetId } = evidence.speeches[0].certificate.batch;
    const [since, newest] = await endpoints.first((provider) =>
      Promise.all([frozenSince(provider, operatorTables, operatorSetId), copy.rollup.newestEpoch(operatorSetId)]),
    );
    const detail = `set ${String(operatorSetId)} speaks no more on chain ${mark}`;
    if (since !== 0n) {
      const place = { chainId, blockNumber: 0 };
      await docket.note(deed, { stage: "frozen", mark, place, detail: `${detail}, since ${String(since)}` });
      return;
    }
    // Nothing of the set speaks here, or what contradicts itself is over, or revoked.
    if (newest === 0 || !hands.canAct) return;
    const refusal = await endpoints.first((provider) => freezeRefusal(provider, operatorTables, evidence));
    if (refusal !== undefined) return;
    const done = await hands.act(copy.rollup, (signer) => freeze(signer, operatorTables, evidence));
    await docket.note(deed, { stage: "frozen", mark, detail, ...done });
  }
}

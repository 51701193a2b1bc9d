import { z } from "zod";

import { absenteesOf, type Certificate } from "#protocol/certificates.ts";
import { elementAt } from "#protocol/errors.ts";
import type { OperatorTable } from "#protocol/tables.ts";
import type { ChainId } from "#protocol/types.ts";

import { memoryOf, type Docket } from "./docket.ts";

/** A certificate of less says nothing about who could have signed it. */
const LEAST_BPS = 6_667;

/** How long a key is silent. */
interface Absence {
  readonly missed: number;
  readonly since: bigint;
}

const memorySchema = z.strictObject({ key: z.string() });

/** Counts who is absent from how many certificates in a row. No stake is touched for it, and a restart counts anew. */
export class Silence {
  readonly #docket: Docket;
  readonly #hubChainId: ChainId;
  readonly #most: number;
  readonly #absences = new Map<string, Absence>();
  readonly #counted = new Map<number, bigint>();

  /**
   * @param docket - Where it is told.
   * @param hubChainId - The hub.
   * @param most - After so many certificates in a row an operator is silent.
   */
  constructor(docket: Docket, hubChainId: ChainId, most: number) {
    this.#docket = docket;
    this.#hubChainId = hubChainId;
    this.#most = most;
  }

  /** How many operators are silent now. */
  get silent(): number {
    return [...this.#absences.values()].filter(({ missed }) => missed >= this.#most).length;
  }

  /**
   * @param certificate - One whose signature holds; only what was issued after all that was counted before is counted.
   * @param table - Its epoch's.
   * @param signedBps - Weight that signed.
   */
  async count(certificate: Certificate, table: OperatorTable, signedBps: number): Promise<void> {
    const { operatorSetId, tableEpoch, issuedAt } = certificate.batch;
    if (signedBps < LEAST_BPS || issuedAt <= (this.#counted.get(operatorSetId) ?? 0n)) return;
    this.#counted.set(operatorSetId, issuedAt);
    const absent = new Set(absenteesOf(table, certificate.nonSigners));
    for (const row of table.rows.keys()) {
      const { x, y } = elementAt(table.rows, row).key;
      const key = `${String(operatorSetId)} ${String(x)} ${String(y)}`;
      const before = this.#absences.get(key);
      if (!absent.has(row)) {
        if (this.#absences.delete(key) && (before?.missed ?? 0) >= this.#most) await this.#speaksAgain(key);
        continue;
      }
      const absence = { missed: (before?.missed ?? 0) + 1, since: before?.since ?? issuedAt };
      this.#absences.set(key, absence);
      if (absence.missed !== this.#most) continue;
      await this.#docket.open({
        kind: "Silence",
        key: `silence ${key} ${String(absence.since)}`,
        subject: `silence ${key}`,
        place: { chainId: this.#hubChainId, blockNumber: 0 },
        detail: `row ${String(row)} of set ${String(operatorSetId)}, epoch ${String(tableEpoch)}, is in none of ${String(this.#most)} certificates`,
        memory: { key },
      });
    }
  }

  async #speaksAgain(key: string): Promise<void> {
    for (const deed of await this.#docket.pending()) {
      if (deed.kind !== "Silence" || memoryOf(memorySchema, deed).key !== key) continue;
      const place = { chainId: this.#hubChainId, blockNumber: 0 };
      await this.#docket.note(deed, { stage: "healed", mark: "", place, detail: "signs again" });
      await this.#docket.finish(deed);
    }
  }
}

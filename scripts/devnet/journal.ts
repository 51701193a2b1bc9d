import { pino } from "pino";
import { z } from "zod";

import { refusalCodeSchema, doubtSchema } from "#nodes/shared/api.ts";
import type { Log } from "#nodes/shared/log.ts";
import { bytes32Schema } from "#protocol/schemas.ts";
import type { Bytes32 } from "#protocol/types.ts";

/** An operator put its name under a batch. */
export interface Signed {
  readonly operator: string;
  readonly statementsRoot: Bytes32;
  readonly atMs: number;
}

/** An operator did not. */
export interface Refused {
  readonly operator: string;
  /** Distinct reasons. */
  readonly reasons: readonly string[];
  readonly atMs: number;
}

const signedLine = z.looseObject({
  name: z.string(),
  time: z.number(),
  statementsRoot: bytes32Schema,
  msg: z.literal("signed"),
});
const refusedLine = z.looseObject({
  name: z.string(),
  time: z.number(),
  code: refusalCodeSchema,
  statements: z.array(doubtSchema),
  msg: z.literal("refused"),
});
const line = z.union([signedLine, refusedLine]);

/** Reads the operators' logs, which is all that they tell of themselves. */
export class Journal {
  readonly signed: Signed[] = [];
  readonly refused: Refused[] = [];
  readonly #onRefused: (refused: Refused) => void;

  /** @param onRefused - Hears of every abstention. */
  constructor(onRefused: (refused: Refused) => void) {
    this.#onRefused = onRefused;
  }

  /**
   * @param name - Which node writes.
   * @returns Its log.
   */
  open(name: string): Log {
    return pino(
      { name, level: "info" },
      {
        write: (text: string) => {
          this.#read(text);
        },
      },
    );
  }

  #read(text: string): void {
    const parsed = line.safeParse(JSON.parse(text));
    if (!parsed.success) return;
    const { data } = parsed;
    // Who came or left is asked, too, under epochs that it is not in: that is no abstention.
    if (data.msg === "refused" && data.code === "NotAMember") return;
    if (data.msg === "signed") {
      this.signed.push({ operator: data.name, statementsRoot: data.statementsRoot, atMs: data.time });
    } else {
      const doubts = data.statements.map(({ code }) => code);
      const refused = {
        operator: data.name,
        reasons: [...new Set(doubts.length > 0 ? doubts : [data.code])],
        atMs: data.time,
      };
      this.refused.push(refused);
      this.#onRefused(refused);
    }
  }
}

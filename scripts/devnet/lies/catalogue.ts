import { equivocate } from "./equivocate.ts";
import { falseEntry } from "./falseEntry.ts";
import { falsePage } from "./falsePage.ts";
import { falseTable } from "./falseTable.ts";
import { framingRollup } from "./framingRollup.ts";
import { futurePage } from "./futurePage.ts";
import { hiddenLog } from "./hiddenLog.ts";
import type { LieName } from "./names.ts";
import type { Lie } from "./scene.ts";
import { silent } from "./silent.ts";

/** All lies by name. Each is made anew for each devnet: some hold endpoints. */
export const LIES: Readonly<Record<LieName, () => Lie>> = {
  equivocate,
  "false-page": falsePage,
  "future-page": futurePage,
  "false-table": falseTable,
  "false-entry": falseEntry,
  "framing-rollup": framingRollup,
  "hidden-log": hiddenLog,
  silent,
};

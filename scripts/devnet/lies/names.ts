import { DevnetError } from "../errors.ts";

/** What can be shown: lies of operators, of a rollup and of an endpoint, and silence. */
export const LIE_NAMES = [
  "equivocate",
  "false-page",
  "future-page",
  "false-table",
  "false-entry",
  "framing-rollup",
  "hidden-log",
  "silent",
] as const;

/** One of {@link LIE_NAMES}. */
export type LieName = (typeof LIE_NAMES)[number];

/**
 * @param text - What somebody typed: one name, or several with commas between them.
 * @returns The names; throws `InvalidOption` for what is none.
 */
export function liesNamed(text: string): LieName[] {
  return text.split(",").map((typed) => {
    const found = LIE_NAMES.find((name) => name === typed.trim());
    if (found !== undefined) return found;
    throw new DevnetError("InvalidOption", `--fault is one of ${LIE_NAMES.join(", ")}, not "${typed}"`);
  });
}

import { CommandError } from "../shared/errors.ts";
import { bigintTyped } from "../shared/hub.ts";

const MOST_EPOCH = 2n ** 32n - 1n;

/**
 * @param typed - An epoch's number.
 * @returns It; throws `InvalidOption` for what is none.
 */
export function epochTyped(typed: string): number {
  const found = bigintTyped("EPOCH", typed);
  if (found === 0n || found > MOST_EPOCH) throw new CommandError("InvalidOption", `EPOCH: "${typed}" is none`);
  return Number(found);
}

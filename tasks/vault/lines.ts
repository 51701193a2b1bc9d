import type { Taken } from "#chain/hub/vault.ts";

/** A strategy of a slash for people. */
export function takenLine({ operatorSetId, slashId, strategy, shares, tokens, token, isCollected }: Taken): string {
  const state = isCollected ? `${tokens} of ${token ?? "its token"} booked` : "not collected";
  return `set ${operatorSetId}, slash ${slashId}, ${strategy}: ${shares} shares taken, ${state}`;
}

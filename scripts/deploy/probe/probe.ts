import { DeployError } from "../errors.ts";
import { checksOf, type Check, type Demands } from "./checks.ts";
import type { Ask } from "./endpoint.ts";

/** The most that is told of what an endpoint says. */
const REASON_LENGTH = 200;

/** One thing that a rollup must be able to do, and whether it does. */
export interface Capability extends Omit<Check, "fault"> {
  readonly isThere: boolean;
  /** What was found instead. */
  readonly found?: string;
}

/**
 * Asks a chain for everything that our contracts and nodes need of it. Nothing is sent, and no account is used: contracts are asked
 * about by init code that a call runs and forgets.
 *
 * @param ask - The chain's endpoint.
 * @param demands - What it must be.
 * @returns All capabilities, in the same order always, with what was found where one is missing.
 */
export async function probeRollup(ask: Ask, demands: Demands): Promise<Capability[]> {
  const capabilities: Capability[] = [];
  for (const { id, required, neededBy, fault } of checksOf(ask, demands)) {
    const found = await fault().catch(reasonOf);
    capabilities.push({ id, required, neededBy, isThere: found === undefined, ...(found && { found }) });
  }
  return capabilities;
}

/**
 * @param name - The rollup.
 * @param capabilities - What it can do; throws `Incapable`, which names all that is missing, and who needs it.
 */
export function requireCapable(name: string, capabilities: readonly Capability[]): void {
  const missing = capabilities.filter(({ isThere }) => !isThere);
  if (missing.length === 0) return;
  const lines = missing.map(
    ({ id, required, neededBy, found }) => `  ${id}: ${required}; found: ${found ?? "?"} (needed by ${neededBy})`,
  );
  throw new DeployError("Incapable", [`${name} cannot join:`, ...lines].join("\n"));
}

// Endpoints of public networks hold keys, and are never told.
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "it does not answer";
  return text.replace(/\b(https?|wss?):\/\/\S+/g, "(its endpoint)").slice(0, REASON_LENGTH);
}

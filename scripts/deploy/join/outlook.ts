import { readBegun } from "../begun.ts";
import type { NetworkConfig } from "../config/schema.ts";
import { surveyNetwork } from "../plan.ts";
import { probeRollup, requireCapable, type Capability } from "../probe/probe.ts";
import { plannedRollup } from "../steps/addresses.ts";
import type { Step } from "../steps/step.ts";
import { silentLanes } from "./greeting.ts";
import { lacksOf, lackText } from "./lacks.ts";
import { readerOf, rollupNamed, type JoinYard } from "./site.ts";

/** What a rollup's joining still takes, as far as that is known before anything is sent. */
export interface Outlook {
  /** Its steps that are not done, but for those that only change what is there: see {@link isMissing}. */
  readonly pending: readonly Step[];
  /** Asked as long as contracts of it are missing. */
  readonly capabilities: readonly Capability[];
  /** What was not heard, in words; known once no step is pending. */
  readonly lacks: readonly string[];
  /** Lanes on which nothing was delivered yet, in words; known once nothing is lacking. */
  readonly silent: readonly string[];
}

/**
 * Looks at what a rollup's joining still takes. Nothing is sent, and no account is used.
 *
 * @param config - The network.
 * @param name - The rollup.
 * @param yard - Chains.
 * @param peer - With whom it exchanges messages; the first active one unless given.
 * @returns What is missing; throws `Incapable` with everything that the chain cannot do.
 */
export async function outlookOf(
  config: NetworkConfig,
  name: string,
  yard: JoinYard,
  peer: string | undefined,
): Promise<Outlook> {
  const { chainId, entry } = rollupNamed(config, name);
  const nothing = { capabilities: [], lacks: [], silent: [] };
  const fromBlock = (await readBegun(yard.folder)).get("hub") ?? 0;
  const steps = await surveyNetwork(config, { ...yard, fromBlock });
  const pending = steps.filter((step) => isOf(step, name) && isMissing(step));
  if (pending.some(({ kind, chain }) => kind === "deploy" && chain === name)) {
    const reader = readerOf(yard.readers, name);
    const ask = (method: string, params: readonly unknown[]) => reader.send(method, [...params]);
    const account = plannedRollup(config, rollupNamed(config, name)).contracts.gateway;
    const demands = { chainId, finality: entry.finality, account, now: Math.floor(Date.now() / 1_000) };
    const capabilities = await probeRollup(ask, demands);
    requireCapable(name, capabilities);
    return { ...nothing, pending, capabilities };
  }
  if (pending.length > 0) return { ...nothing, pending };
  const { lacks, waits, others } = await lacksOf(config, name, yard);
  const missing = [...lacks.map(lackText), ...waits.map((wait) => wait.for)];
  const other = peer ?? others.at(0);
  if (missing.length > 0 || other === undefined) return { ...nothing, pending, lacks: missing };
  return { ...nothing, pending, silent: await silentLanes(config, yard, [name, other]) };
}

/**
 * @param step - A step of a network.
 * @returns Whether it is missing to whoever joins. What only aligns, such as a loosening in a week, is not, and left to `deploy apply`;
 *   but what can be tightened now is tightened before messages come. What was done by hand is never undone for it.
 */
export function isMissing({ isDone, aligns, undoes, call, waitsUntil }: Step): boolean {
  return !isDone && (aligns !== true || (call === "tighten" && waitsUntil === undefined && undoes !== true));
}

/**
 * @param step - A step of a network.
 * @param name - One of its rollups.
 * @returns Whether it is the rollup's, on whichever chain.
 */
export function isOf({ id }: Step, name: string): boolean {
  return id.startsWith(`${name}/`);
}

import { setTimeout as pause } from "node:timers/promises";

import { applyNetwork } from "../apply/apply.ts";
import type { NetworkConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import type { Step } from "../steps/step.ts";
import { greet, type Greeting, type GreetingParts } from "./greeting.ts";
import { lacksOf } from "./lacks.ts";
import { makeUp } from "./news.ts";
import { isMissing, isOf } from "./outlook.ts";
import type { JoinWait, JoinYard, Sent } from "./site.ts";

/** How a rollup joins. */
export interface JoinOptions extends GreetingParts {
  /** The rollup with which it exchanges messages; the first active one unless given. */
  readonly peer: string | undefined;
  /** How long is waited for what takes time, in milliseconds. */
  readonly patienceMs: number;
  readonly pollingMs: number;
}

/** How far a rollup has joined. */
export interface Joined {
  /** Ids of steps that were sent. */
  readonly sent: readonly string[];
  /** What is waited for; nothing where the rollup has joined. */
  readonly waits: readonly JoinWait[];
  /** The message each way, as soon as they can be sent. */
  readonly greetings: readonly Greeting[];
}

/** Statuses of an entry. */
const [DRAINING, RETIRED] = [3, 4];

/**
 * Has a rollup join a running network: sends whatever is missing and can be sent from here, until it takes and sends messages. What is
 * missing is read from the chains each time, so whoever was interrupted, or had to wait, starts again and goes on.
 *
 * @param network - What the network is called.
 * @param config - The network.
 * @param name - The rollup.
 * @param yard - Chains, and who sends.
 * @param options - With whom, and for how long.
 * @returns What was sent, and what is waited for.
 */
export async function joinRollup(
  network: string,
  config: NetworkConfig,
  name: string,
  yard: JoinYard,
  options: JoinOptions,
): Promise<Joined> {
  const end = Date.now() + options.patienceMs;
  const sent: string[] = [];
  const beside: Sent = new Map();
  for (;;) {
    const joined = await attempt(network, config, name, yard, options, beside);
    sent.push(...joined.sent);
    if (joined.waits.length === 0 || Date.now() >= end) return { ...joined, sent };
    await pause(options.pollingMs);
  }
}

async function attempt(
  network: string,
  config: NetworkConfig,
  name: string,
  yard: JoinYard,
  options: JoinOptions,
  beside: Sent,
): Promise<Joined> {
  const applied = await applyNetwork(network, config, {
    ...yard,
    wants: (step) => isOf(step, name) && isMissing(step),
  });
  const { sent, steps, forOthers } = applied;
  const pending = steps.filter((step) => isOf(step, name) && isMissing(step));
  if (pending.length > 0) {
    const waits = pending.flatMap((step) => waitFor(step, network, forOthers, steps));
    return { sent, waits, greetings: [] };
  }
  const { lacks, waits: before, others, status } = await lacksOf(config, name, yard);
  if (status === DRAINING || status === RETIRED) {
    throw new DeployError("Leaving", `${name} ${status === RETIRED ? "is retired" : "drains"}: it does not join again`);
  }
  const open = [...before];
  for (const lack of lacks) {
    const wait = await makeUp(config, yard, lack, beside);
    if (wait !== undefined) open.push(wait);
  }
  if (open.length > 0) return { sent, waits: open, greetings: [] };
  const peer = options.peer ?? others.at(0);
  if (peer === undefined) return { sent, waits: [], greetings: [] };
  if (!others.includes(peer)) throw new DeployError("UnknownRollup", `${peer} is no other active rollup`);
  return { sent, ...(await greet(config, yard, [name, peer], options, beside)) };
}

/** Steps that wait for nothing but others of the same rollup are not told: they come by themselves. */
function waitFor(step: Step, network: string, forOthers: readonly Step[], steps: readonly Step[]): JoinWait[] {
  const { id, by, from, waitsUntil, needs, undoes } = step;
  if (undoes === true) {
    const who = `the ${by} ${from.join(" or ")}: \`npx hardhat deploy apply ${network} --undo\``;
    return [{ for: id, what: "somebody to agree that what was done by hand is undone", who }];
  }
  if (forOthers.some((one) => one.id === id)) {
    const who = `the ${by} ${from.join(" or ")}: this command, or \`npx hardhat deploy apply ${network}\`, with that account`;
    return [{ for: id, what: "somebody whose account is not here", who }];
  }
  const missing = needs.filter((need) => steps.some((one) => one.id === need && !one.isDone));
  const foreign = missing.filter((need) => need.startsWith("hub/"));
  if (foreign.length > 0) {
    return [{ for: id, what: foreign.join(", "), who: `the deployer: \`npx hardhat deploy apply ${network}\`` }];
  }
  return missing.length > 0 || waitsUntil === undefined ? [] : [{ for: id, ...waitsUntil }];
}

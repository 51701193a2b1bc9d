import { submit } from "#chain/hub/submit.ts";

import { DeployError } from "../errors.ts";
import { surveyNetwork } from "../plan.ts";
import { readySteps, type Step } from "../steps/step.ts";
import type { RehearsalClock } from "./clock.ts";
import type { Phase } from "./ledger.ts";
import { chainCalled, type Scene } from "./scene.ts";

/**
 * Sends every step of the deployment that can be sent, as whoever is to send it, until none is left that can.
 *
 * @param scene - The scene.
 * @param clock - Its clock.
 * @returns What is missing then; throws `StepFailed` where a step changes nothing.
 */
export async function deployOn(scene: Scene, clock: RehearsalClock): Promise<Step[]> {
  const sent = new Set<string>();
  for (;;) {
    await clock.meet();
    const steps = await surveyNetwork(scene.config, scene.workshop);
    const ready = readySteps(steps);
    if (ready.length === 0) return steps.filter(({ isDone, aligns }) => !isDone && aligns !== true);
    for (const step of ready) {
      if (sent.has(step.id)) throw new DeployError("StepFailed", `${step.id} was sent, but the chain does not say so`);
      sent.add(step.id);
      await scene.ledger.during(phaseOf(step), async () => send(scene, step));
    }
  }
}

/**
 * @param steps - What is missing.
 * @param start - How the steps' ids begin.
 * @returns The first second at which one of them can be sent; undefined where none of them waits for time alone.
 */
export function dueAt(steps: readonly Step[], start: RegExp): bigint | undefined {
  const times = steps.flatMap(({ id, waitsUntil }) =>
    start.test(id) && waitsUntil?.until !== undefined ? [waitsUntil.until] : [],
  );
  return times.reduce<bigint | undefined>(
    (least, time) => (least === undefined || time < least ? time : least),
    undefined,
  );
}

async function send(scene: Scene, { id, chain, to, data, value, signed, from }: Step): Promise<void> {
  const there = chainCalled(scene, chain);
  if (signed !== undefined) {
    await (await there.provider.broadcastTransaction(signed)).wait();
    return;
  }
  if (to === undefined || data === undefined) throw new Error(`${id} cannot be sent`);
  const signer = await there.as(from[0] ?? scene.config.roles.deployer);
  await submit(signer, Promise.resolve({ to, data, value }));
}

function phaseOf({ id, chain, contract }: Step): Phase {
  if (id.startsWith("hub/set-")) return "operator sets";
  if (contract === "RollupRegistry" && chain === "hub" && !id.startsWith("hub/")) return "registry";
  return id.startsWith("hub/") ? "hub" : "rollups";
}

import { parseEther } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { MessageId } from "#protocol/types.ts";

import type { DevnetOperator } from "../accounts.ts";
import type { Devnet } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import type { Epoch } from "../epochs.ts";
import { joinWithStake, leaveSet, raiseStake, type HubStage } from "../hub/newcomer.ts";
import { tokens } from "../narrator.ts";
import type { PlacedOperator } from "../operatorProcess.ts";
import { PATIENCE_MS, untilDelivered } from "./stage.ts";
import { tellText } from "./text.ts";
import { Traffic } from "./traffic.ts";

/** Who leaves, and whose stake grows. Neither is the one that is down during the burst. */
const LEAVER = "operator 3";
const RAISED = "operator 1";
const RAISE = parseEther("5");
/** A change shows in the next epoch, or in the one after when that was being built. */
const EPOCHS_OF_PATIENCE = 4;

/** What changed in the set, and what was sent meanwhile. */
export interface Rotation {
  readonly joined: string;
  readonly left: string;
  /** Whose stake grew. */
  readonly raised: string;
  readonly messageIds: readonly MessageId[];
}

/** A rotation that goes on while other things are shown. */
export interface RunningRotation {
  /** Settles when everything was done on the hub; rejects when something was not. */
  readonly done: Promise<void>;
}

/**
 * Has a newcomer join, and when its first epoch is everywhere, one operator leave and a stake grow.
 *
 * @param devnet - The devnet.
 * @returns The rotation. Wait for `done`, also after a failure of something else.
 */
export function beginRotation(devnet: Devnet): RunningRotation {
  const done = rotate(devnet);
  // Whoever waits for it hears of a failure.
  done.catch(() => undefined);
  return { done };
}

/**
 * Waits for the end of a rotation, and until its last epoch is everywhere. Messages flow all the time.
 *
 * @param devnet - The devnet.
 * @param rotation - What goes on.
 * @returns What changed.
 */
export async function tellRotation(devnet: Devnet, { done }: RunningRotation): Promise<Rotation> {
  const { screen, narrator, nodes } = devnet;
  const traffic = new Traffic(devnet);
  screen.line("story", "texts go on meanwhile, and are not told one by one");
  narrator.isQuiet = true;
  try {
    traffic.start();
    await done;
    await untilEpoch(devnet, (epoch) => !has(epoch, LEAVER), `an epoch without ${LEAVER}`);
    const meanwhile = await traffic.stop();
    await untilDelivered(devnet, meanwhile, "what was sent meanwhile");
    screen.line("story", `texts that crossed meanwhile: ${meanwhile.length}`);
  } finally {
    narrator.isQuiet = false;
    await traffic.stop();
  }
  await nodes.operators.find(({ name }) => name === LEAVER)?.stop();
  screen.line("story", `the node of ${LEAVER} goes down for good: no epoch asks for it any more`);
  const last = await tellText(devnet, "beta", "gamma", "Signed by those who stayed, and by one who came.");
  const messageIds = [...(await traffic.stop()), last];
  return { joined: newcomer(devnet).operator.name, left: LEAVER, raised: RAISED, messageIds };
}

async function rotate(devnet: Devnet): Promise<void> {
  const { screen, nodes, hub, signal } = devnet;
  const stage: HubStage = { provider: hub.chain.provider, hub: hub.deployed, signal };
  const placed = newcomer(devnet);
  const { name, stake } = placed.operator;
  await nodes.add(placed);
  await joinWithStake(stage, placed.operator, placed.url);
  screen.line("story", `${name} is in the set with a stake of ${tokens(stake)}: a coming epoch has it`);
  await untilEpoch(devnet, (epoch) => has(epoch, name), `an epoch with ${name}`);
  await Promise.all([leaveSet(stage, founder(devnet, LEAVER)), raiseStake(stage, founder(devnet, RAISED), RAISE)]);
  screen.line("story", `${LEAVER} has left the set, and the stake of ${RAISED} grew by ${tokens(RAISE)}`);
}

async function untilEpoch(devnet: Devnet, isMeant: (epoch: Epoch) => boolean, what: string): Promise<void> {
  const { chronicle, epochs } = devnet;
  const last = (epochs.newest?.epoch ?? 0) + EPOCHS_OF_PATIENCE;
  const isOver = () => (epochs.newest?.epoch ?? 0) > last;
  const isThere = () => epochs.newest !== undefined && isMeant(epochs.newest);
  await chronicle.until(() => isThere() || isOver(), what, PATIENCE_MS);
  if (!isThere()) throw new DevnetError("TimedOut", `${EPOCHS_OF_PATIENCE} epochs went by without ${what}`);
}

function newcomer({ newcomers }: Devnet): PlacedOperator {
  return elementAt(newcomers, 0);
}

function has({ members }: Epoch, name: string): boolean {
  return members.some((member) => member.name === name);
}

function founder({ nodes }: Devnet, name: string): DevnetOperator {
  const found = nodes.operators.find((process) => process.name === name);
  if (found === undefined) throw new DevnetError("InvalidOption", `there is no ${name}`);
  return found.operator;
}

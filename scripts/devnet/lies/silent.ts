import { DevnetError } from "../errors.ts";
import { tokens, weightOf } from "../narrator.ts";
import type { OperatorProcess } from "../operatorProcess.ts";
import { sendMessage, textPayload } from "../sending.ts";
import { expectArrival, rollupOf, untilDelivered } from "../stories/stage.ts";
import { PATIENCE_MS } from "./aftermath.ts";
import { walletOn } from "./liar.ts";
import { harmless, type Lie, type Scene } from "./scene.ts";

const [FIRST, SECOND] = ["operator 2", "operator 1"];
/** For how long there is no quorum: longer than many rounds, shorter than an epoch. */
const SILENCE_MS = 8_000;

/**
 * Two operators go down, one after the other. Without the first the others are a quorum, and the watcher counts how often it is absent;
 * without both messages wait. When they are back everything arrives, and nobody pays.
 */
export function silent(): Lie {
  return {
    name: "silent",
    title: `${FIRST} falls silent, and then ${SECOND}: the others are no quorum`,
    avoided: [],
    tell: async (scene) => {
      const { devnet, timeline, say } = scene;
      const [first, second] = [nodeOf(scene, FIRST), nodeOf(scene, SECOND)];
      await first.stop();
      say(`${FIRST} is down: ${weights(scene, [FIRST])}; the others are a quorum`);
      const counted = () => timeline.found("Silence", "found").length > 0;
      await timeline.until("the watcher to notice", counted, PATIENCE_MS);
      await second.stop();
      say(`${SECOND} is down, too: together ${weights(scene, [FIRST, SECOND])}, more than a third`);

      const ids = await sendOne(scene);
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      await devnet.chronicle.look();
      const { sent, delivered } = devnet.chronicle;
      if (ids.some((id) => delivered.has(id))) throw new DevnetError("Unmet", "a message arrived without a quorum");
      say(`${[...sent.keys()].filter((id) => !delivered.has(id)).length} messages wait: nobody can certify them`);

      await Promise.all([first.start(), second.start()]);
      say(`${SECOND} and ${FIRST} are back`);
      await untilDelivered(devnet, ids, "what waited");
      const heard = () => timeline.found("Silence", "healed").length > 0;
      await timeline.until("the watcher to hear them again", heard, PATIENCE_MS);
      return harmless(ids);
    },
  };
}

async function sendOne({ devnet }: Scene) {
  const [source, destination] = [rollupOf(devnet, "alpha"), rollupOf(devnet, "beta")];
  const sent = await sendMessage(walletOn(source), source.deployed, {
    destination: destination.deployed,
    recipient: destination.deployed.apps.textRecipient,
    payload: textPayload("Is anybody there?"),
  });
  return expectArrival(devnet, sent);
}

function nodeOf({ devnet }: Scene, name: string): OperatorProcess {
  const found = devnet.nodes.operators.find((operator) => operator.name === name);
  if (found === undefined) throw new DevnetError("InvalidOption", `there is no ${name}`);
  return found;
}

function weights({ devnet }: Scene, names: readonly string[]): string {
  const members = devnet.epochs.newest?.members ?? [];
  return `${tokens(weightOf(members.filter(({ name }) => names.includes(name))))} of ${tokens(weightOf(members))}`;
}

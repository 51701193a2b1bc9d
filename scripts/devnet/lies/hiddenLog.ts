import { elementAt } from "#protocol/errors.ts";

import { account } from "../accounts.ts";
import { isAbsent } from "../narrator.ts";
import { sendMessage, textPayload } from "../sending.ts";
import { expectArrival, rollupOf, untilDelivered } from "../stories/stage.ts";
import { DevnetError } from "../errors.ts";
import { walletOn } from "./liar.ts";
import { harmless, type Lie } from "./scene.ts";
import { Veil } from "./veil.ts";

const DECEIVED = ["operator 4", "operator 5"];
const PATIENCE_MS = 30_000;

/**
 * The endpoint that two operators rent leaves a log out. What they rebuild does not lead to the proven chain head, so they
 * sign nothing on that lane; the others are a quorum. Nobody lied, and nobody pays.
 */
export function hiddenLog(): Lie {
  const sender = account("liar").address;
  const veil = new Veil({ operators: DECEIVED, rollup: "gamma", sender });
  return {
    name: "hidden-log",
    title: `An endpoint hides a log of gamma from ${DECEIVED.join(" and ")}`,
    avoided: [["gamma", "beta"]],
    endpointOf: veil.endpointOf,
    tell: async ({ devnet, timeline, say }) => {
      const [source, destination] = [rollupOf(devnet, "gamma"), rollupOf(devnet, "beta")];
      const send = async (text: string) => {
        const { apps } = destination.deployed;
        const order = { destination: destination.deployed, recipient: apps.textRecipient, payload: textPayload(text) };
        return elementAt(expectArrival(devnet, await sendMessage(walletOn(source), source.deployed, order)), 0);
      };
      const hidden = await send("Two of you are not told of this.");
      say(`a message from gamma to beta is sent, and hidden from ${DECEIVED.join(" and ")}`);
      await untilDelivered(devnet, [hidden], "the hidden message");
      const sent = devnet.chronicle.sent.get(hidden);
      const certified = sent && devnet.chronicle.certificateOf(sent);
      const refused = (name: string) => devnet.journal.refused.some(({ operator }) => operator === name);
      for (const name of DECEIVED) {
        if (certified === undefined || !isAbsent(certified, name)) {
          throw new DevnetError("Unmet", `${name} signed what it could not know`);
        }
        await timeline.until(`${name} to abstain`, () => refused(name), PATIENCE_MS);
      }
      say(
        "it arrived, certified by the others: what was rebuilt without the log does not lead to the proven chain head",
      );
      veil.lift();
      const seen = await send("Now all of you are told.");
      await untilDelivered(devnet, [seen], "a message after it");
      return harmless([hidden, seen]);
    },
    close: () => veil.close(),
  };
}

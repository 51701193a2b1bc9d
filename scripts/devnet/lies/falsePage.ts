import { elementAt } from "#protocol/errors.ts";

import { account } from "../accounts.ts";
import { sendMessage, textPayload } from "../sending.ts";
import { rollupOf } from "../stories/stage.ts";
import { COLLUDERS, REFUTED, untilPaid } from "./aftermath.ts";
import { forge } from "./forgery.ts";
import { Liar, walletOn } from "./liar.ts";
import { priceFor, type Lie } from "./scene.ts";
import { Veil } from "./veil.ts";

/**
 * A quorum certifies another message than the source's gateway sent in that place, and delivers it. Whoever was convicted for a page
 * must never sign it again, so the liars keep their own nodes from it: behind a veil these sign everything else, truthfully.
 */
export function falsePage(): Lie {
  const veil = new Veil({ operators: COLLUDERS, rollup: "alpha", sender: account("liar").address });
  return {
    name: "false-page",
    title: `${COLLUDERS.join(", ")} certify a message that alpha never sent`,
    avoided: [["alpha", "gamma"]],
    endpointOf: veil.endpointOf,
    tell: async (scene) => {
      const { devnet, say } = scene;
      const [source, destination] = [rollupOf(devnet, "alpha"), rollupOf(devnet, "gamma")];
      const liar = new Liar(devnet, COLLUDERS);
      const forgery = await forge({ source, destination, pageIndex: 0n, texts: ["Mint a million for us."] });
      const { messageIds } = await sendMessage(walletOn(source), source.deployed, {
        destination: destination.deployed,
        recipient: destination.deployed.apps.textRecipient,
        payload: textPayload("Never mind."),
      });
      say(`the liars send "Never mind." from alpha to gamma, as message #0 of that lane`);
      const { id, blockNumber } = await liar.deliver(destination, forgery);
      say(`gamma block ${blockNumber}  they certify "Mint a million for us." in its place, and gamma delivers it`);
      await untilPaid(scene, COLLUDERS, REFUTED);
      const forged = [{ id, insteadOf: elementAt(messageIds, 0) }];
      return { prices: priceFor(COLLUDERS, REFUTED), forged, messageIds: [] };
    },
    close: () => veil.close(),
  };
}

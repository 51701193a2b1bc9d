import { elementAt } from "#protocol/errors.ts";
import { hex, type MessageId } from "#protocol/types.ts";
import { RecordingRecipient__factory } from "#types/factories/contracts/mocks/RecordingRecipient__factory.ts";

import type { RollupName } from "../chains.ts";
import type { Devnet, DevnetRollup } from "../devnet.ts";
import { readable } from "../screen.ts";
import { sendMessage, textPayload } from "../sending.ts";
import { expectArrival, rollupOf, untilDelivered, walletOn } from "./stage.ts";

/**
 * A user sends a text, and it is read where it arrived.
 *
 * @param devnet - The devnet.
 * @param from - Where the user is.
 * @param to - Where the text goes.
 * @param text - The text.
 * @returns The message's id.
 */
export async function tellText(devnet: Devnet, from: RollupName, to: RollupName, text: string): Promise<MessageId> {
  const [source, destination] = [rollupOf(devnet, from), rollupOf(devnet, to)];
  const sent = await sendMessage(walletOn(source, "user"), source.deployed, {
    destination: destination.deployed,
    recipient: destination.deployed.apps.textRecipient,
    payload: textPayload(text),
  });
  const id = elementAt(expectArrival(devnet, sent), 0);
  await untilDelivered(devnet, [id], "a text");
  devnet.screen.line("story", `${to} read ${await received(destination, id)}`);
  return id;
}

async function received({ chain, deployed }: DevnetRollup, id: MessageId): Promise<string> {
  const recipient = RecordingRecipient__factory.connect(deployed.apps.textRecipient, chain.provider);
  const [event] = await recipient.queryFilter(recipient.filters.Received(undefined, id), 0);
  return event === undefined ? "nothing" : readable(hex(event.args.payload));
}

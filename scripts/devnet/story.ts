import type { MessageId } from "#protocol/types.ts";

import type { Devnet } from "./devnet.ts";
import { seconds } from "./screen.ts";
import { tellBurst, type Burst } from "./stories/burst.ts";
import { tellText } from "./stories/text.ts";
import { tellToken } from "./stories/token.ts";

/** What was shown. */
export interface Story {
  /** The text message, which is traced. */
  readonly text: MessageId;
  readonly tokens: readonly MessageId[];
  readonly burst: Burst;
  /** From the start of the process. */
  readonly untilFirstDeliveryMs: number;
}

/**
 * Shows a text, a token and a burst, one after the other.
 *
 * @param devnet - The devnet.
 * @param burst - Messages of the burst.
 * @returns What was shown.
 */
export async function tell(devnet: Devnet, burst: number): Promise<Story> {
  const { screen } = devnet;
  screen.title("A text from a user");
  const text = await tellText(devnet, "alpha", "beta", "Hello, beta! Greetings from alpha.");
  const untilFirstDeliveryMs = Math.round(performance.now());
  screen.line("story", `first message delivered ${seconds(untilFirstDeliveryMs)} after the start of this process`);

  screen.title("An ERC-20 crosses and comes back (OpenZeppelin's BridgeERC20 and BridgeERC7802, unmodified)");
  const tokens = await tellToken(devnet);

  screen.title(`A burst of ${burst} messages while one operator is down`);
  return { text, tokens, burst: await tellBurst(devnet, burst), untilFirstDeliveryMs };
}

/** Every message that a story sent. */
export function messagesOf({ text, tokens, burst }: Story): MessageId[] {
  return [text, ...tokens, ...burst.messageIds];
}

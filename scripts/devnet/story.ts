import { HubError } from "#chain/hub/errors.ts";
import type { MessageId } from "#protocol/types.ts";

import type { Devnet } from "./devnet.ts";
import { DevnetError } from "./errors.ts";
import { seconds } from "./screen.ts";
import { tellBurst, type Burst } from "./stories/burst.ts";
import { beginRotation, tellRotation, type Rotation, type RunningRotation } from "./stories/rotation.ts";
import { tellText } from "./stories/text.ts";
import { tellToken } from "./stories/token.ts";

/** What was shown, as far as it came. */
export interface Story {
  /** The text message, which is traced. */
  readonly text?: MessageId;
  readonly burst?: Burst;
  /** What changed in the set. */
  readonly rotation?: Rotation;
  /** From the start of the process. */
  readonly untilFirstDeliveryMs?: number;
  /** Why it did not come further. */
  readonly failure?: string;
}

/**
 * Shows a text, a token and a burst, one after the other, and a rotation of the set meanwhile.
 *
 * @param devnet - The devnet.
 * @param burst - Messages of the burst.
 * @returns What was shown; when something does not arrive, what was shown until then.
 */
export async function tell(devnet: Devnet, burst: number): Promise<Story> {
  const { screen } = devnet;
  let story: Story = {};
  let rotation: RunningRotation | undefined;
  try {
    screen.title("A text from a user");
    const text = await tellText(devnet, "alpha", "beta", "Hello, beta! Greetings from alpha.");
    const untilFirstDeliveryMs = Math.round(performance.now());
    screen.line("story", `first message delivered ${seconds(untilFirstDeliveryMs)} after the start of this process`);
    story = { text, untilFirstDeliveryMs };

    rotation = beginRotation(devnet);
    screen.title("An ERC-20 crosses and comes back (OpenZeppelin's BridgeERC20 and BridgeERC7802, unmodified)");
    await tellToken(devnet);

    screen.title(`A burst of ${burst} messages while one operator is down`);
    story = { ...story, burst: await tellBurst(devnet, burst) };

    screen.title("The operator set changes meanwhile: one joins, one leaves, a stake grows");
    return { ...story, rotation: await tellRotation(devnet, rotation) };
  } catch (error) {
    const isTold = error instanceof HubError || (error instanceof DevnetError && error.code !== "Interrupted");
    if (!isTold) throw error;
    screen.line("failed", error.message);
    return { ...story, failure: error.message };
  } finally {
    // Nothing of it goes on after the devnet was stopped.
    await rotation?.done.catch(() => undefined);
  }
}

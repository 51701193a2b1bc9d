import { elementAt } from "#protocol/errors.ts";
import type { MessageId } from "#protocol/types.ts";

import { ROLLUP_NAMES, type RollupName } from "../chains.ts";
import type { Devnet } from "../devnet.ts";
import { sendMessage, textPayload } from "../sending.ts";
import { expectArrival, rollupOf, walletOn } from "./stage.ts";

const PAUSE_MS = 800;
const LANES: readonly (readonly [RollupName, RollupName])[] = ROLLUP_NAMES.flatMap((from) =>
  ROLLUP_NAMES.filter((to) => to !== from).map((to): readonly [RollupName, RollupName] => [from, to]),
);

/** A text every now and then, on one lane after the other, until it is told to stop. */
export class Traffic {
  readonly #devnet: Devnet;
  readonly #lanes: typeof LANES;
  readonly #pauseMs: number;
  readonly #sent: MessageId[] = [];
  #isStopped = false;
  #flow: Promise<void> = Promise.resolve();

  /**
   * @param devnet - Where it flows.
   * @param avoided - Lanes on which it does not.
   * @param pauseMs - Between two texts.
   */
  constructor(devnet: Devnet, avoided: typeof LANES = [], pauseMs = PAUSE_MS) {
    this.#devnet = devnet;
    this.#pauseMs = pauseMs;
    this.#lanes = LANES.filter(([from, to]) => !avoided.some((lane) => lane[0] === from && lane[1] === to));
  }

  /** Begins to send. */
  start(): void {
    this.#flow = this.#send();
    // Whoever stops it hears of a failure.
    this.#flow.catch(() => undefined);
  }

  /** Ends it, and returns what was sent. */
  async stop(): Promise<readonly MessageId[]> {
    this.#isStopped = true;
    await this.#flow;
    return this.#sent;
  }

  async #send(): Promise<void> {
    for (let at = 0; !this.#isStopped && !this.#devnet.signal.aborted; at++) {
      const [from, to] = elementAt(this.#lanes, at % this.#lanes.length);
      const [source, destination] = [rollupOf(this.#devnet, from), rollupOf(this.#devnet, to)];
      const sent = await sendMessage(walletOn(source, "burst"), source.deployed, {
        destination: destination.deployed,
        recipient: destination.deployed.apps.textRecipient,
        payload: textPayload(`meanwhile, ${at + 1}`),
      });
      this.#sent.push(...expectArrival(this.#devnet, sent));
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    }
  }
}

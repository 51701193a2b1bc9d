import { elementAt } from "#protocol/errors.ts";
import type { DelayedMessenger, OpStackHubEnd, OpStackRollupEnd } from "#types/index.ts";

import type { Chain } from "./rollup.ts";

/** Seconds that a test's slow road takes, either way. */
export const ROAD_SECONDS = 3_600;

/** One end of a slow road's messengers, with its chain. */
interface Side {
  readonly chain: Pick<Chain, "ethers" | "helpers" | "signers">;
  readonly messenger: DelayedMessenger;
}

/** A rollup's canonical bridge: our own ends, over doubles of the OP Stack's messengers whose carrier each chain's first account is. */
export class Road {
  readonly hubEnd: OpStackHubEnd;
  readonly rollupEnd: OpStackRollupEnd;
  readonly #above: Side;
  readonly #below: Side;

  constructor(ends: Pick<Road, "hubEnd" | "rollupEnd">, above: Side, below: Side) {
    this.hubEnd = ends.hubEnd;
    this.rollupEnd = ends.rollupEnd;
    this.#above = above;
    this.#below = below;
  }

  /** Brings the last message from the hub to the rollup, and says whether it had its effect. */
  async carryDown(): Promise<boolean> {
    return carry(this.#above, this.#below);
  }

  /** Brings the last message from the rollup to the hub, and says whether it had its effect. */
  async carryUp(): Promise<boolean> {
    return carry(this.#below, this.#above);
  }
}

async function carry(from: Side, to: Side): Promise<boolean> {
  const sent = (await from.messenger.queryFilter(from.messenger.filters.SentMessage())).at(-1);
  if (sent === undefined) throw new Error("nothing was sent");
  const { messageNonce, sender, target, gasLimit, message } = sent.args;
  const messenger = to.messenger.connect(elementAt(to.chain.signers, 0));
  await messenger.prove(await messenger.hashOf(messageNonce, sender, target, gasLimit, message));
  await to.chain.helpers.time.increase(ROAD_SECONDS);
  const letter = [messageNonce, sender, target, gasLimit, message] as const;
  const isRelayed = await messenger.relayMessage.staticCall(...letter);
  await messenger.relayMessage(...letter);
  return isRelayed;
}

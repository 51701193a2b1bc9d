import type { Address, MessageId } from "#protocol/types.ts";

import type { RollupName } from "../chains.ts";
import type { Devnet } from "../devnet.ts";
import type { EndpointOf } from "../nodes.ts";
import type { Forged } from "./honest.ts";
import type { LieName } from "./names.ts";
import type { Price } from "./reckoning.ts";
import type { Timeline } from "./timeline.ts";

/** From one rollup to another. */
export type LaneName = readonly [RollupName, RollupName];

/** Where a lie is told. */
export interface Scene {
  readonly devnet: Devnet;
  readonly timeline: Timeline;
  /** One line about what is done here and now. */
  readonly say: (text: string) => void;
}

/** What was done, and what must have come of it. */
export interface Deed {
  /** Who must lose what; everybody else nothing. */
  readonly prices: ReadonlyMap<string, Price>;
  /** What was delivered though nobody sent it. */
  readonly forged: readonly Forged[];
  /** Honest messages that the lie itself was about; they must arrive, too. */
  readonly messageIds: readonly MessageId[];
}

/** Something that is shown: who does what, and how it ends. */
export interface Lie {
  readonly name: LieName;
  /** In one line. */
  readonly title: string;
  /** What honest traffic stays away from: nobody else's messages are on the lane of a lie. */
  readonly avoided: readonly LaneName[];
  /** Where operators read, if not at the chains themselves. */
  readonly endpointOf?: EndpointOf;
  /** Who must get nothing of what is taken, by name, besides those who never may. */
  readonly outsiders?: (devnet: Devnet) => ReadonlyMap<string, Address>;
  /** Does it, and waits until it is over. */
  readonly tell: (scene: Scene) => Promise<Deed>;
  /** Ends what it started. */
  close?(): Promise<void>;
}

/** A deed that costs nobody anything. */
export function harmless(messageIds: readonly MessageId[] = []): Deed {
  return { prices: new Map(), forged: [], messageIds };
}

/** The same price for everybody of these. */
export function priceFor(names: readonly string[], price: Price): ReadonlyMap<string, Price> {
  return new Map(names.map((name) => [name, price]));
}

import { Endpoints } from "#chain/endpoints.ts";
import { TransactionSender } from "#chain/sender.ts";
import type { Log } from "#nodes/shared/log.ts";
import { Loop } from "#nodes/shared/loop.ts";
import { chainId, type Bytes32 } from "#protocol/types.ts";

import type { ServedChain } from "../servers.ts";
import type { Messengers } from "./deploy.ts";
import { tellLetter } from "./letters.ts";
import { Way, type Relayed } from "./way.ts";

/** What crossed the slow road. */
export interface Carried<Name extends string = string> {
  readonly rollup: Name;
  readonly direction: "down" | "up";
  /** For people. */
  readonly what: string;
  readonly ok: boolean;
  readonly sentMs: number;
  readonly atMs: number;
}

/** A chain at one side of a road. */
export type Shore = Pick<ServedChain, "chainId" | "url" | "provider">;

/** What a carrier works with. */
export interface CarrierParts<Name extends string> {
  /** Its account, on every chain. */
  readonly privateKey: Bytes32;
  readonly hub: Shore;
  readonly roads: readonly { readonly name: Name; readonly chain: Shore; readonly messengers: Messengers }[];
  readonly log: Log;
  readonly onCarried: (carried: Carried<Name>) => void;
}

const POLL_MS = 500;
const TIMEOUT_MS = 20_000;
const MOST_FEE_WEI = 10n ** 11n;

/** Stands in for what carries an OP Stack's deposits and withdrawals. It vouches for what it relays, and is trusted by nobody else. */
export class Carrier<Name extends string> {
  readonly #loops: readonly Loop[];
  readonly #senders: readonly TransactionSender[];
  readonly #endpoints: readonly Endpoints[];

  /** @param parts - Chains and roads. */
  constructor({ privateKey, hub, roads, log, onCarried }: CarrierParts<Name>) {
    const endpoints: Endpoints[] = [];
    // One a chain: an account's nonces have one owner.
    const senderOn = ({ chainId: id, url }: Shore) => {
      const own = new Endpoints({ chainId: chainId(id), urls: [url], minAgreeing: 1, timeoutMs: TIMEOUT_MS });
      endpoints.push(own);
      return new TransactionSender(privateKey, own, TIMEOUT_MS, MOST_FEE_WEI);
    };
    const onHub = senderOn(hub);
    const senders = [onHub];
    this.#loops = roads.flatMap(({ name, chain, messengers }) => {
      const onRollup = senderOn(chain);
      senders.push(onRollup);
      const above = { provider: hub.provider, messenger: messengers.hub, sender: onHub };
      const below = { provider: chain.provider, messenger: messengers.rollup, sender: onRollup };
      const loopOf = (direction: Carried["direction"], way: Way) => {
        const look = async () => {
          for (const relayed of await way.look()) onCarried(describe(name, direction, relayed));
        };
        return new Loop(look, POLL_MS, log);
      };
      const [down, up] = [new Way({ from: above, to: below }), new Way({ from: below, to: above })];
      return [loopOf("down", down), loopOf("up", up)];
    });
    this.#senders = senders;
    this.#endpoints = endpoints;
  }

  /** Begins to carry. */
  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  /** Ends, and waits for what is under way. */
  async stop(): Promise<void> {
    for (const sender of this.#senders) sender.close();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    for (const endpoints of this.#endpoints) endpoints.close();
  }
}

function describe<Name extends string>(
  rollup: Name,
  direction: Carried["direction"],
  { letter, ok, atMs }: Relayed,
): Carried<Name> {
  return { rollup, direction, what: tellLetter(letter.message), ok, sentMs: letter.sentMs, atMs };
}

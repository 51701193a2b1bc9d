import { expect } from "chai";
import type { BaseContract, Interface } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { address, hex, type Address, type Hex, type MessageId } from "#protocol/types.ts";

import { expectDelivered, expectUnseen } from "./expectations.ts";
import { relay, relayAgain, relayAllAgain, type Delivery } from "./relay.ts";
import type { Rollup } from "./rollup.ts";
import { world, worldOn, type World } from "./world.ts";

/** Three rollups with one committee, and gateways of strangers, with keys of their own, on the same chains. */
export interface Neighbourhood extends World {
  readonly gamma: Rollup;
  readonly strangers: World;
}

/** Starts three chains with two gateways each. */
export async function neighbourhood(): Promise<Neighbourhood> {
  const friends = await world({ chainIds: [1_001, 1_002, 1_003], weights: [1n, 1n, 1n] });
  const strangers = await worldOn(friends.rollups, { weights: [1n], seed: 666n });
  return { ...friends, gamma: elementAt(friends.rollups, 2), strangers };
}

/** A contract of OpenZeppelin's that hears its counterpart on another chain through its own chain's gateway. */
export interface Listener extends Neighbourhood {
  readonly listensOn: "alpha" | "beta";
  /** Has `ERC7786RecipientUnauthorizedGateway`. */
  readonly interface: Interface;
  /** The contract. */
  readonly recipient: Address;
  /** The one account on the other chain that it obeys. */
  readonly counterpart: Address;
  /** What the counterpart could say with effect. */
  readonly payload: Hex;
  /** Everything that a message could change. */
  readonly state: () => Promise<unknown>;
}

/**
 * A bridge as what it is to messages.
 *
 * @param stage - Where it lives.
 * @param listensOn - On which chain.
 * @param bridge - The bridge itself, and the one on the other chain.
 * @param payload - What the other one says of a transfer, from an interoperable address to an address.
 * @param state - Everything that a transfer could change.
 */
export async function bridgeAs(
  stage: Neighbourhood,
  listensOn: Listener["listensOn"],
  bridge: { readonly here: BaseContract; readonly there: BaseContract },
  payload: (from: string, to: string) => Hex,
  state: Listener["state"],
): Promise<Listener> {
  const [from, to] = listensOn === "beta" ? [stage.alpha, stage.beta] : [stage.beta, stage.alpha];
  return {
    ...stage,
    listensOn,
    interface: bridge.here.interface,
    recipient: address(await bridge.here.getAddress()),
    counterpart: address(await bridge.there.getAddress()),
    payload: payload(from.interoperable(from.user.address), to.user.address),
    state,
  };
}

/** ABI-encoded error, as it stands in `MessageFailed`. */
export function reasonOf(abi: Interface, error: string, args: readonly unknown[]): Hex {
  return hex(abi.encodeErrorResult(error, args));
}

/** The delivery's only message was refused by its recipient with this reason, and stays deliverable. */
export async function expectRefused(delivery: Delivery, reason: Hex): Promise<void> {
  const message = elementAt(delivery.messages, 0);
  expect(delivery.delivered).to.deep.equal([]);
  expect(delivery.failed).to.deep.equal([{ messageId: messageId(message), reason }]);
  await expectUnseen(delivery.destination, [message]);
}

/** The delivery's only message reached its recipient. */
export async function expectArrived(delivery: Delivery): Promise<MessageId> {
  const message = elementAt(delivery.messages, 0);
  expect(delivery.failed).to.deep.equal([]);
  expect(delivery.delivered).to.deep.equal([messageId(message)]);
  await expectDelivered(delivery.destination, message);
  return messageId(message);
}

/** What each listener must withstand. */
export function itObeysOnlyItsCounterpart(name: string, hear: () => Promise<Listener>): void {
  describe(`${name} obeys only its counterpart`, function () {
    it("once: a replay of the run or a fresh certificate changes nothing", async function () {
      const listener = await hear();
      const { source, destination } = endsOf(listener, listener);
      const before = await listener.state();
      const delivery = await say(listener, listener, source, listener.counterpart);
      await expectArrived(delivery);
      const after = await listener.state();
      expect(after).not.to.deep.equal(before);

      for (const replay of [await relayAgain(delivery), await relayAllAgain(listener, source, destination)]) {
        expect(replay.delivered).to.deep.equal([]);
        expect(replay.failed).to.deep.equal([]);
      }
      expect(await listener.state()).to.deep.equal(after);
    });

    it("and refuses another account of its counterpart's chain", async function () {
      const listener = await hear();
      const { source } = endsOf(listener, listener);
      await expectUnauthorized(listener, listener, source, source.relayer.address);
    });

    it("and refuses its counterpart's address on another chain", async function () {
      const listener = await hear();
      await expectUnauthorized(listener, listener, listener.gamma, listener.counterpart);
    });

    it("and refuses its counterpart itself through a gateway of strangers", async function () {
      const listener = await hear();
      const { source } = endsOf(listener, listener.strangers);
      await expectUnauthorized(listener, listener.strangers, source, listener.counterpart);
    });
  });
}

async function expectUnauthorized(listener: Listener, by: World, source: Rollup, sender: string): Promise<void> {
  const before = await listener.state();
  const delivery = await say(listener, by, source, sender);
  const { destination } = endsOf(listener, by);
  const args = [destination.addresses.gateway, source.interoperable(sender)];
  await expectRefused(delivery, reasonOf(listener.interface, "ERC7786RecipientUnauthorizedGateway", args));
  expect(await listener.state()).to.deep.equal(before);
}

/** Says the listener's payload to it as any account of `source`, by the gateways of `by`. */
async function say(listener: Listener, by: World, source: Rollup, sender: string): Promise<Delivery> {
  const { destination } = endsOf(listener, by);
  const gateway = source.gateway.connect(await source.actAs(sender));
  await gateway.sendMessage(destination.interoperable(listener.recipient), listener.payload, []);
  return relay(by, source, destination);
}

function endsOf({ listensOn }: Listener, { alpha, beta }: World): { source: Rollup; destination: Rollup } {
  return listensOn === "beta" ? { source: alpha, destination: beta } : { source: beta, destination: alpha };
}

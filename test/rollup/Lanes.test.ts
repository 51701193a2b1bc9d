import { expect } from "chai";

import { laneId, type Lane } from "#protocol/messages.ts";
import type { ChainId, MessageId } from "#protocol/types.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { bringEntry } from "#support/facts.ts";
import { deployNewcomer, entryFor } from "#support/newcomers.ts";
import { startChain, type Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { certifyPage, runOf, world, type World } from "#support/world.ts";

const DAY = 86_400;
/** Long enough for one epoch to see everything: 170 days. */
const VALIDITY = 170 * DAY;
const LONG_EPOCH = { validitySeconds: BigInt(VALIDITY), parameters: { maxValiditySeconds: VALIDITY } };

/** A world in which beta's chain has a second gateway, which only beta's owner knows of. */
interface SuccessorWorld extends World {
  readonly successor: Rollup;
  readonly recipient: string;
}

/** Delivers everything that was ever sent on a lane, as relayers would. */
async function deliverAll({ committee }: World, source: Rollup, destination: Rollup): Promise<void> {
  const page = await source.page(source.laneTo(destination));
  const certified = await certifyPage({ committee }, destination, page);
  await destination.gateway.connect(destination.relayer).deliver(certified.certificate, [runOf(page, certified)]);
}

async function pass({ rollups }: World, seconds: number): Promise<void> {
  for (const { helpers } of rollups) await helpers.time.increase(seconds);
}

describe("a lane survives a change of the destination's gateway", function () {
  const stage = staged<SuccessorWorld>(async () => {
    const built = await world(LONG_EPOCH);
    return {
      ...built,
      successor: await deployNewcomer(built, built.beta),
      recipient: await built.beta.deployMock("NoOpRecipient"),
    };
  });

  const send = async (destination: Rollup): Promise<MessageId> =>
    stage().alpha.send(destination, stage().recipient, "0x1234");

  /** Alpha's directory hears that `gateway` is beta's, and a day later it is. */
  async function move(gateway: Rollup, version: bigint): Promise<void> {
    const { alpha, committee, beta } = stage();
    await bringEntry(alpha, committee, entryFor(gateway, { version }));
    await pass(stage(), DAY);
    const { count } = await alpha.gateway.laneOf(beta.chainId, gateway.addresses.gateway);
    await expect(alpha.directory.applyAnnounced(beta.chainId))
      .to.emit(alpha.gateway, "LaneOpened")
      .withArgs(beta.chainId, gateway.addresses.gateway, count);
  }

  async function expectLane(lane: Lane, count: bigint, chainHead: string): Promise<void> {
    const found = await stage().alpha.gateway.laneOf(lane.destinationChainId, lane.destinationGateway);
    expect([found.count, found.chainHead]).to.deep.equal([count, chainHead]);
  }

  /** Every lane that alpha told to have opened to a chain, with its first nonce. */
  async function opened(chainId: ChainId): Promise<readonly (readonly [string, bigint])[]> {
    const { gateway } = stage().alpha;
    const events = await gateway.queryFilter(gateway.filters.LaneOpened(chainId));
    return events.map(({ args }) => [args.destinationGateway, args.count]);
  }

  async function expectPresent(lane: Lane, count: bigint): Promise<void> {
    const present = await stage().alpha.gateway.lane(lane.destinationChainId);
    expect([present.destinationGateway, present.count]).to.deep.equal([lane.destinationGateway, count]);
  }

  it("begins a new lane, and the old one drains", async function () {
    const { alpha, beta, successor } = stage();
    const [old, fresh] = [alpha.laneTo(beta), alpha.laneTo(successor)];
    await send(beta);
    await deliverAll(stage(), alpha, beta);
    await send(beta);
    await send(beta);
    const { chainHead } = await alpha.gateway.lane(beta.chainId);

    await move(successor, 2n);

    await expectLane(old, 3n, chainHead);
    await expectLane(fresh, 0n, laneId(fresh));
    await expectPresent(fresh, 0n);
    await send(successor);
    const sentOld = await alpha.sent(old);
    const sentFresh = await alpha.sent(fresh);
    expect(sentOld.map(({ nonce }) => nonce)).to.deep.equal([0n, 1n, 2n]);
    expect(sentFresh.map(({ nonce }) => nonce)).to.deep.equal([0n]);
    await expectUnseen(beta, sentOld.slice(1));

    await deliverAll(stage(), alpha, beta);
    await deliverAll(stage(), alpha, successor);
    await expectDelivered(beta, ...sentOld);
    await expectDelivered(successor, ...sentFresh);
  });

  it("keeps what is sent on the day of the announcement on the old lane", async function () {
    const { alpha, beta, successor, committee } = stage();
    await expect(bringEntry(alpha, committee, entryFor(successor, { version: 2n }))).to.not.emit(
      alpha.gateway,
      "LaneOpened",
    );
    await send(beta);
    await expectPresent(alpha.laneTo(beta), 1n);
    await deliverAll(stage(), alpha, beta);
    await expectDelivered(beta, ...(await alpha.sent(alpha.laneTo(beta))));
  });

  it("goes on where the old lane ended when the old gateway comes back, and again when the new one does", async function () {
    const { alpha, beta, successor } = stage();
    const [old, fresh] = [alpha.laneTo(beta), alpha.laneTo(successor)];
    await send(beta);
    await send(beta);
    const { chainHead: oldHead } = await alpha.gateway.lane(beta.chainId);
    await move(successor, 2n);
    await send(successor);
    const { chainHead: freshHead } = await alpha.gateway.lane(beta.chainId);

    await move(beta, 3n);
    await expectPresent(old, 2n);
    await expectLane(old, 2n, oldHead);
    await expectLane(fresh, 1n, freshHead);
    await send(beta);
    const { tree } = await alpha.page(old);
    await expectLane(old, 3n, tree.chainHead());

    await move(successor, 4n);
    await expectPresent(fresh, 1n);
    await expectLane(fresh, 1n, freshHead);
    await expectLane(old, 3n, tree.chainHead());
    await send(successor);
    expect(await opened(beta.chainId)).to.deep.equal([
      [old.destinationGateway, 0n],
      [fresh.destinationGateway, 0n],
      [old.destinationGateway, 2n],
      [fresh.destinationGateway, 1n],
    ]);

    await deliverAll(stage(), alpha, beta);
    await deliverAll(stage(), alpha, successor);
    const [sentOld, sentFresh] = [await alpha.sent(old), await alpha.sent(fresh)];
    expect(sentOld.map(({ nonce }) => nonce)).to.deep.equal([0n, 1n, 2n]);
    expect(sentFresh.map(({ nonce }) => nonce)).to.deep.equal([0n, 1n]);
    await expectDelivered(beta, ...sentOld);
    await expectDelivered(successor, ...sentFresh);
  });

  it("delivers nothing of one lane at the other's gateway", async function () {
    const { alpha, beta, successor, committee } = stage();
    await send(beta);
    const page = await alpha.page(alpha.laneTo(beta));
    await move(successor, 2n);
    const certified = await certifyPage({ committee }, successor, page);
    await expect(successor.gateway.deliver(certified.certificate, [runOf(page, certified)]))
      .to.be.revertedWithCustomError(successor.gateway, "WrongDestination")
      .withArgs(beta.chainId, beta.addresses.gateway);
  });

  it("hears what the old gateway sends and has sent, for its 90 days", async function () {
    const { alpha, beta, successor } = stage();
    const recipient = await alpha.deployMock("NoOpRecipient");
    await beta.send(alpha, recipient, "0x01");
    await move(successor, 2n);
    await beta.send(alpha, recipient, "0x02");
    await successor.send(alpha, recipient, "0x03");
    await deliverAll(stage(), beta, alpha);
    await deliverAll(stage(), successor, alpha);
    await expectDelivered(alpha, ...(await beta.sent(beta.laneTo(alpha))));
    await expectDelivered(alpha, ...(await successor.sent(successor.laneTo(alpha))));

    await beta.send(alpha, recipient, "0x04");
    await pass(stage(), 90 * DAY + 60);
    await expect(deliverAll(stage(), beta, alpha))
      .to.be.revertedWithCustomError(alpha.gateway, "SourceGatewayNotAccepted")
      .withArgs(beta.chainId, beta.addresses.gateway);
  });
});

describe("A third rollup", function () {
  const stage = staged(async () => {
    const two = await world(LONG_EPOCH);
    const gamma = await deployNewcomer(two, await startChain(1_003));
    return { ...two, gamma, rollups: [...two.rollups, gamma] };
  });

  it("cannot be reached before the directory names it", async function () {
    const { alpha, gamma } = stage();
    await expect(alpha.send(gamma, gamma.addresses.gateway, "0x"))
      .to.be.revertedWithCustomError(alpha.gateway, "DestinationNotActive")
      .withArgs(gamma.chainId, 0n);
    await gamma.send(alpha, alpha.addresses.gateway, "0x");
    await expect(deliverAll(stage(), gamma, alpha))
      .to.be.revertedWithCustomError(alpha.gateway, "SourceNotAccepted")
      .withArgs(gamma.chainId);
  });

  it("is reachable both ways from the moment it does", async function () {
    const { alpha, beta, gamma, committee } = stage();
    for (const neighbour of [alpha, beta]) {
      await bringEntry(neighbour, committee, entryFor(gamma, { version: 7n }));
      const there = await gamma.deployMock("NoOpRecipient");
      const here = await neighbour.deployMock("NoOpRecipient");
      await neighbour.send(gamma, there, "0x1234");
      await gamma.send(neighbour, here, "0x5678");
      await deliverAll(stage(), neighbour, gamma);
      await deliverAll(stage(), gamma, neighbour);
      await expectDelivered(gamma, ...(await neighbour.sent(neighbour.laneTo(gamma))));
      await expectDelivered(neighbour, ...(await gamma.sent(gamma.laneTo(neighbour))));
    }
  });
});

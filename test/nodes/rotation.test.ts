import { expect } from "chai";
import { computeAddress } from "ethers";

import { HubClient } from "#chain/hub.ts";
import { hubDifferences } from "#chain/hubAgreement.ts";
import { RollupClient } from "#chain/rollup.ts";
import { Coverage } from "#nodes/aggregator/coverage.ts";
import { FactProposer } from "#nodes/aggregator/facts.ts";
import { hubConfigSchema, rollupConfigSchema, rollupsSchema } from "#nodes/shared/config.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { openRollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { address, laneIdOf } from "#protocol/types.ts";
import { STAKE, hubWorld, passEpoch, register, type HubWorld } from "#support/hubWorld.ts";
import { CertificateServer } from "#support/certificateServer.ts";
import { hubConfig } from "#support/hubNet.ts";
import type { Operator } from "#support/eigenlayer/operator.ts";
import { certificatesOf, eventually, healthOf, Net, RELAYER_KEY } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";
import type { Endpoint } from "#support/rpc.ts";

const DAY = 86_400;
/** Gateways of a chain that nobody here follows. */
const ELSEWHERE = address(`0x${"77".repeat(20)}`);
const NEXT = address(`0x${"88".repeat(20)}`);
/** Nobody waits for the pace of mainnet. */
const QUICK = { factsMs: 40, endpointsMs: 40 };

describe("Rotation", function () {
  let world: HubWorld;
  let net: Net;
  let endpoint: Endpoint;

  beforeEach(async function () {
    world = await hubWorld();
    net = await Net.of(world, world.clock);
    endpoint = await net.serve(world.hub.eigenLayer.chain);
  });
  afterEach(async function () {
    await net.stop();
  });

  const told = (more: Record<string, unknown> = {}) => ({
    hub: { ...hubConfig(world.hub, [endpoint.url]), ...more },
  });

  /** Starts the nodes of these members. */
  async function start(members: readonly Operator[]): Promise<RunningNode[]> {
    return Promise.all(members.map((member) => net.operator(0, { ...told(), ...secretOf(member) })));
  }
  /** Starts them, and has the hub say where they listen. */
  async function announce(members: readonly Operator[]): Promise<void> {
    const nodes = await start(members);
    for (const [at, member] of members.entries()) {
      await world.hub.serviceManager.connect(member.signer).setEndpoint(elementAt(nodes, at).url);
    }
  }
  /** An aggregator that asks whom the hub names. */
  const aggregating = () => net.aggregator([], { ...told(), ...QUICK, operators: undefined });
  async function relaying(aggregator: RunningNode, more = {}): Promise<RunningNode> {
    const payer = elementAt(world.hub.eigenLayer.chain.signers, 0);
    await payer.sendTransaction({ to: computeAddress(RELAYER_KEY), value: 10n ** 20n });
    return net.relayer(aggregator.url, { ...told(more), factsMs: QUICK.factsMs });
  }

  const newest = async ({ operatorTables }: Rollup) => Number(await operatorTables.newestEpoch(world.setId));
  async function installed(epoch: number): Promise<void> {
    for (const rollup of world.rollups) {
      await eventually(`epoch ${String(epoch)} on ${String(rollup.chainId)}`, async () =>
        (await newest(rollup)) === epoch ? true : undefined,
      );
    }
  }
  async function differences(rollup: Rollup) {
    const at = world.rollups.indexOf(rollup);
    const client = new RollupClient(parse(rollupConfigSchema, elementAt(net.rollups(), at)));
    const hub = new HubClient(parse(hubConfigSchema, hubConfig(world.hub, [endpoint.url])));
    try {
      return await hubDifferences(hub, client);
    } finally {
      client.close();
      hub.close();
    }
  }
  /** What an aggregator would propose that has never published anything. */
  async function proposedAnew(): Promise<string[]> {
    const hub = new HubClient(parse(hubConfigSchema, hubConfig(world.hub, [endpoint.url])));
    const rollups = openRollups(parse(rollupsSchema, net.rollups()));
    const coverage = await Coverage.open(":memory:", laneIdOf);
    try {
      const config = { operatorSetId: world.setId, maxStatements: 64 };
      const proposer = new FactProposer({ hub, rollups, config, coverage, clock: world.clock });
      const { groups, problems } = await proposer.propose(() => false);
      return [...problems, ...groups.flatMap(({ facts }) => facts.map(({ name }) => name))];
    } finally {
      hub.close();
      rollups.close();
      await coverage.close();
    }
  }
  const delivered = (source: Rollup, destination: Rollup) =>
    destination.gateway.deliveredWord(source.chainId, source.addresses.gateway, 0n);

  it("brings a table with one who joined and without one who left, and what epoch 1 said still arrives", async function () {
    const { hub, setId, asset, members, alpha, beta } = world;
    const [leaver, ...stayers] = [elementAt(members, 3), ...members.slice(0, 3)];
    await announce(members);
    const aggregator = await aggregating();
    const recipient = await beta.deployMock("RecordingRecipient");
    await alpha.send(beta, recipient, "0x01");
    const [first] = await eventually("a certificate of epoch 1", async () => {
      const found = await certificatesOf(aggregator);
      return found.length > 0 ? found : undefined;
    });
    expect(first?.certificate.batch.tableEpoch).to.equal(1);

    const newcomer = await hub.member("eve", setId, [asset, STAKE]);
    await leaver.leave(hub.set(setId));
    await announce([newcomer]);
    await passEpoch(world);
    const relayer = await relaying(aggregator, { buildsTables: true });

    await installed(2);
    const { operators } = await hub.epoch(setId, 2);
    expect(new Set(operators)).to.deep.equal(new Set([...stayers, newcomer].map(({ address }) => address)));
    for (const rollup of world.rollups) expect(await differences(rollup)).to.deep.equal([]);
    // Certified by epoch 1, delivered or not before epoch 2 was there: it arrives.
    await eventually("delivery of the first", async () => ((await delivered(alpha, beta)) === 1n ? true : undefined));

    // Many blocks in a second have put the hub's time, and with it the epoch's beginning, ahead of this machine's.
    await world.clock.follow();
    await alpha.send(beta, recipient, "0x02");
    await eventually("delivery of the second", async () =>
      (await delivered(alpha, beta)) === 0b11n ? true : undefined,
    );
    expect((await certificatesOf(aggregator)).at(-1)?.certificate.batch.tableEpoch).to.equal(2);
    await eventually("its counters", async () => {
      const { counters } = await healthOf(relayer);
      return counters.delivered === 2 && counters.tables === 2 && counters.built === 1 ? true : undefined;
    });
  });

  it("delivers what epoch 1 certified in the grace of that epoch, when epoch 2 has long been there", async function () {
    const { hub, setId, members, validUntil, alpha, beta } = world;
    await announce(members);
    const aggregator = await aggregating();
    const recipient = await beta.deployMock("RecordingRecipient");
    await passEpoch(world);
    await alpha.send(beta, recipient, "0x01");
    await eventually("a certified page", async () => (await certificatesOf(aggregator))[0]);
    await hub.build(setId);
    const table = await eventually("a certified table", async () => (await certificatesOf(aggregator))[1]);
    const server = await CertificateServer.start();
    try {
      server.publish(table);
      const first = await net.relayer(server.url, { ...told(), factsMs: QUICK.factsMs });
      await installed(2);
      await first.stop();
    } finally {
      await server.close();
    }
    expect(await delivered(alpha, beta)).to.equal(0n);
    for (const { helpers } of world.rollups) await helpers.time.increaseTo(validUntil + 60n);
    await net.relayer(aggregator.url, { ...told(), factsMs: QUICK.factsMs });
    await eventually("its delivery", async () => ((await delivered(alpha, beta)) === 1n ? true : undefined));
    expect((await certificatesOf(aggregator)).map(({ certificate }) => certificate.batch.tableEpoch)).to.deep.equal([
      1, 1,
    ]);
  });

  it("carries a change of an entry at once, a new chain too, and a change of gateway after its day", async function () {
    const { hub, members, alpha, beta } = world;
    await announce(members);
    const aggregator = await aggregating();
    await relaying(aggregator);
    const owner = elementAt(hub.eigenLayer.chain.signers, 5);
    await hub.registry.connect(owner).drain(beta.chainId);
    const stranger = await register(world, 1_009n, ELSEWHERE);
    for (const rollup of world.rollups) {
      await eventually("both entries", async () => ((await differences(rollup)).length === 0 ? true : undefined));
      expect((await rollup.directory.entry(beta.chainId)).status).to.equal(3n);
      expect((await rollup.directory.entry(1_009n)).version).to.equal(stranger.version);
    }
    const next = await register(world, 1_009n, NEXT);
    await eventually("an announcement", async () => {
      const { announced } = await alpha.directory.announcedEntry(1_009n);
      return announced.version === next.version ? true : undefined;
    });
    // What was announced is not proposed again, not even by one that never proposed it.
    expect(await proposedAnew()).to.deep.equal([]);
    for (const { helpers } of world.rollups) await helpers.time.increase(DAY);
    await eventually("the change", async () => {
      const { gateway } = await alpha.directory.entry(1_009n);
      return gateway === NEXT ? true : undefined;
    });
  });

  it("installs nothing under an epoch that is over, and says so", async function () {
    const { hub, setId, members, validUntil, clock } = world;
    await announce(members);
    await passEpoch(world);
    await hub.build(setId);
    for (const { helpers } of world.rollups) await helpers.time.increaseTo(validUntil + 1n);
    await hub.eigenLayer.helpers.time.increaseTo(validUntil + 1n);
    await clock.follow();
    const aggregator = await aggregating();
    await eventually("a complaint", async () => {
      const { problems } = await healthOf(aggregator);
      return problems.some((problem) => problem.includes("has no epoch there that may speak now")) ? true : undefined;
    });
    expect(await certificatesOf(aggregator)).to.deep.equal([]);
    for (const rollup of world.rollups) expect(await newest(rollup)).to.equal(1);
  });
});

function secretOf({ key }: Operator): Record<string, unknown> {
  return { secretKey: `0x${key.secret.toString(16).padStart(64, "0")}` };
}

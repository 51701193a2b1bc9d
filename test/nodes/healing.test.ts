import { expect } from "chai";
import { computeAddress, toBeHex } from "ethers";

import { HubClient } from "#chain/hub.ts";
import { TransactionSender } from "#chain/sender.ts";
import { Healer } from "#nodes/relayer/healer.ts";
import { hubConfigSchema, rollupsSchema } from "#nodes/shared/config.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { openRollups, type Rollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { bytes32 } from "#protocol/types.ts";
import { EpochStatus, freeze, pageConflict } from "#support/brakes.ts";
import { hubConfig } from "#support/hubNet.ts";
import { roadWorld, type RoadWorld } from "#support/hubWorld.ts";
import { certificatesOf, eventually, healthOf, Net, RELAYER_KEY } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";
import type { Endpoint } from "#support/rpc.ts";
import { sayTable } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";

const QUICK_MS = 40;
/** Longer than any test. */
const BRIDGE_MS = 600_000;

describe("A rollup whose newest epoch ran out", function () {
  const stage = stagedOn(roadWorld, ({ hub, rollups }: RoadWorld) => [hub.eigenLayer.chain, ...rollups]);
  let net: Net;
  let endpoint: Endpoint;

  beforeEach(async function () {
    const { hub, clock } = stage();
    await clock.follow();
    net = await Net.of(stage(), clock);
    endpoint = await net.serve(hub.eigenLayer.chain);
    const payer = elementAt(hub.eigenLayer.chain.signers, 0);
    await payer.sendTransaction({ to: computeAddress(RELAYER_KEY), value: 10n ** 20n });
    await net.fund(RELAYER_KEY);
  });
  afterEach(async function () {
    await net.stop();
  });

  /** Nobody builds, carries or signs for so long that no epoch speaks anywhere. */
  async function standStill(): Promise<void> {
    const { hub, rollups, epoch, clock } = stage();
    await hub.pass(epoch.statement.validUntil + 1n - (await hub.now()));
    for (const { helpers } of rollups) await helpers.time.increaseTo(await hub.now());
    await clock.follow();
  }
  const newest = async ({ operatorTables }: Rollup) => Number(await operatorTables.newestEpoch(stage().setId));
  const isUsable = async ({ operatorTables, helpers }: Rollup, epoch: number) => {
    const { validFrom, validitySeconds } = await operatorTables.epoch(stage().setId, epoch);
    return validFrom + validitySeconds >= BigInt(await helpers.time.latest());
  };

  /** A healer by itself, with the clients that it reads with. */
  async function withHealer(work: (healer: Healer) => Promise<void>): Promise<void> {
    const { hub: contracts, clock, roads } = stage();
    const hub = new HubClient(parse(hubConfigSchema, hubConfig(contracts, [endpoint.url])));
    const rollups: Rollups = openRollups(parse(rollupsSchema, net.rollups()));
    const sender = (endpoints: HubClient["endpoints"]) =>
      new TransactionSender(bytes32(RELAYER_KEY), endpoints, 5_000, 10n ** 11n);
    const healer = new Healer({
      ...{ hub, rollups, clock, roadMs: BRIDGE_MS, retryMs: 1, log: silentLog, hubSender: sender(hub.endpoints) },
      roads: [...rollups].map((destination, at) => ({
        ...{ destination, sender: sender(destination.endpoints), feeWei: 0n },
        hubEnd: elementAt(roads, at).plan.hubEnd,
      })),
    });
    try {
      await work(healer);
    } finally {
      hub.close();
      rollups.close();
    }
  }

  it("comes back by itself over its canonical bridge, and messages flow again", async function () {
    const { hub, members, alpha, beta, rollups, roads } = stage();
    await standStill();
    const hubTold = hubConfig(hub, [endpoint.url]);
    const nodes = await Promise.all(
      members.map((member) => net.operator(0, { hub: hubTold, secretKey: toBeHex(member.key.secret, 32) })),
    );
    const urls = nodes.map(({ url }) => url);
    const aggregator = await net.aggregator(urls, { hub: hubTold, factsMs: QUICK_MS });
    const bridges = rollups.map(({ chainId, addresses }, at) => ({
      ...{ chainId: String(chainId), gateway: addresses.gateway },
      hubEnd: elementAt(roads, at).plan.hubEnd,
    }));
    const relayer: RunningNode = await net.relayer(aggregator.url, {
      hub: { ...hubTold, buildsTables: true, bridges, bridgeMs: BRIDGE_MS },
      factsMs: QUICK_MS,
    });
    await eventually("news to both", async () =>
      (await Promise.all(roads.map((road) => road.sent()))).every((sent) => sent > 0) ? true : undefined,
    );
    // By certificate alone nothing can come: nobody's epoch speaks.
    expect(await Promise.all(rollups.map(newest))).to.deep.equal([1, 1]);
    for (const road of roads) await road.carry();
    for (const rollup of rollups) {
      await eventually("epoch 2", async () => ((await newest(rollup)) === 2 ? true : undefined));
    }
    await stage().clock.follow();

    const recipient = await beta.deployMock("RecordingRecipient");
    await alpha.send(beta, recipient, "0x01");
    await eventually("delivery", async () =>
      (await beta.gateway.deliveredWord(alpha.chainId, alpha.addresses.gateway, 0n)) === 1n ? true : undefined,
    );
    expect((await certificatesOf(aggregator)).at(-1)?.certificate.batch.tableEpoch).to.equal(2);
    // Once each: what is on its way is waited for.
    expect(await Promise.all(roads.map((road) => road.sent()))).to.deep.equal([1, 1]);
    const { counters } = await healthOf(relayer);
    expect(counters).to.deep.include({ news: 2, healed: 2, built: 1 });
  });

  it("costs nothing before that, nor while the hub has no newer epoch, nor twice for what is under way", async function () {
    const { hub, setId, roads } = stage();
    const sent = () => Promise.all(roads.map((road) => road.sent()));
    await withHealer(async (healer) => {
      await healer.look();
      expect(await sent()).to.deep.equal([0, 0]);
      await standStill();
      await healer.look();
      expect(await sent()).to.deep.equal([0, 0]);
      await hub.build(setId);
      for (let looks = 0; looks < 3; looks++) await healer.look();
      expect([await sent(), healer.problems]).to.deep.equal([[1, 1], []]);
      for (const road of roads) await road.carry();
      for (let looks = 0; looks < 3; looks++) await healer.look();
      expect(healer.counters).to.deep.equal({ news: 2, healed: 2 });
    });
    for (const rollup of stage().rollups) expect(await isUsable(rollup, 2)).to.equal(true);
  });

  it("is brought back after a freeze, with the first epoch that began later", async function () {
    const { hub, setId, roads, rollups, alpha, committee, epoch } = stage();
    const follow = async () => {
      for (const { helpers } of rollups) await helpers.time.increaseTo(await hub.now());
    };
    await follow();
    await freeze(alpha, await pageConflict(committee, { issuedAt: epoch.statement.validFrom }));
    await withHealer(async (healer) => {
      await healer.look();
      expect(healer.counters).to.deep.equal({ news: 0, healed: 0 });
      await hub.pass(epoch.statement.validUntil - BigInt(hub.windows.lead) - (await hub.now()));
      await hub.build(setId);
      await follow();
      await healer.look();
      for (const road of roads) await road.carry();
      await healer.look();
      // Nobody is frozen on the other rollup.
      expect([healer.counters, healer.problems]).to.deep.equal([{ news: 1, healed: 1 }, []]);
    });
    expect((await alpha.operatorTables.epoch(setId, 2)).status).to.equal(EpochStatus.Speaking);
    expect(await Promise.all(rollups.map(newest))).to.deep.equal([2, 1]);
  });

  it("is brought back below epochs that the hub never had", async function () {
    const { hub, setId, roads, alpha, committee, epoch } = stage();
    const { validFrom, validUntil } = epoch.statement;
    await alpha.helpers.time.increaseTo(await hub.now());
    const madeUp = { ...epoch.statement, epoch: 40 };
    const { certificate, batchProof } = await sayTable(committee, madeUp, { issuedAt: validFrom });
    await alpha.operatorTables.install(certificate, madeUp, [...batchProof], epoch.rows);
    expect([await newest(alpha), await isUsable(alpha, 40)]).to.deep.equal([40, true]);
    await standStill();
    expect(validUntil).to.be.lessThan(await hub.now());
    await hub.build(setId);
    await withHealer(async (healer) => {
      await healer.look();
      for (const road of roads) await road.carry();
      await healer.look();
      expect([healer.counters, healer.problems]).to.deep.equal([{ news: 2, healed: 2 }, []]);
    });
    expect([await newest(alpha), await isUsable(alpha, 2)]).to.deep.equal([2, true]);
  });

  it("is brought back with what a rival sent, and is left alone when a rival installs it", async function () {
    const { hub, setId, roads, rollups } = stage();
    await standStill();
    const { rows } = await hub.build(setId);
    for (const { plan } of roads) {
      await (await hub.eigenLayer.chain.ethers.getContractAt("OpStackHubEnd", plan.hubEnd)).sendEpoch(setId, 2);
    }
    for (const road of roads) await road.carry();
    await elementAt(rollups, 0).operatorTables.installBrought(setId, 2, rows);
    await withHealer(async (healer) => {
      await healer.look();
      expect([healer.counters, healer.problems]).to.deep.equal([{ news: 0, healed: 1 }, []]);
    });
    expect(await Promise.all(rollups.map(newest))).to.deep.equal([2, 2]);
  });
});

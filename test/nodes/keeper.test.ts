import { expect } from "chai";
import { computeAddress, toBeHex } from "ethers";

import { HubClient } from "#chain/hub.ts";
import { TransactionSender } from "#chain/sender.ts";
import { TableKeeper } from "#nodes/relayer/keeper.ts";
import { hubConfigSchema, rollupsSchema } from "#nodes/shared/config.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { openRollups, type Rollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { bytes32 } from "#protocol/types.ts";
import { hubConfig } from "#support/hubNet.ts";
import { hubWorld, passEpoch, type HubWorld } from "#support/hubWorld.ts";
import { Net } from "#support/nodes.ts";
import type { Endpoint } from "#support/rpc.ts";
import { stagedOn } from "#support/stage.ts";

const KEYS = [0xa11ce, 0xb0b].map((key) => bytes32(toBeHex(key, 32)));

describe("A keeper of tables", function () {
  const stage = stagedOn(hubWorld, ({ hub }: HubWorld) => [hub.eigenLayer]);
  let net: Net;
  let endpoint: Endpoint;
  let hub: HubClient;
  let rollups: Rollups;
  let keepers: readonly TableKeeper[];

  beforeEach(async function () {
    const world = stage();
    const { chain } = world.hub.eigenLayer;
    net = await Net.of(world, world.clock);
    endpoint = await net.serve(chain);
    hub = new HubClient(parse(hubConfigSchema, hubConfig(world.hub, [endpoint.url])));
    rollups = openRollups(parse(rollupsSchema, net.rollups()));
    const parts = { hub, rollups, retryMs: 1, clock: world.clock, log: silentLog };
    keepers = KEYS.map(
      (key) => new TableKeeper({ ...parts, sender: new TransactionSender(key, hub.endpoints, 5_000, 10n ** 11n) }),
    );
    for (const key of KEYS) {
      await elementAt(chain.signers, 0).sendTransaction({ to: computeAddress(key), value: 10n ** 20n });
    }
  });
  afterEach(async function () {
    rollups.close();
    hub.close();
    await net.stop();
  });

  const paid = () => endpoint.calls.filter((method) => method === "eth_sendRawTransaction").length;
  const newest = async () => Number(await stage().hub.tableBuilder.newestEpoch(stage().setId));

  it("pays for nothing while the present epoch lasts", async function () {
    const keeper = elementAt(keepers, 0);
    await keeper.look();
    expect([keeper.built, keeper.problems, paid(), await newest()]).to.deep.equal([0, [], 0, 1]);
  });

  it("builds the next table as soon as it may be begun, and once", async function () {
    await passEpoch(stage());
    const keeper = elementAt(keepers, 0);
    await keeper.look();
    await keeper.look();
    expect([keeper.built, keeper.problems, paid(), await newest()]).to.deep.equal([1, [], 2, 2]);
  });

  it("goes on with what others began, and begins anew what they let lapse", async function () {
    const { hub: contracts, setId } = stage();
    await passEpoch(stage());
    const keeper = elementAt(keepers, 0);
    await contracts.tableBuilder.begin(setId);
    await contracts.eigenLayer.pass(contracts.windows.buildBlocks + 1);
    await contracts.tableBuilder.begin(setId);
    await contracts.tableBuilder.proceed(setId, 1);
    await keeper.look();
    expect([keeper.built, keeper.problems, paid(), await newest()]).to.deep.equal([1, [], 1, 2]);

    await passEpoch({ ...stage(), epoch: await contracts.epoch(setId) });
    await contracts.tableBuilder.begin(setId);
    await contracts.eigenLayer.pass(contracts.windows.buildBlocks + 1);
    await keeper.look();
    expect([keeper.built, keeper.problems, paid(), await newest()]).to.deep.equal([2, [], 3, 3]);
  });

  it("takes a rival's table for its own", async function () {
    await passEpoch(stage());
    await Promise.all(keepers.map((keeper) => keeper.look()));
    expect(keepers.map(({ problems }) => problems)).to.deep.equal([[], []]);
    expect([await newest(), keepers.reduce((sum, { built }) => sum + built, 0)]).to.deep.equal([2, 1]);
  });

  it("pays for nothing where nobody has a seat", async function () {
    await passEpoch(stage());
    const { hub: contracts, setId, members } = stage();
    for (const member of members) await member.leave(contracts.set(setId));
    const keeper = elementAt(keepers, 0);
    await keeper.look();
    expect([keeper.built, keeper.problems, paid(), await newest()]).to.deep.equal([0, [], 0, 1]);
  });
});

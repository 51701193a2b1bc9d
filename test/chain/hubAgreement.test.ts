import { expect } from "chai";

import { HubClient } from "#chain/hub.ts";
import { hubDifferences, type HubDifference } from "#chain/hubAgreement.ts";
import { RollupClient } from "#chain/rollup.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS, type RollupParameters } from "#deploy/rollup.ts";
import { hubConfigSchema, rollupConfigSchema } from "#nodes/shared/config.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import type { Rollup as Entry, Table } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { hubConfig } from "#support/hubNet.ts";
import { hubWorld, presentEntry, type HubWorld } from "#support/hubWorld.ts";
import { Net } from "#support/nodes.ts";
import { Rollup } from "#support/rollup.ts";

const STRANGER = address(`0x${"77".repeat(20)}`);

describe("A rollup's agreement with the hub", function () {
  let world: HubWorld;
  let net: Net;
  let hub: HubClient;
  let entries: readonly Entry[];

  before(async function () {
    world = await hubWorld();
    net = await Net.of(world, world.clock);
    const { url } = await net.serve(world.hub.eigenLayer.chain);
    hub = new HubClient(parse(hubConfigSchema, hubConfig(world.hub, [url])));
    entries = await Promise.all(world.rollups.map((rollup) => presentEntry(world.hub, rollup.chainId)));
  });
  after(async function () {
    hub.close();
    await net.stop();
  });

  async function differences(gateway = world.alpha.addresses.gateway): Promise<readonly HubDifference[]> {
    const [told] = net.rollups();
    const rollup = new RollupClient(parse(rollupConfigSchema, Object.assign({}, told, { gateway })));
    try {
      return await hubDifferences(hub, rollup);
    } finally {
      rollup.close();
    }
  }
  /** Deploys another rollup on alpha's chain that was told otherwise, and says in what it differs. */
  async function deployedWith(changes: Partial<RollupParameters>): Promise<string[]> {
    const { alpha, epoch } = world;
    const { addresses } = await Rollup.deploy(alpha, {
      ...world.hub.domain,
      ...DEFAULT_WINDOWS,
      owner: address(alpha.deployer.address),
      directorySetId: world.setId,
      firstEntries: entries,
      firstTables: [{ table: epoch.statement, rows: epoch.rows }],
      defaultPolicy: DEFAULT_POLICY,
      ...changes,
    });
    return (await differences(addresses.gateway)).map(({ subject, field }) => `${subject} ${field}`);
  }
  const tableWith = (changes: Partial<Table>, rows = world.epoch.rows) =>
    deployedWith({ firstTables: [{ table: { ...world.epoch.statement, ...changes }, rows }] });

  it("is whole where it was deployed with what the hub says", async function () {
    expect(await differences()).to.deep.equal([]);
    expect(await deployedWith({})).to.deep.equal([]);
  });

  it("tells every field of a table that differs", async function () {
    const { epoch, validFrom, validUntil } = world.epoch.statement;
    const set = String(world.setId);
    const other = Committee.of(world.hub.domain, [1n]).table;
    const found = {
      tableHash: await tableWith({ tableHash: other.tableHash }, other.packed),
      validFrom: await tableWith({ validFrom: validFrom + 1n }),
      validUntil: await tableWith({ validUntil: validUntil + 1n }),
      epoch: await tableWith({ epoch: epoch + 1 }),
    };
    expect(found).to.deep.equal({
      tableHash: [`table ${set} 1 tableHash`],
      validFrom: [`table ${set} 1 validFrom`],
      validUntil: [`table ${set} 1 validUntil`],
      epoch: [`table ${set} 2 all`],
    });
  });

  it("tells every field of an entry that differs, and entries that one side lacks", async function () {
    const beta = elementAt(entries, 1);
    const lies: Partial<Entry>[] = [
      { gateway: STRANGER },
      { operatorSetId: beta.operatorSetId + 1 },
      { status: 3 },
      { finality: 2 },
      { refutable: false },
      { version: beta.version + 1n },
    ];
    for (const lie of lies) {
      const firstEntries = [elementAt(entries, 0), { ...beta, ...lie }];
      expect(await deployedWith({ firstEntries })).to.deep.equal([`entry 1002 ${Object.keys(lie).join()}`]);
    }
    const firstEntries = [elementAt(entries, 0), { ...beta, chainId: chainId(1_003) }];
    expect(await deployedWith({ firstEntries })).to.have.members(["entry 1002 all", "entry 1003 all"]);
  });

  it("tells windows and a domain that differ", async function () {
    expect(await deployedWith({ graceSeconds: 60 })).to.deep.equal(["windows graceSeconds"]);
    const { lead, validity } = world.hub.windows;
    const maxValiditySeconds = lead + validity;
    expect(await deployedWith({ maxValiditySeconds })).to.deep.equal([]);
    expect(await deployedWith({ hubChainId: chainId(901) })).to.deep.equal(["domain hubChainId"]);
    expect(await deployedWith({ serviceManager: STRANGER })).to.deep.equal(["domain serviceManager"]);
  });
});

import { expect } from "chai";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { operatorTable } from "#protocol/tables.ts";
import { address } from "#protocol/types.ts";
import type { Committee } from "#support/committee.ts";
import type { Asset, EigenLayer } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, FOURTEEN_DAYS, offers } from "#support/eigenlayer/offers.ts";
import type { Operator } from "#support/eigenlayer/operator.ts";
import { passResolution } from "#support/eigenlayer/service.ts";
import { valuesOfEntry } from "#support/entries.ts";
import { expectDelivered } from "#support/expectations.ts";
import { bringTable } from "#support/facts.ts";
import { Hub, WAD, type HubEpoch } from "#support/hub.ts";
import { presentEntry, register } from "#support/hubWorld.ts";
import { Rollup, startChain, type LanePage } from "#support/rollup.ts";
import { NO_DIVERGENCE, sayPage, toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { certifyPage, runOf } from "#support/world.ts";

const CHAIN_IDS = [1_001n, 1_002n];
const MINIMUM = WAD;
/** Own stake of operators 1, 2 and 3. */
const STAKES = [400n * WAD, 300n * WAD, 300n * WAD];

/** A hub with one set of three, and two rollups that were deployed with its registry's entries and its newest table. */
interface Scene {
  readonly hub: Hub;
  readonly asset: Asset;
  readonly setId: number;
  /** In the order of their rows. */
  readonly members: readonly Operator[];
  readonly entries: readonly Entry[];
  readonly epoch: HubEpoch;
  readonly committee: Committee;
  readonly alpha: Rollup;
  readonly beta: Rollup;
}

async function sceneOn(eigenLayer: EigenLayer): Promise<Scene> {
  const asset = elementAt(eigenLayer.assets, 0);
  const hub = await Hub.deploy(eigenLayer);
  const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: MINIMUM });
  const members: Operator[] = [];
  for (const [at, stake] of STAKES.entries()) {
    members.push(await hub.member(`operator ${String(at + 1)}`, setId, [asset, stake]));
  }
  // Every chain's first account is the same one, and deploys a rollup's contracts with its first transactions.
  const gateway = gatewayAddress(address(elementAt(eigenLayer.chain.signers, 0).address), 0);
  const entries: Entry[] = [];
  for (const id of CHAIN_IDS) entries.push(await register({ hub, setId, members }, id, gateway));
  // The last one was registered by the word of this table.
  const epoch = await hub.epoch(setId);

  const now = Number(await hub.now());
  const rollups: Rollup[] = [];
  for (const id of CHAIN_IDS) {
    const chain = await startChain(Number(id), now);
    rollups.push(
      await Rollup.deploy(chain, {
        ...hub.domain,
        ...DEFAULT_WINDOWS,
        owner: address(elementAt(chain.signers, 0).address),
        directorySetId: setId,
        firstEntries: entries,
        firstTables: [{ table: epoch.statement, rows: epoch.rows }],
        defaultPolicy: DEFAULT_POLICY,
      }),
    );
  }
  const [alpha, beta] = [elementAt(rollups, 0), elementAt(rollups, 1)];
  return { hub, asset, setId, members, entries, epoch, committee: hub.committee(epoch, members), alpha, beta };
}

/** Lets time pass everywhere until a second of the hub's, which no chain has reached. */
async function passUntil({ hub, alpha, beta }: Scene, second: bigint): Promise<void> {
  await hub.pass(second - (await hub.now()));
  for (const { helpers } of [alpha, beta]) await helpers.time.increaseTo(await hub.now());
}

/** Sends a message each way, and has both delivered under certificates of one committee. Returns alpha's page. */
async function expectMessages({ alpha, beta }: Scene, committee: Committee): Promise<LanePage> {
  const pages = [];
  for (const [source, destination] of [
    [alpha, beta],
    [beta, alpha],
  ] as const) {
    await source.send(destination, await destination.deployMock("NoOpRecipient"), "0x1234");
    const page = await source.page(source.laneTo(destination));
    const certified = await certifyPage({ committee }, destination, page);
    await destination.gateway.connect(destination.relayer).deliver(certified.certificate, [runOf(page, certified)]);
    await expectDelivered(destination, ...page.messages);
    pages.push(page);
  }
  return elementAt(pages, 0);
}

describeOnEach(
  offers,
  "The hub on EigenLayer",
  function (start) {
    const stage = stagedOn(
      async () => sceneOn(await start()),
      ({ hub, alpha, beta }) => [hub.eigenLayer, alpha, beta],
    );

    it("builds from the real AllocationManager the very table that TypeScript packs", async function () {
      const { hub, setId, members, epoch } = stage();
      const table = operatorTable(members.map(({ key }, row) => ({ key: key.g1, weight: elementAt(STAKES, row) })));
      expect(epoch.rows).to.equal(table.packed);
      expect(epoch.statement.tableHash).to.equal(table.tableHash);
      expect(epoch.operators).to.deep.equal(members.map((operator) => operator.address));
      expect(await hub.tableBuilder.newestEpoch(setId)).to.equal(BigInt(epoch.statement.epoch));
    });

    it("tells rollups who speaks: its registry's entries, and its tables, each certified by the one before", async function () {
      const { hub, setId, members, entries, epoch, committee, alpha, beta } = stage();
      for (const rollup of [alpha, beta]) {
        for (const entry of entries) {
          expect(entry).to.deep.equal(await presentEntry(hub, entry.chainId));
          expect(await rollup.directory.entry(entry.chainId)).to.deep.equal(valuesOfEntry(entry));
        }
      }
      await passUntil(stage(), epoch.statement.validUntil - BigInt(hub.windows.lead));
      const next = await hub.build(setId);
      for (const rollup of [alpha, beta]) {
        await rollup.helpers.time.increaseTo(await hub.now());
        await bringTable(rollup, committee, { table: next.statement, rows: next.rows });
        const { table, validFrom } = await rollup.operatorTables.epoch(setId, next.statement.epoch);
        expect(validFrom).to.equal(next.statement.validFrom);
        expect(await rollup.ethers.provider.getCode(table)).to.include(next.rows.slice(2));
      }
      const { operators } = next;
      expect(operators).to.deep.equal(members.map((operator) => operator.address));
      await expectMessages(stage(), hub.committee(next, members));
    });

    it("has rollups deliver under the stake that EigenLayer holds, and takes it from exactly those who said two things", async function () {
      const { hub, asset, setId, members, epoch, committee, alpha, beta } = stage();
      const { eigenLayer, slasher, vault } = hub;

      // The truth, certified and delivered, in both directions.
      const truth = await expectMessages(stage(), committee);

      // Operators 1 and 2 repeat it; 2 and 3 tell of another message.
      const issuedAt = truth.page.sourceTimestamp;
      const lie = toldPage(alpha.laneTo(beta), ["a message that nobody sent"]);
      const speechA = await sayPage(committee, truth, { issuedAt, absent: [2] });
      const speechB = await sayPage(committee, lie, { issuedAt, absent: [0] });
      const guilty = { rowA: 1, rowB: 1 };
      for (const innocent of [
        { rowA: 0, rowB: 0 },
        { rowA: 2, rowB: 2 },
        { rowA: 0, rowB: 2 },
      ]) {
        await expect(slasher.accusePages(speechA, truth.page, speechB, lie.page, NO_DIVERGENCE, innocent))
          .to.be.revertedWithCustomError(slasher, "NotACulprit")
          .withArgs(innocent.rowA, innocent.rowB);
      }
      const accusation = await slasher.accusePages(speechA, truth.page, speechB, lie.page, NO_DIVERGENCE, guilty);
      await expect(accusation).to.emit(slasher, "CaseOpened");
      for (const innocent of [
        { rowA: 0, rowB: 0 },
        { rowA: 2, rowB: 2 },
      ]) {
        await expect(slasher.execute(1, [guilty, innocent]))
          .to.be.revertedWithCustomError(slasher, "NotACulprit")
          .withArgs(innocent.rowA, innocent.rowB);
      }

      const execution = await slasher.execute(1, [guilty]);
      const [first, second, third] = [elementAt(members, 0), elementAt(members, 1), elementAt(members, 2)];
      await expect(execution)
        .to.emit(slasher, "OperatorSlashed")
        .withArgs(1, second.address, 1, [asset.strategy], [elementAt(STAKES, 1)]);
      await expect(execution).to.emit(vault, "SharesTaken").withArgs(setId, 1, asset.strategy, elementAt(STAKES, 1));
      expect(await first.slashableShares(hub.set(setId), asset)).to.equal(elementAt(STAKES, 0));
      expect(await second.slashableShares(hub.set(setId), asset)).to.equal(0n);
      expect(await third.slashableShares(hub.set(setId), asset)).to.equal(elementAt(STAKES, 2));

      // Cleared, and booked.
      const token = await eigenLayer.chain.ethers.getContractAt("FreeERC20", asset.token);
      expect(await vault.pendingOf(asset.token)).to.equal(1n);
      if (eigenLayer.capabilities.resolutionDelay) {
        await expect(vault.collect(setId, 1, asset.strategy)).to.be.revertedWithCustomError(
          eigenLayer.strategyManagerDelayed,
          "SlashResolutionDelayNotElapsed",
        );
      }
      await passResolution(eigenLayer, hub.set(setId), 1n);
      await expect(vault.collect(setId, 1, asset.strategy))
        .to.emit(vault, "TokensCollected")
        .withArgs(setId, 1, asset.strategy, asset.token, elementAt(STAKES, 1));
      expect(await token.balanceOf(vault)).to.equal(elementAt(STAKES, 1));
      expect(await vault.bookedOf(asset.token)).to.equal(elementAt(STAKES, 1));
      expect(await vault.pendingOf(asset.token)).to.equal(0n);

      // The next table is due at once, and does without operator 2.
      const next = await hub.build(setId);
      expect(next.statement.epoch).to.equal(epoch.statement.epoch + 1);
      expect(next.operators).to.deep.equal([first.address, third.address]);
    });
  },
  [FOURTEEN_DAYS],
);

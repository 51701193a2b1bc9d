import { expect } from "chai";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { operatorTable } from "#protocol/tables.ts";
import { address } from "#protocol/types.ts";
import type { Committee } from "#support/committee.ts";
import type { Asset } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, offers } from "#support/eigenlayer/offers.ts";
import type { Operator } from "#support/eigenlayer/operator.ts";
import { passResolution } from "#support/eigenlayer/service.ts";
import { Hub, WAD, type HubEpoch } from "#support/hub.ts";
import { Rollup, startChain } from "#support/rollup.ts";
import { expectDelivered } from "#support/expectations.ts";
import { NO_DIVERGENCE, sayPage, toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { certifyPage, entryOf, runOf } from "#support/world.ts";

const MINIMUM = WAD;
/** Own stake of operators 1, 2 and 3. */
const STAKES = [400n * WAD, 300n * WAD, 300n * WAD];

/** A hub with one set of three, its first table, and two rollups that installed it. */
interface Scene {
  readonly hub: Hub;
  readonly asset: Asset;
  readonly setId: number;
  readonly operators: readonly Operator[];
  readonly epoch: HubEpoch;
  readonly committee: Committee;
  readonly alpha: Rollup;
  readonly beta: Rollup;
}

async function rollupsOf(hub: Hub, { statement, rows }: HubEpoch): Promise<[Rollup, Rollup]> {
  const now = Number(await hub.now());
  const chains = [await startChain(1_001, now), await startChain(1_002, now)] as const;
  const entries = await Promise.all(
    chains.map(async ({ chainId, signers }) => {
      const deployer = elementAt(signers, 0);
      return entryOf(chainId, gatewayAddress(address(deployer.address), await deployer.getNonce()));
    }),
  );
  const deploy = (chain: (typeof chains)[number]) =>
    Rollup.deploy(chain, {
      ...hub.domain,
      ...DEFAULT_WINDOWS,
      owner: address(elementAt(chain.signers, 0).address),
      directorySetId: statement.operatorSetId,
      firstEntries: entries,
      firstTables: [{ table: statement, rows }],
      defaultPolicy: DEFAULT_POLICY,
    });
  return [await deploy(chains[0]), await deploy(chains[1])];
}

describeOnEach(offers, "The hub on EigenLayer", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const eigenLayer = await start();
      const asset = elementAt(eigenLayer.assets, 0);
      const hub = await Hub.deploy(eigenLayer);
      const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: MINIMUM });
      const operators: Operator[] = [];
      for (const [at, stake] of STAKES.entries()) {
        operators.push(await hub.member(`operator ${String(at + 1)}`, setId, [asset, stake]));
      }
      const epoch = await hub.build(setId);
      const committee = hub.committee(epoch, operators);
      const [alpha, beta] = await rollupsOf(hub, epoch);
      return { hub, asset, setId, operators, epoch, committee, alpha, beta };
    },
    ({ hub, alpha, beta }) => [hub.eigenLayer, alpha, beta],
  );

  it("builds from the real AllocationManager the very table that TypeScript packs", async function () {
    const { hub, setId, operators, epoch } = stage();
    const table = operatorTable(operators.map(({ key }, row) => ({ key: key.g1, weight: elementAt(STAKES, row) })));
    expect(epoch.rows).to.equal(table.packed);
    expect(epoch.statement.tableHash).to.equal(table.tableHash);
    expect(epoch.operators).to.deep.equal(operators.map((operator) => operator.address));
    expect(await hub.tableBuilder.newestEpoch(setId)).to.equal(1n);
  });

  it("has rollups deliver under the stake that EigenLayer holds, and takes it from exactly those who said two things", async function () {
    const { hub, asset, setId, operators, committee, alpha, beta } = stage();
    const { eigenLayer, slasher, vault } = hub;

    // The truth, certified and delivered.
    const recipient = await beta.deployMock("NoOpRecipient");
    await alpha.send(beta, recipient, "0x1234");
    const truth = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPage({ committee }, beta, truth);
    await beta.gateway.connect(beta.relayer).deliver(certified.certificate, [runOf(truth, certified)]);
    await expectDelivered(beta, ...truth.messages);

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
    const [first, second, third] = [elementAt(operators, 0), elementAt(operators, 1), elementAt(operators, 2)];
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
    await passResolution(eigenLayer, hub.set(setId), 1n);
    await expect(vault.collect(setId, 1, asset.strategy))
      .to.emit(vault, "TokensCollected")
      .withArgs(setId, 1, asset.strategy, asset.token, elementAt(STAKES, 1));
    expect(await token.balanceOf(vault)).to.equal(elementAt(STAKES, 1));
    expect(await vault.bookedOf(asset.token)).to.equal(elementAt(STAKES, 1));
    expect(await vault.pendingOf(asset.token)).to.equal(0n);

    // The next table is due at once, and does without operator 2.
    const next = await hub.build(setId);
    expect(next.statement.epoch).to.equal(2);
    expect(next.operators).to.deep.equal([first.address, third.address]);
  });
});

import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { operatorTable } from "#protocol/tables.ts";
import { address } from "#protocol/types.ts";
import { blockOf, type Asset } from "#support/eigenlayer/eigenLayer.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { Operator, passAllocationConfiguration } from "#support/eigenlayer/operator.ts";
import { Hub, WAD } from "#support/hub.ts";
import { stagedOn } from "#support/stage.ts";

const MINIMUM = 10n * WAD;
const DOUBLE = 2n * WAD;

/** A hub with one set that counts two assets, the second one twice, and nobody in it. */
interface Scene {
  readonly hub: Hub;
  readonly setId: number;
  readonly first: Asset;
  readonly second: Asset;
}

describeOnEach(hubOffers, "TableBuilder on EigenLayer", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const eigenLayer = await start();
      const [first, second] = [elementAt(eigenLayer.assets, 0), elementAt(eigenLayer.assets, 1)];
      const hub = await Hub.deploy(eigenLayer);
      const counted = [
        { asset: first, multiplier: WAD },
        { asset: second, multiplier: DOUBLE },
      ];
      const setId = await hub.createSet({ counted, minimumWeight: MINIMUM });
      return { hub, setId, first, second };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  /** Members with 100, 200, … shares of the first asset, and every second one with 50 of the second as well. */
  const members = async (count: number): Promise<Operator[]> => {
    const { hub, setId, first, second } = stage();
    const joined: Operator[] = [];
    for (let at = 0; at < count; ++at) {
      const stake = BigInt(at + 1) * 100n * WAD;
      const more = at % 2 === 1 ? ([[second, 50n * WAD]] as const) : [];
      joined.push(await hub.member(`member ${String(at)}`, setId, [first, stake], ...more));
    }
    return joined;
  };
  /** Somebody who can join at once. */
  const candidate = async (): Promise<Operator> => {
    const { hub, setId, first } = stage();
    const operator = await Operator.named(hub.eigenLayer, "candidate");
    await operator.registerAsOperator();
    await passAllocationConfiguration(hub.eigenLayer);
    await operator.deposit(first, 100n * WAD);
    await operator.allocate(hub.set(setId), [first, WAD]);
    await operator.registerKey(hub.set(setId));
    return operator;
  };
  const weightAt = (at: number) => BigInt(at + 1) * 100n * WAD + (at % 2 === 1 ? 100n * WAD : 0n);
  const rowsOf = (operators: readonly Operator[], places: readonly number[]) =>
    operatorTable(places.map((at) => ({ key: elementAt(operators, at).key.g1, weight: weightAt(at) })));
  const addresses = (operators: readonly Operator[], places: readonly number[]) =>
    places.map((at) => elementAt(operators, at).address);

  for (const count of [1, 2, 5]) {
    it(`says exactly what ${String(count)} with several strategies have`, async function () {
      const { hub, setId } = stage();
      const joined = await members(count);
      const places = [...joined.keys()];
      const epoch = await hub.build(setId);
      const table = rowsOf(joined, places);
      expect(epoch.rows).to.equal(table.packed);
      expect(epoch.statement.tableHash).to.equal(table.tableHash);
      expect(epoch.operators).to.deep.equal(addresses(joined, places));
      for (const at of places) {
        const operator = elementAt(joined, at).address;
        expect(await hub.tableBuilder.operatorAt(setId, 1, at)).to.equal(operator);
        expect(await hub.tableBuilder.weightOf(setId, 1, operator)).to.equal(weightAt(at));
      }
    });
  }

  it("builds the same table in several transactions as in one", async function () {
    const { hub, setId } = stage();
    await members(5);
    const { chain } = hub.eigenLayer;
    const built: string[] = [];
    for (const most of [256, 5, 4, 2, 1]) {
      const snapshot = await chain.helpers.takeSnapshot();
      const { rows, operators } = await hub.build(setId, most);
      built.push(rows + operators.join());
      await snapshot.restore();
    }
    expect(new Set(built).size).to.equal(1);
  });

  describe("no skipped honest operator", function () {
    it("asks those who had a seat when the build began, though the list is reordered between two calls", async function () {
      const { hub, setId } = stage();
      const joined = await members(4);
      const late = await candidate();
      const { serviceManager, tableBuilder } = hub;
      await tableBuilder.begin(setId);
      await tableBuilder.proceed(setId, 1);
      // The first leaves, so EigenLayer and the seat list both move the last to its place; a new one comes.
      await elementAt(joined, 0).leave(hub.set(setId));
      await late.join(hub.set(setId));
      expect(await serviceManager.seats(setId)).to.deep.equal([...addresses(joined, [3, 1, 2]), late.address]);
      await tableBuilder.proceed(setId, 1);
      await elementAt(joined, 1).leave(hub.set(setId));
      await tableBuilder.proceed(setId, 256);
      const epoch = await hub.epoch(setId);
      expect(epoch.operators).to.deep.equal(addresses(joined, [0, 1, 2, 3]));
      expect(epoch.rows).to.equal(rowsOf(joined, [0, 1, 2, 3]).packed);
    });

    it("counts one that left after the beginning and before it was asked: it can be slashed as long as the others", async function () {
      const { hub, setId, first } = stage();
      const joined = await members(2);
      const { tableBuilder, serviceManager, eigenLayer } = hub;
      await tableBuilder.begin(setId);
      await elementAt(joined, 1).leave(hub.set(setId));
      await tableBuilder.proceed(setId, 256);
      const epoch = await hub.epoch(setId);
      expect(epoch.rows).to.equal(rowsOf(joined, [0, 1]).packed);
      // In the very last block of the promise.
      const { lookAheadBlock } = await tableBuilder.epoch(setId, 1);
      await eigenLayer.passUntilNextIs(Number(lookAheadBlock));
      const slasher = await impersonated(hub);
      const call = [setId, elementAt(joined, 1).address, [first.strategy], [WAD], "last block"] as const;
      const [id, operator, strategies, wads, why] = call;
      const shares = await serviceManager
        .connect(slasher)
        .slash.staticCall(id, operator, [...strategies], [...wads], why);
      expect(shares.shares).to.deep.equal([200n * WAD]);
    });

    it("asks nobody that joined after the beginning", async function () {
      const { hub, setId } = stage();
      const joined = await members(2);
      const late = await candidate();
      await hub.tableBuilder.begin(setId);
      await late.join(hub.set(setId));
      await hub.tableBuilder.proceed(setId, 256);
      expect((await hub.epoch(setId)).operators).to.deep.equal(addresses(joined, [0, 1]));
    });

    it("says of one that is slashed between two calls what is left, and all of the others", async function () {
      const { hub, setId, first } = stage();
      const joined = await members(3);
      const { serviceManager, tableBuilder } = hub;
      await tableBuilder.begin(setId);
      await tableBuilder.proceed(setId, 1);
      const slasher = await impersonated(hub);
      for (const at of [0, 2]) {
        const { address: operator } = elementAt(joined, at);
        await serviceManager.connect(slasher).slash(setId, operator, [first.strategy], [WAD / 2n], "half");
      }
      await tableBuilder.proceed(setId, 256);
      const { operators } = await hub.epoch(setId);
      expect(operators).to.deep.equal(addresses(joined, [0, 1, 2]));
      const weights = await Promise.all(operators.map((operator) => tableBuilder.weightOf(setId, 1, operator)));
      // The first was read before; that its conviction voids the build is the slasher's to say.
      expect(weights).to.deep.equal([weightAt(0), weightAt(1), weightAt(2) / 2n]);
    });

    it("leaves out one that is slashed to nothing, and one that takes its stake out before it is asked", async function () {
      const { hub, setId, first } = stage();
      const joined = await members(4);
      const { serviceManager, tableBuilder } = hub;
      await tableBuilder.begin(setId);
      const slasher = await impersonated(hub);
      const { address: slashed } = elementAt(joined, 0);
      await serviceManager.connect(slasher).slash(setId, slashed, [first.strategy], [WAD], "all");
      await elementAt(joined, 2).queueWithdrawal(first, 300n * WAD);
      const sent = await tableBuilder.proceed(setId, 256);
      for (const at of [0, 2]) {
        const { address: operator } = elementAt(joined, at);
        await expect(sent).to.emit(tableBuilder, "MemberLeftOut").withArgs(setId, operator, 0, true);
      }
      expect((await hub.epoch(setId)).rows).to.equal(rowsOf(joined, [1, 3]).packed);
    });
  });

  describe("no weight that cannot be taken", function () {
    it("has an allocation that ends right after it was read slashable in the last promised block", async function () {
      const { hub, setId, first } = stage();
      const [operator] = await members(1);
      if (operator === undefined) throw new Error("one member");
      const { eigenLayer, tableBuilder, serviceManager } = hub;
      await tableBuilder.begin(setId);
      await tableBuilder.proceed(setId, 1);
      await operator.allocate(hub.set(setId), [first, 0n]);
      await operator.leave(hub.set(setId));
      const { lookAheadBlock } = await tableBuilder.epoch(setId, 1);
      await eigenLayer.passUntilNextIs(Number(lookAheadBlock));
      const slasher = await impersonated(hub);
      const sent = await serviceManager
        .connect(slasher)
        .slash(setId, operator.address, [first.strategy], [WAD], "last block");
      expect(await blockOf(sent)).to.equal(Number(lookAheadBlock));
      const shares = await eigenLayer.delegationManager.getOperatorsShares([operator.address], [first.strategy]);
      expect(shares).to.deep.equal([[0n]]);
    });

    it("counts what is on its way out as long as it can be taken in the last promised block, and not a block longer", async function () {
      const { hub, setId, first } = stage();
      const joined = await members(2);
      const { eigenLayer, tableBuilder } = hub;
      const operator = elementAt(joined, 1);
      const block = await blockOf(await operator.allocate(hub.set(setId), [first, WAD / 2n]));
      const { effectBlock } = await eigenLayer.allocationManager.getAllocation(
        operator.address,
        hub.set(setId),
        first.strategy,
      );
      const spare = eigenLayer.delays.deallocation - 99_000;
      expect(effectBlock).to.equal(BigInt(block + spare + 99_001));
      for (const [later, weight] of [
        [spare, weightAt(1)],
        [spare + 1, weightAt(1) - 100n * WAD],
      ] as const) {
        const snapshot = await eigenLayer.helpers.takeSnapshot();
        await eigenLayer.passUntilNextIs(block + later);
        await hub.build(setId);
        expect(await tableBuilder.weightOf(setId, 1, operator.address)).to.equal(weight);
        await snapshot.restore();
      }
    });
  });

  it("has retired strategies slashed until the last epoch that counted them is over, and dropped then", async function () {
    const { hub, setId, first, second } = stage();
    const joined = await members(2);
    const { address: operator } = elementAt(joined, 1);
    const { eigenLayer, serviceManager, tableBuilder } = hub;
    await hub.build(setId);
    const shaper = await impersonated(hub, hub.addresses.shaper);
    const strategies = [{ strategy: first.strategy, multiplier: WAD }];
    await serviceManager.connect(shaper).shapeSet(setId, { strategies, minimumWeight: MINIMUM, hasAllowList: false });
    const last = await tableBuilder.slashableUntil(setId);
    await expect(serviceManager.dropStrategy(setId, second.strategy))
      .to.be.revertedWithCustomError(serviceManager, "StrategySlashable")
      .withArgs(second.strategy, (found: bigint) => found < last, last);
    const slasher = await impersonated(hub);
    const slash = async () =>
      serviceManager.connect(slasher).slash(setId, operator, [second.strategy], [WAD / 2n], "retired");
    await slash();
    const [[left]] = await eigenLayer.delegationManager.getOperatorsShares([operator], [second.strategy]).then(pairs);
    expect(left).to.equal(25n * WAD);
    await eigenLayer.helpers.time.increaseTo(last);
    await serviceManager.dropStrategy(setId, second.strategy);
    expect(await eigenLayer.allocationManager.getStrategiesInOperatorSet(hub.set(setId))).to.deep.equal([
      first.strategy,
    ]);
    await expect(slash()).to.be.revertedWithCustomError(eigenLayer.allocationManager, "StrategyNotInOperatorSet");
  });

  it("has who is ejected out of EigenLayer's set, slashable still, and out of the next table", async function () {
    const { hub, setId } = stage();
    const joined = await members(5);
    const { eigenLayer, serviceManager } = hub;
    await hub.build(setId);
    const owner = elementAt(eigenLayer.chain.signers, 1);
    const { address: operator } = elementAt(joined, 0);
    await serviceManager.connect(owner).eject(setId, operator);
    const { allocationManager } = eigenLayer;
    expect(await allocationManager.isMemberOfOperatorSet(operator, hub.set(setId))).to.equal(false);
    expect(await allocationManager.isOperatorSlashable(operator, hub.set(setId))).to.equal(true);
    await eigenLayer.helpers.time.increase(86_400 + 6 * 3_600);
    const { operators } = await hub.build(setId);
    expect(operators).to.deep.equal(addresses(joined, [4, 1, 2, 3]));
  });
});

/** An account that acts as a contract of the hub: the slasher unless told otherwise. */
async function impersonated({ addresses, eigenLayer }: Hub, account: string = addresses.slasher) {
  await eigenLayer.helpers.setBalance(address(account), 10n ** 21n);
  return eigenLayer.chain.ethers.getImpersonatedSigner(account);
}

function pairs(found: readonly (readonly bigint[])[]): [[bigint]] {
  return [[elementAt(elementAt(found, 0), 0)]];
}

import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { hexSchema } from "#protocol/schemas.ts";
import type { Hex } from "#protocol/types.ts";
import { EpochStatus } from "#support/brakes.ts";
import { Committee } from "#support/committee.ts";
import { bringTable, tableFact } from "#support/facts.ts";
import { PAPER } from "#support/paper.ts";
import { depositOf, derive, type Deposit } from "#support/stacks/opNode.ts";
import { opRoad, type OpRoad } from "#support/stacks/opRoad.ts";
import { OP_MESSENGER } from "#support/stacks/opStack.ts";
import { stagedOn } from "#support/stage.ts";
import { entryOf, Status, TEST_DOMAIN } from "#support/world.ts";

const ALIAS = 0x1111000000000000000000000000000000001111n;
// The portal burns what it sells by a loop, which is slow here.
const GAS = 200_000;

describe("Over the OP Stack's own contracts, news", function () {
  const stage = stagedOn(
    async () => opRoad(GAS),
    ({ hubChain, here }) => [hubChain, here],
  );
  const status = async () => (await stage().here.gateway.epoch(1, 1)).status;

  it("come from the hub's end into the rollup's books, as deposits of the aliased messenger", async function () {
    const { hub, hubEnd, here, opHub } = stage();
    await hub.revoke(1, 1);
    const deposit = await depositOf(opHub, hubEnd.sendEpoch(1, 1));
    expect(BigInt(deposit.from) - BigInt(opHub.messenger.address)).to.equal(ALIAS);
    await expect(derive(here, deposit)).to.emit(here.operatorTables, "NewsBrought");
    await expect(derive(here, deposit)).to.be.revertedWith("CrossDomainMessenger: message has already been relayed");
    expect(await status()).to.equal(EpochStatus.Revoked);
    await hub.record(entryOf(PAPER.strong, PAPER.gateway, { status: Status.Retired, version: 2n }));
    await expect(derive(here, await depositOf(opHub, hubEnd.sendEntry(PAPER.strong))))
      .to.emit(here.directory, "EntryApplied")
      .withArgs(PAPER.strong, 2, PAPER.gateway, 1, Status.Retired, 3, true);
  });

  it("of another sender are relayed to no effect, and those of nobody's messenger are not relayed", async function () {
    const { hub, hubEnd, hubChain, here, opHub, opRollup, rollupEnd } = stage();
    await hub.revoke(1, 1);
    const genuine = await depositOf(opHub, hubEnd.sendEpoch(1, 1));
    const stranger = elementAt(hubChain.signers, 5);
    const message = messageIn(stage(), genuine);
    const messenger = opHub.messenger.as(stranger);
    const sent = await depositOf(opHub, messenger.send("sendMessage", [await rollupEnd.getAddress(), message, GAS]));
    await expect(derive(here, sent)).to.emit(opRollup.messenger.contract, "FailedRelayedMessage");
    // As the messenger would be called, but by somebody else's deposit; then past the messenger.
    const portal = opHub.portal.as(stranger);
    const claimed = await depositOf(
      opHub,
      portal.send("depositTransaction", [OP_MESSENGER, 0, GAS, false, genuine.data]),
    );
    await expect(derive(here, claimed)).to.be.revertedWith("CrossDomainMessenger: message cannot be replayed");
    const past = await depositOf(
      opHub,
      portal.send("depositTransaction", [await rollupEnd.getAddress(), 0, GAS, false, message]),
    );
    await expect(derive(here, past))
      .to.be.revertedWithCustomError(rollupEnd, "NotTheHubEnd")
      .withArgs("0x0000000000000000000000000000000000000000", await hubEnd.getAddress());
    expect(await status()).to.equal(EpochStatus.Speaking);
    await derive(here, genuine);
    expect(await status()).to.equal(EpochStatus.Revoked);
  });
});

describe("Over the OP Stack's own contracts, news that got too little gas", function () {
  const stage = stagedOn(
    async () => opRoad(1),
    ({ hubChain, here }) => [hubChain, here],
  );

  it("are kept and relayed again by anybody with more, late ones to no effect", async function () {
    const { committee, hub, hubChain, hubEnd, here, opHub, opRollup, rollupEnd, table } = stage();
    // Much to silence: what the messenger adds of its own is not enough.
    for (let epoch = 2; epoch <= 9; epoch++) {
      const next = Committee.of(TEST_DOMAIN, [1n], { epoch });
      await bringTable(here, committee, tableFact(next, table.validFrom, table.validUntil));
    }
    await hubChain.helpers.time.increase(60);
    const early = await depositOf(opHub, hubEnd.sendEpoch(1, 1));
    await hub.revoke(1, 1);
    const late = await depositOf(opHub, hubEnd.sendEpoch(1, 1));
    for (const deposit of [early, late]) {
      await expect(derive(here, deposit)).to.emit(opRollup.messenger.contract, "FailedRelayedMessage");
    }
    const again = async ({ to, data }: Deposit, gasLimit: bigint) =>
      here.relayer.sendTransaction({ to, data, gasLimit });
    await expect(again(late, 250_000n)).to.emit(opRollup.messenger.contract, "FailedRelayedMessage");
    expect((await here.operatorTables.newsOf(1, 1)).hubTime).to.equal(0n);
    await expect(again(late, 1_000_000n)).to.emit(opRollup.messenger.contract, "RelayedMessage");
    const status = async (epoch: number) => (await here.gateway.epoch(1, epoch)).status;
    expect([await status(1), await status(9)]).to.deep.equal([EpochStatus.Revoked, EpochStatus.Revoked]);
    await expect(again(early, 1_000_000n)).to.emit(rollupEnd, "NewsIgnored").withArgs(anyValue, 1, 2);
    expect(await status(1)).to.equal(EpochStatus.Revoked);
    for (const deposit of [early, late]) {
      await expect(again(deposit, 1_000_000n)).to.be.revertedWith(
        "CrossDomainMessenger: message has already been relayed",
      );
    }
  });
});

/** What the messenger is to tell its target. */
function messageIn({ opHub }: OpRoad, { data }: Deposit): Hex {
  return hexSchema.parse(opHub.messenger.contract.interface.decodeFunctionData("relayMessage", data).at(-1));
}

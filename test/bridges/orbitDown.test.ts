import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { concat, parseEther } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { EpochStatus } from "#support/brakes.ts";
import { PAPER } from "#support/paper.ts";
import { FORCE_INCLUSION } from "#support/stacks/orbit.ts";
import { orbitRoad, ROLLUP_GAS } from "#support/stacks/orbitRoad.ts";
import { judge, redeem, SUBMIT_RETRYABLE, ticketOf } from "#support/stacks/tickets.ts";
import { stagedOn } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const ALIAS = 0x1111000000000000000000000000000000001111n;
/** Arbitrum One's floor. */
const GAS_PRICE = 20_000_000n;
const PLENTY = parseEther("0.01");
/** Estimates are made at a base fee of zero, at which the inbox takes another way. */
const HUB_GAS = 1_000_000n;

describe("Over nitro's own contracts, news", function () {
  const stage = stagedOn(orbitRoad, ({ hubChain, here }) => [hubChain, here]);
  const status = async () => (await stage().here.gateway.epoch(1, 1)).status;
  const sendEpoch = async (value = PLENTY) =>
    ticketOf(stage().orbitHub, stage().hubEnd.sendEpoch(1, 1, { value, gasLimit: HUB_GAS }));

  it("come from the hub's end into the rollup's books, as tickets of its alias", async function () {
    const { hub, hubEnd, here, orbitHub, rollupEnd } = stage();
    await hub.revoke(1, 1);
    const ticket = await sendEpoch();
    expect(BigInt(ticket.from) - BigInt(await hubEnd.getAddress())).to.equal(ALIAS);
    expect(ticket.to).to.equal(await rollupEnd.getAddress());
    expect(judge(ticket, GAS_PRICE)).to.deep.equal({ isMade: true, isRedeemed: true });
    await expect(redeem(here, ticket, ticket.gasLimit)).to.emit(here.operatorTables, "NewsBrought");
    expect(await status()).to.equal(EpochStatus.Revoked);
    await hub.record(entryOf(PAPER.strong, PAPER.gateway, { status: Status.Retired, version: 2n }));
    const entry = await ticketOf(orbitHub, hubEnd.sendEntry(PAPER.strong, { value: PLENTY, gasLimit: HUB_GAS }));
    await expect(redeem(here, entry, entry.gasLimit))
      .to.emit(here.directory, "EntryApplied")
      .withArgs(PAPER.strong, 2, PAPER.gateway, 1, Status.Retired, 3, true);
  });

  it("offer the whole value, no less than the inbox takes", async function () {
    const { hubChain, hubEnd, orbitHub } = stage();
    const base = 7_000_000_000n;
    const size = BigInt((await sendEpoch()).data.length / 2 - 1);
    const least = (1_400n + 6n * size) * base + 2n * ROLLUP_GAS;
    const sendAt = async (value: bigint) => {
      await hubChain.helpers.setNextBlockBaseFeePerGas(base);
      return hubEnd.sendEpoch(1, 1, { value, maxFeePerGas: base, maxPriorityFeePerGas: 0n, gasLimit: HUB_GAS });
    };
    await expect(sendAt(least - 1n))
      .to.be.revertedWithCustomError(hubEnd, "FeeMismatch")
      .withArgs(least - 1n, least);
    const bare = await ticketOf(orbitHub, sendAt(least));
    expect(bare.delivered.baseFee).to.equal(base);
    expect(judge(bare, GAS_PRICE)).to.deep.equal({ isMade: true, isRedeemed: false });
    const paid = await ticketOf(orbitHub, sendAt(PLENTY));
    for (const ticket of [bare, paid]) {
      expect(ticket.maxSubmissionCost + ticket.gasLimit * ticket.maxFeePerGas).to.be.within(
        ticket.value - ROLLUP_GAS,
        ticket.value,
      );
      expect([ticket.callValue, ticket.gasLimit]).to.deep.equal([0n, ROLLUP_GAS]);
    }
    expect(paid.value).to.equal(PLENTY);
    expect(await hubChain.ethers.provider.getBalance(await hubEnd.getAddress()), "kept").to.equal(0n);
  });

  it("pay back to whoever sent them, where that account acts on the rollup", async function () {
    const { hub, hubChain, hubEnd, orbitHub } = stage();
    const contract = await hub.getAddress();
    const delegated = elementAt(hubChain.signers, 6);
    await hubChain.helpers.setCode(delegated.address, concat(["0xef0100", contract]));
    await hubChain.helpers.setBalance(contract, parseEther("1"));
    for (const [caller, offset] of [
      [elementAt(hubChain.signers, 5), 0n],
      [delegated, 0n],
      [await hubChain.ethers.getImpersonatedSigner(contract), ALIAS],
    ] as const) {
      const ticket = await ticketOf(
        orbitHub,
        hubEnd.connect(caller).sendEpoch(1, 1, { value: PLENTY, gasLimit: HUB_GAS }),
      );
      expect(BigInt(ticket.feeRefund) - BigInt(caller.address)).to.equal(offset);
      expect(ticket.callValueRefund).to.equal(ticket.feeRefund);
    }
  });

  it("that offered too little, or got too little gas, are redeemed by anybody, late ones to no effect", async function () {
    const { hub, here, rollupEnd } = stage();
    const early = await sendEpoch(PLENTY / 50n);
    await hub.revoke(1, 1);
    const late = await sendEpoch();
    expect(judge(early, 10n * GAS_PRICE)).to.deep.equal({ isMade: true, isRedeemed: false });
    await expect(redeem(here, late, 80_000n)).to.be.revert(here.ethers);
    expect((await here.operatorTables.newsOf(1, 1)).hubTime).to.equal(0n);
    await redeem(here, late, ROLLUP_GAS);
    expect(await status()).to.equal(EpochStatus.Revoked);
    for (const [ticket, sequence] of [
      [early, 1],
      [late, 2],
    ] as const) {
      await expect(redeem(here, ticket, ROLLUP_GAS))
        .to.emit(rollupEnd, "NewsIgnored")
        .withArgs(anyValue, sequence, 2);
    }
    expect(await status()).to.equal(EpochStatus.Revoked);
  });

  it("of another sender are refused", async function () {
    const { hubChain, hubEnd, here, orbitHub, rollupEnd } = stage();
    const { to, data } = await sendEpoch();
    const stranger = elementAt(hubChain.signers, 5);
    const args = [to, 0, PLENTY / 2n, stranger.address, stranger.address, 1_000_000n, 2n, data];
    const strange = await ticketOf(
      orbitHub,
      orbitHub.inbox.as(stranger).send("createRetryableTicket", args, { value: PLENTY }),
    );
    await expect(redeem(here, strange, ROLLUP_GAS))
      .to.be.revertedWithCustomError(rollupEnd, "NotTheHubEnd")
      .withArgs(stranger.address, await hubEnd.getAddress());
    // Who has the hub's end's address on the rollup, which is anybody's there.
    const own = await here.actAs(await hubEnd.getAddress());
    await expect(own.sendTransaction({ to, data })).to.be.revertedWithCustomError(rollupEnd, "NotTheHubEnd");
  });

  it("cannot be kept out by the sequencer for longer than it may", async function () {
    const { hubChain, orbitHub } = stage();
    const { from, delivered } = await sendEpoch();
    const { index, block, timestamp, baseFee, dataHash } = delivered;
    const force = async () =>
      orbitHub.sequencerInbox
        .as(elementAt(hubChain.signers, 5))
        .send("forceInclusion", [index + 1n, SUBMIT_RETRYABLE, [block, timestamp], baseFee, from, dataHash]);
    await expect(force()).to.be.revertedWithCustomError(orbitHub.sequencerInbox.contract, "ForceIncludeBlockTooSoon");
    await hubChain.helpers.mine(FORCE_INCLUSION.blocks, { interval: 12 });
    await hubChain.helpers.time.increase(FORCE_INCLUSION.seconds);
    await force();
    expect(await orbitHub.sequencerInbox.ask("totalDelayedMessagesRead")).to.equal(index + 1n);
  });
});

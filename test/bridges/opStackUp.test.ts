import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { address, hex, type Bytes32 } from "#protocol/types.ts";
import { PAPER } from "#support/paper.ts";
import { opRoad } from "#support/stacks/opRoad.ts";
import { deployOpHub, OP_DELAYS, repoint } from "#support/stacks/opStack.ts";
import { refutationIn, sendToPeer } from "#support/stacks/road.ts";
import {
  attack,
  createdAt,
  finalize,
  inclusionProof,
  propose,
  prove,
  resolve,
  withdrawalOf,
  type Begun,
  type Output,
} from "#support/stacks/withdrawals.ts";
import { stagedOn } from "#support/stage.ts";

// Which node does not fit depends on the hashes.
const NOT_IN_TRIE = /^MerkleTrie: /;
const PEER = [PAPER.strong, PAPER.gateway] as const;

describe("Over the OP Stack's own contracts, a refutation", function () {
  const stage = stagedOn(
    async () => opRoad(1),
    ({ hubChain, here }) => [hubChain, here],
  );

  /** Has the gateway say how many messages a page holds now. */
  async function said(pageIndex = 0): Promise<{ begun: Begun; refutationHash: Bytes32 }> {
    const { opRollup, rollupEnd } = stage();
    const sent = rollupEnd.refuteNotYet(...PEER, pageIndex);
    return { begun: await withdrawalOf(opRollup, sent), refutationHash: await refutationIn(stage(), sent) };
  }

  async function claim(opHub = stage().opHub): Promise<Output> {
    const { hubChain, here } = stage();
    // Of one block there is one claim.
    await here.helpers.mine();
    return propose(opHub, hubChain, here);
  }

  async function proven(begun: Begun, output: Output, opHub = stage().opHub): Promise<void> {
    const { here } = stage();
    await prove(opHub, begun, output, await inclusionProof(here, begun, output));
  }

  const pass = async (seconds: number) => stage().hubChain.helpers.time.increase(seconds);
  const now = async () => stage().hubChain.helpers.time.latest();

  it("is proven to the hub, and judged there after the stated delay, once", async function () {
    const { opHub, opRollup, hubEnd, rollupEnd, hubChain } = stage();
    const message = await sendToPeer(stage());
    const sent = rollupEnd.refuteDiffers(...PEER, 0, 1, [message]);
    const begun = await withdrawalOf(opRollup, sent);
    const refutationHash = await refutationIn(stage(), sent);
    const output = await claim();
    await proven(begun, output);
    const since = await now();
    const { time } = hubChain.helpers;
    await time.setNextBlockTimestamp((await createdAt(output)) + OP_DELAYS.clock);
    await output.game.send("resolveClaim", [0, 0]);
    await time.setNextBlockTimestamp((await createdAt(output)) + OP_DELAYS.clock + 1);
    await output.game.send("resolve");
    const due = since + Number(await hubEnd.uncontestedDelaySeconds());
    await time.setNextBlockTimestamp(due);
    await expect(finalize(opHub, begun)).to.be.revertedWith("OptimismPortal: proven withdrawal has not matured yet");
    await time.setNextBlockTimestamp(due + 1);
    await expect(finalize(opHub, begun)).to.emit(hubEnd, "Refuted");
    expect(await hubEnd.isRefuted(refutationHash)).to.equal(true);
    await expect(finalize(opHub, begun)).to.be.revertedWith("OptimismPortal: withdrawal has already been finalized");
    await expect(
      elementAt(hubChain.signers, 3).sendTransaction({ to: begun.withdrawal[2], data: begun.withdrawal[5] }),
    ).to.be.revertedWith("CrossDomainMessenger: message cannot be replayed");
  });

  it("that somebody contests once, at the last second, takes both clocks and an extension, within the stated delay", async function () {
    const { opHub, hubEnd } = stage();
    const { begun } = await said();
    const output = await claim();
    await proven(begun, output);
    const since = await now();
    await pass(OP_DELAYS.clock - 10);
    await attack(output, 0);
    await pass(OP_DELAYS.clock - 10);
    await attack(output, 1);
    await pass(OP_DELAYS.clockExtension - 10);
    await expect(resolve(output, 3)).to.be.revertedWithCustomError(output.game.contract, "ClockNotExpired");
    await pass(10);
    await resolve(output, 3);
    await pass(OP_DELAYS.airGap - 10);
    await expect(finalize(opHub, begun)).to.be.revertedWith("OptimismPortal: output proposal in air-gap");
    await pass(10);
    await expect(finalize(opHub, begun)).to.emit(hubEnd, "Refuted");
    const took = (await now()) - since;
    expect(took).to.be.closeTo(2 * OP_DELAYS.clock + OP_DELAYS.clockExtension + OP_DELAYS.airGap, 30);
    expect(took).to.be.below(Number(await hubEnd.contestedDelaySeconds()));
  });

  it("goes with another output where the one that it was proven by is lost", async function () {
    const { opHub, hubEnd } = stage();
    const { begun } = await said();
    const output = await claim();
    await proven(begun, output);
    await attack(output, 0);
    await pass(OP_DELAYS.clock + 1);
    await resolve(output, 2);
    await pass(OP_DELAYS.proof);
    await expect(finalize(opHub, begun)).to.be.revertedWith("OptimismPortal: output proposal has not been validated");
    await expect(proven(begun, output)).to.be.revertedWith(
      "OptimismPortal: cannot prove against invalid dispute games",
    );
    await carry([begun]);
    await expect(finalize(opHub, begun)).to.emit(hubEnd, "Refuted");
  });

  it("is not there with another message, a changed proof, or an output that is not the claimed one", async function () {
    const { opHub, here, hubEnd } = stage();
    const { begun } = await said();
    const output = await claim();
    const proof = await inclusionProof(here, begun, output);
    const [nonce, sender, , value, gasLimit, data] = begun.withdrawal;
    const elsewhere: Begun = {
      ...begun,
      withdrawal: [nonce, sender, address(await hubEnd.getAddress()), value, gasLimit, data],
    };
    await expect(prove(opHub, elsewhere, output, proof)).to.be.revertedWith(NOT_IN_TRIE);
    const nodes = proof.map((node, at) => (at === proof.length - 1 ? hex(`${node.slice(0, -2)}02`) : node));
    await expect(prove(opHub, begun, output, nodes)).to.be.revertedWith(NOT_IN_TRIE);
    await expect(prove(opHub, begun, output, proof.slice(1))).to.be.revertedWith(NOT_IN_TRIE);
    const [version, stateRoot, , blockHash] = output.parts;
    const lie: Output = { ...output, parts: [version, stateRoot, stateRoot, blockHash] };
    await expect(prove(opHub, begun, lie, proof)).to.be.revertedWith("OptimismPortal: invalid output root proof");
    const before = await claim();
    const later = (await said(1)).begun;
    await expect(prove(opHub, later, before, proof)).to.be.revertedWith(NOT_IN_TRIE);
    await prove(opHub, begun, output, proof);
  });

  /** Brings withdrawals until anybody may execute them. */
  async function carry(all: readonly Begun[], opHub = stage().opHub): Promise<void> {
    const output = await claim(opHub);
    for (const begun of all) await proven(begun, output, opHub);
    await pass(OP_DELAYS.clock);
    await resolve(output);
    await pass(OP_DELAYS.proof);
  }

  it("of another sender, past the messenger or over another rollup's contracts is none", async function () {
    const { opHub, opRollup, hubEnd, here, hubChain } = stage();
    const { begun, refutationHash } = await said();
    const relayed = opHub.messenger.contract.interface.decodeFunctionData("relayMessage", begun.withdrawal[5]);
    const call = String(relayed.at(-1));
    const target = await hubEnd.getAddress();
    const messenger = opRollup.messenger.as(here.relayer);
    const passer = opRollup.passer.as(here.relayer);
    const strange = await withdrawalOf(opRollup, messenger.send("sendMessage", [target, call, 200_000]));
    const claimed = await withdrawalOf(
      opRollup,
      passer.send("initiateWithdrawal", [opHub.messenger.address, 500_000, begun.withdrawal[5]]),
    );
    const past = await withdrawalOf(opRollup, passer.send("initiateWithdrawal", [target, 500_000, call]));
    await carry([strange, claimed, past]);
    await expect(finalize(opHub, strange)).to.emit(opHub.messenger.contract, "FailedRelayedMessage");
    for (const each of [claimed, past]) {
      await expect(finalize(opHub, each))
        .to.emit(opHub.portal.contract, "WithdrawalFinalized")
        .withArgs(each.hash, false);
    }
    const other = await deployOpHub(hubChain, here.chainId);
    await repoint(here, other.messenger.address);
    const foreign = await said();
    await carry([foreign.begun], other);
    await expect(finalize(other, foreign.begun)).to.emit(other.messenger.contract, "FailedRelayedMessage");
    for (const each of [refutationHash, foreign.refutationHash]) expect(await hubEnd.isRefuted(each)).to.equal(false);
    await carry([begun]);
    await expect(finalize(opHub, begun)).to.emit(hubEnd, "Refuted");
  });

  it("that was given too little gas, or came while the bridge was paused, is executed later, in any order", async function () {
    const { opHub, hubEnd } = stage();
    const first = await said(0);
    const second = await said(1);
    await carry([first.begun, second.begun]);
    await expect(finalize(opHub, second.begun, 250_000n)).to.be.revertedWith("SafeCall: Not enough gas");
    await opHub.superchain.send("pause", ["an incident"]);
    await expect(finalize(opHub, second.begun)).to.be.revertedWithCustomError(opHub.portal.contract, "CallPaused");
    await opHub.superchain.send("unpause");
    for (const { begun, refutationHash } of [second, first]) {
      await finalize(opHub, begun);
      expect(await hubEnd.isRefuted(refutationHash)).to.equal(true);
    }
  });
});

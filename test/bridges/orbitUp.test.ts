import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { address, bytes32 } from "#protocol/types.ts";
import { PAPER } from "#support/paper.ts";
import { ARB_SYS, deployOrbitHub } from "#support/stacks/orbit.ts";
import { orbitRoad } from "#support/stacks/orbitRoad.ts";
import { refutationIn, sendToPeer } from "#support/stacks/road.ts";
import { execute, sendsOf, SendTree, type Send } from "#support/stacks/sends.ts";
import { stagedOn } from "#support/stage.ts";

const PEER = [PAPER.strong, PAPER.gateway] as const;

describe("Over nitro's own contracts, a refutation", function () {
  const stage = stagedOn(orbitRoad, ({ hubChain, here }) => [hubChain, here]);

  /** Has the gateway say how many messages each of these pages holds now. */
  async function say(pages: number): Promise<void> {
    for (let page = 0; page < pages; page++) await stage().rollupEnd.refuteNotYet(...PEER, page);
  }

  /** All that left the rollup, under a root that the hub has confirmed. */
  async function confirmed(orbitHub = stage().orbitHub): Promise<{ sends: readonly Send[]; tree: SendTree }> {
    const sends = await sendsOf(stage().here);
    const tree = new SendTree(sends);
    await orbitHub.confirm(tree.root());
    return { sends, tree };
  }

  const unspent = async (send: Send) => !(await stage().orbitHub.outbox.ask("isSpent", [send.position]));

  it("is executed on the hub once its root is confirmed, once", async function () {
    const { hubEnd, orbitHub, rollupEnd } = stage();
    const message = await sendToPeer(stage());
    const sent = rollupEnd.refuteDiffers(...PEER, 0, 1, [message]);
    const refutationHash = await refutationIn(stage(), sent);
    const send = elementAt(await sendsOf(stage().here), 0);
    const tree = new SendTree([send]);
    await expect(execute(orbitHub, tree.proof(send), send))
      .to.be.revertedWithCustomError(orbitHub.outbox.contract, "UnknownRoot")
      .withArgs(tree.root());
    await orbitHub.confirm(tree.root());
    await expect(execute(orbitHub, tree.proof(send), send)).to.emit(hubEnd, "Refuted");
    expect(await hubEnd.isRefuted(refutationHash)).to.equal(true);
    await expect(execute(orbitHub, tree.proof(send), send))
      .to.be.revertedWithCustomError(orbitHub.outbox.contract, "AlreadySpent")
      .withArgs(0);
  });

  it("is executed in any order, under a later root too, and after a call that had too little gas", async function () {
    const { hubEnd, orbitHub } = stage();
    await say(3);
    const early = await confirmed();
    await say(2);
    const { sends, tree } = await confirmed();
    expect(sends).to.have.lengthOf(5);
    const last = elementAt(sends, 4);
    await expect(execute(orbitHub, tree.proof(last), last, 70_000n)).to.be.revert(stage().hubChain.ethers);
    expect(await unspent(last)).to.equal(true);
    for (const send of sends.toReversed()) {
      const under = send.position === 1n ? early.tree : tree;
      await expect(execute(orbitHub, under.proof(send), send)).to.emit(hubEnd, "Refuted");
    }
  });

  it("is not there with a changed message or proof, or in another's place", async function () {
    const { hubEnd, orbitHub } = stage();
    await say(3);
    const { sends, tree } = await confirmed();
    const [first, second] = [elementAt(sends, 0), elementAt(sends, 1)];
    const proof = tree.proof(first);
    const [, ...rest] = first.call;
    const impostor = address(elementAt(stage().here.signers, 5).address);
    const changed = (changes: Partial<Send>): Send => ({ ...first, ...changes });
    for (const [why, send, path] of [
      ["another sender", changed({ call: [impostor, ...rest] }), proof],
      ["another message", changed({ call: second.call }), proof],
      ["another place", changed({ position: 1n }), proof],
      ["another proof", first, tree.proof(second)],
      ["a changed proof", first, [...proof.slice(0, -1), bytes32(`0x${"11".repeat(32)}`)]],
    ] as const) {
      await expect(execute(orbitHub, path, send), why).to.be.revertedWithCustomError(
        orbitHub.outbox.contract,
        "UnknownRoot",
      );
    }
    await expect(execute(orbitHub, proof, first)).to.emit(hubEnd, "Refuted");
  });

  it("of another sender, or over another chain's contracts, is none", async function () {
    const { hubChain, hubEnd, orbitHub, here, rollupEnd } = stage();
    const sent = rollupEnd.refuteNotYet(...PEER, 0);
    const refutationHash = await refutationIn(stage(), sent);
    const target = await hubEnd.getAddress();
    const genuine = elementAt(await sendsOf(here), 0);
    const arbSys = (await here.ethers.getContractAt("IArbSys", ARB_SYS)).connect(here.relayer);
    await arbSys.sendTxToL1(target, genuine.call[6]);
    const end = await rollupEnd.getAddress();
    const { sends, tree } = await confirmed();
    const strange = elementAt(sends, 1);
    await expect(execute(orbitHub, tree.proof(strange), strange))
      .to.be.revertedWithCustomError(hubEnd, "NotTheRollupEnd")
      .withArgs(here.relayer.address, end);
    const other = await deployOrbitHub(hubChain);
    await confirmed(other);
    await expect(execute(other, tree.proof(genuine), genuine))
      .to.be.revertedWithCustomError(hubEnd, "NotTheRollupEnd")
      .withArgs(ZeroAddress, end);
    const stranger = orbitHub.bridge.as(elementAt(hubChain.signers, 5));
    await expect(stranger.send("executeCall", [target, 0, genuine.call[6]])).to.be.revertedWithCustomError(
      orbitHub.bridge.contract,
      "NotOutbox",
    );
    expect(await hubEnd.isRefuted(refutationHash)).to.equal(false);
    await execute(orbitHub, tree.proof(genuine), genuine);
    expect(await hubEnd.isRefuted(refutationHash)).to.equal(true);
  });
});

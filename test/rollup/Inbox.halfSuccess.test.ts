import { expect } from "chai";
import { concat, id, Interface, zeroPadBytes } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { burst } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

/** Reasons that the gateway itself gives; they never leave it as errors of its own. */
const REASONS = new Interface(["error WrongSelector(bytes32 found)", "error HalfDone(uint256 count)"]);
const End = { Accepts: 0, AnswersWrongSelector: 1, AnswersShort: 2, Reverts: 3, RunsOutOfGas: 4 } as const;

describe("Inbox: no half success", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipient = await beta.ethers.deployContract("HalfSuccessRecipient", [], beta.deployer);
    const neighbour = await beta.deployMock("NoOpRecipient");
    const half = { recipient: await recipient.getAddress(), payload: id("what it shall do") };
    await burst(alpha, beta, [{ recipient: neighbour }, half, { recipient: neighbour }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    const message = elementAt(page.messages, 1);
    return { rollups, alpha, beta, recipient, page, certified, message, run: runOf(page, certified) };
  });

  for (const { title, end, reason } of [
    {
      title: "returns the wrong selector",
      end: End.AnswersWrongSelector,
      reason: REASONS.encodeErrorResult("WrongSelector", [zeroPadBytes("0xdeadbeef", 32)]),
    },
    {
      title: "returns the right selector in too few bytes",
      end: End.AnswersShort,
      reason: REASONS.encodeErrorResult("WrongSelector", [zeroPadBytes("0x", 32)]),
    },
    { title: "reverts", end: End.Reverts, reason: REASONS.encodeErrorResult("HalfDone", [1n]) },
    { title: "runs out of gas", end: End.RunsOutOfGas, reason: "0x" },
  ]) {
    it(`a recipient that ${title} has had no effect, and does its work once when it is repaired`, async function () {
      const { alpha, beta, recipient, page, certified, message, run } = stage();
      const answerLane = await beta.gateway.lane(alpha.chainId);
      await recipient.endWith(end);

      const failing = await deliver(beta, certified.certificate, [run]);

      expect(failing.failed).to.deep.equal([{ messageId: messageId(message), reason }]);
      await expectUnseen(beta, [message]);
      await expectDelivered(beta, ...page.messages.filter((other) => other !== message));
      // Neither what it wrote, nor what it said, nor what it sent.
      expect(await recipient.count()).to.equal(0n);
      expect(await recipient.queryFilter(recipient.filters.Effected())).to.have.length(0);
      expect(await beta.gateway.lane(alpha.chainId)).to.deep.equal(answerLane);
      expect(await beta.gateway.queryFilter(beta.gateway.filters.MessageSent())).to.have.length(0);

      const again = await deliver(beta, certified.certificate, [run]);
      expect(again.failed).to.deep.equal(failing.failed);

      await recipient.endWith(End.Accepts);
      const repaired = await deliver(beta, certified.certificate, [run]);

      expect(repaired.delivered).to.deep.equal([messageId(message)]);
      await expectDelivered(beta, ...page.messages);
      expect(await recipient.count()).to.equal(1n);
      const [, answers] = await beta.gateway.lane(alpha.chainId);
      expect(answers).to.equal(1n);
      await deliver(beta, certified.certificate, [run]);
      expect(await recipient.count()).to.equal(1n);
    });
  }

  it("the frame that makes it so opens for the gateway alone", async function () {
    const { beta, recipient } = stage();
    const data = concat([
      beta.gateway.interface.encodeFunctionData("wrapInFrame", [await recipient.getAddress(), 200_000n]),
      recipient.interface.encodeFunctionData("receiveMessage", [id("forged"), "0x", "0x"]),
    ]);
    await expect(beta.user.sendTransaction({ to: beta.addresses.gateway, data }))
      .to.be.revertedWithCustomError(beta.gateway, "NotSelf")
      .withArgs(beta.user.address);
    expect(await recipient.count()).to.equal(0n);
  });
});

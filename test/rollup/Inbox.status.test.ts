import { expect } from "chai";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";
import { burst } from "#support/burst.ts";
import { expectDelivered, expectExpired, expectUnseen, MessageStatus, Obstacle } from "#support/expectations.ts";
import { updateEntry } from "#support/facts.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { entryOf, runOf, Status, world } from "#support/world.ts";

const NEXT_GATEWAY = address("0x000000000000000000000000000000000000beef");
const NOBODY = address("0x00000000000000000000000000000000000000ff");
const REFUSED = { ...DEFAULT_POLICY, refused: true };
const NONE_LEFT = { ...DEFAULT_POLICY, messagesPerHour: 0 };

describe("Inbox: what became of a message, and what hinders it", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipient = await beta.deployMock("NoOpRecipient");
    const deadline = (await beta.now()) + 1_000n;
    await burst(alpha, beta, [{ recipient }, { recipient: NOBODY }, { recipient, deliverBefore: deadline }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const at = (index: number) => elementAt(page.messages, index);
    const [message, toNobody, hasty] = [at(0), at(1), at(2)];
    const certified = await certifyPages(committee, beta, [page]);
    const change = (changes: Parameters<typeof entryOf>[2]) =>
      updateEntry(committee, beta, entryOf(alpha.chainId, alpha.addresses.gateway, { version: 2n, ...changes }));
    return { rollups, alpha, beta, committee, page, certified, deadline, message, toNobody, hasty, change };
  });

  it("nothing, while it only waits for a certificate or a relayer", async function () {
    const { beta, message } = stage();
    await expectUnseen(beta, [message]);
  });

  it("delivered, once it was, though the source is refused by now", async function () {
    const { alpha, beta, page, certified, message } = stage();
    await deliver(beta, certified.certificate, [runOf(page, certified)]);
    await beta.policy.tighten(alpha.chainId, REFUSED);
    await expectDelivered(beta, message);
  });

  it("expired from the second after its deadline on", async function () {
    const { beta, hasty, deadline } = stage();
    await beta.helpers.time.increaseTo(deadline - 1n);
    await expectUnseen(beta, [hasty]);
    await beta.helpers.time.increaseTo(deadline + 1n);
    await expectExpired(beta, hasty);
  });

  it("its lane leads to another chain, or to another gateway here, whatever else is wrong", async function () {
    const { alpha, beta, message, toNobody } = stage();
    const { gateway } = beta;
    for (const lane of [
      { ...message, destinationChainId: chainId(77) },
      { ...message, destinationGateway: NEXT_GATEWAY },
      { ...message, destinationChainId: chainId(77), sourceChainId: chainId(78) },
      alpha.laneTo(alpha),
    ]) {
      expect(await gateway.messageStatus(lane, toNobody)).to.deep.equal([
        MessageStatus.Unseen,
        Obstacle.WrongDestination,
      ]);
    }
  });

  it("its lane leads elsewhere, though the message with its number was delivered here or is over", async function () {
    const { beta, page, certified, message, hasty, deadline } = stage();
    await deliver(beta, certified.certificate, [runOf(page, certified)]);
    await beta.helpers.time.increaseTo(deadline + 1n);
    for (const other of [message, hasty]) {
      expect(await beta.gateway.messageStatus({ ...other, destinationGateway: NEXT_GATEWAY }, other)).to.deep.equal([
        MessageStatus.Unseen,
        Obstacle.WrongDestination,
      ]);
    }
  });

  it("its source is unknown here", async function () {
    const { beta, message } = stage();
    await expectUnseen(beta, [{ ...message, sourceChainId: chainId(77) }], Obstacle.SourceNotAccepted);
  });

  it("its source is here", async function () {
    const { beta, message } = stage();
    expect((await beta.gateway.source(beta.chainId)).gateway).to.equal(beta.addresses.gateway);
    await expectUnseen(beta, [{ ...message, sourceChainId: beta.chainId }], Obstacle.SourceNotAccepted);
  });

  for (const status of [Status.Proposed, Status.Retired]) {
    it(`its source has status ${status} here`, async function () {
      const { beta, message, change } = stage();
      await change({ status });
      await expectUnseen(beta, [message], Obstacle.SourceNotAccepted);
    });
  }

  it("nothing, while its source drains", async function () {
    const { beta, message, change } = stage();
    await change({ status: Status.Draining });
    await expectUnseen(beta, [message]);
  });

  it("its gateway was never its source's", async function () {
    const { beta, message } = stage();
    await expectUnseen(beta, [{ ...message, sourceGateway: NOBODY }], Obstacle.SourceGatewayNotAccepted);
  });

  it("its gateway was replaced: nothing for 90 days, the gateway from then on", async function () {
    const { alpha, beta, message, change } = stage();
    await change({ gateway: NEXT_GATEWAY });
    await beta.helpers.time.increase(86_400);
    await beta.directory.applyAnnounced(alpha.chainId);
    await expectUnseen(beta, [message]);
    const lastSecond = await beta.directory.drainingUntil(alpha.chainId, alpha.addresses.gateway);
    await beta.helpers.time.increaseTo(lastSecond - 1n);
    await expectUnseen(beta, [message]);
    await beta.helpers.time.increaseTo(lastSecond + 1n);
    await expectUnseen(beta, [message], Obstacle.SourceGatewayNotAccepted);
  });

  it("its gateway was replaced, and the owner refuses it", async function () {
    const { alpha, beta, message, change } = stage();
    await change({ gateway: NEXT_GATEWAY });
    await beta.helpers.time.increase(86_400);
    await beta.directory.applyAnnounced(alpha.chainId);
    await beta.policy.refuseGateway(alpha.chainId, alpha.addresses.gateway);
    await expectUnseen(beta, [message], Obstacle.SourceGatewayNotAccepted);
  });

  it("its source is refused here, whatever else is wrong", async function () {
    const { alpha, beta, message, toNobody, change } = stage();
    await beta.policy.tighten(alpha.chainId, { ...REFUSED, messagesPerHour: 0 });
    await change({ refutable: false });
    await expectUnseen(beta, [message, toNobody], Obstacle.SourceRefused);
  });

  it("its source cannot be refuted, though it is over the limit too", async function () {
    const { alpha, beta, message, change } = stage();
    await change({ refutable: false });
    await beta.policy.tighten(alpha.chainId, NONE_LEFT);
    await expectUnseen(beta, [message], Obstacle.SourceIrrefutable);
  });

  it("its source's hour is used up", async function () {
    const { alpha, beta, message, toNobody } = stage();
    await beta.policy.tighten(alpha.chainId, NONE_LEFT);
    await expectUnseen(beta, [message, toNobody], Obstacle.OverLimit);
  });

  it("nothing lives at its recipient's address", async function () {
    const { beta, toNobody } = stage();
    await expectUnseen(beta, [toNobody], Obstacle.RecipientWithoutCode);
  });

  it("is not to be asked while a run executes", async function () {
    const { alpha, beta, committee, message } = stage();
    const reentrant = await beta.ethers.deployContract("ReentrantRecipient", [], beta.deployer);
    const { gateway } = beta;
    await reentrant.plan([
      gateway.interface.encodeFunctionData("isDelivered", [alpha.chainId, alpha.addresses.gateway, 0n]),
      gateway.interface.encodeFunctionData("deliveredWord", [alpha.chainId, alpha.addresses.gateway, 0n]),
      gateway.interface.encodeFunctionData("messageStatus", [message, message]),
    ]);
    await burst(alpha, beta, [{ recipient: await reentrant.getAddress(), gasLimit: 1_000_000 }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);

    await deliver(beta, certified.certificate, [runOf(page, certified, { first: 3 })]);

    const answers = await reentrant.queryFilter(reentrant.filters.Answered());
    const guarded = gateway.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
    expect(answers.map(({ args }) => [args.success, args.answer])).to.deep.equal(
      Array.from({ length: 3 }, () => [false, guarded]),
    );
    const [status] = await gateway.messageStatus(message, message);
    expect(status).to.equal(MessageStatus.Unseen);
  });
});

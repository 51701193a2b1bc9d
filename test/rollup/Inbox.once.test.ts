import { expect } from "chai";

import { messageId } from "#protocol/messages.ts";
import { burst, pageAtCount, times } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliver, deliverConfirmed } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

const COUNT = 24;

describe("Inbox: at most once", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipient = await beta.deployMock("RecordingRecipient");
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    await burst(alpha, beta, times(COUNT, { recipient, payload: "0x1234" }));
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    return { rollups, alpha, beta, committee, recorder, page, certified, run: runOf(page, certified) };
  });

  it("a rival cannot void a run: what it left still arrives, and what it took emits nothing", async function () {
    const { beta, page, certified, run, recorder } = stage();
    const taken = page.messages.slice(5, 12);
    await deliver(beta, certified.certificate, [runOf(page, certified, { first: 5, count: 7 })]);

    const { delivered, failed, receipt } = await deliver(beta, certified.certificate, [run]);

    const rest = page.messages.filter((message) => !taken.includes(message));
    expect(delivered).to.deep.equal(rest.map(messageId));
    expect(failed).to.deep.equal([]);
    // One event of the gateway and one of the recipient for each, and not one more.
    expect(receipt.logs).to.have.length(2 * rest.length);
    expect(await recorder.count()).to.equal(BigInt(COUNT));
    await expectDelivered(beta, ...page.messages);
  });

  it("a rival that took all leaves a run that does nothing, and its neighbours arrive", async function () {
    const { beta, page, certified } = stage();
    const taken = runOf(page, certified, { first: 0, count: 10 });
    await deliver(beta, certified.certificate, [taken]);
    const neighbour = runOf(page, certified, { first: 10, count: 3 });
    const { delivered } = await deliver(beta, certified.certificate, [taken, neighbour, taken]);
    expect(delivered).to.deep.equal(page.messages.slice(10, 13).map(messageId));
  });

  it("the same run twice in one transaction executes once", async function () {
    const { beta, page, certified, run, recorder } = stage();
    const { delivered } = await deliver(beta, certified.certificate, [run, run]);
    expect(delivered).to.deep.equal(page.messages.map(messageId));
    expect(await recorder.count()).to.equal(BigInt(COUNT));
  });

  it("overlapping runs in one transaction execute each message once", async function () {
    const { beta, page, certified, recorder } = stage();
    const runs = [
      { first: 3, count: 10 },
      { first: 0, count: 8 },
      { first: 8, count: 16 },
    ].map((range) => runOf(page, certified, range));
    const { delivered } = await deliver(beta, certified.certificate, runs);
    const order = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];
    expect(delivered).to.deep.equal(order.map((at) => page.tree.leaves[at]));
    expect(await recorder.count()).to.equal(BigInt(COUNT));
  });

  it("replaying a delivery in a later block succeeds and does nothing", async function () {
    const { beta, certified, run, recorder } = stage();
    await deliver(beta, certified.certificate, [run]);
    await beta.helpers.mine(3);
    const { receipt } = await deliver(beta, certified.certificate, [run]);
    expect(receipt.logs).to.have.length(0);
    expect(await recorder.count()).to.equal(BigInt(COUNT));
  });

  it("every way in shares one memory: a certificate, a stored root, a newer certificate, a smaller page", async function () {
    const { beta, committee, certified, page, run, recorder } = stage();
    await deliver(beta, certified.certificate, [run]);

    await beta.gateway.confirm(certified.certificate);
    expect((await deliverConfirmed(beta, [run])).receipt.logs).to.have.length(0);

    await beta.helpers.time.increase(60);
    const again = await certifyPages(committee, beta, [page], { absent: [3] });
    expect((await deliver(beta, again.certificate, [runOf(page, again)])).receipt.logs).to.have.length(0);

    const earlier = pageAtCount(page, 9);
    const smaller = await certifyPages(committee, beta, [earlier]);
    expect((await deliver(beta, smaller.certificate, [runOf(earlier, smaller)])).receipt.logs).to.have.length(0);
    expect(await recorder.count()).to.equal(BigInt(COUNT));
  });

  it("a page that grew delivers only what came since", async function () {
    const { alpha, beta, committee, certified, run, recorder } = stage();
    await deliver(beta, certified.certificate, [run]);
    await burst(alpha, beta, times(2, { recipient: await recorder.getAddress() }));
    const grown = await alpha.page(alpha.laneTo(beta));
    const again = await certifyPages(committee, beta, [grown]);
    const { delivered } = await deliver(beta, again.certificate, [runOf(grown, again)]);
    expect(delivered).to.deep.equal(grown.messages.slice(COUNT).map(messageId));
  });

  it("runs at random places in random order end with each message delivered once", async function () {
    const { beta, page, certified, recorder } = stage();
    await beta.gateway.confirm(certified.certificate);
    const random = randomNumbers(7);
    const seen = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const first = random(COUNT);
      const count = 1 + random(COUNT - first);
      const fresh = Array.from({ length: count }, (_, at) => first + at).filter((at) => !seen.has(at));
      const { delivered } = await deliverConfirmed(beta, [runOf(page, certified, { first, count })]);
      expect(delivered).to.deep.equal(fresh.map((at) => page.tree.leaves[at]));
      for (const at of fresh) seen.add(at);
    }
    expect(await recorder.count()).to.equal(BigInt(seen.size));
    await expectDelivered(beta, ...page.messages.filter((_, at) => seen.has(at)));
    await expectUnseen(
      beta,
      page.messages.filter((_, at) => !seen.has(at)),
    );
  });
});

/** The same numbers in every run of the test: below `limit`, from a linear congruence. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

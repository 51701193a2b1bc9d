import { expect } from "chai";

import { messageId } from "#protocol/messages.ts";
import { parse } from "#protocol/schemas.ts";
import { rollupsSchema } from "#nodes/shared/config.ts";
import { bringEntry } from "#support/facts.ts";
import { deployNewcomer, entryFor } from "#support/newcomers.ts";
import { eventually, healthOf, Net, reportOf } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";

const DAY = 86_400;
const LONG_EPOCH = { validitySeconds: BigInt(9 * DAY), parameters: { maxValiditySeconds: 9 * DAY } };

describe("A gateway that was replaced", function () {
  let net: Net;
  let alpha: Rollup;
  let beta: Rollup;
  let successor: Rollup;

  beforeEach(async function () {
    net = await Net.start(LONG_EPOCH);
    ({ alpha, beta } = net.world);
    successor = await deployNewcomer(net.world, beta);
  });
  afterEach(async function () {
    await net.stop();
  });

  // What a node is told: beta's chain twice, with its old gateway and with its new one.
  function rollups(): unknown[] {
    const { gateway } = successor.addresses;
    return [
      ...net.rollups(),
      ...net
        .rollups()
        .slice(1)
        .map((told) => Object.assign({}, told, { gateway })),
    ];
  }

  it("has its pages signed and its messages delivered while it drains, as source and as destination", async function () {
    const there = await beta.deployMock("RecordingRecipient");
    const here = await alpha.deployMock("RecordingRecipient");
    await alpha.send(beta, there, "0x01");
    await beta.send(alpha, here, "0x02");

    await bringEntry(alpha, net.world.committee, entryFor(successor, { version: 2n }));
    for (const { helpers } of net.world.rollups) await helpers.time.increase(DAY);
    await alpha.directory.applyAnnounced(beta.chainId);
    await alpha.send(successor, there, "0x03");
    await successor.send(alpha, here, "0x04");
    await beta.send(alpha, here, "0x05");

    const told = { rollups: rollups(), clockToleranceSeconds: 2 * DAY };
    const operators = await Promise.all([0, 1].map((row) => net.operator(row, told)));
    const urls = operators.map(({ url }) => url);
    const aggregator = await net.aggregator(urls, { rollups: rollups() });
    const relayer = await net.relayer(aggregator.url, { rollups: rollups() });

    const lanes = [
      [alpha, alpha.laneTo(beta)],
      [alpha, alpha.laneTo(successor)],
      [beta, beta.laneTo(alpha)],
      [successor, successor.laneTo(alpha)],
    ] as const;
    const sent = (await Promise.all(lanes.map(([source, lane]) => source.sent(lane)))).flat();
    expect(sent.length).to.equal(5);
    for (const message of sent) {
      await eventually(`delivery of ${message.payload}`, async () => {
        const { state } = await reportOf(relayer, messageId(message));
        return state === "delivered" ? true : undefined;
      });
    }
    for (const [recipient, rollup, count] of [
      [here, alpha, 3n],
      [there, beta, 2n],
    ] as const) {
      const recorder = await rollup.ethers.getContractAt("RecordingRecipient", recipient);
      expect(await recorder.count()).to.equal(count);
    }
    expect((await healthOf(relayer)).counters.delivered).to.equal(5);
  });

  it("is told about beside its successor, and no gateway twice", function () {
    const [first, ...others] = rollups();
    expect(parse(rollupsSchema, [first, ...others])).to.have.length(3);
    expect(() => parse(rollupsSchema, [first, ...others, first])).to.throw("a gateway repeats");
  });
});

import { expect } from "chai";

import { byEpoch } from "#nodes/aggregator/epochs.ts";
import { rollupsSchema } from "#nodes/shared/config.ts";
import { openRollups, type Rollups } from "#nodes/shared/rollups.ts";
import { elementAt } from "#protocol/errors.ts";
import { laneId } from "#protocol/messages.ts";
import { parse } from "#protocol/schemas.ts";
import type { Page } from "#protocol/statements.ts";
import { bytes32 } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { installTable } from "#support/facts.ts";
import { certificatesOf, eventually, Net } from "#support/nodes.ts";
import type { Rollup } from "#support/rollup.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const SOME_BYTES = bytes32(`0x${"ab".repeat(32)}`);

describe("The epoch that an aggregator has speak", function () {
  let net: Net;
  let rollups: Rollups;
  let alpha: Rollup;
  let beta: Rollup;
  let gamma: Rollup;
  let begins: bigint;

  // Beta has heard of the next epoch, which begins in ten minutes; gamma has not.
  before(async function () {
    net = await Net.start({ chainIds: [1_001, 1_002, 1_003] });
    const { world } = net;
    ({ alpha, beta } = world);
    gamma = elementAt(world.rollups, 2);
    begins = (await beta.now()) + 600n;
    const next = Committee.of(TEST_DOMAIN, [40n, 30n, 20n, 10n], { epoch: 3 });
    await installTable(world.committee, beta, next, begins, begins + 86_400n);
    rollups = openRollups(parse(rollupsSchema, net.rollups()));
  });
  after(async function () {
    rollups.close();
    await net.stop();
  });

  const pageTo = (destination: Rollup): Page => ({
    ...alpha.laneTo(destination),
    pageIndex: 0n,
    count: 1,
    root: SOME_BYTES,
    chainHead: SOME_BYTES,
    blockNumber: 1n,
    sourceTimestamp: 1n,
    finality: 3,
  });

  async function at(nowSeconds: bigint) {
    const pages = [pageTo(beta), pageTo(gamma)];
    const { groups, stranded, problems } = await byEpoch(pages, { rollups, operatorSetId: 1, nowSeconds });
    const found = groups.map(({ epoch, pages: theirs }) => [
      epoch.epoch,
      theirs.map((page) => page.destinationChainId),
    ]);
    return { found, stranded: [...stranded], problems };
  }

  it("is the one before, as long as the newest has not begun", async function () {
    expect(await at(begins - 1n)).to.deep.equal({
      found: [[1, [beta.chainId, gamma.chainId]]],
      stranded: [],
      problems: [],
    });
  });

  it("is each destination's own, so that nobody gets what only others have", async function () {
    const { found, stranded } = await at(begins);
    expect(found).to.have.deep.members([
      [1, [gamma.chainId]],
      [3, [beta.chainId]],
    ]);
    expect(stranded).to.deep.equal([]);
  });

  it("leaves out whoever has none that may speak, and nobody else", async function () {
    const { found, stranded, problems } = await at(net.world.validUntil + 1n);
    expect(found).to.deep.equal([[3, [beta.chainId]]]);
    expect(stranded).to.deep.equal([laneId(alpha.laneTo(gamma))]);
    expect(problems.join()).to.match(/^to chain 1003 0x[0-9a-f]{40}: set 1 has no epoch there that may speak now$/i);
  });

  it("is found for all others while a destination is dead", async function () {
    await alpha.send(gamma, gamma.addresses.gateway, "0x01");
    await alpha.send(beta, beta.addresses.gateway, "0x02");
    const operators = await net.operators([0, 1]);
    elementAt(net.endpoints, 2).tamper = () => {
      throw new Error("down");
    };
    const aggregator = await net.aggregator(operators.map(({ url }) => url));
    const { statements } = await eventually("a certificate", async () => (await certificatesOf(aggregator))[0]);
    expect(statements.map(({ content }) => "root" in content && content.destinationChainId)).to.deep.equal([
      beta.chainId,
    ]);
  });
});

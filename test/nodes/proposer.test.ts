import { expect } from "chai";

import { Coverage } from "#nodes/aggregator/coverage.ts";
import { Proposer } from "#nodes/aggregator/proposer.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { rollupsSchema } from "#nodes/shared/config.ts";
import { openRollups } from "#nodes/shared/rollups.ts";
import { StatementTree } from "#protocol/batches.ts";
import type { G2Point } from "#protocol/bn254.ts";
import { laneId } from "#protocol/messages.ts";
import { parse } from "#protocol/schemas.ts";
import type { Statement } from "#protocol/statements.ts";
import { laneIdOf } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { Net } from "#support/nodes.ts";

const REST_MS = 1_000;

describe("A page that somebody wants certified again", function () {
  let net: Net;
  let now = 0;
  const clock: Clock = { nowMs: () => now, nowSeconds: () => BigInt(Math.floor(now / 1_000)) };

  before(async function () {
    net = await Net.start();
  });
  after(async function () {
    await net.stop();
  });

  it("stands behind what is new, and rests after it was, however often it is asked for", async function () {
    const { alpha, beta } = net.world;
    const lane = laneId(alpha.laneTo(beta));
    const rollups = openRollups(parse(rollupsSchema, net.rollups()));
    const coverage = await Coverage.open(":memory:", laneIdOf);
    const proposer = new Proposer({ rollups, operatorSetId: 1, finality: 3, coverage, restMs: REST_MS, clock });
    const proposed = async () => {
      const { lanes } = await proposer.propose(() => false);
      return lanes.flat().map(({ pageIndex }) => pageIndex);
    };
    try {
      await burst(alpha, beta, times(257, { recipient: beta.addresses.gateway }));
      expect(await proposed()).to.deep.equal([0n, 1n]);
      const { lanes } = await proposer.propose(() => false);
      const statements = lanes.flat().map((content): Statement => ({ kind: "Page", content }));
      const { root: statementsRoot } = new StatementTree(statements);
      const batch = { operatorSetId: 1, tableEpoch: 1, issuedAt: 0n, statementsRoot };
      const point = { x: 1n, y: 2n };
      const key: G2Point = { x: [1n, 1n], y: [1n, 1n] };
      const hint = { fourthRoot: 1n, nonResidueRoots: [] };
      await coverage.publish({ batch, nonSigners: 0n, signature: point, aggregateKey: key, hint }, statements);
      expect(await proposed()).to.deep.equal([]);

      await alpha.send(beta, beta.addresses.gateway, "0x01");
      expect(proposer.again(lane, 0n)).to.equal(true);
      expect(await proposed()).to.deep.equal([1n, 0n]);
      proposer.done(lane, 0n);
      for (; now < REST_MS; now += REST_MS / 4) {
        expect(proposer.again(lane, 0n)).to.equal(true);
        expect(await proposed()).to.deep.equal([1n]);
      }
      proposer.again(lane, 0n);
      expect(await proposed()).to.deep.equal([1n, 0n]);
      expect(proposer.again(lane, 2n)).to.equal(false);
    } finally {
      rollups.close();
      await coverage.close();
    }
  });
});

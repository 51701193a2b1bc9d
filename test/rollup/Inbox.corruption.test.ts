import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import type { Run } from "#protocol/runs.ts";
import { chainId } from "#protocol/types.ts";
import { burst } from "#support/burst.ts";
import { batchRoot, CORRUPTIONS, COUNT, FIRST, LENGTH, type Corruption } from "#support/corruptions.ts";
import { expectUnseen } from "#support/expectations.ts";
import { certifyPages } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

const ERRORS = [
  "BatchNotConfirmed",
  "BatchProofTooLong",
  "EmptyRun",
  "MessagesTruncated",
  "PageRootMismatch",
  "RangeProofLength",
  "RunBeyondCount",
];

describe("Inbox: corrupted runs", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world({ chainIds: [1_001, 1_002, 1_003] });
    const gamma = elementAt(rollups, 2);
    const recipient = await beta.deployMock("RecordingRecipient");
    const orders = Array.from({ length: COUNT }, (_, at) => ({
      recipient,
      payload: `0x${at.toString(16).padStart(80, "0")}`,
    }));
    await burst(alpha, beta, orders);
    await burst(gamma, beta, orders);
    const fromAlpha = await alpha.page(alpha.laneTo(beta));
    const fromGamma = await gamma.page(gamma.laneTo(beta));
    const certified = await certifyPages(committee, beta, [fromAlpha, fromGamma]);
    await beta.gateway.confirm(certified.certificate);
    return {
      rollups,
      beta,
      committee,
      messages: [...fromAlpha.messages, ...fromGamma.messages],
      certificate: certified.certificate,
      honest: runOf(fromAlpha, certified, { first: FIRST, count: LENGTH }),
      neighbour: runOf(fromGamma, certified),
    };
  });

  for (const { title, corrupt, error } of CORRUPTIONS) {
    it(`refuses a run with a corrupted ${title}, and the honest run before it`, async function () {
      const { beta, certificate, honest, neighbour, messages, committee } = stage();
      const corrupted = corrupt(honest);
      const runs = [neighbour, corrupted];
      const [name, ...args] = error?.(corrupted) ?? [
        "StatementNotInBatch",
        batchRoot(corrupted),
        certificate.batch.statementsRoot,
      ];
      await expect(beta.gateway.deliver(certificate, runs))
        .to.be.revertedWithCustomError(beta.gateway, name)
        .withArgs(...args);

      const [storedName, ...storedArgs] = error?.(corrupted) ?? [
        "BatchNotConfirmed",
        committee.operatorSetId,
        batchRoot(corrupted),
      ];
      await expect(beta.gateway.deliverConfirmed(runs))
        .to.be.revertedWithCustomError(beta.gateway, storedName)
        .withArgs(...storedArgs);
      await expectUnseen(beta, messages);
    });
  }

  it("asks the set of no source at all when the page names an unknown one", async function () {
    const { beta, honest } = stage();
    const corrupted = { ...honest, page: { ...honest.page, sourceChainId: chainId(77) } };
    await expect(beta.gateway.deliverConfirmed([corrupted]))
      .to.be.revertedWithCustomError(beta.gateway, "BatchNotConfirmed")
      .withArgs(0, batchRoot(corrupted));
  });

  it("refuses every pair of corruptions by an error of its own", async function () {
    const { beta, honest } = stage();
    let tried = 0;
    for (const [at, first] of CORRUPTIONS.entries()) {
      for (const second of CORRUPTIONS.slice(at + 1).filter((_, step) => (at + step) % 3 === 0)) {
        const corrupted = applyBoth(honest, first, second);
        if (corrupted === undefined) continue;
        const error = await errorOf(beta.gateway.deliverConfirmed.staticCall([corrupted]));
        expect(ERRORS, `${first.title} and ${second.title}`).to.include(error);
        tried++;
      }
    }
    expect(tried).to.be.greaterThan(200);
  });

  it("delivers the honest run that all of these were made from", async function () {
    const { beta, certificate, honest } = stage();
    await expect(beta.gateway.deliver(certificate, [honest])).to.emit(beta.gateway, "MessageDelivered");
  });
});

/** Both corruptions, unless the second cannot read what the first left, or takes it back. */
function applyBoth(run: Run, first: Corruption, second: Corruption): Run | undefined {
  try {
    const corrupted = second.corrupt(first.corrupt(run));
    return textOf(corrupted) === textOf(run) ? undefined : corrupted;
  } catch {
    return undefined;
  }
}

function textOf(run: Run): string {
  return JSON.stringify(run, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** Name of the custom error that a call reverts with. */
async function errorOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? /custom error '(\w+)\(/.exec(error.message)?.[1] : undefined;
  }
  return undefined;
}

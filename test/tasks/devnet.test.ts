import { existsSync } from "node:fs";

import { expect } from "chai";
import { z } from "zod";

import { devnetOptions, runTask } from "#support/devnet.ts";

const reportSchema = z.object({
  lanes: z.array(z.object({ source: z.string(), destination: z.string(), sent: z.number(), delivered: z.number() })),
  counts: z.object({ sent: z.number(), certified: z.number(), delivered: z.number() }),
  burst: z.object({ messages: z.number(), delivery: z.object({ gasPerMessage: z.number() }) }),
  trace: z.object({ messageId: z.string(), signed: z.array(z.object({ operator: z.string() })) }),
  epochs: z.object({
    hub: z.array(z.object({ epoch: z.number(), slashableWeight: z.string() })),
    rollups: z.array(z.object({ name: z.string(), installed: z.array(z.number()) })),
    change: z.object({ joined: z.string(), left: z.string(), raised: z.string(), messages: z.number() }),
    verdict: z.object({ ok: z.boolean() }),
  }),
  durations: z.object({ untilFirstDeliveryMs: z.number() }),
  failure: z.null(),
  verdict: z.object({ ok: z.boolean(), sent: z.number(), delivered: z.number() }),
});

describe("The task devnet", function () {
  this.timeout(240_000);

  const { deploymentFile: deployment } = devnetOptions();

  it("with --once --json prints one document on standard output and ends with exit code 0, on EigenLayer 1.5 too", async function () {
    const { exitCode, stdout, stderr } = await runTask(["devnet"], {
      ...{ portBase: 0, burst: 12, once: true, json: true, deployment, eigenlayer: "1.5" },
    });
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(exitCode).to.equal(0);
    const sent = 16 + report.epochs.change.messages;
    expect(report.counts).to.deep.equal({ sent, certified: sent, delivered: sent });
    expect(report.lanes).to.have.length(6);
    expect(report.verdict).to.deep.equal({ ok: true, sent, delivered: sent });
    expect(report.epochs.verdict.ok).to.equal(true);
    expect(report.epochs.hub[0]).to.deep.equal({ epoch: 1, slashableWeight: "100" });
    expect(report.trace.signed).to.have.length(5);
    expect(report.burst.delivery.gasPerMessage).to.be.greaterThan(10_000);
    expect(stderr).to.contain("each once: the two sets are equal");
    expect(existsSync(deployment)).to.equal(false);
  });

  it("refuses a release of EigenLayer that there is not with one line and exit code 1", async function () {
    const { exitCode, stderr } = await runTask(["devnet"], { portBase: 0, once: true, deployment, eigenlayer: "1.4" });
    expect(exitCode).to.equal(1);
    expect(stderr).to.equal('--eigenlayer is one of 1.5, 1.9, 1.13, not "1.4"\n');
  });

  it("refuses a fault that there is not, naming all that there are, and several faults that would not end", async function () {
    const unknown = await runTask(["devnet"], { portBase: 0, deployment, fault: "white-lie" });
    expect(unknown.exitCode).to.equal(1);
    expect(unknown.stderr).to.equal(
      "--fault is one of equivocate, false-page, future-page, false-table, false-entry, framing-rollup, hidden-log, silent, " +
        'not "white-lie"\n',
    );
    const endless = await runTask(["devnet"], { portBase: 0, deployment, fault: "silent,equivocate" });
    expect(endless.exitCode).to.equal(1);
    expect(endless.stderr).to.equal("--fault with several names ends by itself: give --once too\n");
  });

  it("refuses a burst that does not reach all lanes with one line and exit code 1", async function () {
    const { exitCode, stderr } = await runTask(["devnet"], {
      portBase: 0,
      burst: 11,
      once: true,
      json: true,
      deployment,
    });
    expect(exitCode).to.equal(1);
    expect(stderr).to.equal("--burst is at least 12\n");
  });
});

import { existsSync } from "node:fs";

import { expect } from "chai";
import { z } from "zod";

import { devnetOptions, runTask } from "#support/devnet.ts";

const reportSchema = z.object({
  lanes: z.array(z.object({ source: z.string(), destination: z.string(), sent: z.number(), delivered: z.number() })),
  counts: z.object({ sent: z.number(), certified: z.number(), delivered: z.number() }),
  burst: z.object({ messages: z.number(), delivery: z.object({ gasPerMessage: z.number() }) }),
  trace: z.object({ messageId: z.string(), signed: z.array(z.object({ operator: z.string() })) }),
  durations: z.object({ untilFirstDeliveryMs: z.number() }),
  failure: z.null(),
  verdict: z.object({ ok: z.boolean(), sent: z.number(), delivered: z.number() }),
});

describe("The task devnet", function () {
  this.timeout(120_000);

  const { deploymentFile: deployment } = devnetOptions();

  it("with --once --json prints one document on standard output and ends with exit code 0", async function () {
    const { exitCode, stdout, stderr } = await runTask(["devnet"], {
      ...{ portBase: 0, burst: 12, once: true, json: true, deployment },
    });
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(exitCode).to.equal(0);
    expect(report.counts).to.deep.equal({ sent: 16, certified: 16, delivered: 16 });
    expect(report.lanes).to.have.length(6);
    expect(report.verdict).to.deep.equal({ ok: true, sent: 16, delivered: 16 });
    expect(report.trace.signed).to.have.length(5);
    expect(report.burst.delivery.gasPerMessage).to.be.greaterThan(10_000);
    expect(stderr).to.contain("each once: the two sets are equal");
    expect(existsSync(deployment)).to.equal(false);
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

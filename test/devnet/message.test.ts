import { existsSync } from "node:fs";

import { expect } from "chai";
import { id as keccakOf } from "ethers";
import { z } from "zod";

import { DEVNET_POLICY } from "#devnet/config.ts";
import type { Devnet, DevnetRollup } from "#devnet/devnet.ts";
import { writeDeployment } from "#devnet/deployment.ts";
import { rollupOf, walletOn } from "#devnet/stories/stage.ts";
import type { SourcePolicy } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageIdOf } from "#protocol/types.ts";
import { runTask, devnetToSpoil, type Outcome } from "#support/devnet.ts";
import { RevertingRecipient__factory } from "#types/factories/contracts/mocks/RevertingRecipient__factory.ts";
import { SampleERC20__factory } from "#types/factories/contracts/mocks/openzeppelin/SampleERC20__factory.ts";
import { Policy__factory } from "#types/factories/contracts/rollup/Policy__factory.ts";

const sentSchema = z.object({ messageId: z.string().transform(messageIdOf), gasUsed: z.number(), payload: z.string() });
const statusSchema = z.object({
  stage: z.string(),
  reason: z.string().nullable(),
  failures: z.array(z.object({ reason: z.string() })).optional(),
  statementsRoot: z.string().optional(),
});

describe("The tasks message send and message status", function () {
  this.timeout(240_000);

  let devnet: Devnet;
  let deployment: string;
  let delivered: string;

  before(async function () {
    const shared = await devnetToSpoil();
    [devnet, deployment] = [shared, shared.deploymentFile];
  });

  after(async function () {
    await devnet.stop();
  });

  const run = (verb: "send" | "status", args: Record<string, unknown>) =>
    runTask(["message", verb], { deployment, ...args });

  async function send(args: Record<string, unknown>) {
    const { exitCode, stdout } = await run("send", { json: true, ...args });
    expect(exitCode).to.equal(0);
    return sentSchema.parse(JSON.parse(stdout));
  }

  async function status(id: string) {
    const { exitCode, stdout } = await run("status", { id, json: true });
    return { exitCode, ...statusSchema.parse(JSON.parse(stdout)) };
  }

  /** Asks until the message is in one of these stages. */
  async function statusOnce(id: string, ...stages: string[]) {
    for (let attempt = 0; attempt < 100; attempt++) {
      const found = await status(id);
      if (stages.includes(found.stage)) return found;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return status(id);
  }

  const rollup = (name: "alpha" | "beta" | "gamma"): DevnetRollup => rollupOf(devnet, name);

  /** Withholds the quorum as long as `work` takes. */
  async function withoutQuorum(work: () => Promise<void>): Promise<void> {
    const heavy = devnet.nodes.operators.slice(0, 2);
    for (const operator of heavy) await operator.stop();
    try {
      await work();
    } finally {
      for (const operator of heavy) await operator.start();
    }
  }

  async function tighten(name: "alpha" | "beta" | "gamma", source: DevnetRollup, changes: Partial<SourcePolicy>) {
    const { deployed } = rollup(name);
    const policy = Policy__factory.connect(deployed.contracts.policy, walletOn(rollup(name), "deployer"));
    await (await policy.tighten(source.deployed.chainId, { ...DEVNET_POLICY, ...changes })).wait();
  }

  describe("while a devnet runs", function () {
    it("send a text and see it delivered, with exit code 0", async function () {
      const sent = await run("send", { text: "Hello from a second terminal" });
      expect(sent.exitCode).to.equal(0);
      delivered = elementAt(sent.stdout.split("\n"), 0);
      expect(delivered).to.match(/^0x[0-9a-f]{64}$/);
      expect(sent.stdout).to.contain(`npx hardhat message status ${delivered}`);

      expect(await statusOnce(delivered, "delivered")).to.deep.include({
        exitCode: 0,
        stage: "delivered",
        reason: null,
      });
      const { stdout } = await run("status", { id: delivered });
      expect(stdout).to.contain(`${delivered} is delivered\n`);
      expect(stdout).to.contain(`"Hello from a second terminal"`);
      expect(stdout).to.match(/alpha → beta #\d+/);
      expect(stdout).to.match(/delivered in block \d+, 0x[0-9a-f]{64}/);
      const traced = await runTask(["message", "trace"], { deployment, id: delivered });
      expect(traced.exitCode).to.equal(0);
      expect(traced.stdout).to.match(
        / {2}✓ row 0, weight \d+, 0x[^]* {2}certified [^]* demanded\), epoch \d+ of set 1/,
      );
    });

    it("tell that all is well with the network, and list the message", async function () {
      const status = await runTask(["status"], { deployment });
      expect(status.stdout).to.match(/from alpha: (\d+) sent, \1 certified, delivered up to \1, 0 waiting\n/);
      expect(status.stdout).to.match(/nothing needs attention\n$/);
      expect(status.exitCode).to.equal(0);
      const doctor = await runTask(["doctor"], { deployment });
      expect([doctor.exitCode, doctor.stdout]).to.deep.equal([0, doctor.stdout]);
      const list = await runTask(["message", "list"], { deployment, from: "alpha" });
      expect(list.stdout).to.match(new RegExp(`${delivered}  alpha → beta #\\d+  Delivered`));
    });

    it("say that an id is unknown, with exit code 1", async function () {
      const found = await run("status", { id: keccakOf("nobody sent this") });
      expect(found.exitCode).to.equal(1);
      expect(found.stdout).to.contain("is unknown: no gateway of the devnet sent a message with this id");
    });

    it("say that no quorum has certified a message, then that its time is over, with exit code 2", async function () {
      await withoutQuorum(async () => {
        const patient = await send({ from: "gamma", to: "alpha", data: "0xc0ffee" });
        expect(patient.payload).to.equal("0xc0ffee");
        const hasty = await send({ from: "gamma", to: "alpha", text: "hurry", deliverBefore: "+3" });

        const waiting = await status(patient.messageId);
        expect(waiting).to.deep.include({ exitCode: 2, stage: "sent" });
        expect(waiting.reason).to.contain("not certified yet");
        expect(waiting.statementsRoot).to.equal(undefined);
        const over = await statusOnce(hasty.messageId, "expired");
        expect(over).to.deep.include({ exitCode: 2, stage: "expired" });
        expect(over.reason).to.match(/last second of delivery, \d+, is over/);
      });
    });

    it("decode why a recipient failed", async function () {
      const reason = SampleERC20__factory.createInterface().encodeErrorResult("EnforcedPause");
      const text = "0x08c379a0" + "20".padStart(64, "0") + "06".padStart(64, "0") + "636c6f736564".padEnd(64, "0");
      const { signer, recipients } = { signer: walletOn(rollup("beta"), "deployer"), recipients: [] as string[] };
      for (const data of [text, reason]) {
        const recipient = await new RevertingRecipient__factory(signer).deploy(data);
        await recipient.waitForDeployment();
        recipients.push(await recipient.getAddress());
      }
      const closed = await send({ recipient: elementAt(recipients, 0), gasLimit: "100000" });
      const paused = await send({ recipient: elementAt(recipients, 1) });
      const found = await statusOnce(closed.messageId, "failed");
      expect(found).to.deep.include({ exitCode: 2, stage: "failed", reason: "its recipient failed: Error(closed)" });
      expect(found.failures?.map((failure) => failure.reason)).to.include("Error(closed)");
      expect(found.statementsRoot).to.match(/^0x/);
      expect((await statusOnce(paused.messageId, "failed")).reason).to.contain(reason);
    });

    it("say that nothing lives at a recipient's address", async function () {
      const { messageId } = await send({ recipient: "0x00000000000000000000000000000000000000AA", text: "nobody" });
      expect(await status(messageId)).to.deep.include({
        exitCode: 2,
        stage: "failed",
        reason: "nothing lives at the recipient's address",
      });
    });

    it("say that the destination's owner limits or refuses the source", async function () {
      await tighten("gamma", rollup("alpha"), { messagesPerHour: 0 });
      await tighten("gamma", rollup("beta"), { refused: true });
      const limited = await send({ from: "alpha", to: "gamma", text: "one too many" });
      const refused = await send({ from: "beta", to: "gamma", text: "unheard" });
      expect(await status(limited.messageId)).to.deep.include({ exitCode: 2, stage: "over limit" });
      const found = await status(refused.messageId);
      expect(found).to.deep.include({ exitCode: 2, stage: "refused" });
      expect(found.reason).to.equal("the destination's owner refuses the source");
    });

    it("say that a certified message waits for a relayer when there is none", async function () {
      await devnet.nodes.relayer.stop();
      const { messageId } = await send({ from: "beta", to: "alpha", text: "who carries me?" });
      const found = await statusOnce(messageId, "certified");
      expect(found).to.deep.include({ exitCode: 2, stage: "certified" });
      expect(found.reason).to.contain("waits for a relayer").and.to.contain("does not answer");
      const why = await runTask(["message", "why"], { deployment, id: messageId });
      expect(why.exitCode).to.equal(2);
      expect(why.stdout).to.contain(`message deliver ${messageId} --aggregator ${devnet.nodes.aggregator.url}`);
    });

    const mistakes: [what: string, verb: "send" | "status", args: Record<string, unknown>, says: string][] = [
      ["a rollup that there is not", "send", { to: "delta" }, `"delta" is no chain id and no rollup of the book`],
      ["one rollup for both ends", "send", { from: "beta", to: "beta" }, "--from and --to name the same rollup"],
      ["text and data at once", "send", { text: "a", data: "0x61" }, "give --text or --data, not both"],
      ["data that is no hex", "send", { data: "0x6" }, "not hex bytes: 0x6"],
      ["a recipient that is no address", "send", { recipient: "0x12" }, "not 20 bytes of hex: 0x12"],
      ["a gas limit that is no number", "send", { gasLimit: "much" }, `--gas-limit: "much" is not a number`],
      ["a gas limit that nobody pays", "send", { gasLimit: "10000001" }, "gas limit 10000001, at most 10000000"],
      ["a deadline that is over", "send", { deliverBefore: "1" }, "DeadlineOutOfRange(1, "],
      ["an id that is none", "status", { id: "0x12" }, "not 32 bytes: 0x12"],
    ];
    for (const [what, verb, args, says] of mistakes) {
      it(`refuse ${what} with one line and exit code 1`, async function () {
        const { exitCode, stdout, stderr }: Outcome = await run(verb, args);
        expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: "" });
        expect(stderr).to.contain(says);
        expect(stderr.trim().split("\n")).to.have.length(1);
      });
    }
  });

  describe("while none runs", function () {
    it("say so, with exit code 1", async function () {
      for (const verb of ["send", "status"] as const) {
        const found = await runTask(["message", verb], {
          deployment: `${deployment}.none`,
          ...(verb === "status" ? { id: keccakOf("") } : {}),
        });
        expect(found.exitCode).to.equal(1);
        expect(found.stderr).to.contain("No devnet is running").and.to.contain("npm start");
      }
    });

    it("are not deceived by the file of a devnet that was killed", async function () {
      const left = `${deployment}.left`;
      const rollups = devnet.deployment.rollups.map((one) => ({ ...one, url: "http://127.0.0.1:9" }));
      await writeDeployment(left, { ...devnet.deployment, rollups });
      expect(existsSync(left)).to.equal(true);
      const found = await runTask(["message", "status"], { deployment: left, id: keccakOf("") });
      expect(found.exitCode).to.equal(1);
      expect(found.stderr).to.contain(`${left} is left from one that was killed`);
    });
  });
});

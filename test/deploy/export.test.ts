import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { ContractFactory } from "ethers";
import { artifacts } from "hardhat";
import { z } from "zod";

import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { checksumOf, safeBatchSchema, type SafeBatch } from "#deploy/safe.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { address, type Address } from "#protocol/types.ts";
import { runTask } from "#support/devnet.ts";
import { standingTestnets } from "#support/standingTestnets.ts";
import type { Testnets } from "#support/testnets.ts";

/** Announces to the timelock that owns the rollup's entry. */
const ANNOUNCER = address(`0x${"0".repeat(36)}5afe`);
const [DELAY, ETHER] = [600, "0xde0b6b3a7640000"];
/** Index of an account that has no role. */
const ANYBODY = 17;

const planSchema = z.object({
  pending: z.array(z.object({ id: z.string(), from: z.array(z.string()), isReady: z.boolean() })),
  files: z.array(z.string()),
});

describe("deploy plan --safe-export", function () {
  let testnets: Testnets;
  let owner: Address;
  let exports = 0;

  // The hub is there. A second operator set is wanted, and a rollup whose entry a timelock owns.
  before(async function () {
    testnets = await standingTestnets();
    const { abi, bytecode } = await artifacts.readArtifact("TimelockController");
    const factory = new ContractFactory(abi, bytecode, await testnets.signer(ANYBODY));
    const anyone = `0x${"0".repeat(40)}`;
    const timelock = await factory.deploy(DELAY, [ANNOUNCER], [anyone], anyone);
    owner = address(await timelock.getAddress());
    const { config } = testnets.nets;
    const { one } = config.rollups;
    if (one === undefined) throw new Error("no rollup");
    const [set] = config.hub.operatorSets;
    if (set === undefined) throw new Error("no set");
    const wanted: NetworkConfigInput = {
      ...config,
      hub: { ...config.hub, operatorSets: [set, { ...set, minimumWeight: set.minimumWeight * 2n }] },
      rollups: { one: { ...one, entry: { ...one.entry, owner } } },
    };
    testnets.describe(wanted);
  });

  /** What the plan says, and what it writes for others. */
  async function exported() {
    const safeExport = join(testnets.folder, `export-${String(exports++)}.json`);
    const { stdout, stderr } = await runTask(["deploy", "plan"], { ...testnets.args, safeExport, json: true });
    expect(stdout, stderr).to.not.equal("");
    const { pending, files } = planSchema.parse(JSON.parse(stdout));
    const batches = files.map((file) => parse(safeBatchSchema, JSON.parse(readFileSync(file, "utf8"))));
    for (const batch of batches) {
      expect(batch.meta.checksum).to.equal(checksumOf(batch));
      expect(batch.chainId).to.equal(String(testnets.config.hub.chainId));
    }
    return { pending: new Map(pending.map((step) => [step.id, step])), files, batches };
  }

  /** Sends exactly the calls of a file, as whoever is to send them. */
  async function sendAs(from: string, { transactions }: SafeBatch): Promise<void> {
    const { provider } = testnets.nets.hub;
    await provider.request({ method: "hardhat_impersonateAccount", params: [from] });
    await provider.request({ method: "hardhat_setBalance", params: [from, `${ETHER}0`] });
    for (const { to, data, value } of transactions) {
      const params = [{ from, to, data, value: `0x${BigInt(value).toString(16)}`, gas: "0x989680" }];
      const hash: unknown = await provider.request({ method: "eth_sendTransaction", params });
      const receipt: unknown = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
      expect(receipt).to.have.property("status", "0x1");
    }
  }

  it("writes what the shaper is to announce, which is missing no more once exactly that was sent", async function () {
    const { pending, batches, files } = await exported();
    const schedule = pending.get("hub/set-2/schedule");
    expect(schedule?.isReady).to.equal(true);
    expect(files.map((file) => file.replace(/^.*export-0/, ""))).to.deep.equal([".json"]);
    expect(batches.map(({ meta }) => [meta.createdFromSafeAddress])).to.deep.equal([schedule?.from]);
    await sendAs(elementAt(schedule?.from ?? [], 0), elementAt(batches, 0));
    const after = await exported();
    expect(after.pending.has("hub/set-2/schedule")).to.equal(false);
    expect(after.files, "nothing is for others").to.deep.equal([]);
  });

  it("writes for a timelock what announces and what carries out, value included; then what the registrar accepts", async function () {
    expect((await runTask(["deploy", "apply"], { ...testnets.args, yes: true, json: true })).exitCode).to.equal(2);
    const { pending, batches, files } = await exported();
    expect(pending.get("one/propose")?.from).to.deep.equal([owner]);
    const ends = files.map((file) => file.replace(/^.*export-2/, ""));
    expect(ends).to.deep.equal(["-schedule.json", "-execute.json"].map((end) => `-hub-rollupOwner${end}`));
    const [announce, carryOut] = [elementAt(batches, 0), elementAt(batches, 1)];
    expect(
      [announce, carryOut].map(({ transactions }) => transactions.map(({ to, value }) => [to, value])),
    ).to.deep.equal([[[owner, "0"]], [[owner, String(testnets.config.hub.bond)]]]);
    await sendAs(ANNOUNCER, announce);
    await testnets.pass(DELAY);
    await sendAs(await (await testnets.signer(ANYBODY)).getAddress(), carryOut);
    const proposed = await exported();
    expect(proposed.pending.has("one/propose")).to.equal(false);
    const accept = proposed.pending.get("one/accept");
    expect(accept?.isReady).to.equal(true);
    await sendAs(elementAt(accept?.from ?? [], 0), elementAt(proposed.batches, 0));
    expect((await exported()).pending.has("one/accept")).to.equal(false);
  });
});

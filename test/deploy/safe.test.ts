import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { callsForOthers } from "#deploy/exportSteps.ts";
import type { PricedStep } from "#deploy/plan.ts";
import type { Step, StepRole } from "#deploy/steps/step.ts";
import {
  checksumOf,
  readSafeBatch,
  safeBatch,
  SafeBatchError,
  safeBatchSchema,
  writeSafeBatches,
  type ExportedCall,
} from "#deploy/safe.ts";
import { parse } from "#protocol/schemas.ts";
import { address, hex } from "#protocol/types.ts";

const TO = address("0x1ffAdc16726dd4F91fF275b4bF50651801B06a86");
const CALL: ExportedCall = {
  chainId: 10,
  to: TO,
  data: hex("0x12345678"),
  value: 7n,
  contract: "Vault",
  call: "open",
  args: { n: 1n },
};
const OTHER = address(`0x${"0".repeat(38)}99`);
const TITLE = { name: "a batch", createdAt: 1_700_000_000_000 };

/** As the app exports it, one call by its method and one by its data. */
const APPS_OWN = {
  version: "1.0",
  chainId: "1",
  createdAt: 1_700_000_000_000,
  meta: {
    name: "Transactions Batch",
    description: "",
    txBuilderVersion: "1.16.5",
    createdFromSafeAddress: "",
    createdFromOwnerAddress: "",
  },
  transactions: [
    {
      to: TO,
      value: "0",
      data: null,
      contractMethod: {
        inputs: [{ name: "spender", type: "address", internalType: "address" }],
        name: "approve",
        payable: false,
      },
      contractInputsValues: { spender: TO },
    },
    { to: TO, value: "7", data: "0x1234", contractMethod: null, contractInputsValues: null },
  ],
};
/** What the app's own code says to it. */
const APPS_CHECKSUM = "0xc5a04c25b10812c5483b4f998f18ed2a67e32c216be283f7cbdaa1adcdcbe7bc";

describe("A batch for the Safe Transaction Builder", function () {
  const folder = mkdtempSync(join(tmpdir(), "parley-safe-"));

  it("has the checksum that the app computes, whatever the batch is called, and with or without an old one", function () {
    expect(checksumOf(APPS_OWN)).to.equal(APPS_CHECKSUM);
    expect(checksumOf({ ...APPS_OWN, meta: { ...APPS_OWN.meta, name: "x", checksum: "0x00" } })).to.equal(
      APPS_CHECKSUM,
    );
    const elsewhere = { ...APPS_OWN, chainId: "2" };
    expect(checksumOf(elsewhere)).to.not.equal(APPS_CHECKSUM);
  });

  it("says after a file the calls that went in, and tells each of them to whoever signs", async function () {
    const file = join(folder, "one.json");
    const batch = safeBatch([CALL, { ...CALL, value: 0n }], { ...TITLE, safe: TO });
    await writeSafeBatches(file, [{ suffix: "10", batch }]);
    const written: unknown = JSON.parse(readFileSync(file, "utf8"));
    expect(parse(safeBatchSchema, written)).to.deep.equal(batch);
    expect(batch.meta.description).to.equal(`Vault.open("n":"1") at ${TO} with 7 wei\nVault.open("n":"1") at ${TO}`);
    const { chainId, to, data, value } = CALL;
    expect(await readSafeBatch(file)).to.deep.equal([
      { chainId, to, data, value },
      { chainId, to, data, value: 0n },
    ]);
  });

  it("is refused where somebody changed it, and where a call has no data", async function () {
    const file = join(folder, "changed.json");
    const batch = safeBatch([CALL], TITLE);
    const codeOf = async (content: unknown) => {
      writeFileSync(file, JSON.stringify(content));
      return readSafeBatch(file).then(
        () => "read",
        (error: unknown) => (error instanceof SafeBatchError ? error.code : String(error)),
      );
    };
    expect(await codeOf(batch)).to.equal("read");
    expect(await codeOf({ ...batch, chainId: "11" })).to.equal("WrongChecksum");
    // Also what is not read here: the app would show it.
    expect(await codeOf({ ...batch, meta: { ...batch.meta, description: "harmless" } })).to.equal("WrongChecksum");
    expect(await codeOf({ ...batch, meta: { ...batch.meta, name: "another name" } })).to.equal("read");
    expect(await codeOf(APPS_OWN)).to.equal("Malformed");
    expect(await codeOf({ ...batch, transactions: [] })).to.equal("Malformed");
  });

  it("is for one chain, of at least one call, and never written over another", async function () {
    expect(() => safeBatch([], TITLE)).to.throw("there is no call to export");
    expect(() => safeBatch([CALL, { ...CALL, chainId: 11 }], TITLE)).to.throw(
      "a batch is for one chain, not for 10 and 11",
    );
    const file = join(folder, "several.json");
    const named = ["schedule", "execute"].map((suffix) => ({ suffix, batch: safeBatch([CALL], TITLE) }));
    const files = await writeSafeBatches(file, named);
    expect(files).to.deep.equal([join(folder, "several-schedule.json"), join(folder, "several-execute.json")]);
    const again = writeSafeBatches(file, named).then(
      () => "written",
      (error: unknown) => String(error),
    );
    expect(await again).to.include("several-schedule.json exists; it is not overwritten");
  });

  it("holds of a plan what others than the deployer are to send now, apart by chain and sender, in the plan's order", function () {
    const step = (id: string, chain: string, by: StepRole, changes: Partial<Step> = {}): PricedStep => ({
      step: {
        ...{ id, chain, by, contract: "Shaper", call: id, args: [{ name: "n", type: "uint256", value: 1n }], to: TO },
        ...{ data: hex("0x12345678"), value: 0n, kind: "call", from: [TO], needs: [], isDone: false },
        ...changes,
      },
      ...{ isReady: true, gas: 1n, isExact: true, cost: 1n },
    });
    const pending = [
      step("create", "hub", "deployer"),
      step("pass on", "hub", "anyone"),
      step("announce", "hub", "shaper", { from: [TO, OTHER] }),
      step("accept", "hub", "registrar"),
      step("shape", "hub", "shaper", { from: [TO, OTHER] }),
      { ...step("later", "hub", "registrar"), isReady: false },
      step("set", "base", "rollupOwner"),
      step("propose", "hub", "rollupOwner"),
      step("update", "hub", "rollupOwner", { from: [OTHER] }),
      step("raise", "hub", "rollupOwner"),
      step("loosen", "base", "rollupOwner", { undoes: true }),
    ];
    const chains = [
      { chain: "hub", chainId: 1 },
      { chain: "base", chainId: 8_453 },
    ];
    const found = callsForOthers(pending, chains, { network: "mainnet", createdAt: 1 });
    const batches = found.map(({ suffix, calls, title }) => ({ suffix, batch: safeBatch(calls, title) }));
    const told = batches.map(({ suffix, batch: { chainId, meta } }) => [
      suffix,
      chainId,
      meta.createdFromSafeAddress,
      meta.description,
    ]);
    expect(told).to.deep.equal([
      ["hub-shaper", "1", "", `Shaper.announce("n":"1") at ${TO}\nShaper.shape("n":"1") at ${TO}`],
      ["hub-registrar", "1", TO, `Shaper.accept("n":"1") at ${TO}`],
      ["base-rollupOwner", "8453", TO, `Shaper.set("n":"1") at ${TO}`],
      // Two rollups' owners: nobody is asked to send what is another's.
      ["hub-rollupOwner", "1", TO, `Shaper.propose("n":"1") at ${TO}\nShaper.raise("n":"1") at ${TO}`],
      ["hub-rollupOwner-2", "1", OTHER, `Shaper.update("n":"1") at ${TO}`],
    ]);
    for (const { batch } of batches) expect(parse(safeBatchSchema, batch)).to.deep.equal(batch);
    const undoing = callsForOthers(pending, chains, { network: "mainnet", createdAt: 1, undoes: true });
    expect(undoing.flatMap(({ calls }) => calls).map(({ call }) => call)).to.include("loosen");
  });
});

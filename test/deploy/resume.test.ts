import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { checkNetwork } from "#deploy/config/read.ts";
import type { LocalChain } from "#deploy/local/chain.ts";
import { plannedRollup } from "#deploy/steps/addresses.ts";
import { elementAt } from "#protocol/errors.ts";
import { runTask, type Outcome } from "#support/devnet.ts";
import { standingTestnets } from "#support/standingTestnets.ts";
import type { Testnets } from "#support/testnets.ts";

/** Transactions on each rollup: CreateX and its ether, both ends' lower one, and five contracts. */
const ON_A_ROLLUP = 8;

/** Whoever asks an account's count of transactions as often as this waits for it to change. */
const PATIENT_QUESTIONS = 20;

const isSending = (method: string) => /^eth_send(Raw)?Transaction$/.test(method);

describe("deploy apply, interrupted", function () {
  let testnets: Testnets;
  let second: LocalChain;
  let third: LocalChain;
  let uninterrupted: Record<string, string | number>;

  const apply = async (): Promise<Outcome> => runTask(["deploy", "apply"], { ...testnets.args, yes: true, json: true });

  // Two rollups, of which the first is the second chain of three.
  before(async function () {
    testnets = await standingTestnets();
    second = elementAt(testnets.nets.rollups, 0);
    third = elementAt(testnets.nets.rollups, 1);
    await testnets.remember();
    const outcome = await apply();
    expect(outcome.exitCode, outcome.stderr).to.equal(2); // operators opt in, and the notice is over, later
    uninterrupted = await testnets.state();
  });

  beforeEach(async function () {
    second.onAsk = second.onAnswer = () => undefined;
    await testnets.recall();
    testnets.describe(testnets.nets.config);
  });

  /** The endpoint goes down at the n-th transaction: before the chain hears of it, or after it did and nobody was told. */
  function goDownAt(transaction: number, when: "onAsk" | "onAnswer", death: () => void = () => undefined): void {
    let sent = 0;
    let isDown = false;
    second[when] = (method) => {
      if (isSending(method)) sent += 1;
      isDown ||= sent >= transaction;
      if (!isDown) return;
      death();
      throw new Error("nobody answers");
    };
  }

  async function expectFailed(): Promise<void> {
    const exitCode = await apply().then(
      (outcome) => outcome.exitCode,
      () => 1,
    );
    expect(exitCode).to.equal(1);
  }

  async function expectResumed(): Promise<void> {
    const outcome = await apply();
    expect(outcome.exitCode, outcome.stderr).to.equal(2);
    expect(await testnets.state()).to.deep.equal(uninterrupted);
  }

  for (let transaction = 1; transaction <= ON_A_ROLLUP; transaction++) {
    it(`goes on after transaction ${transaction} of ${ON_A_ROLLUP} on the second of three chains, and sends nothing twice`, async function () {
      goDownAt(transaction, "onAnswer");
      await expectFailed();
      second.onAnswer = () => undefined;
      await expectResumed();
    });
  }

  it("goes on where a transaction was written down and never arrived", async function () {
    goDownAt(4, "onAsk");
    await expectFailed();
    second.onAsk = () => undefined;
    await expectResumed();
  });

  it("goes on after its process was killed while a transaction was not mined yet", async function () {
    await second.mineByClock(1_000);
    const { name, networks, deployments } = testnets.args;
    const options = ["--networks", networks, "--deployments", deployments, "--yes"];
    const hardhat = join("node_modules", "hardhat", "dist", "src", "cli.js");
    const child = spawn(process.execPath, [hardhat, "deploy", "apply", name, ...options], { stdio: "ignore" });
    let isStopped: Promise<void> | undefined;
    goDownAt(5, "onAnswer", () => {
      isStopped ??= second.stopMining();
      child.kill("SIGKILL");
    });
    await once(child, "exit");
    await isStopped;
    expect(child.signalCode).to.equal("SIGKILL");
    // Blocks come again once somebody has waited for what is in flight for a while.
    let asked = 0;
    second.onAnswer = () => undefined;
    second.onAsk = (method) => {
      if (method === "eth_getTransactionCount") asked += 1;
      if (asked === PATIENT_QUESTIONS || isSending(method)) void second.mineByClock(500);
    };
    await expectResumed();
    await second.mineAtOnce();
  });

  it("deploys a rollup anew where it has another salt, and names the new contracts in its journal", async function () {
    await apply();
    const { rollups, ...rest } = testnets.nets.config;
    const { one, two } = rollups;
    if (one === undefined || two === undefined) throw new Error("there are two");
    const described = { ...rest, rollups: { one, two: { ...two, salt: "anew" } } };
    testnets.describe(described);
    await testnets.pass(testnets.config.hub.notices.pace); // its entry changes
    const outcome = await apply();
    expect(outcome.exitCode, outcome.stderr).to.equal(2);
    const config = checkNetwork("try", described);
    const planned = Object.values(config.rollups).map((rollup) => plannedRollup(config, rollup).contracts.gateway);
    const [before, after] = planned;
    expect(after).not.to.equal(before);
    expect(await third.provider.request({ method: "eth_getCode", params: [after, "latest"] })).not.to.equal("0x");
    const file = join(testnets.deployments, "try", "two", "deployed_addresses.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).to.include({ "Parley#two_gateway_at": after });
  });

  it("sends again what a reorganisation undid, whatever the journal says", async function () {
    const snapshot: unknown = await second.provider.request({ method: "evm_snapshot" });
    await apply();
    await second.provider.request({ method: "evm_revert", params: [snapshot] });
    await expectResumed();
  });

  it("begins no later where its folder was lost, and sends nothing twice", async function () {
    await apply();
    const folder = join(testnets.deployments, "try");
    const begun = (): unknown => JSON.parse(readFileSync(join(folder, "begun.json"), "utf8"));
    const before = begun();
    rmSync(folder, { recursive: true });
    await expectResumed();
    expect(begun()).to.deep.equal(before);
    // Without the address book nobody knows any more.
    rmSync(folder, { recursive: true });
    rmSync(testnets.book);
    await expectResumed();
    expect(begun()).to.deep.equal({ hub: 0, one: 0, two: 0 });
  });

  it("sends nothing when everything that can be sent was", async function () {
    await apply();
    const again = await apply();
    expect(again.exitCode).to.equal(2);
    expect(JSON.parse(again.stdout)).to.deep.include({ sent: [] });
    expect(await testnets.state()).to.deep.equal(uninterrupted);
  });

  it("has one gateway on every rollup, and writes journals and records", async function () {
    await apply();
    const { rollups, roles } = testnets.config;
    const gateways = Object.values(rollups).map((rollup) => plannedRollup(testnets.config, rollup).contracts.gateway);
    expect(new Set(gateways)).to.have.length(1);
    const journal = JSON.parse(
      readFileSync(join(testnets.deployments, "try", "two", "deployed_addresses.json"), "utf8"),
    ) as unknown;
    expect(journal).to.include({ "Parley#two_gateway_at": gateways[0] });
    const book = JSON.parse(readFileSync(testnets.book, "utf8")) as unknown;
    expect(book).to.have.nested.property("rollups[1].records.two/gateway.contract", "Gateway");
    expect(roles.deployer).to.be.a("string");
  });
});

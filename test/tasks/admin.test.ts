import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { configVariable } from "hardhat/config";

import { safeBatchSchema } from "#deploy/safe.ts";
import { DEFAULT_WINDOWS, gatewayAddress, type SourcePolicy } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { address, type Address } from "#protocol/types.ts";
import { runTask } from "#support/devnet.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { freshRuntime } from "#support/guarded.ts";
import { Hub, WAD } from "#support/hub.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { MIDDLE_POLICY } from "#support/policies.ts";
import { Rollup, startChain, type Chain } from "#support/rollup.ts";
import { entryOf } from "#support/world.ts";

/** Indices of accounts on the hub. */
const SHAPER = 3;
/** One that may announce as well, and gives half of that back. */
const FORMER_CANCELLER = 6;
const DELAY = DEFAULT_WINDOWS.looseningDelaySeconds;
const STRANGER = address(`0x${"0".repeat(36)}5afe`);
const NOBODY = `0x${"0".repeat(40)}`;

describe("The tasks policy and admin", function () {
  let hub: Hub;
  let tasks: HubTasks;
  /** Its policy is a key's. */
  let alpha: Rollup;
  /** Its policy is a timelock's, to which a Safe announces. */
  let beta: Rollup;
  let timelock: Address;

  // One after the other, as an owner lives them.
  before(async function () {
    const eigenLayer = await startOwn("1.13");
    const shapers = [SHAPER, FORMER_CANCELLER].map((at) => address(elementAt(eigenLayer.chain.signers, at).address));
    hub = await Hub.deploy(eigenLayer, { shapers });
    const [first, second] = await Promise.all([startChain(1_001), startChain(1_002)]);
    const built = await second.ethers.deployContract("Shaper", [3_600, [STRANGER], [NOBODY]]);
    timelock = address(await built.getAddress());
    const gateways = await Promise.all([first, second].map(gatewayOn));
    const entries = [1_001n, 1_002n].map((id, at) => entryOf(id, elementAt(gateways, at)));
    const deployOn = (chain: Chain, owner: Address) =>
      Rollup.deploy(chain, {
        ...hub.domain,
        ...DEFAULT_WINDOWS,
        owner,
        directorySetId: 1,
        firstEntries: entries,
        firstTables: [],
        defaultPolicy: MIDDLE_POLICY,
      });
    alpha = await deployOn(first, address(elementAt(first.signers, 0).address));
    beta = await deployOn(second, timelock);
    tasks = await HubTasks.serving(hub, 1, [alpha, beta]);
  });

  after(async function () {
    await tasks.close();
  });

  const gatewayOn = async ({ signers }: Chain) => {
    const deployer = elementAt(signers, 0);
    return gatewayAddress(address(deployer.address), await deployer.getNonce());
  };
  const set = { rollup: "alpha", source: "beta", yes: true };
  const policyOf = async (rollup: Rollup, source: bigint): Promise<Partial<SourcePolicy>> => {
    const { quorumBps, minFinality, maxAgeSeconds } = await rollup.policy.sourcePolicy(source);
    return { quorumBps: Number(quorumBps), minFinality: Number(minFinality), maxAgeSeconds: Number(maxAgeSeconds) };
  };
  const exported = (file: string) => parse(safeBatchSchema, JSON.parse(readFileSync(file, "utf8")));

  it("tell a policy with everything that is announced and fixed", async function () {
    const shown = await tasks.json("policy show", { rollup: "alpha" });
    expect(shown).to.include({
      owner: elementAt(alpha.signers, 0).address,
      looseningDelaySeconds: DELAY,
      haltQuorumBps: 3_334,
    });
    expect(shown.sources).to.have.lengthOf(3);
    expect((shown.sources as { policy: unknown }[])[2]?.policy).to.deep.equal(MIDDLE_POLICY);
    const { stdout } = await tasks.run("policy show", { rollup: "alpha", source: "default" });
    expect(stdout).to.include("default: quorum 8000 bps, finality 2, age 10000 s, weight 2^2, 10 messages an hour");
  });

  it("tighten at once, and send nothing for what is so already, nor in a dry run", async function () {
    const { stdout, stderr, exitCode } = await tasks.run("policy set", { ...set, quorumBps: "8500", dryRun: true });
    expect(exitCode).to.equal(0);
    expect(stderr).to.match(/tightening, at once:\n {4}quorumBps: 8000 → 8500\n.*Policy\.tighten\(/s);
    expect(stdout).to.match(/^nothing was sent: the first call would take \d+ gas\n/);
    expect(await policyOf(alpha, 1_002n)).to.include({ quorumBps: 8_000 });
    const done = await tasks.json("policy set", { ...set, quorumBps: "8500" });
    expect(done).to.include({ outcome: "sent", inEffect: true, effectiveAt: null });
    expect(await policyOf(alpha, 1_002n)).to.include({ quorumBps: 8_500 });
    expect(await tasks.json("policy set", { ...set, quorumBps: "8500" })).to.include({ outcome: "nothing to send" });
  });

  it("tighten what can be tightened at once of a mixed wish, and announce the rest until it is applied", async function () {
    const wish = { ...set, minFinality: "3", quorumBps: "7000" };
    const { stderr, exitCode } = await tasks.run("policy set", wish);
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(
      /tightening, at once:\n {4}minFinality: 2 → 3\n {2}loosening, announced now, can be applied 691200 s/,
    );
    expect(await policyOf(alpha, 1_002n)).to.include({ minFinality: 3, quorumBps: 8_500 });
    // The same again waits, whoever calls; so does --apply.
    const { effectiveAt, outcome } = await tasks.json("policy set", wish, 2);
    expect(outcome).to.equal("nothing to send");
    expect(await tasks.json("policy set", { ...set, apply: true, account: 5 }, 2)).to.include({ inEffect: false });
    await alpha.helpers.time.increaseTo(BigInt(String(effectiveAt)));
    expect(await tasks.json("policy set", wish)).to.deep.include({ inEffect: true, effectiveAt: null });
    expect(await policyOf(alpha, 1_002n)).to.include({ minFinality: 3, quorumBps: 7_000 });
  });

  it("take an announcement back, and say when one has lapsed", async function () {
    const wish = { ...set, maxAgeSeconds: "20000" };
    await tasks.json("policy set", wish, 2);
    expect(await tasks.json("policy set", { ...set, cancel: true })).to.include({ outcome: "sent", effectiveAt: null });
    await tasks.expectFailed("policy set", { ...set, apply: true }, /^nothing is announced for chain 1002\n$/);
    await tasks.json("policy set", wish, 2);
    await alpha.helpers.time.increase(2 * DELAY + 10);
    await tasks.expectFailed(
      "policy set",
      { ...set, apply: true },
      /^the announcement lapsed at .*; announce it again\n$/,
    );
    const { stdout } = await tasks.run("policy show", { rollup: "alpha", source: "beta" });
    expect(stdout).to.match(/lapsed at 20.*: it must be announced again\n$/);
    // A further run does announce it again.
    expect(await tasks.json("policy set", wish, 2)).to.include({ outcome: "sent" });
    await tasks.json("policy set", { ...set, cancel: true });
  });

  it("say in one line what a person can mend", async function () {
    const refusals: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{}, /^name what is new, such as --quorum-bps 7500; or --apply; or --cancel\n$/],
      [{ quorumBps: "9000", cancel: true }, /^name what is new/],
      [{ quorumBps: "6666" }, /^--quorum-bps: "6666" is no number from 6667 to 10000\n$/],
      [{ minTotalWeight: "105" }, /^--min-total-weight: "105" is no number from 0 to 104\n$/],
      [{ refused: "yes" }, /^--refused: "yes" is neither true nor false\n$/],
      [{ source: "77", refused: "true" }, /^chain 77 has no policy here: it gets the default one/],
    ];
    for (const [args, message] of refusals) await tasks.expectFailed("policy set", { ...set, ...args }, message);
    const other = await tasks.run("policy set", { ...set, quorumBps: "9999", account: 7 });
    expect([other.exitCode, other.stdout]).to.deep.equal([1, ""]);
    expect(other.stderr).to.match(/Policy\.tighten is 0x\w+'s to send, not 0x\w+'s: use --account or --safe-export\n$/);
    const unasked = await tasks.run("policy set", { ...set, quorumBps: "9999", yes: false });
    expect(unasked.stderr).to.match(/no terminal to ask: .* or at --dry-run, then use --yes/);
    expect(await policyOf(alpha, 1_002n)).to.include({ quorumBps: 7_000 });
  });

  it("write for a Safe what does, from its address, what the plan says", async function () {
    const file = tasks.file("tighten.json");
    const args = { ...set, quorumBps: "9000", safeExport: file };
    const { files } = await tasks.json("policy set", args);
    expect(files).to.deep.equal([file]);
    const { transactions, chainId } = exported(file);
    expect([chainId, transactions.length]).to.deep.equal(["1001", 1]);
    const owner = await alpha.actAs(await alpha.policy.owner());
    for (const { to, data, value } of transactions) await owner.sendTransaction({ to, data, value: BigInt(value) });
    expect(await policyOf(alpha, 1_002n)).to.include({ quorumBps: 9_000 });
    const again = await tasks.run("policy set", { ...args, quorumBps: "9100" });
    expect(again.stderr).to.match(/tighten\.json exists; it is not overwritten\n$/);
  });

  it("write for a timelock's Safe what announces it, and what carries it out", async function () {
    const args = { rollup: "beta", source: "alpha", yes: true, quorumBps: "9000" };
    const { files } = await tasks.json("policy set", { ...args, safeExport: tasks.file("through.json") });
    const [schedule, execute] = (files as string[]).map((file) => elementAt(exported(file).transactions, 0));
    if (schedule === undefined || execute === undefined) throw new Error("two files");
    expect([schedule.to, execute.to]).to.deep.equal([timelock, timelock]);
    await (await beta.actAs(STRANGER)).sendTransaction({ to: schedule.to, data: schedule.data });
    expect(await policyOf(beta, 1_001n)).to.include({ quorumBps: 8_000 });
    await beta.helpers.time.increase(3_600);
    await beta.user.sendTransaction({ to: execute.to, data: execute.data });
    expect(await policyOf(beta, 1_001n)).to.include({ quorumBps: 9_000 });
  });

  it("need no key to look, for a dry run, nor to write for others: no keystore is opened", async function () {
    const book = JSON.parse(readFileSync(tasks.deployment, "utf8")) as { hub: object; rollups: object[] };
    const deployment = tasks.file("keyed.json");
    const keyed = <T extends object>(chain: T) => ({ ...chain, network: "keyed" });
    writeFileSync(deployment, JSON.stringify({ hub: keyed(book.hub), rollups: book.rollups.map(keyed) }));
    const accounts = [configVariable("PARLEY_UNSET_KEY")];
    const runtime = await freshRuntime(tasks.folder, [], {
      keyed: { type: "http", url: "http://127.0.0.1:1", accounts },
    });
    const run = async (command: string, args: Record<string, unknown>) => {
      const { exitCode, stderr } = await runTask(command.split(" "), { deployment, ...args }, runtime);
      return { exitCode, needsKey: stderr.includes("PARLEY_UNSET_KEY") };
    };
    const wish = { ...set, quorumBps: "9400" };
    expect(await run("policy set", wish)).to.deep.equal({ exitCode: 1, needsKey: true });
    const call = { contract: "ServiceManager", call: "allow", args: JSON.stringify([1, [STRANGER], true]) };
    const looks: readonly (readonly [string, Record<string, unknown>])[] = [
      ["policy show", { rollup: "alpha" }],
      ["policy set", { ...wish, dryRun: true }],
      ["policy set", { ...wish, safeExport: tasks.file("keyless.json") }],
      ["admin roles", {}],
      ["admin timelock", {}],
      ["admin timelock schedule", { ...call, dryRun: true }],
      ["admin timelock schedule", { ...call, safeExport: tasks.file("announce.json") }],
      ["admin pause", {}],
      ["admin pause source", { rollup: "alpha", source: "beta", dryRun: true }],
      ["message list", {}],
    ];
    for (const [command, args] of looks) {
      expect(await run(command, args), command).to.deep.equal({ exitCode: 0, needsKey: false });
    }
    // There is none; but the rollup was asked.
    expect(await run("table show", { on: "alpha" })).to.deep.equal({ exitCode: 1, needsKey: false });
  });

  it("tell who holds each role, immutable ones and timelocks' included", async function () {
    const former = elementAt(hub.eigenLayer.chain.signers, FORMER_CANCELLER);
    await hub.shaper.connect(former).renounceRole(await hub.shaper.CANCELLER_ROLE(), former.address);
    const { hub: told, rollups } = await tasks.json("admin roles");
    const held = (told as { role: string; holder: string }[]).filter(({ holder }) => holder === former.address);
    expect(held.map(({ role }) => role)).to.deep.equal([
      "PROPOSER_ROLE of the shaper",
      "PROPOSER_ROLE of the claims timelock",
      "CANCELLER_ROLE of the claims timelock",
    ]);
    const roles = new Map(
      (told as { role: string; holder: string; is: unknown }[])
        .filter(({ holder }) => holder !== former.address)
        .map((one) => [one.role, one]),
    );
    const { owner, guardian, court, registrar, shapers } = hub.parameters;
    const { shaper, claimsTimelock, serviceManagerImplementation } = hub.addresses;
    const expected = {
      ...{ "owner of the service manager": owner, guardian, court, registrar, shaper },
      ...{ "owner of the proxy admin": shaper, implementation: serviceManagerImplementation },
      ...{ "claims timelock": claimsTimelock, "claims contract": NOBODY },
      ...{ "PROPOSER_ROLE of the shaper": shapers[0], "CANCELLER_ROLE of the claims timelock": shapers[0] },
      ...{ "EXECUTOR_ROLE of the shaper": "anyone", "DEFAULT_ADMIN_ROLE of the shaper": shaper },
    };
    for (const [role, holder] of Object.entries(expected)) expect(roles.get(role)?.holder, role).to.equal(holder);
    expect(roles.get("shaper")?.is).to.deep.equal({ kind: "timelock", delaySeconds: String(17 * 86_400) });
    expect(rollups).to.have.nested.property("[1].roles[0].holder", timelock);
    // What is offered is told, too.
    await alpha.policy.transferOwnership(STRANGER);
    const { stdout } = await tasks.run("admin roles");
    expect(stdout).to.include(`owner of the policy, offered (Policy): ${STRANGER}, an account without code`);
  });

  it("announce to a timelock, list it decoded, carry it out when it is ready, and take it back", async function () {
    const strategies = [[hub.eigenLayer.assets[0]?.strategy, String(WAD)]];
    const call = {
      ...{ contract: "ServiceManager", call: "createSet", yes: true, account: SHAPER },
      args: JSON.stringify([[strategies, "1", false], String(WAD)]),
    };
    const other = await tasks.run("admin timelock schedule", { ...call, account: 7 });
    expect([other.exitCode, other.stdout]).to.deep.equal([1, ""]);
    const decoded = /^ {2}0x[0-9a-f]{64}: to be announced\n {4}ServiceManager\.createSet\("parameters":/m;
    const unasked = await tasks.run("admin timelock schedule", { ...call, yes: false });
    expect([unasked.exitCode, unasked.stderr]).to.deep.equal([1, unasked.stderr]);
    expect(unasked.stderr)
      .to.match(decoded)
      .and.match(/no terminal to ask/);
    const { id } = await tasks.json("admin timelock schedule", call);
    // The same once more is another announcement, and can be told apart.
    const second = await tasks.json("admin timelock schedule", call);
    expect(second.id).to.match(/^0x/).and.not.equal(id);
    await tasks.json("admin timelock cancel", { id: second.id, yes: true, account: SHAPER });
    const listed = await tasks.run("admin timelock");
    expect(listed.stdout).to.match(
      /^ {2}0x[0-9a-f]{64}: waiting: from 20.* until 20.*\n {4}ServiceManager\.createSet\("parameters":/m,
    );
    expect(listed.stdout.match(/createSet/g)).to.have.lengthOf(1);
    await tasks.json("admin timelock execute", { id, yes: true }, 2);
    await hub.pass(hub.parameters.shapingSeconds);
    for (const verb of ["execute", "cancel"]) {
      const { stderr } = await tasks.run(`admin timelock ${verb}`, { id, yes: false, account: SHAPER });
      expect(stderr).to.match(/ready: from 20.*\n {4}ServiceManager\.createSet\("parameters":[^]*no terminal to ask/);
    }
    expect(await tasks.json("admin timelock execute", { id, yes: true })).to.include({ outcome: "sent" });
    expect(await hub.serviceManager.setCount()).to.equal(1n);
    await tasks.expectFailed("admin timelock execute", { id, yes: true }, /^0x[0-9a-f]+ is done\n$/);
    const { timelocks } = await tasks.json("admin timelock", { all: true });
    const stages = (timelocks as { announcements: { stage: string }[] }[])[0]?.announcements.map(({ stage }) => stage);
    expect(stages).to.deep.equal(["done", "cancelled"]);
  });

  it("tell nothing of an announcement whose calls are not those of its id, and do nothing about it", async function () {
    const one = { contract: "ServiceManager", call: "allow", yes: true, account: SHAPER };
    const { id } = await tasks.json("admin timelock schedule", { ...one, args: JSON.stringify([1, [STRANGER], true]) });
    const hubs = elementAt(tasks.endpoints, 0);
    const [meant, told] = [STRANGER, `0x${"0".repeat(36)}beef`].map((at) => at.slice(2).toLowerCase());
    const honest = hubs.tamper;
    hubs.tamper = (_method, _parameters, answer): unknown =>
      JSON.parse(JSON.stringify(answer ?? null).replaceAll(String(meant), String(told)));
    try {
      const { stdout } = await tasks.run("admin timelock");
      expect(stdout).not.to.match(/ServiceManager\.allow/);
      expect(stdout).to.match(
        new RegExp(`^ {2}${String(id)}: the endpoint names calls of another id, 0x[0-9a-f]{64}, `, "m"),
      );
      for (const verb of ["execute", "cancel"]) {
        await tasks.expectFailed(
          `admin timelock ${verb}`,
          { id, yes: true },
          /: the endpoint names calls of another id, /,
        );
      }
    } finally {
      hubs.tamper = honest;
    }
    expect(await tasks.json("admin timelock cancel", { id, yes: true, account: SHAPER })).to.include({
      outcome: "sent",
    });
  });

  it("announce as a whole what a Safe batch has, and refuse one that was changed", async function () {
    const file = tasks.file("whole.json");
    const one = { contract: "ServiceManager", call: "allow", yes: true };
    const args = JSON.stringify([1, [STRANGER], true]);
    await tasks.json("admin timelock schedule", { ...one, args, safeExport: file });
    // The very calls of the batch: an announcement of an announcement, which nobody carries out.
    const scheduled = await tasks.json("admin timelock schedule", { calls: file, yes: true, account: SHAPER });
    expect(scheduled).to.have.nested.property("decoded[0].call", "schedule");
    const changed = readFileSync(file, "utf8").replace('"value": "0"', '"value": "1"');
    writeFileSync(tasks.file("changed.json"), changed);
    await tasks.expectFailed(
      "admin timelock schedule",
      { calls: tasks.file("changed.json"), yes: true, account: SHAPER },
      /changed\.json was changed: its checksum is 0x/,
    );
  });

  it("refuse a source and a replaced gateway at once, and tell that they are", async function () {
    const { stdout: before } = await tasks.run("admin pause");
    expect(before).to.equal(
      "no case is held up, or could be\nalpha: hears all its sources\nbeta: hears all its sources\n",
    );
    await tasks.json("admin pause source", { rollup: "alpha", source: "beta", yes: true });
    expect((await alpha.policy.sourcePolicy(1_002n)).refused).to.equal(true);
    await tasks.json("admin pause gateway", { rollup: "alpha", source: "beta", gateway: STRANGER, yes: true });
    expect(await alpha.policy.isRefusedGateway(1_002n, STRANGER)).to.equal(true);
    const { stdout } = await tasks.run("admin pause");
    expect(stdout).to.include("  beta (chain 1002): refused\n");
    await tasks.expectFailed(
      "admin pause end-halt",
      { rollup: "alpha", source: "beta", yes: true },
      /^chain 1002 is not halted\n$/,
    );
    await tasks.expectFailed(
      "admin pause lift",
      { rollup: "alpha", set: "1", yes: true },
      /^set 1 is not frozen on alpha\n$/,
    );
  });
});

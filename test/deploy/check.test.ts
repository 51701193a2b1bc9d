import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { deployedRelease } from "#deploy/check/build.ts";
import { expectedImmutables, FOUND_OUT } from "#deploy/check/code.ts";
import type { Difference } from "#deploy/check/difference.ts";
import { readNamedRelease } from "#deploy/check/release.ts";
import { STEP_CONTRACTS } from "#deploy/steps/list.ts";
import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { runTask } from "#support/devnet.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { bringEntry, bringTable, tableFact } from "#support/facts.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { LOOSEST_POLICY } from "#support/policies.ts";
import { roadScene, type RoadScene } from "#support/roadScene.ts";
import { sceneNetwork, writeConfig } from "#support/sceneNetwork.ts";
import { entryOf } from "#support/world.ts";

const STRANGER = address(`0x${"0".repeat(38)}99`);

describe("The task deploy check", function () {
  let scene: RoadScene;
  let tasks: HubTasks;
  let config: NetworkConfigInput;
  let runs = 0;

  before(async function () {
    scene = await roadScene(await startOwn("1.13"));
    const ends = await Promise.all(
      [scene.alpha, scene.beta].map(async ({ road: { hubEnd, rollupEnd } }) => ({
        hubEnd: address(await hubEnd.getAddress()),
        rollupEnd: address(await rollupEnd.getAddress()),
      })),
    );
    tasks = await HubTasks.serving(scene.hub, scene.setId, [scene.alpha.rollup, scene.beta.rollup], ends);
    const book = JSON.parse(readFileSync(tasks.deployment, "utf8")) as {
      hub: { url: string };
      rollups: { url: string }[];
    };
    writeFileSync(join(tasks.folder, "scene.json"), JSON.stringify(book));
    const [alpha, beta] = [elementAt(book.rollups, 0).url, elementAt(book.rollups, 1).url];
    config = await sceneNetwork(scene, { hub: book.hub.url, alpha, beta });
  });

  after(async function () {
    await tasks.close();
  });

  const run = async (network: NetworkConfigInput, json = true) => {
    const file = writeConfig(tasks.folder, `config-${String(runs++)}.mjs`, network);
    return runTask(["deploy", "check"], { name: "scene", networks: file, deployments: tasks.folder, json });
  };
  /** What differs, as `chain, subject: field`. The scene's rollups take longer tables than its hub makes; that is left out. */
  const differing = async (network = config) => {
    const { exitCode, stdout, stderr } = await run(network);
    expect(exitCode, stderr).to.equal(2);
    const { differences } = JSON.parse(stdout) as { differences: Difference[] };
    return differences
      .map(({ chain, subject, field }) => `${chain}, ${subject}: ${field}`)
      .filter((one) => !one.endsWith("operatorTables: maxValiditySeconds"));
  };

  it("finds what is deployed to be of the build, with every immutable, but for the one that was chosen otherwise", async function () {
    const { exitCode, stdout, stderr } = await run(config, false);
    expect([exitCode, stdout], stderr).to.deep.equal([2, stdout]);
    expect(stdout).to.match(/^scene: 2 of \d{3} fields are not as parley\.config\.ts describes them\n/);
    expect(stdout).to.include(
      "alpha, operatorTables:\n  maxValiditySeconds\n  - found    129600\n  + required 108000\n",
    );
  });

  it("holds what is not thrown away against the production build, which is made first, and against no other", async function () {
    const asked: string[] = [];
    const release = { profile: "", code: new Map() };
    const builder = {
      makeProduction: async (root: string) => asked.push(`make in ${root}`),
      read: async (profile: string, folder: string) => {
        asked.push(`read ${profile} in ${folder}`);
        return folder.startsWith("/nowhere") ? undefined : release;
      },
    };
    const paths = { root: "/project", artifacts: "/project/artifacts" };
    expect(await deployedRelease(false, paths, builder)).to.equal(release);
    expect(asked).to.deep.equal(["make in /project", "read production in /project/cache/production/artifacts"]);
    expect(await deployedRelease(true, paths, builder)).to.equal(release);
    expect(asked.slice(2)).to.deep.equal(["read default in /project/artifacts"]);
    const missing = deployedRelease(false, { ...paths, root: "/nowhere" }, builder).catch(String);
    expect(await missing).to.match(/nothing was built in \/nowhere\/cache\/production\/artifacts$/);
  });

  it("knows what each immutable of every contract must be, or that it is found out by the constructor", async function () {
    const release = await readNamedRelease("default", hre.config.paths.artifacts);
    const unnamed: string[] = [];
    for (const name of STEP_CONTRACTS) {
      const code = release?.code.get(name);
      for (const id of Object.keys(code?.immutableReferences ?? {})) if (!code?.names.has(id)) unnamed.push(name);
    }
    expect(unnamed).to.deep.equal([]);
    const proxy = release?.code.get("TransparentUpgradeableProxy");
    if (proxy === undefined) throw new Error("no proxy");
    expect(expectedImmutables(proxy, { contract: "TransparentUpgradeableProxy", args: [] })).to.deep.equal({});
    expect([...proxy.names.values()].filter((name) => FOUND_OUT.has(name))).to.include("_admin");
  });

  it("names whatever is configured otherwise than it is", async function () {
    const { hub, roles, rollups } = config;
    const { alpha } = rollups;
    if (alpha?.bridge?.stack !== "op-stack") throw new Error("a bridge");
    const set = elementAt(hub.operatorSets, 0);
    const other: NetworkConfigInput = {
      ...config,
      roles: { ...roles, guardian: STRANGER, owner: STRANGER, shapers: [STRANGER] },
      hub: {
        ...hub,
        courtSeconds: 1,
        windows: { ...hub.windows, pause: 1 },
        notices: { ...hub.notices, pace: 1 },
        operatorSets: [{ ...set, strategies: set.strategies.map((one) => ({ ...one, multiplier: 2n })) }],
      },
      rollups: {
        ...rollups,
        alpha: {
          ...alpha,
          entry: { ...alpha.entry, softWad: 1n },
          bridge: { ...alpha.bridge, rollupGas: 1 },
          policy: { ...alpha.policy, quorumBps: 7_000, haltQuorumBps: 4_000 },
          sources: { beta: LOOSEST_POLICY },
        },
      },
    };
    expect(await differing(other)).to.deep.equal([
      "hub, registry: PACE",
      "hub, slasher: GUARDIAN",
      "hub, slasher: COURT_SECONDS",
      "hub, roles: owner of the service manager",
      "hub, roles: guardian",
      ...["shaper", "claims timelock"].flatMap((name) =>
        ["PROPOSER_ROLE", "CANCELLER_ROLE"].map((role) => `hub, roles: ${role} of the ${name}`),
      ),
      "hub, windows: pause",
      "hub, notices: pace",
      "hub, operator set 1: strategies",
      "hub, entry of alpha: softWad",
      "alpha, policy: haltQuorumBps",
      "hub, hub's end of alpha: rollupGas",
      "alpha, policy of later sources: quorumBps",
      "alpha, policy of alpha: quorumBps",
      ...["maxAgeSeconds", "minFinality", "acceptsIrrefutable"].map((field) => `alpha, policy of beta: ${field}`),
    ]);
  });

  it("sees code that is another, and asks it nothing", async function () {
    const { helpers, ethers, addresses } = scene.beta.rollup;
    const code = await ethers.provider.getCode(addresses.directory);
    // Another contract of ours: its immutables stand elsewhere.
    await helpers.setCode(addresses.directory, await ethers.provider.getCode(addresses.operatorTables));
    expect(await differing()).to.deep.equal(["beta, directory: code"]);
    await helpers.setCode(addresses.directory, code);
    expect(await differing()).to.deep.equal([]);
  });

  it("sees tables that are old, entries that changed, loosenings that are announced, and owners that are offered", async function () {
    const { hub, setId, alpha, beta } = scene;
    await alpha.rollup.policy.announceLoosening(beta.rollup.chainId, LOOSEST_POLICY);
    await beta.rollup.policy.transferOwnership(STRANGER);
    await hub.registry.declareIrrefutable(alpha.rollup.chainId);
    await hub.pass(hub.windows.validity);
    await hub.build(setId);
    await beta.rollup.helpers.time.increase(3 * 86_400);
    // Somebody else may announce to the shaper now, besides the one who should.
    const { shaper, addresses, parameters } = hub;
    const asItself = await hub.eigenLayer.chain.ethers.getImpersonatedSigner(addresses.shaper);
    await hub.eigenLayer.helpers.setBalance(addresses.shaper, 10n ** 18n);
    await shaper.connect(asItself).grantRole(await shaper.PROPOSER_ROLE(), STRANGER);
    const { stdout } = await run(config, false);
    expect(stdout).to.include(`- found    ${JSON.stringify([STRANGER, ...parameters.shapers].sort())}\n`);
    const lags = ["refutable", "version"].map((field) => `directory entry of chain 1001: ${field}`);
    expect(await differing()).to.deep.equal([
      "hub, roles: PROPOSER_ROLE of the shaper",
      "hub, entry of alpha: refutable",
      "alpha, policy of beta: announced",
      "alpha, table of set 1: newest epoch",
      ...lags.map((one) => `alpha, ${one}`),
      "beta, policy: pendingOwner",
      "beta, table of set 1: newest epoch",
      "beta, table of set 1: is over",
      ...lags.map((one) => `beta, ${one}`),
    ]);
  });

  it("sees a table that is another than the hub's of its number, and an entry that the registry does not have", async function () {
    const { hub, setId, alpha, committee } = scene;
    const { rollup } = alpha;
    // What two thirds can do that lie: the newest number is the hub's, and what it stands for is not.
    const { statement } = await hub.epoch(setId);
    const other = Committee.of(hub.domain, [1n], { operatorSetId: setId, epoch: statement.epoch });
    const from = await rollup.now();
    await bringTable(rollup, committee, tableFact(other, from, from + 3_600n));
    await bringEntry(rollup, committee, entryOf(77n, STRANGER, { operatorSetId: setId }));
    const found = (await differing()).filter((one) => /^alpha, (table|directory entry of chain 77)/.test(one));
    expect(found).to.deep.equal([
      ...["tableHash", "validFrom", "validUntil"].map((field) => `alpha, table of set 1, epoch 3: ${field}`),
      "alpha, directory entry of chain 77: in the registry",
    ]);
  });
});

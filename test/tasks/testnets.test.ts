import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { artifacts, network } from "hardhat";

import { registerAsOperator } from "#chain/hub/operators.ts";
import { networkNamed, readConfig } from "#deploy/config/read.ts";
import { siteOf } from "#deploy/steps/read.ts";
import { Screen } from "#devnet/screen.ts";
import { stake } from "#devnet/testnets/stake.ts";
import { runTestnets, type TestnetsOptions } from "#devnet/testnets/run.ts";
import { address } from "#protocol/types.ts";
import { reasonOf } from "#support/reasons.ts";
import { Paper, runTask } from "#support/devnet.ts";

describe("Local testnets", function () {
  const folder = mkdtempSync(join(tmpdir(), "parley-testnets-"));
  const file = join(folder, "testnets.config.mjs");
  const paper = new Paper();
  const stop = new AbortController();
  let running: Promise<void>;

  const options: TestnetsOptions = {
    ...{ network, readArtifact: (name) => artifacts.readArtifact(name), portBase: 0, hubSeconds: 1 },
    ...{ rollups: ["one", "two"], later: ["two"], slow: [], file, forget: false },
    ...{ deployments: join(folder, "deployments"), screen: new Screen(paper), signal: stop.signal },
  };

  before(async function () {
    running = runTestnets(options);
    const isTold = async () => {
      while (!paper.text.includes("describes them")) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await Promise.race([running, isTold()]);
  });

  after(async function () {
    stop.abort();
    await running;
    expect(existsSync(file), "the file of chains that are gone").to.equal(false);
    rmSync(folder, { recursive: true });
  });

  const chainOf = async (name: "hub" | "one") => {
    const { hub, rollups } = networkNamed(await readConfig(file), "testnets");
    const { url = "", chainId } = name === "hub" ? hub : (rollups.one ?? hub);
    return new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 });
  };

  it("are described as public networks are, without those that join later", async function () {
    const config = networkNamed(await readConfig(file), "testnets");
    expect(Object.keys(config.rollups)).to.deep.equal(["one"]);
    expect(config).to.include({ isLocal: false });
    expect([config.hub.confirmations, config.rollups.one?.confirmations]).to.deep.equal([2, 2]);
  });

  it("have blocks by the clock, and the time of everybody else", async function () {
    const hub = await chainOf("hub");
    const first = await hub.getBlock("latest");
    expect(Math.abs(Date.now() / 1_000 - Number(first?.timestamp))).to.be.lessThan(60);
    const next = Number(first?.number) + 1;
    while ((await hub.getBlockNumber()) < next) await new Promise((resolve) => setTimeout(resolve, 50));
    hub.destroy();
  });

  it("give stake to an operator of EigenLayer, and to nobody else", async function () {
    const config = networkNamed(await readConfig(file), "testnets");
    const hub = await chainOf("hub");
    hub.pollingInterval = 50;
    const [operator, staker] = [await hub.getSigner(10), await hub.getSigner(20)];
    const give = (tokens: string) => stake(staker, config, address(operator.address), tokens);
    expect(await reasonOf(give("0"))).to.match(/^--tokens: a whole number/);
    expect(await reasonOf(give("40"))).to.match(/OperatorNotRegistered/);
    await registerAsOperator(operator, siteOf(config));
    expect(await give("40")).to.deep.include({ operator: operator.address, amount: 40n * 10n ** 18n });
    hub.destroy();
  });

  it("are gone for a while, and come back where they were", async function () {
    const one = await chainOf("one");
    const { exitCode, stdout } = await runTask(["testnets", "restart"], { chain: "one", seconds: 1, networks: file });
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 0, stdout: "one answers again in 1 s\n" });
    const isThere = () => one.send("eth_chainId", []).then(Boolean, () => false);
    const until = async (wanted: boolean) => {
      while ((await isThere()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await until(false);
    await until(true);
    one.destroy();
  });

  const slips: [what: string, wrong: Partial<TestnetsOptions>, says: RegExp][] = [
    ["a name that is no name", { rollups: ["One"] }, /"One" is no name/],
    ["a rollup called hub", { rollups: ["hub"] }, /"hub" is taken/],
    ["a name twice", { rollups: ["one", "one"] }, /"one" is taken/],
    ["what joins later and is not there", { later: ["nine"] }, /"nine" is no rollup/],
    ["what is slow and is not there", { slow: ["nine"] }, /"nine" is no chain/],
    ["a hub that stands still", { hubSeconds: 0 }, /from 1 to 12, found 0/],
  ];
  for (const [what, wrong, says] of slips) {
    it(`refuse ${what}`, async function () {
      expect(await reasonOf(runTestnets({ ...options, ...wrong }))).to.match(says);
    });
  }

  it("write over no file, and delete none, that is not theirs", async function () {
    const own = join(folder, "parley.config.ts");
    writeFileSync(own, "mine");
    expect(await reasonOf(runTestnets({ ...options, file: own }))).to.match(/parley\.config\.ts is somebody's own/);
    expect(readFileSync(own, "utf8")).to.equal("mine");
  });

  it("take what was deployed on others of the same name for gone only if somebody says so", async function () {
    mkdirSync(join(folder, "deployments", "testnets"), { recursive: true });
    expect(await reasonOf(runTestnets(options))).to.match(/start with --forget/);
    expect(existsSync(join(folder, "deployments", "testnets"))).to.equal(true);
  });
});

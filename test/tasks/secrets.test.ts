import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import { runTask } from "#support/devnet.ts";
import { freshRuntime, GuardedNetwork, keeping, type Kept, type Manners } from "#support/guarded.ts";

/** Parts of secrets that nothing else has in it. */
const [TOKEN, KEY] = ["sEcReT0123456789tOkEn", `${"5ec2e7".repeat(10)}c0de`];
const [MISTYPED_URL, MISTYPED_KEY] = [`https//host/v2/${TOKEN}`, `0x${KEY}zz`];
const COMMANDS = ["deploy plan", "deploy apply", "status", "doctor"];

const checksSchema = z.object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), found: z.string() })) });

describe("Keys and endpoints of a network", function () {
  let network: GuardedNetwork;

  before(async function () {
    network = await GuardedNetwork.start();
  });

  after(async function () {
    await network.close();
  });

  const urlOf = (chain: string) => `${network.origin}/${chain}/v2/${TOKEN}?dkey=${TOKEN}`;
  const honest = (): Kept => ({
    ...{ SEPOLIA_RPC_URL: urlOf("hub"), BASE_SEPOLIA_RPC_URL: urlOf("base"), PARLEY_KEY: `0x${KEY}` },
  });
  const leaksIn = (said: string) => [TOKEN, KEY].filter((one) => said.toLowerCase().includes(one.toLowerCase()));

  /** Runs all commands, and holds what they said, threw and wrote to having no secret in it. */
  async function expectKept(kept: Kept): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    await keeping(kept, async () => {
      const runtime = await freshRuntime(network.folder);
      for (const command of COMMANDS) {
        for (const json of [false, true]) {
          const said = await network.everything(runtime, command, json);
          expect(leaksIn(said), `${command}: ${said.slice(0, 2_000)}`).to.deep.equal([]);
          if (!json) all[command] = said;
        }
      }
    });
    return all;
  }

  const manners: Readonly<Record<Manners, RegExp>> = {
    down: /^exit 1\n\nhub: nobody answers for network "sepolia"/,
    "other chain": /^exit 1\n\nhub: network "sepolia" is chain 7, not 11155111/,
    quotes: /^thrown .*nothing for \[SEPOLIA_RPC_URL\]\n/,
    forbids: /^thrown .*unexpected status code/,
  };
  for (const one of ["down", "other chain", "quotes", "forbids"] as const) {
    it(`are in nothing that is said, thrown or written by tasks that fail on an endpoint: ${one}`, async function () {
      network.manners = one;
      const said = await expectKept(honest());
      expect(said["deploy plan"]).to.match(manners[one]);
      expect(said["deploy apply"]).to.match(manners[one]);
    });
  }

  it("are not quoted where they are mistyped, but the variable is named", async function () {
    network.manners = "other chain";
    const url = await expectKept({ ...honest(), SEPOLIA_RPC_URL: MISTYPED_URL });
    const what = 'network "sepolia": what SEPOLIA_RPC_URL holds is not an endpoint';
    for (const command of COMMANDS) expect(url[command]).to.include(what);
    const key = await expectKept({ ...honest(), PARLEY_KEY: MISTYPED_KEY });
    expect(key["deploy apply"]).to.include('network "sepolia": what PARLEY_KEY holds is not a private key');
    // Whoever looks needs no key.
    expect(key.status).to.include('hub: network "sepolia" is chain 7');
  });

  it("are taken out of what a task says itself, in whatever way it came there", async function () {
    const networks = `/nowhere/${TOKEN}/${KEY.toUpperCase()}.mjs`;
    const args = { name: "scene", networks, deployments: network.folder, json: true };
    await keeping(honest(), async () => {
      const { stderr } = await runTask(["deploy", "plan"], args, await freshRuntime(network.folder));
      expect(stderr).to.match(/\/nowhere\/\[(BASE_)?SEPOLIA_RPC_URL\]\/\[PARLEY_KEY\]\.mjs/);
    });
  });

  it("are told by doctor to be missing where they are neither in the environment nor in a keystore", async function () {
    network.manners = "other chain";
    const { folder, deployment } = network;
    const doctor = async (runtime: HardhatRuntimeEnvironment) => {
      const { stdout, exitCode } = await runTask(["doctor"], { deployment, json: true }, runtime);
      const { checks } = checksSchema.parse(JSON.parse(stdout));
      expect([exitCode, leaksIn(stdout)]).to.deep.equal([2, []]);
      const told = checks.filter(({ name }) => /^(chain hub|keys of sepolia)$/.test(name));
      return told.map(({ name, ok, found }) => [name, ok, found]);
    };
    await keeping({ BASE_SEPOLIA_RPC_URL: urlOf("base") }, async () => {
      const lacking = await freshRuntime(folder, [urlOf("hub")]);
      expect(await doctor(lacking)).to.deep.equal([
        ["chain hub", false, 'network "sepolia" needs SEPOLIA_RPC_URL: npx hardhat keystore set SEPOLIA_RPC_URL'],
        ["keys of sepolia", false, "missing: PARLEY_KEY"],
      ]);
      expect(await network.everything(lacking, "deploy apply")).to.match(
        /^exit 1\n\nnetwork "sepolia" needs SEPOLIA_RPC_URL, PARLEY_KEY: npx hardhat keystore set SEPOLIA_RPC_URL\n/,
      );
      const setting = { key: "SEPOLIA_RPC_URL", dev: true, force: false };
      const { stdout } = await runTask(["keystore", "set"], setting, lacking);
      expect([stdout.startsWith('Key "SEPOLIA_RPC_URL" set'), leaksIn(stdout)]).to.deep.equal([true, []]);
      // Of the one that asks for a password only the names are read.
      const kept = readFileSync(join(folder, "dev.keystore.json"), "utf8");
      writeFileSync(join(folder, "keystore.json"), kept.replaceAll("SEPOLIA_RPC_URL", "PARLEY_KEY"));
      const runtime = await freshRuntime(folder);
      expect(await doctor(runtime)).to.deep.equal([
        ["chain hub", false, 'network "sepolia" is chain 7, not 11155111'],
        ["keys of sepolia", true, "1 there"],
      ]);
      network.manners = "quotes";
      const said = await network.everything(runtime, "deploy plan");
      expect(said).to.match(manners.quotes);
      expect(leaksIn(said)).to.deep.equal([]);
    });
  });
});

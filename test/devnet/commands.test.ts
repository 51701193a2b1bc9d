import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { expect } from "chai";

import { elementAt } from "#protocol/errors.ts";
import { runTask, sharedDevnet } from "#support/devnet.ts";
import { readPackage } from "#support/library.ts";
import { namedTasks, shownCommands, taskCall, type ShownCommand } from "#support/shownCommands.ts";

const DOCUMENTS = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** What is not run here, and why. `…` at the end stands for whatever follows. */
const NOT_RUN: [command: string, because: string][] = [
  ["npm start", "stays until Ctrl-C; `npm start -- --once` is a step of CI"],
  ["npm start …", "starts a devnet of its own: test/tasks/devnet.test.ts does, and steps of CI"],
  ["npm run lies …", "runs for minutes, and is a step of CI"],
  ["npm run lies", "runs for minutes, and is a step of CI"],
  ["npm test", "is what runs this"],
  ["npm pack", "test/devnet/app.test.ts packs"],
  ["npm install", "test/devnet/app.test.ts installs, without a network"],
  ["npx hardhat build", "was run before this; for an app test/devnet/app.test.ts does"],
  ["npx tsc", "test/devnet/app.test.ts runs it in the app's folder"],
  ["npx hardhat run …", "test/devnet/app.test.ts runs it in the app's folder"],
  [
    "npx node scripts/nodes/operator/main.ts operator.json",
    "stays until Ctrl-C; test/nodes/delivery.test.ts starts nodes",
  ],
  ["npx hardhat watch", "stays until Ctrl-C"],
  ["npx hardhat testnets run …", "stays until Ctrl-C; test/tasks/testnets.test.ts runs them"],
  ["npx hardhat halt sign …", "needs an operator's keystore; test/tasks/halt.test.ts has some"],
  ["npx hardhat halt halt.json …", "would stop what other tests send; test/tasks/halt.test.ts does"],
  ["npx hardhat deploy …", "needs Sepolia and keys; tests below test/deploy run it on local chains"],
  ["npx hardhat rollup join …", "needs Sepolia and keys; test/tasks/join.test.ts runs it on local chains"],
  ["npx hardhat keystore …", "asks for a password at the terminal, and is Hardhat's own"],
  ["MAINNET_RPC_URL=https://… npx hardhat test …", "needs mainnet"],
  ["npx hardhat snapshot take …", "needs mainnet"],
  ["EIGENLAYER_SNAPSHOT=$PWD/eigenlayer.json npx hardhat test …", "is part of CI, where the file is"],
];

/** What ends otherwise than with exit code 0 here, and why. */
const ENDS_WITH: [command: string, exitCode: number, because: string][] = [
  ["npx hardhat policy set beta alpha --quorum-bps 6667 --yes", 2, "it is announced, and takes effect later"],
  ["npx hardhat policy set beta alpha --apply --yes", 2, "its delay is not over"],
];

describe("What the documents show", function () {
  const commands = DOCUMENTS.flatMap((path) => shownCommands(path));
  const folder = mkdtempSync(join(tmpdir(), "parley-shown-"));
  const home = process.cwd();
  let id = "";

  before(async function () {
    const { deploymentFile } = await sharedDevnet();
    const sent = await runTask(["message", "send"], { deployment: deploymentFile });
    id = elementAt(sent.stdout.split("\n"), 0);
    for (let attempt = 0; attempt < 300; attempt++) {
      const { exitCode } = await runTask(["message", "status"], { id, deployment: deploymentFile });
      if (exitCode === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${id} does not arrive`);
  });

  afterEach(function () {
    process.chdir(home);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are commands, all of which either run below or have their reason not to", function () {
    expect(commands.length).to.be.greaterThan(20);
    const shown = (pattern: string) => commands.some(({ text }) => matches(text, pattern));
    const stale = [...NOT_RUN, ...ENDS_WITH].map(([pattern]) => pattern).filter((pattern) => !shown(pattern));
    expect(stale, "rows of the tables that no document shows any more").to.deep.equal([]);
    const tests = NOT_RUN.flatMap(([, because]) => /test\/\S+\.test\.ts/.exec(because)?.[0] ?? []);
    expect(
      tests.filter((path) => !existsSync(path)),
      "tests that the tables name and there are not",
    ).to.deep.equal([]);
  });

  it("names tasks and options in its text, too, that there are", function () {
    const found = DOCUMENTS.map((path) => ({ path, ...namedTasks(readFileSync(path, "utf8")) }));
    expect(found.reduce((sum, { named }) => sum + named, 0)).to.be.greaterThan(20);
    expect(found.flatMap(({ path, unknown }) => unknown.map((code) => `${path}: ${code}`))).to.deep.equal([]);
  });

  for (const command of commands) {
    const { place, text } = command;
    const reason = NOT_RUN.find(([pattern]) => matches(text, pattern))?.[1];
    const exitCode = ENDS_WITH.find(([pattern]) => pattern === text)?.[1] ?? 0;
    const verb = reason === undefined ? `ends with exit code ${String(exitCode)}` : "can be typed like that";

    it(`${place}: ${text} ${verb}`, async function () {
      const call = await understood(command, id);
      if (reason !== undefined) return;
      const help = `${place}: make this run on a devnet, or say in a table of test/devnet/commands.test.ts why it does not: ${text}`;
      if (call === undefined) throw new Error(help);
      const { deploymentFile } = await sharedDevnet();
      const here = call.task.options.has("deployment") ? { deployment: deploymentFile } : {};
      process.chdir(folder); // what it writes stays there
      const outcome = await runTask(call.task.id, { ...here, ...call.args });
      expect(outcome.exitCode, `${help}\n${outcome.stdout}${outcome.stderr}`).to.equal(exitCode);
    });
  }
});

/** Exactly the pattern, or what it says before a last `…` and something more. */
function matches(text: string, pattern: string): boolean {
  return pattern.endsWith(" …") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** The task that a command runs on a message of ours, once Hardhat understands it; none if it is not Hardhat that runs. */
async function understood({ words, place, text }: ShownCommand, id: string) {
  const typed = words
    .filter((word) => !/^[A-Z_]+=/.test(word))
    .map((word) => word.replace(/^(<id>|0x[0-9a-f]{64})$/, id));
  const [program, verb, ...rest] = typed;
  if (program === "npx" && verb === "hardhat") return taskCall(rest);
  if (program === "npm" && (verb === "start" || verb === "run" || verb === "test")) {
    const [script = "", ...args] = verb === "run" ? rest : [verb, ...rest.filter((word) => word !== "--silent")];
    expect(readPackage(".").scripts, `${place}: ${text}`).to.have.property(script);
    if (script === "start") return taskCall(["devnet", ...args.filter((word) => word !== "--")]);
  }
  return undefined;
}

// The contracts' tests on the build that is deployed: `npm run test:production`, or a part: `npm run test:production -- mocha`. CI has time
// for `brief` only: what is on every rollup and asked for most, stories through everything, and gas.
import { spawnSync } from "node:child_process";

import { root } from "./support/files.ts";
import { briefStories, deployedStories, solidityTests } from "./support/tests.ts";

const parts = {
  solidity: { runner: "solidity", tests: solidityTests },
  mocha: { runner: "mocha", tests: deployedStories },
  brief: { runner: "mocha", tests: briefStories },
} as const;
const names = ["solidity", "mocha", "brief"] as const;
const typed = process.argv.slice(2);
const unknown = typed.filter((name) => !names.some((part) => part === name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there are: ${names.join(", ")}`);
  process.exit(2);
}

const wanted = typed.length > 0 ? typed : ["solidity", "mocha"];
for (const name of names) {
  if (!wanted.includes(name)) continue;
  const { runner, tests } = parts[name];
  // TypeScript tests need no Solidity test, and those take the optimizer long.
  if (runner === "mocha") hardhat("build", "--no-tests", "--quiet");
  hardhat("test", runner, ...(runner === "mocha" ? ["--no-compile"] : []), ...tests());
}

function hardhat(...command: string[]): void {
  const config = ["--config", "scripts/checks/production.config.ts", "--no-typechain", "--build-profile", "production"];
  const { status } = spawnSync("hardhat", [...config, ...command], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

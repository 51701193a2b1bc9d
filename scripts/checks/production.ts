// The contracts' tests on the build that is deployed: `npm run test:production`, or one half: `npm run test:production -- mocha`.
import { spawnSync } from "node:child_process";

import { root } from "./support/files.ts";
import { deployedStories, solidityTests } from "./support/tests.ts";

const halves = { solidity: solidityTests, mocha: deployedStories };
const names = ["solidity", "mocha"] as const;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.some((half) => half === name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there are: ${names.join(", ")}`);
  process.exit(2);
}

for (const half of names) {
  if (wanted.length > 0 && !wanted.includes(half)) continue;
  // TypeScript tests need no Solidity test, and those take the optimizer long.
  if (half === "mocha") hardhat("build", "--no-tests", "--quiet");
  hardhat("test", half, ...(half === "mocha" ? ["--no-compile"] : []), ...halves[half]());
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

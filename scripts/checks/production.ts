// The tests of what is deployed, on the build that is deployed. What tests TypeScript alone, or EigenLayer as we have it, says
// the same of any build.
import { spawnSync } from "node:child_process";

import { root } from "./support/files.ts";
import { deployedStories, everySolidityTest } from "./support/tests.ts";

const build = [
  "--config",
  "scripts/checks/production.config.ts",
  "--no-typechain",
  "test",
  "--build-profile",
  "production",
];
const { status } = spawnSync("hardhat", [...build, ...everySolidityTest(), ...deployedStories()], {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;

// The long run: a fresh seed, many more cases. `npm run fuzz -- --seed 0x… --runs 100000 --campaigns 512` repeats one.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";

import { root } from "./support/files.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: `0x${randomBytes(32).toString("hex")}` },
    runs: { type: "string", default: "50000" },
    campaigns: { type: "string", default: "512" },
  },
});

const again = `npm run fuzz -- --seed ${values.seed} --runs ${values.runs} --campaigns ${values.campaigns}`;
console.log(`fuzz: to repeat this run: ${again}`);
const { status } = spawnSync("hardhat", ["test"], {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, FUZZ_SEED: values.seed, FUZZ_RUNS: values.runs, INVARIANT_RUNS: values.campaigns },
});
if (status !== 0) console.log(`fuzz: failed; to repeat: ${again}`);
process.exitCode = status ?? 1;

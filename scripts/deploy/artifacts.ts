import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { z } from "zod";

import type { ReadArtifact } from "./construction.ts";
import { DeployError } from "./errors.ts";
import type { Artifacts } from "./steps/actual.ts";
import { STEP_CONTRACTS } from "./steps/list.ts";

/** What of a compiled contract is read. */
const artifactSchema = z.object({
  abi: z.array(z.unknown()).transform((abi) => JSON.stringify(abi)),
  bytecode: z.string().regex(/^0x([0-9a-f]{2})+$/),
  deployedBytecode: z.string().regex(/^0x([0-9a-f]{2})*$/),
  immutableReferences: z.record(z.string(), z.array(z.object({ start: z.int().min(0), length: z.int().min(1) }))),
});

/** Where the build that is deployed lies; see scripts/checks/production.config.ts. */
const CONFIG = "scripts/checks/production.config.ts";
/** Where that configuration keeps it, in the project's folder. */
export const PRODUCTION_PATHS = {
  artifacts: join("cache", "production", "artifacts"),
  cache: join("cache", "production"),
};

/**
 * @param readArtifact - Where compiled contracts come from.
 * @returns The contracts that steps deploy and call.
 */
export async function stepArtifacts(readArtifact: ReadArtifact): Promise<Artifacts> {
  return Object.fromEntries(
    await Promise.all(STEP_CONTRACTS.map(async (name) => [name, await readArtifact(name)] as const)),
  );
}

/**
 * Makes the build that is deployed anywhere but on networks that are thrown away, unless it is there.
 *
 * @param root - The project's folder.
 * @returns Where its contracts come from.
 */
export async function productionArtifacts(root: string): Promise<ReadArtifact> {
  const hardhat = join(
    dirname(createRequire(import.meta.url).resolve("hardhat/package.json")),
    "dist",
    "src",
    "cli.js",
  );
  const build = ["build", "--build-profile", "production", "--no-tests", "--no-typechain", "--quiet"];
  // What it prints is not for standard output, which may be one document.
  const stdio = ["ignore", process.stderr, process.stderr] as const;
  const child = spawn(process.execPath, [hardhat, "--config", CONFIG, ...build], { cwd: root, stdio: [...stdio] });
  await once(child, "exit");
  if (child.exitCode !== 0) throw new DeployError("NotBuilt", "the production build failed");
  const folder = join(root, PRODUCTION_PATHS.artifacts);
  const files = await readdir(folder, { recursive: true });
  return async (name) => {
    const found = files.filter((file) => basename(file) === `${name}.json`);
    const [file] = found;
    if (file === undefined || found.length > 1) {
      throw new DeployError("NotBuilt", `the production build has ${found.length} contracts ${name}`);
    }
    return artifactSchema.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
  };
}

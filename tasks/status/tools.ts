import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import type { Check } from "./doctor.ts";

const LEAST_NODE = 22;
const versionSchema = z.object({ version: z.string() });
const packageSchema = z.object({ version: z.string(), devDependencies: z.record(z.string(), z.string()) });
/** What must be installed in the very version that the project names. */
const PINNED = ["hardhat", "ethers", "solc", "@openzeppelin/contracts"] as const;

/**
 * @param hre - Hardhat.
 * @returns Whether Node, Hardhat, its engine and the compiler are what the project was made with.
 */
export async function toolChecks(hre: HardhatRuntimeEnvironment): Promise<Check[]> {
  const { root } = hre.config.paths;
  const project = packageSchema.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const installed = async (name: string): Promise<string> =>
    readFile(join(root, "node_modules", name, "package.json"), "utf8")
      .then((text) => versionSchema.parse(JSON.parse(text)).version)
      .catch(() => "not installed");
  const node = process.versions.node;
  const isNew = Number(node.split(".")[0]) >= LEAST_NODE;
  const pinned = await Promise.all(
    PINNED.map(async (name): Promise<Check> => {
      const [found, wanted] = [await installed(name), project.devDependencies[name]];
      const ok = found === wanted;
      return { name, ok, found, ...(ok ? {} : { mend: `the project needs ${wanted ?? "?"}: npm ci` }) };
    }),
  );
  const engine = await installed("@nomicfoundation/edr");
  const compiler = hre.config.solidity.profiles.default?.compilers[0]?.version ?? "none";
  return [
    { name: "parley", ok: true, found: project.version },
    { name: "node", ok: isNew, found: node, ...(isNew ? {} : { mend: `use Node ${LEAST_NODE} or newer (npx node)` }) },
    ...pinned,
    { name: "engine", ok: engine !== "not installed", found: `EDR ${engine}` },
    {
      name: "compiler",
      ok: compiler === project.devDependencies.solc,
      found: `solc ${compiler}`,
      mend: "hardhat.config.ts and package.json name different compilers",
    },
  ];
}

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { z } from "zod";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const packageSchema = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

/** What a package.json says. */
export function readPackage(folder: string): z.output<typeof packageSchema> {
  return packageSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

/**
 * Packs the library as `npm pack` does, from the build that there is already.
 *
 * @param folder - Where to.
 * @returns The tarball.
 */
export async function packed(folder: string): Promise<string> {
  await node(process.cwd(), ["scripts/library/build.ts"]);
  const path = process.env.PATH?.split(delimiter).filter((part) => !part.endsWith("node_modules/.bin"));
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    env: { ...process.env, ...(path === undefined ? {} : { PATH: path.join(delimiter) }) },
  });
  return join(folder, stdout.trim());
}

/**
 * Puts into a folder what `npm install` would, without a network: the library from its tarball, and links to what it and the folder's
 * own package.json name. What neither names is not there.
 *
 * @param folder - With a package.json.
 * @param tarball - The library.
 */
export async function install(folder: string, tarball: string): Promise<void> {
  const parley = join(folder, "node_modules/parley");
  mkdirSync(parley, { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", parley]);
  const [own, library] = [readPackage(folder), readPackage(parley)];
  const names = { ...own.dependencies, ...own.devDependencies, ...library.dependencies, ...library.peerDependencies };
  for (const name of Object.keys(names)) {
    if (name === "parley") continue;
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join("node_modules", name)), link);
  }
}

/** Runs a file in a process of its own; throws with everything that it said when it fails. */
export async function node(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  // Hardhat hands its own options down, our configuration among them.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HARDHAT_|HH_|NODE_|npm_)/.test(name)),
  );
  try {
    const { stdout } = await run(process.execPath, [...args], { cwd, env: { ...inherited, ...env } });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`node ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Command-line programs of packages, as files for {@link node}. */
export const programs = {
  hardhat: join(dirname(require.resolve("hardhat")), "cli.js"),
  tsc: require.resolve("typescript/bin/tsc"),
};

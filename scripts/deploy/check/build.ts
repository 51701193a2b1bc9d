import { join } from "node:path";

import { productionArtifacts, PRODUCTION_PATHS } from "../artifacts.ts";
import { DeployError } from "../errors.ts";
import { readNamedRelease, type NamedRelease } from "./release.ts";

/** Where a project is, and where its everyday build lies. */
export interface ProjectPaths {
  readonly root: string;
  readonly artifacts: string;
}

/** How a build is made and read. */
export interface Builder {
  readonly makeProduction: (root: string) => Promise<unknown>;
  readonly read: (profile: string, folder: string) => Promise<NamedRelease | undefined>;
}

/**
 * @param isLocal - Whether the network is thrown away: only such a one may be of the everyday build.
 * @param paths - The project's.
 * @param builder - How a build is made and read; as everywhere unless given.
 * @returns What is deployed on the network; throws {@link DeployError} where it was not built.
 */
export async function deployedRelease(
  isLocal: boolean,
  { root, artifacts }: ProjectPaths,
  { makeProduction, read }: Builder = { makeProduction: productionArtifacts, read: readNamedRelease },
): Promise<NamedRelease> {
  if (!isLocal) await makeProduction(root);
  const [profile, folder] = isLocal ? ["default", artifacts] : ["production", join(root, PRODUCTION_PATHS.artifacts)];
  const release = await read(profile, folder);
  if (release === undefined) throw new DeployError("NotBuilt", `nothing was built in ${folder}`);
  return release;
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Release, ReleasedCode } from "#chain/release.ts";

const artifactSchema = z.object({
  deployedBytecode: z.string().regex(/^0x([0-9a-f]{2})*$/),
  immutableReferences: z.record(z.string(), z.array(z.object({ start: z.int().min(0), length: z.int().min(1) }))),
});

/** Where each build profile leaves its artifacts. */
export type Builds = Readonly<Record<string, string>>;

/**
 * @param builds - Profiles and their folders.
 * @returns The contracts of a rollup under each profile that was built.
 */
export async function readReleases(builds: Builds): Promise<Release[]> {
  const releases: Release[] = [];
  for (const [profile, folder] of Object.entries(builds)) {
    const read = async (name: string): Promise<ReleasedCode> => {
      const file = join(folder, "contracts", "rollup", `${name}.sol`, `${name}.json`);
      return artifactSchema.parse(JSON.parse(await readFile(file, "utf8")));
    };
    if (!existsSync(join(folder, "contracts", "rollup"))) continue;
    const [Gateway, Directory, OperatorTables, Policy, CertificateVerifier] = await Promise.all([
      read("Gateway"),
      read("Directory"),
      read("OperatorTables"),
      read("Policy"),
      read("CertificateVerifier"),
    ]);
    releases.push({ profile, code: { Gateway, Directory, OperatorTables, Policy, CertificateVerifier } });
  }
  return releases;
}

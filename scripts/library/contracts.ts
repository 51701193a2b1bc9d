import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

/** A contract whose ABI and bindings others get. */
export interface LibraryContract {
  readonly name: string;
  readonly abi: readonly unknown[];
  /** The file that the build wrote with its TypeScript types, from the folder of those. */
  readonly typesFile: string;
}

/** Folders of `contracts/` whose contracts others call. What they do not call stays inside: doubles, libraries, abstract parts. */
const FOLDERS = ["interfaces", "rollup", "hub", "bridges"] as const;

const artifactSchema = z.object({ contractName: z.string(), abi: z.array(z.unknown()), bytecode: z.string() });

/**
 * Reads what the everyday build wrote. Bytecode is left out: what is deployed is built by the production profile.
 *
 * @param root - The checkout.
 * @returns All interfaces of ours, and every contract that is deployed, by name.
 */
export function libraryContracts(root: string): LibraryContract[] {
  const contracts = FOLDERS.flatMap((folder) => contractsIn(root, folder));
  const names = new Set(contracts.map(({ name }) => name));
  if (names.size !== contracts.length) throw new Error("two contracts of the library have one name");
  return contracts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function contractsIn(root: string, folder: (typeof FOLDERS)[number]): LibraryContract[] {
  const artifacts = join(root, "artifacts/contracts", folder);
  if (!existsSync(artifacts)) throw new Error(`nothing is built in ${artifacts}; \`npx hardhat build\` does that`);
  const sources = readdirSync(artifacts).filter((name) => name.endsWith(".sol"));
  return sources.flatMap((source) => {
    const files = readdirSync(join(artifacts, source)).filter((name) => name.endsWith(".json"));
    return files.flatMap((file) => {
      const { contractName, abi, bytecode } = artifactSchema.parse(
        JSON.parse(readFileSync(join(artifacts, source, file), "utf8")),
      );
      // Abstract, or a library that has nothing to call.
      if ((folder !== "interfaces" && bytecode === "0x") || abi.length === 0) return [];
      // A source with several contracts has a folder of its own there.
      const place = files.length > 1 ? [source, `${contractName}.ts`] : [`${contractName}.ts`];
      return [{ name: contractName, abi, typesFile: join("contracts", folder, ...place) }];
    });
  });
}

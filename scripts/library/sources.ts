import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { LibraryContract } from "./contracts.ts";

/**
 * Lays out the TypeScript that the library is compiled from: `protocol`, `abi`, `bindings`, and the types of those.
 *
 * @param root - The checkout.
 * @param folder - Where to.
 * @param contracts - The library's contracts.
 */
export function writeSources(root: string, folder: string, contracts: readonly LibraryContract[]): void {
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const copy = (from: string, to: string) => {
    write(to, readFileSync(join(root, from), "utf8"));
  };

  // Declarations repeat what their sources import: there it must be the module that they are compiled to.
  for (const path of readdirSync(join(root, "scripts/protocol"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts")) continue;
    const text = readFileSync(join(root, "scripts/protocol", path), "utf8");
    write(join("protocol", path), text.replace(/(from "\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
  }
  copy("types/ethers-contracts/common.ts", "types/common.ts");
  for (const contract of contracts) {
    copy(join("types/ethers-contracts", contract.typesFile), join("types", contract.typesFile));
    write(`abi/${contract.name}.ts`, abiModule(contract));
    write(`bindings/${contract.name}.ts`, bindingModule(contract));
  }
  const reexported = (line: (contract: LibraryContract) => string) => contracts.map(line).join("");
  write(
    "abi/index.ts",
    reexported((contract) => `export { ${abiName(contract)} } from "./${contract.name}.js";\n`),
  );
  write(
    "bindings/index.ts",
    reexported(({ name }) => `export { ${name}__factory, type ${name} } from "./${name}.js";\n`),
  );
}

/** `IGateway` → `iGatewayAbi`. */
function abiName({ name }: LibraryContract): string {
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}Abi`;
}

function abiModule(contract: LibraryContract): string {
  return [
    `/** ABI of ${contract.name}. */`,
    `export const ${abiName(contract)} = ${JSON.stringify(contract.abi)} as const;`,
    "",
  ].join("\n");
}

function bindingModule(contract: LibraryContract): string {
  const { name, typesFile } = contract;
  const abi = abiName(contract);
  return `import { Contract, Interface, type ContractRunner } from "ethers";

import { ${abi} } from "../abi/${name}.js";
import type { ${name}, ${name}Interface } from "../types/${typesFile.replaceAll("\\", "/").replace(/\.ts$/, ".js")}";

export type { ${name} };

/** Connects to a ${name} that is deployed. */
export class ${name}__factory {
  static readonly abi = ${abi};

  static createInterface(): ${name}Interface {
    return new Interface(${abi}) as ${name}Interface;
  }

  static connect(address: string, runner?: ContractRunner | null): ${name} {
    return new Contract(address, ${abi}, runner) as unknown as ${name};
  }
}
`;
}

// What others install: JavaScript, declarations and ABIs, below cache/library. `npm pack` runs it after the build.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { compile } from "./compile.ts";
import { libraryContracts } from "./contracts.ts";
import { writeSources } from "./sources.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const library = join(root, "cache/library");
const [sources, modules] = [join(library, "sources"), join(library, "modules")];

rmSync(library, { recursive: true, force: true });
const contracts = libraryContracts(root);
writeSources(root, sources, contracts);
compile(sources, modules);
mkdirSync(join(modules, "abi"), { recursive: true });
for (const { name, abi } of contracts) writeFileSync(join(modules, "abi", `${name}.json`), `${JSON.stringify(abi)}\n`);
rmSync(sources, { recursive: true });
console.error(`library: ABIs and bindings of ${contracts.length} contracts, and the protocol, in cache/library`);

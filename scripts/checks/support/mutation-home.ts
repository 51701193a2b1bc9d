import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { inRoot, projectFiles } from "./files.ts";

/** A copy that shares nothing but packages and types, so that the working tree is never broken. */
export function copyProject(name: string): string {
  const home = inRoot("cache", "mutation", name);
  // What was compiled there before spares time.
  for (const entry of existsSync(home) ? readdirSync(home) : []) {
    if (entry !== "cache") rmSync(join(home, entry), { recursive: true });
  }
  for (const path of projectFiles("*.ts", "*.sol", "*.json").filter((path) => !path.startsWith("docs/"))) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    copyFileSync(inRoot(path), join(home, path));
  }
  // Tests that name their own number of runs would not obey this run's.
  for (const path of projectFiles("test/*.t.sol")) {
    const text = readFileSync(inRoot(path), "utf8");
    writeFileSync(join(home, path), text.replace(/^\s*\/\/\/ hardhat-config: .*\n/gm, ""));
  }
  for (const shared of ["node_modules", "types"]) symlinkSync(inRoot(shared), join(home, shared));
  return home;
}

/** Does `work` while a source of a copy is another one. */
export async function withSource<T>(home: string, path: string, source: string, work: () => Promise<T>): Promise<T> {
  writeFileSync(join(home, path), source);
  try {
    return await work();
  } finally {
    copyFileSync(inRoot(path), join(home, path));
  }
}

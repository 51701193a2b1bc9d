// The vectors are what TypeScript computes today, and both languages read them: one that only one side reads proves
// nothing. `--write` replaces the generated ones; the others come from elsewhere and name their source.
import { writeFileSync } from "node:fs";

import { mclVerifier } from "#protocol/blsMcl.ts";

import { inRoot, projectFiles, readText } from "./support/files.ts";
import { report } from "./support/report.ts";
import { certificateVectors } from "./vectors/certificates.ts";
import { committeeVectors } from "./vectors/committees.ts";
import { formatVectors } from "./vectors/format.ts";
import { messageVectors } from "./vectors/messages.ts";
import { pageVectors } from "./vectors/pages.ts";
import { statementVectors } from "./vectors/statements.ts";
import { keyedTables, tableVectors } from "./vectors/tables.ts";

const FOLDER = "test/vectors/";
const problems: string[] = [];

const tables = keyedTables();
const verifier = await mclVerifier();
const generated = {
  messages: messageVectors(),
  pages: pageVectors(),
  statements: statementVectors(),
  tables: tableVectors(tables),
  certificates: certificateVectors(tables, verifier),
  committees: committeeVectors(verifier),
};
for (const [name, file] of Object.entries(generated)) {
  const path = `${FOLDER}${name}.json`;
  const text = formatVectors(file);
  if (process.argv.includes("--write")) writeFileSync(inRoot(path), text);
  else if (!projectFiles(path).includes(path)) problems.push(`${path}: missing; write it with --write`);
  else if (readText(path) !== text) problems.push(`${path}: not what TypeScript computes; if this is meant: --write`);
}

const vectors = projectFiles(`${FOLDER}*.json`);
const readers = {
  Solidity: projectFiles("test/*.sol").map(readText).join("\n"),
  TypeScript: projectFiles("test/*.ts").map(readText).join("\n"),
};
for (const path of vectors) {
  const name = path.slice(FOLDER.length);
  try {
    JSON.parse(readText(path));
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const [language, text] of Object.entries(readers)) {
    // Either the file's name stands in a test, or a reader adds the ending itself.
    const stem = name.replace(/\.json$/, "");
    if (!text.includes(name) && !text.includes(`"${stem}"`)) problems.push(`${path}: no ${language} test reads it`);
  }
}
report("vectors", `${vectors.length} files`, problems);

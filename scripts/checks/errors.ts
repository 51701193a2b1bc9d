// Every error that contracts declare is named in a test: the first sign that nobody ever saw it.
import { findAll } from "solidity-ast/utils.js";

import { sourceTrees } from "./support/build-output.ts";
import { projectFiles, readText } from "./support/files.ts";
import { report } from "./support/report.ts";

const tests = projectFiles("test/*.sol", "test/*.ts").map(readText).join("\n");
const named = new Set(tests.match(/\w+/g));

const problems: string[] = [];
let errors = 0;
for (const [path, tree] of sourceTrees()) {
  if (!path.startsWith("contracts/") || /^contracts\/(mocks|interfaces\/eigenlayer)\//.test(path)) continue;
  for (const { name } of findAll("ErrorDefinition", tree)) {
    errors += 1;
    if (!named.has(name)) problems.push(`${path}: no test names ${name}`);
  }
}
report("errors", `${errors} errors`, problems);

// The import table of CONTRIBUTING.md for Solidity, read from the syntax trees. ESLint holds the TypeScript half.
import { findAll } from "solidity-ast/utils.js";

import { sourceTrees } from "./support/build-output.ts";
import { report } from "./support/report.ts";

/** Folder → what its sources may import. The first folder that fits decides. */
const table: [folder: RegExp, mayImport: RegExp][] = [
  [/^contracts\/libraries\//, /^(contracts\/libraries\/|@openzeppelin\/contracts\/(utils|interfaces)\/)/],
  [/^contracts\/interfaces\//, /^(contracts\/(interfaces|libraries)\/|@openzeppelin\/contracts\/interfaces\/)/],
  [/^contracts\/hub\//, /^(contracts\/(hub|interfaces|libraries)\/|@openzeppelin\/)/],
  [/^contracts\/rollup\//, /^(contracts\/(rollup|interfaces|libraries)\/|@openzeppelin\/)/],
  [/^contracts\/bridges\//, /^(contracts\/(bridges|interfaces|libraries)\/|@openzeppelin\/)/],
  [/^contracts\/mocks\//, /^(contracts\/|@openzeppelin\/)/],
  [/^test\//, /^(contracts\/|test\/|@openzeppelin\/)/],
];

const problems: string[] = [];
let imports = 0;
for (const [path, tree] of sourceTrees()) {
  const mayImport = table.find(([folder]) => folder.test(path))?.[1];
  if (mayImport === undefined) problems.push(`${path}: no folder of the table`);
  for (const directive of findAll("ImportDirective", tree)) {
    imports += 1;
    const target = plain(directive.absolutePath);
    if (mayImport?.test(target) === false) problems.push(`${path} must not import ${target}`);
  }
}
report("imports", `${imports} imports of Solidity sources`, problems);

/** "project/contracts/X.sol" and "npm/@openzeppelin/contracts@5.7.0/X.sol" as one writes them. */
function plain(absolutePath: string): string {
  return absolutePath.replace(/^project\//, "").replace(/^npm\/((?:@[^/]+\/)?[^@/]+)@[^/]+\//, "$1/");
}

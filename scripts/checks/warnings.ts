// A compiler warning in a source of ours is a failure. Reads what the compiler said when it built.
import { buildOutputs, ownPath } from "./support/build-output.ts";
import { readText } from "./support/files.ts";
import { report } from "./support/report.ts";

/** Code and init code beyond the limits of a chain: of contracts that are deployed, sizes.ts says the same. */
const TOO_LARGE: readonly (string | undefined)[] = ["5574", "3860"];

const warnings = new Set<string>();
let sources = 0;
for (const output of buildOutputs()) {
  sources += Object.keys(output.sources).filter((name) => ownPath(name) !== undefined).length;
  for (const { severity, errorCode, message, sourceLocation } of output.errors) {
    const path = sourceLocation === undefined ? "(everywhere)" : ownPath(sourceLocation.file);
    if (severity === "info" || path === undefined) continue;
    if (path.startsWith("test/") && TOO_LARGE.includes(errorCode)) continue;
    const line = sourceLocation === undefined ? 0 : lineOf(path, sourceLocation.start);
    warnings.add(`${path}:${line} ${message} (${errorCode ?? severity})`);
  }
}
report("warnings", `${sources} sources`, [...warnings].sort());

function lineOf(path: string, byte: number): number {
  return Buffer.from(readText(path)).subarray(0, byte).toString().split("\n").length;
}

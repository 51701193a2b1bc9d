// All checks, one line each: `npm run check`, or some of them: `npm run check -- layout sizes --write`.
import { spawn } from "node:child_process";

import { root } from "./support/files.ts";

interface Check {
  name: string;
  command: string[];
  /** Checks that must have passed before. */
  after?: string;
}

const production = ["hardhat", "--config", "scripts/checks/production.config.ts"];
const own = (name: string, after?: string): Check => ({
  name,
  command: ["node", `scripts/checks/${name}.ts`],
  ...(after === undefined ? {} : { after }),
});

const checks: Check[] = [
  { name: "build", command: ["hardhat", "build", "--quiet"] },
  {
    name: "production-build",
    command: [...production, "build", "--build-profile", "production", "--no-tests", "--no-typechain", "--quiet"],
  },
  own("docs"),
  { name: "solhint", command: ["solhint", "--disc", "--noPoster", "--max-warnings", "0", "{contracts,test}/**/*.sol"] },
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  own("vectors"),
  { name: "eslint", command: ["eslint", "--max-warnings", "0", "."], after: "build" },
  { name: "types", command: ["tsc", "--noEmit", "-p", "."], after: "build" },
  own("warnings", "build"),
  own("imports", "build"),
  own("errors", "build"),
  own("layout", "build"),
  own("sizes", "production-build"),
];

const [names, flags] = [
  process.argv.slice(2).filter((argument) => !argument.startsWith("--")),
  process.argv.slice(2).filter((argument) => argument.startsWith("--")),
];
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there are: ${checks.map((check) => check.name).join(", ")}`);
  process.exit(2);
}

const wanted = checks.filter(({ name }) => names.length === 0 || names.includes(name) || isNeeded(name));
const results = new Map<string, Promise<boolean>>();

// One after the other where there is an order, and two side by side otherwise.
const queue = [...wanted];
await Promise.all([worker(), worker()]);
const passed = (await Promise.all(results.values())).filter(Boolean).length;
console.log(`checks: ${passed} passed, ${wanted.length - passed} failed`);
process.exitCode = passed === wanted.length ? 0 : 1;

function isNeeded(name: string): boolean {
  return checks.some((check) => names.includes(check.name) && check.after === name);
}

async function worker(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const result = run(check);
    results.set(check.name, result);
    await result;
  }
}

async function run({ name, command, after }: Check): Promise<boolean> {
  if (after !== undefined && (await results.get(after)) !== true) {
    console.log(`✘ ${name}: not run, because ${after} failed`);
    return false;
  }
  const started = performance.now();
  const { code, output } = await execute(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const summary = output.trimEnd().split("\n").at(-1)?.trim() ?? "";
  if (code === 0)
    console.log(`✔ ${name} (${seconds} s)${summary.startsWith(`${name}: `) ? summary.slice(name.length) : ""}`);
  else console.log(`✘ ${name} (${seconds} s)\n${output.trimEnd().replace(/^/gm, "    ")}`);
  return code === 0;
}

function execute([program = "", ...args]: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, ...(program === "node" ? flags : [])], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, output });
    });
  });
}

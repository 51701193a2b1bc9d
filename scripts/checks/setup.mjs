// Runs before every npm script, on any Node from 20 on, and before anything is installed: plain JavaScript, no imports
// but Node's own. Installs what package-lock.json asks for when it is not there, and otherwise does nothing.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
/** The only packages whose install scripts are needed; package.json#allowScripts says the same to npm. */
const WITH_INSTALL_SCRIPTS = ["node", "esbuild"];
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");
const bundledNode = join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");

function fail(message) {
  console.error(`\nparley: ${message}\n`);
  process.exit(1);
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** Why node_modules does not match the lock file, or undefined when it does. npm writes down there what it installed. */
function whatIsMissing(lock, installed) {
  if (installed === undefined) return "nothing is installed yet";
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const found = installed.packages[path];
    if (found === undefined) {
      if (wanted.optional) continue;
      return `${path} is missing`;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) return `${path} is another version`;
  }
  return undefined;
}

/** npm must not run on the Node it is about to replace, so its PATH leaves node_modules out. */
function npm(...args) {
  const own = `node_modules${sep}.bin`;
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => !entry.endsWith(own));
  const result = spawnSync("npm", args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  return result.status === 0;
}

function bundledNodeAnswers() {
  try {
    execFileSync(bundledNode, ["--version"], { stdio: "ignore", shell: process.platform === "win32" });
    return true;
  } catch {
    return false;
  }
}

function main() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    fail(`Node ${OLDEST_NODE} or newer is needed, this is ${process.version}. Any release of nodejs.org will do.`);
  }
  // A node_modules that is a link belongs to another checkout, which looks after it.
  const linked = lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const lock = readJson(join(root, "package-lock.json"));
  if (lock === undefined) fail("package-lock.json is missing; this checkout is not complete.");

  const reason = whatIsMissing(lock, readJson(join(modules, ".package-lock.json")));
  if (reason !== undefined && linked) {
    console.error(`parley: node_modules is a link and does not match package-lock.json: ${reason}`);
  } else if (reason !== undefined) {
    console.error(`parley: installing the locked dependencies (${reason}); this takes about a minute, once.`);
    // Without install scripts: npm would also compile what comes ready-made, which needs a compiler and a download.
    if (!npm("ci", "--ignore-scripts", "--loglevel=error")) fail("npm ci failed; its own message stands above.");
  }

  // Hardhat needs a newer Node than this one may be. It comes from npm and is unpacked by an install script.
  if (!bundledNodeAnswers()) {
    npm("rebuild", "--ignore-scripts=false", "--loglevel=error", ...WITH_INSTALL_SCRIPTS);
    if (!bundledNodeAnswers()) fail("node_modules/.bin/node does not run; remove node_modules and try again.");
  }
}

main();

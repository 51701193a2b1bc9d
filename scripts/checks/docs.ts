// What is written down holds: links lead somewhere, nothing points into the machine it was written on, nothing is left open.
import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { inRoot, projectFiles, readText } from "./support/files.ts";
import { report } from "./support/report.ts";

// Spelled so that this file does not find itself.
const forbidden: [pattern: RegExp, what: string][] = [
  [/(^|[^\w.\-/])\/(wor[k]|tm[p]|roo[t]|hom[e])\/\w/, "a path of one machine"],
  [/https?:\/\/(registr[y]|de[b]|pyp[i])\./, "a package host"],
  [/\b(TOD[O]|FIXM[E])\b/, "an open end"],
];

const problems: string[] = [];
let links = 0;
let named = 0;

const texts = projectFiles().filter((path) => /\.(md|sol|ts|js|mjs|json|yml|yaml)$|^\.[^/]+$|^\.ci\//.test(path));
for (const path of texts) {
  if (path === "package-lock.json") continue;
  readText(path)
    .split("\n")
    .forEach((line, index) => {
      for (const [pattern, what] of forbidden) {
        if (pattern.test(line)) problems.push(`${path}:${index + 1} holds ${what}: ${line.trim().slice(0, 100)}`);
      }
    });
}

for (const path of texts.filter((name) => name.endsWith(".md"))) {
  const text = withoutCode(readText(path));
  for (const [, target = ""] of text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
    if (/^(https?:|mailto:)/.test(target)) continue;
    links += 1;
    const [file = "", fragment] = target.split("#");
    const resolved = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
    const problem = brokenBecause(resolved, fragment);
    if (problem !== undefined) problems.push(`${path}: ${target} ${problem}`);
  }
}

// A test that a document names, as `test/a/B.t.sol › title`, exists.
for (const path of texts.filter((name) => name.endsWith(".md"))) {
  for (const [, file = "", title = ""] of readText(path).matchAll(/`([^`\s]+\.(?:t\.sol|test\.ts)) › ([^`]+)`/g)) {
    named += 1;
    if (!existsSync(inRoot(file))) problems.push(`${path}: ${file} does not exist`);
    else if (!readText(file).includes(title)) problems.push(`${path}: ${file} has no test "${title}"`);
  }
}
report("docs", `${texts.length} texts, ${links} links, ${named} named tests`, problems);

function brokenBecause(path: string, fragment: string | undefined): string | undefined {
  if (path.startsWith("..")) return "leads out of the repository";
  if (!existsSync(inRoot(path))) return "does not exist";
  if (fragment === undefined || statSync(inRoot(path)).isDirectory()) return undefined;
  const line = /^L(\d+)(?:-L\d+)?$/.exec(fragment)?.[1];
  if (line !== undefined) {
    return Number(line) > readText(path).split("\n").length ? "names a line past the end" : undefined;
  }
  return path.endsWith(".md") && !anchors(path).has(fragment) ? "names a heading that does not exist" : undefined;
}

/** Headings as GitHub turns them into anchors. */
function anchors(path: string): Set<string> {
  const headings = withoutCode(readText(path), "blocks").matchAll(/^#{1,6}\s+(.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-"),
    ),
  );
}

function withoutCode(text: string, what: "blocks" | "all" = "all"): string {
  const withoutBlocks = text.replace(/^```[\s\S]*?^```/gm, "");
  return what === "blocks" ? withoutBlocks : withoutBlocks.replace(/`[^`\n]*`/g, "");
}

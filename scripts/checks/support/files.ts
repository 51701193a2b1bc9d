import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

export function inRoot(...parts: string[]): string {
  return join(root, ...parts);
}

/** What git would commit: tracked files and new ones that are not ignored, as paths from the root. */
export function projectFiles(...patterns: string[]): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  return listed.split("\0").filter((path) => path !== "" && existsSync(inRoot(path)));
}

export function readText(path: string): string {
  return readFileSync(inRoot(path), "utf8");
}

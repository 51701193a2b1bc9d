import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { parse } from "#protocol/schemas.ts";

// At which block of each chain a deployment began: nothing of ours is in any block before it. Written before anything is sent, and
// never changed.

const begunSchema = z.record(z.string(), z.int().min(0));

const FILE = "begun.json";

/**
 * @param folder - Of a network, below `deployments/`.
 * @returns The blocks by names of chains; none before anything was sent.
 */
export async function readBegun(folder: string): Promise<ReadonlyMap<string, number>> {
  const file = join(folder, FILE);
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(parse(begunSchema, JSON.parse(await readFile(file, "utf8")))));
}

/**
 * @param folder - Of a network, below `deployments/`.
 * @param blocks - Where it begins on chains that are new.
 * @returns The blocks at which it began on each: these, of those chains that are new.
 */
export async function begin(folder: string, blocks: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const before = await readBegun(folder);
  const begun = new Map([...blocks, ...before]);
  if (begun.size > before.size) await writeWhole(join(folder, FILE), Object.fromEntries(begun));
  return begun;
}

/**
 * Writes a file in one step, so that nobody reads half of it.
 *
 * @param file - Where.
 * @param content - What, of which bigints become decimal strings.
 */
export async function writeWhole(file: string, content: unknown): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  const draft = `${file}.${process.pid}`;
  const text = JSON.stringify(content, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part), 2);
  await writeFile(draft, `${text}\n`);
  await rename(draft, file);
}

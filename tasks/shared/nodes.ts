import { readFile } from "node:fs/promises";

import { z } from "zod";

import { CommandError } from "./errors.ts";

/** Nodes that can be asked. */
export interface KnownNodes {
  readonly aggregators: readonly string[];
  readonly relayer: string | undefined;
  readonly watcher: string | undefined;
}

/** The most aggregators that are asked. */
const MOST_AGGREGATORS = 16;

const node = z.object({ url: z.url() });
const recordSchema = z.object({ devnet: z.object({ aggregator: node, relayer: node, watcher: node }).optional() });

/**
 * @param args - What was typed; empty options mean the nodes that a running devnet wrote beside the address book.
 * @returns Which nodes can be asked; throws `InvalidOption` for what is no URL.
 */
export async function nodesOf(args: {
  readonly aggregator?: string;
  readonly relayer?: string;
  readonly watcher?: string;
  readonly deployment: string;
}): Promise<KnownNodes> {
  const { devnet } = await readFile(args.deployment, "utf8")
    .then((text) => recordSchema.parse(JSON.parse(text)))
    .catch(() => ({ devnet: undefined }));
  const aggregators = (args.aggregator ?? "")
    .split(",")
    .filter((url) => url !== "")
    .map((url) => urlTyped("--aggregator", url))
    .slice(0, MOST_AGGREGATORS);
  return {
    aggregators: aggregators.length === 0 && devnet !== undefined ? [devnet.aggregator.url] : aggregators,
    relayer: oneTyped("--relayer", args.relayer) ?? devnet?.relayer.url,
    watcher: oneTyped("--watcher", args.watcher) ?? devnet?.watcher.url,
  };
}

function oneTyped(option: string, typed = ""): string | undefined {
  return typed === "" ? undefined : urlTyped(option, typed);
}

function urlTyped(option: string, typed: string): string {
  if (!URL.canParse(typed) || !/^https?:/.test(typed)) {
    throw new CommandError("InvalidOption", `${option}: "${typed}" is no http URL`);
  }
  return typed.replace(/\/+$/, "");
}

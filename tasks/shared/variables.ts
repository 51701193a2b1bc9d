import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import type { HttpNetworkConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import { CommandError } from "./errors.ts";
import { variableName } from "./secrets.ts";

/** Names only: what they stand for is encrypted, and stays so. */
const keystoreSchema = z.object({ secrets: z.record(z.string(), z.unknown()) });

/** Whether accounts are used. Else no key is asked for: no keystore is opened, no variable read. */
export type Access = "read" | "send";

/**
 * @param hre - Hardhat.
 * @returns What tells whether a variable is in the environment or a keystore, without opening that.
 */
export async function whatIsSet(hre: HardhatRuntimeEnvironment): Promise<(name: string) => boolean> {
  const { filePath, devFilePath } = hre.config.keystore;
  const kept = new Set((await Promise.all([filePath, devFilePath].map(namesIn))).flat());
  return (name) => process.env[name] !== undefined || kept.has(name);
}

async function namesIn(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const found = await readFile(path, "utf8").then((text) => keystoreSchema.safeParse(JSON.parse(text)));
  return found.success ? Object.keys(found.data.secrets) : [];
}

/** The variables that hold a network's keys. */
export function keysOf(hre: HardhatRuntimeEnvironment, network: string): string[] {
  const config = httpOf(hre, network);
  if (config === undefined || !Array.isArray(config.accounts)) return [];
  return config.accounts.map(variableName).filter((name) => name !== undefined);
}

/** How a variable is set. */
export function settingOf(name: string): string {
  return `npx hardhat keystore set ${name}`;
}

/**
 * Looks at the variables that a network names before Hardhat does, which quotes what it does not like, or takes it for silence.
 *
 * @param hre - Hardhat.
 * @param network - A network of hardhat.config.ts.
 * @param access - Whether its accounts are used.
 * @param url - Where it is reached instead of where its variable says.
 */
export async function requireVariables(
  hre: HardhatRuntimeEnvironment,
  network: string,
  access: Access,
  url?: string,
): Promise<void> {
  const config = httpOf(hre, network);
  if (config === undefined) return;
  const accounts = access === "send" && Array.isArray(config.accounts) ? config.accounts : [];
  const needed = [
    ...(url === undefined ? [{ value: config.url, is: isEndpoint, what: "an endpoint, such as https://…" }] : []),
    ...accounts.map((value) => ({ value, is: isKey, what: "a private key, which is 64 hexadecimal digits" })),
  ];
  const named = needed.map((one) => ({ ...one, name: variableName(one.value) }));
  const isSet = await whatIsSet(hre);
  const missing = named.flatMap(({ name }) => (name === undefined || isSet(name) ? [] : [name]));
  const [first] = missing;
  if (first !== undefined) {
    throw new CommandError("NotSet", `network "${network}" needs ${missing.join(", ")}: ${settingOf(first)}`);
  }
  for (const { name, value, is, what } of named) {
    if (name === undefined || is(await value.get())) continue;
    throw new CommandError("BadVariable", `network "${network}": what ${name} holds is not ${what}`);
  }
}

function httpOf(hre: HardhatRuntimeEnvironment, network: string): HttpNetworkConfig | undefined {
  const config = hre.config.networks[network];
  return config?.type === "http" ? config : undefined;
}

function isEndpoint(value: string): boolean {
  return URL.canParse(value) && /^https?:/i.test(value);
}

function isKey(value: string): boolean {
  return /^(0x)?[0-9a-f]{64}$/i.test(value);
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import { openChain } from "../shared/hub.ts";
import type { OpenNetwork } from "../shared/network.ts";
import type { Check } from "./doctor.ts";

/** The most accounts of a chain whose balances are told. */
const MOST_ACCOUNTS = 8;
/** Names only: what they stand for is encrypted, and stays so. */
const keystoreSchema = z.object({ keys: z.record(z.string(), z.unknown()) });
const variableSchema = z.object({ name: z.string() });

/**
 * @param hre - Hardhat.
 * @param network - The chains that answer.
 * @returns Whether keys that networks name are there, never which, and what accounts have that need no keystore to be opened.
 */
export async function accountChecks(hre: HardhatRuntimeEnvironment, { book, missing }: OpenNetwork): Promise<Check[]> {
  const checks: Check[] = [];
  const inKeystore = await keystoreNames(hre);
  for (const chain of [book.hub, ...book.rollups]) {
    if (missing.some(({ name }) => name === chain.name)) continue;
    const name = chain.network ?? chain.name;
    const variables = keysOf(hre, name);
    const lacking = variables.filter((key) => process.env[key] === undefined && !inKeystore.has(key));
    if (variables.length > 0) {
      const ok = lacking.length === 0;
      const found = ok ? `${variables.length} there` : `missing: ${lacking.join(", ")}`;
      checks.push({ name: `keys of ${name}`, ok, found, mend: `npx hardhat keystore set ${lacking[0] ?? "NAME"}` });
    }
    // A keystore asks for its password, which nobody wants of a look.
    if (variables.every((key) => process.env[key] !== undefined)) checks.push(await balances(hre, chain));
  }
  return checks;
}

function keysOf(hre: HardhatRuntimeEnvironment, network: string): string[] {
  const config = hre.config.networks[network];
  if (config?.type !== "http" || !Array.isArray(config.accounts)) return [];
  return config.accounts.flatMap((account: unknown) => {
    const variable = variableSchema.safeParse(account);
    return variable.success ? [variable.data.name] : [];
  });
}

async function keystoreNames(hre: HardhatRuntimeEnvironment): Promise<ReadonlySet<string>> {
  const { filePath } = hre.config.keystore;
  if (!existsSync(filePath)) return new Set();
  const found = await readFile(filePath, "utf8").then((text) => keystoreSchema.safeParse(JSON.parse(text)));
  return new Set(found.success ? Object.keys(found.data.keys) : []);
}

async function balances(
  hre: HardhatRuntimeEnvironment,
  chain: OpenNetwork["book"]["rollups"][number] | OpenNetwork["book"]["hub"],
): Promise<Check> {
  const { formatEther } = await import("ethers");
  const opened = await openChain(hre, chain);
  try {
    const signers = (await opened.ethers.getSigners()).slice(0, MOST_ACCOUNTS);
    const told = await Promise.all(
      signers.map(async ({ address }, at) => ({ at, address, wei: await opened.ethers.provider.getBalance(address) })),
    );
    const empty = told.filter(({ wei }) => wei === 0n);
    const name = `accounts of ${chain.name}`;
    if (told.length === 0) return { name, ok: true, found: "none: commands can look, and not send" };
    const found = told.map(({ at, address, wei }) => `${at} ${address} ${formatEther(wei)}`).join(", ");
    return { name, ok: empty.length < told.length, found, mend: "none of them can pay for gas" };
  } finally {
    await opened.close();
  }
}

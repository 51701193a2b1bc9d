import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { openChain } from "../shared/hub.ts";
import type { OpenNetwork } from "../shared/network.ts";
import { keysOf, settingOf, whatIsSet } from "../shared/variables.ts";
import type { Check } from "./doctor.ts";

/** The most accounts of a chain whose balances are told. */
const MOST_ACCOUNTS = 8;

/**
 * @param hre - Hardhat.
 * @param network - The chains that answer.
 * @returns Whether keys that networks name are there, never which, and what accounts have that need no keystore to be opened.
 */
export async function accountChecks(hre: HardhatRuntimeEnvironment, { book, missing }: OpenNetwork): Promise<Check[]> {
  const checks: Check[] = [];
  const isSet = await whatIsSet(hre);
  for (const chain of [book.hub, ...book.rollups]) {
    const name = chain.network ?? chain.name;
    const keys = keysOf(hre, name);
    const [lacking, ...more] = keys.filter((key) => !isSet(key));
    if (keys.length > 0) {
      const ok = lacking === undefined;
      const found = ok ? `${keys.length} there` : `missing: ${[lacking, ...more].join(", ")}`;
      checks.push({ name: `keys of ${name}`, ok, found, ...(ok ? {} : { mend: settingOf(lacking) }) });
    }
    // A keystore asks for its password, which nobody wants of a look.
    const isOpen = keys.every((key) => process.env[key] !== undefined);
    if (isOpen && !missing.some((one) => one.name === chain.name)) checks.push(await balances(hre, chain));
  }
  return checks;
}

async function balances(
  hre: HardhatRuntimeEnvironment,
  chain: OpenNetwork["book"]["rollups"][number] | OpenNetwork["book"]["hub"],
): Promise<Check> {
  const { formatEther } = await import("ethers");
  const opened = await openChain(hre, chain, undefined, "send");
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

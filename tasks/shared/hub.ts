import { existsSync } from "node:fs";

import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { Provider, Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AddressBook, HubBook, RollupBook } from "#deploy/addressBook.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import { runCommand } from "./command.ts";
import { CommandError } from "./errors.ts";
import { requireVariables, type Access } from "./variables.ts";

/** What every command about the hub takes. */
export interface HubArguments {
  readonly json: boolean;
  readonly deployment: string;
  /** Index among the accounts of the network; only of commands that send. */
  readonly account?: number;
  readonly dryRun?: boolean;
  readonly safeExport?: string;
}

/** Whoever may choose an account uses it, unless nothing is to be sent. */
export function accessOf({
  account,
  dryRun = false,
  safeExport = "",
}: Pick<HubArguments, "account" | "dryRun" | "safeExport">): Access {
  return account === undefined || dryRun || safeExport !== "" ? "read" : "send";
}

/** The hub, opened. */
export interface OpenHub {
  readonly book: AddressBook;
  readonly site: HubBook;
  readonly ethers: HardhatEthers;
  readonly provider: Provider;
  /** The account that was chosen. */
  signer(): Promise<Signer>;
}

/** A chain, opened. */
export interface OpenChain {
  readonly ethers: HardhatEthers;
  close(): Promise<void>;
}

/**
 * Runs a command about chains of an address book.
 *
 * @param hre - Hardhat.
 * @param args - What was typed.
 * @param work - The command; returns its exit code.
 */
export async function runOnBook(
  hre: HardhatRuntimeEnvironment,
  args: Pick<HubArguments, "json" | "deployment">,
  work: (book: AddressBook) => Promise<number>,
): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const { readAddressBook } = await import("#deploy/addressBook.ts");
    if (!existsSync(args.deployment)) {
      const mend = "start one with `npm start`, or name an address book with --deployment";
      throw new CommandError("NotFound", `${args.deployment} does not exist. No devnet is running: ${mend}`);
    }
    return work(await readAddressBook(args.deployment));
  });
}

/**
 * Runs a command about the hub of an address book.
 *
 * @param hre - Hardhat. `--network` chooses one of its networks instead of the one that the book names.
 * @param args - What was typed.
 * @param work - The command; returns its exit code.
 */
export async function runOnHub(
  hre: HardhatRuntimeEnvironment,
  args: HubArguments,
  work: (hub: OpenHub) => Promise<number>,
): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const chosen = hre.globalOptions.network;
    const open = async ({ ethers }: OpenChain) =>
      work({
        book,
        site: book.hub,
        ethers,
        provider: ethers.provider,
        signer: () => signerOf(ethers, args.account ?? 0),
      });
    return withChain(hre, book.hub, chosen, open, accessOf(args));
  });
}

/**
 * Opens a chain of an address book, works with it and closes it.
 *
 * @param hre - Hardhat.
 * @param chain - The chain.
 * @param chosen - A network to take instead of the chain's own.
 * @param work - What is done.
 * @param access - Whether accounts are used; not unless given.
 * @returns What the work returns; throws what {@link openChain} does.
 */
export async function withChain<T>(
  hre: HardhatRuntimeEnvironment,
  chain: Pick<HubBook, "name" | "network" | "url" | "chainId">,
  chosen: string | undefined,
  work: (opened: OpenChain) => Promise<T>,
  access: Access = "read",
): Promise<T> {
  const connection = await openChain(hre, chain, chosen, access);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/**
 * As {@link withChain}, for whoever closes it.
 *
 * @param hre - Hardhat.
 * @param chain - The chain.
 * @param chosen - A network to take instead of the chain's own.
 * @param access - Whether accounts are used; not unless given.
 * @returns The chain; throws `Unreachable`, `WrongNetwork`, `NotSet` or `BadVariable`.
 */
export async function openChain(
  hre: HardhatRuntimeEnvironment,
  chain: Pick<HubBook, "name" | "network" | "url" | "chainId">,
  chosen?: string,
  access: Access = "read",
): Promise<OpenChain> {
  const { name, url, chainId } = chain;
  const network = chosen ?? chain.network ?? name;
  if (hre.config.networks[network] === undefined) {
    throw new CommandError("WrongNetwork", `hardhat.config.ts has no network "${network}"`);
  }
  const where = chosen === undefined && url !== undefined ? { url, chainId } : {};
  await requireVariables(hre, network, access, "url" in where ? where.url : undefined);
  const isKeyless = access === "read" && hre.config.networks[network].type === "http";
  const accounts = isKeyless ? { accounts: "remote" as const } : {};
  const connection = await hre.network.create({ network, override: { ...where, ...accounts } });
  try {
    const found = await connection.provider.request({ method: "eth_chainId" }).then(String, () => undefined);
    if (found === undefined) throw new CommandError("Unreachable", `nobody answers for network "${network}"`);
    if (Number(found) !== chainId) {
      throw new CommandError("WrongNetwork", `network "${network}" is chain ${Number(found)}, not ${chainId}`);
    }
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * @param ethers - The network's.
 * @param account - An index.
 * @returns The account; throws `InvalidOption` where the network has none of that index.
 */
export async function signerOf(ethers: HardhatEthers, account: number): Promise<Signer> {
  const signers = await ethers.getSigners();
  const signer = signers[account];
  if (signer === undefined) {
    throw new CommandError("InvalidOption", `--account ${account}: the network has ${signers.length} accounts`);
  }
  return signer;
}

/**
 * @param hub - The hub.
 * @param set - A number that was typed; 0 for none.
 * @returns The operator set: the book's first unless one was typed; throws `NotFound` where the hub has no such set.
 */
export async function setIdOf({ site, provider }: Pick<OpenHub, "site" | "provider">, set: number): Promise<number> {
  if (set === 0) return site.operatorSetIds[0] ?? 1;
  const { hubAt } = await import("#chain/hub/site.ts");
  const { strategies } = await hubAt(site, provider).serviceManager.parametersOf(set);
  if (strategies.length > 0) return set;
  throw new CommandError(
    "NotFound",
    `--set: the hub has no set ${set}; the book names ${site.operatorSetIds.join(", ")}`,
  );
}

/**
 * @param book - The address book.
 * @param typed - A chain id, or the name of a rollup of the book.
 * @returns The chain, with what the book says of it.
 */
export async function chainNamed(
  { rollups }: AddressBook,
  typed: string,
): Promise<{ readonly chainId: ChainId; readonly rollup: RollupBook | undefined }> {
  const { chainId } = await import("#protocol/types.ts");
  const rollup = rollups.find(({ name, chainId: id }) => name === typed || String(id) === typed);
  if (rollup === undefined && !/^[0-9]{1,20}$/.test(typed)) {
    const names = rollups.map(({ name }) => name).join(", ");
    throw new CommandError("InvalidOption", `"${typed}" is no chain id and no rollup of the book; there are ${names}`);
  }
  return { chainId: chainId(BigInt(rollup?.chainId ?? typed)), rollup };
}

/**
 * @param book - The address book.
 * @param typed - A chain id, or a name.
 * @returns The rollup of the book; throws `InvalidOption` for any other.
 */
export async function rollupOf(book: AddressBook, typed: string): Promise<RollupBook> {
  const { rollup } = await chainNamed(book, typed);
  if (rollup === undefined) throw new CommandError("InvalidOption", `the book has no rollup "${typed}"`);
  return rollup;
}

/**
 * @param option - The option's name.
 * @param typed - What was typed.
 * @returns It as an address; throws `InvalidOption`.
 */
export async function addressTyped(option: string, typed: string): Promise<Address> {
  const { address } = await import("#protocol/types.ts");
  try {
    return address(typed);
  } catch {
    throw new CommandError("InvalidOption", `${option}: "${typed}" is no address`);
  }
}

/**
 * @param option - The option's name.
 * @param typed - What was typed.
 * @returns It as a number, decimal or hex; throws `InvalidOption`.
 */
export function bigintTyped(option: string, typed: string): bigint {
  if (!/^([0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(typed)) {
    throw new CommandError("InvalidOption", `${option}: "${typed}" is no number`);
  }
  return BigInt(typed);
}

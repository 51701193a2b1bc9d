import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";

import type { AdminCall } from "#chain/admin/call.ts";
import type { NamedBatch } from "#deploy/safe.ts";
import type { Address } from "#protocol/types.ts";

import { confirm } from "./confirm.ts";
import { signerOf } from "./hub.ts";

/** What every command takes that sends for a role. */
export interface CarryArguments {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly safeExport: string;
  readonly account: number;
}

/** What became of the calls. */
export interface Carried {
  readonly outcome: "nothing to send" | "would be sent" | "exported" | "sent";
  /** Gas of the first call, of a dry run. */
  readonly gas?: bigint;
  readonly files?: readonly string[];
  readonly transactionHashes?: readonly string[];
}

/**
 * Does what a role's command is about: with `--dry-run` only asks the chain whether it would be done, with `--safe-export` writes it down
 * for others to sign, else asks the person and sends.
 *
 * @param args - What was typed.
 * @param ethers - The chain.
 * @param title - What it is, in a few words.
 * @param calls - In order; decoded on standard error before anybody is asked.
 * @returns What became of them; throws `Refused` with the contract's own error, `NotConfirmed`.
 */
export async function carryOut(
  args: CarryArguments,
  ethers: HardhatEthers,
  title: string,
  calls: readonly AdminCall[],
): Promise<Carried> {
  const [{ rehearse, sendAll }, { describe, writeSafeBatches }] = await Promise.all([
    import("#chain/admin/call.ts"),
    import("#deploy/safe.ts"),
  ]);
  const [first] = calls;
  if (first === undefined) return { outcome: "nothing to send" };
  for (const call of calls) console.error(`${describe(call)}, by ${call.by}`);
  const gas = await rehearse(ethers.provider, calls);
  if (args.dryRun) return { outcome: "would be sent", ...(gas === undefined ? {} : { gas }) };
  if (args.safeExport !== "") {
    return {
      outcome: "exported",
      files: await writeSafeBatches(args.safeExport, await batchesOf(ethers, title, calls)),
    };
  }
  // Before the person is asked: an account that is not there is no matter of consent.
  const signer = await signerOf(ethers, args.account);
  await confirm(`${title}: send ${calls.length} transaction(s) as ${await signer.getAddress()}?`, args.yes);
  const sent = await sendAll(signer, calls);
  return { outcome: "sent", transactionHashes: sent.map(({ transactionHash }) => transactionHash) };
}

// What a timelock is to do is announced to it first: two files.
async function batchesOf(ethers: HardhatEthers, title: string, calls: readonly AdminCall[]): Promise<NamedBatch[]> {
  const [{ safeBatch }, { timelockBatches }, { holderOf }] = await Promise.all([
    import("#deploy/safe.ts"),
    import("#deploy/timelock.ts"),
    import("#chain/admin/holders.ts"),
  ]);
  const createdAt = Date.now();
  const [first, ...rest] = calls;
  if (first === undefined) return [];
  const by: Address | undefined = first.by === "anyone" ? undefined : first.by;
  const holder = by === undefined ? undefined : await holderOf(ethers.provider, by);
  if (by === undefined || holder?.kind !== "timelock") {
    const safe = holder?.kind === "safe" && by !== undefined ? { safe: by } : {};
    return [{ suffix: String(first.chainId), batch: safeBatch(calls, { name: title, createdAt, ...safe }) }];
  }
  const use = { timelock: by, delaySeconds: holder.delaySeconds };
  return timelockBatches(ethers.provider, [first, ...rest], use, { name: title, createdAt });
}

/** What became of calls, for people. */
export function carriedLines({ outcome, gas, files = [], transactionHashes = [] }: Carried): string[] {
  if (outcome === "would be sent") return [`nothing was sent: the first call would take ${String(gas ?? "")} gas`];
  return [
    ...files.map((file) => `written to ${file}; nothing was sent`),
    ...transactionHashes.map((hash) => `sent: ${hash}`),
    ...(outcome === "nothing to send" ? [outcome] : []),
  ];
}

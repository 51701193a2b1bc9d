import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AdminCall, Sender } from "#chain/admin/call.ts";
import type { Entry } from "#chain/hub/entries.ts";

import { carriedLines, carryOut, type CarryArguments } from "../shared/carryOut.ts";
import { EXIT, print } from "../shared/command.ts";
import { chainNamed, runOnHub, type HubArguments, type OpenHub } from "../shared/hub.ts";
import { entryLines } from "./lines.ts";

/** What commands take that send to the registry. */
export interface EntryArguments extends Omit<HubArguments, keyof CarryArguments>, CarryArguments {
  readonly chain: string;
}

/** A call of the registry. */
export interface RegistryCall {
  readonly call: string;
  readonly values: readonly unknown[];
  /** In wei. */
  readonly value?: bigint;
}

/**
 * Shows an entry, has its owner's call carried out, and prints what became of it.
 *
 * @param args - What was typed.
 * @param hre - Hardhat.
 * @param what - What is done, in a few words.
 * @param decide - The call.
 */
export async function runOnEntry(
  args: EntryArguments,
  hre: HardhatRuntimeEnvironment,
  what: string,
  decide: (present: Entry) => RegistryCall,
): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ knownEntry }, { toJson }] = await Promise.all([
      import("#chain/hub/entries.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { chainId } = await chainNamed(hub.book, args.chain);
    const present = await knownEntry(hub.provider, hub.site, chainId);
    const call = await registryCall(hub, present.owner, decide(present));
    console.error(entryLines(present).join("\n"));
    const carried = await carryOut(args, hub.ethers, `chain ${chainId}: ${what}`, [call]);
    const entry = await knownEntry(hub.provider, hub.site, chainId);
    print(args.json, toJson({ ...entry, ...carried }), [...carriedLines(carried), ...entryLines(entry)]);
    return EXIT.ok;
  });
}

/**
 * @param hub - The hub.
 * @param by - Who may send it.
 * @param call - What the registry is told.
 * @returns The call, for whoever is to agree with it.
 */
export async function registryCall(
  { site }: Pick<OpenHub, "site">,
  by: Sender,
  { call, values, value = 0n }: RegistryCall,
): Promise<AdminCall> {
  const [{ callOf }, { RollupRegistry__factory }] = await Promise.all([
    import("#chain/admin/call.ts"),
    import("#chain/contracts.ts"),
  ]);
  const abi = RollupRegistry__factory.createInterface();
  const target = { chainId: site.chainId, contract: "RollupRegistry", to: site.contracts.registry, abi };
  return { ...callOf(target, by, call, values), value };
}

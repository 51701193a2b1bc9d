import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Sender } from "#chain/admin/call.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import { carriedLines, carryOut } from "../shared/carryOut.ts";
import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { accessOf, addressTyped, bigintTyped, chainNamed, runOnHub, setIdOf, type OpenHub } from "../shared/hub.ts";
import { registryCall, type EntryArguments } from "./entry.ts";
import { isHeard, proposalLines } from "./lines.ts";

interface Arguments extends EntryArguments {
  readonly gateway: string;
  readonly bridge: string;
  readonly set: number;
  readonly finality: number;
  readonly refuteWad: string;
  readonly softWad: string;
  readonly metadata: string;
}

/** `hardhat rollup propose`: proposes an entry, or a change of one, and pays the bond. */
export default async function proposeRollup(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ bondOf, proposedIn }, { toJson }] = await Promise.all([
      import("#chain/hub/proposals.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { chainId, rollup } = await chainNamed(hub.book, args.chain);
    const gateway = args.gateway === "" ? rollup?.contracts.gateway : await addressTyped("--gateway", args.gateway);
    if (gateway === undefined) throw new CommandError("InvalidOption", "--gateway: the book has none for the chain");
    if (![1, 2, 3].includes(args.finality))
      throw new CommandError("InvalidOption", `--finality is 1 (latest), 2 (safe) or 3 (final), not ${args.finality}`);
    const proposal = {
      ...{ chainId, gateway, operatorSetId: await setIdOf(hub, args.set), finality: args.finality },
      // Where no bridge leads to the hub, lies cannot be proven.
      refutable: args.bridge !== "",
      bridge: await addressTyped("--bridge", args.bridge === "" ? `0x${"00".repeat(20)}` : args.bridge),
      refuteWad: bigintTyped("--refute-wad", args.refuteWad),
      softWad: bigintTyped("--soft-wad", args.softWad),
      metadataURI: args.metadata,
    };
    const by = await proposerOf(args, hub, chainId);
    const value = await bondOf(hub.provider, hub.site, proposal, by === "anyone" ? undefined : by);
    console.error(proposalLines(proposal).join("\n"));
    const call = await registryCall(hub, by, { call: "propose", values: [proposal], value });
    const carried = await carryOut(args, hub.ethers, `proposal for chain ${chainId}`, [call]);
    const [hash] = carried.transactionHashes ?? [];
    const receipt = hash === undefined ? null : await hub.provider.getTransactionReceipt(hash);
    const proposalId = receipt === null ? null : proposedIn(receipt.logs, hub.site);
    print(args.json, toJson({ proposalId, ...proposal, ...carried }), [
      ...carriedLines(carried),
      ...(proposalId === null ? [] : nextLines(chainId, gateway, proposalId)),
    ]);
    return EXIT.ok;
  });
}

/** Of a chain that is heard the entry's owner proposes; else whoever does becomes it, and pays the bond. */
async function proposerOf(args: Arguments, hub: OpenHub, chainId: ChainId): Promise<Sender> {
  const [{ entryOf }, { address }] = await Promise.all([import("#chain/hub/entries.ts"), import("#protocol/types.ts")]);
  const entry = await entryOf(hub.provider, hub.site, chainId);
  if (entry !== undefined && isHeard(entry)) return entry.owner;
  return accessOf(args) === "read" ? "anyone" : address(await (await hub.signer()).getAddress());
}

function nextLines(chainId: ChainId, gateway: Address, proposalId: bigint): string[] {
  return [
    `proposal ${proposalId}`,
    `  chain ${chainId}, gateway ${gateway}; the registrar checks and accepts it:`,
    `  npx hardhat rollup verify ${proposalId} && npx hardhat rollup activate ${chainId} --proposal ${proposalId}`,
  ];
}

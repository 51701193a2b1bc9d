import { ZeroHash } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { TimelockCall } from "#chain/admin/timelocks.ts";
import { bytes32, hex, address } from "#protocol/types.ts";

import { carriedLines, carryOut, type CarryArguments } from "../../shared/carryOut.ts";
import { EXIT, print } from "../../shared/command.ts";
import { CommandError } from "../../shared/errors.ts";
import { runOnHub, type HubArguments, type OpenHub } from "../../shared/hub.ts";
import { callLines, knownOn, senderOf, timelockNamed, timelockTyped, timeOf } from "../timelocks.ts";

interface Arguments extends Omit<HubArguments, keyof CarryArguments>, CarryArguments {
  readonly timelock: string;
  readonly contract: string;
  readonly call: string;
  readonly args: string;
  readonly calls: string;
}

/** `hardhat admin timelock schedule`. */
export default async function schedule(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ freeSalt, operationId, scheduleCall }, { decodeCall }, { toJson }] = await Promise.all([
      import("#chain/admin/timelocks.ts"),
      import("#chain/admin/decode.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { site, provider } = hub;
    const timelock = timelockTyped(site, args.timelock);
    const calls = args.calls === "" ? [await callTyped(hub, args)] : await callsIn(hub, args.calls);
    const known = await knownOn(provider, site);
    const salt = await freeSalt(provider, timelock, calls);
    const by = await senderOf(hub, args, "PROPOSER_ROLE", timelock);
    const { delaySeconds, now } = await timelockNamed(hub, args.timelock);
    const operation = { calls, isBatch: calls.length !== 1, predecessor: bytes32(ZeroHash), salt };
    const call = scheduleCall({ chainId: site.chainId, timelock, by }, operation, delaySeconds);
    const id = operationId(operation);
    const decoded = calls.map((one) => decodeCall(known, one) ?? null);
    // What it does, before anybody agrees with it.
    console.error([`  ${id}: to be announced`, ...callLines(calls, decoded)].join("\n"));
    const carried = await carryOut(args, hub.ethers, `announcement to the ${args.timelock} timelock`, [call]);
    const isSent = carried.outcome === "sent";
    const open = (await timelockNamed(hub, args.timelock)).announcements.find((one) => one.id === id);
    const readyAt = (isSent ? open?.readyAt : undefined) ?? now + delaySeconds;
    print(args.json, toJson({ timelock, id, calls, decoded, salt, readyAt, ...carried }), [
      ...carriedLines(carried),
      `${id} can be carried out from ${isSent ? "" : "about "}${timeOf(readyAt)}`,
    ]);
    return EXIT.ok;
  });
}

async function callTyped({ provider, site }: OpenHub, { contract, call, args }: Arguments): Promise<TimelockCall> {
  const known = await knownOn(provider, site);
  const own = timelockTargets(known, contract);
  const values: unknown = parsed(args);
  if (!Array.isArray(values)) throw new CommandError("InvalidOption", "--args: not a JSON list");
  try {
    return { to: address(own.at), value: 0n, data: hex(own.abi.encodeFunctionData(call, Array.from<unknown>(values))) };
  } catch (error) {
    const reason = error instanceof Error && "shortMessage" in error ? String(error.shortMessage) : String(error);
    throw new CommandError("InvalidOption", `--call: ${contract}.${call} does not take that: ${reason}`);
  }
}

function timelockTargets(known: Awaited<ReturnType<typeof knownOn>>, contract: string) {
  for (const [at, { contract: name, abi }] of known) if (name === contract) return { at, abi };
  const names = [...new Set([...known.values()].map((one) => one.contract))].join(", ");
  throw new CommandError("InvalidOption", `--contract: "${contract}" is none of ${names}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError("InvalidOption", "--args: not a JSON list");
  }
}

async function callsIn({ site }: OpenHub, path: string): Promise<TimelockCall[]> {
  const { readSafeBatch } = await import("#deploy/safe.ts");
  const calls = await readSafeBatch(path);
  const other = calls.find(({ chainId }) => chainId !== site.chainId);
  if (other === undefined) return calls;
  throw new CommandError("WrongNetwork", `${path} is for chain ${other.chainId}, the hub is ${site.chainId}`);
}

import type { Interface, ParamType } from "ethers";

import type { Address, Hex } from "#protocol/types.ts";

import {
  CompensationVault__factory,
  ProxyAdmin__factory,
  RollupRegistry__factory,
  ServiceManager__factory,
  Shaper__factory,
  Slasher__factory,
} from "../contracts.ts";

/** Contracts whose calls can be told, by address. */
export type KnownContracts = ReadonlyMap<string, { readonly contract: string; readonly abi: Interface }>;

/** A call for people. */
export interface DecodedCall {
  readonly contract: string;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The contracts of a hub that a timelock may be told to call. */
export interface TimelockTargets {
  readonly serviceManager: Address;
  readonly vault: Address;
  readonly shaper: Address;
  readonly claimsTimelock: Address;
  readonly registry: Address;
  readonly slasher: Address;
  readonly proxyAdmin: Address;
}

/**
 * @param targets - Where they are.
 * @returns How their calls are read.
 */
export function knownContracts(targets: TimelockTargets): KnownContracts {
  const shaper = { contract: "Shaper", abi: Shaper__factory.createInterface() };
  return new Map<string, { readonly contract: string; readonly abi: Interface }>([
    [targets.serviceManager, { contract: "ServiceManager", abi: ServiceManager__factory.createInterface() }],
    [targets.vault, { contract: "CompensationVault", abi: CompensationVault__factory.createInterface() }],
    [targets.shaper, shaper],
    [targets.claimsTimelock, shaper],
    [targets.registry, { contract: "RollupRegistry", abi: RollupRegistry__factory.createInterface() }],
    [targets.slasher, { contract: "Slasher", abi: Slasher__factory.createInterface() }],
    [targets.proxyAdmin, { contract: "ProxyAdmin", abi: ProxyAdmin__factory.createInterface() }],
  ]);
}

/**
 * @param known - Contracts.
 * @param call - A call.
 * @returns What it says; undefined where nobody can tell: another contract, or no function of its.
 */
export function decodeCall(
  known: KnownContracts,
  call: { readonly to: Address; readonly data: Hex },
): DecodedCall | undefined {
  const target = known.get(call.to);
  if (target === undefined || call.data.length < 10) return undefined;
  try {
    const parsed = target.abi.parseTransaction({ data: call.data });
    if (parsed === null) return undefined;
    const args = Object.fromEntries(
      parsed.fragment.inputs.map((input, at) => [
        input.name === "" ? String(at) : input.name,
        plain(input, parsed.args[at]),
      ]),
    );
    return { contract: target.contract, call: parsed.name, args };
  } catch {
    // Bytes that are no arguments of the function: told as they are.
    return undefined;
  }
}

// By the parameter's type, because a list and a struct look alike.
function plain(type: ParamType, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const items = Array.from<unknown>(value);
  const { arrayChildren, components } = type;
  if (arrayChildren !== null) return items.map((item) => plain(arrayChildren, item));
  return Object.fromEntries((components ?? []).map((part, at) => [part.name, plain(part, items[at])]));
}

import { dataLength, dataSlice, Interface, zeroPadValue, toBeHex, type ParamType, type Provider } from "ethers";

import { differenceOf } from "#chain/release.ts";
import { domainSeparator } from "#protocol/batches.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import type { Construction } from "../construction.ts";
import type { Comparison } from "./difference.ts";
import type { NamedCode, NamedRelease } from "./release.ts";

/** A contract that should be there. */
export interface Expected {
  readonly chain: string;
  /** As the address book calls it. */
  readonly subject: string;
  readonly at: Address;
  readonly construction: Construction;
}

/** Immutables that are called otherwise than what they are constructed with. */
const RENAMED: Readonly<Record<string, string>> = {
  FIRST_NOTICE: "notices.first",
  CHANGE_NOTICE: "notices.change",
  LEAST_DRAINING: "notices.draining",
  BOND_LOCK: "notices.bond",
  PACE: "notices.pace",
  RAISE_NOTICE: "notices.raise",
  CLAIMS_DELAY: "claimsDelaySeconds",
};

/** Immutables that the constructor finds out by itself: asked of the chain elsewhere, or told by another immutable. */
export const FOUND_OUT: ReadonlySet<string> = new Set(["_admin", "bridge"]);

/**
 * Compares a contract with a release: its code apart from immutables, and every immutable with what it should be constructed with.
 *
 * @param comparison - Takes what differs.
 * @param provider - The chain.
 * @param expected - The contract.
 * @param release - What it should be of.
 */
export async function compareCode(
  comparison: Comparison,
  provider: Provider,
  { chain, subject, at, construction }: Expected,
  release: NamedRelease,
): Promise<void> {
  const released = codeOf(release, construction.contract);
  const code = await provider.getCode(at);
  const difference = differenceOf(code, released);
  const same = `${construction.contract} of the ${release.profile} build`;
  comparison.fields(chain, subject, { code: difference ?? same }, { code: same });
  // What foreign code has at those places means nothing.
  if (difference !== undefined) return;
  const required = expectedImmutables(released, construction);
  comparison.fields(chain, subject, immutablesIn(code, released, required), required);
}

/**
 * @param releases - What was built.
 * @param contract - A contract.
 * @param code - What is on a chain.
 * @returns The release that it is of; the first one where it is of none.
 */
export function releaseFor(releases: readonly NamedRelease[], contract: string, code: string): NamedRelease {
  const [first] = releases;
  if (first === undefined) throw new Error("nothing was built");
  if (dataLength(code) === 0) return first;
  return releases.find((release) => differenceOf(code, codeOf(release, contract)) === undefined) ?? first;
}

/** A contract of a release. */
export function codeOf({ code, profile }: NamedRelease, contract: string): NamedCode {
  const found = code.get(contract);
  if (found === undefined) throw new Error(`${contract} is not in the ${profile} build`);
  return found;
}

/**
 * @param released - A contract.
 * @param construction - What it is constructed with.
 * @returns What each of its immutables must be, by name; without those that it finds out by itself.
 */
export function expectedImmutables(released: NamedCode, construction: Construction): Record<string, string> {
  const { inputs } = new Interface(released.abi).deploy;
  const given = new Map(inputs.flatMap((input, at) => leaves(input, construction.args[at], "")));
  const required: Record<string, string> = {};
  for (const name of namesOf(released)) {
    if (FOUND_OUT.has(name)) continue;
    const value = name === "domainSeparator" ? separatorOf(construction) : given.get(keyOf(RENAMED[name] ?? name));
    if (value === undefined) throw new Error(`nobody knows what ${construction.contract}.${name} must be`);
    required[name] = readable(word(value));
  }
  return required;
}

function immutablesIn(code: string, released: NamedCode, wanted: Readonly<Record<string, string>>) {
  const found: Record<string, string> = {};
  for (const [id, [place]] of Object.entries(released.immutableReferences)) {
    const name = released.names.get(id) ?? id;
    if (place === undefined || wanted[name] === undefined) continue;
    found[name] = readable(dataSlice(code, place.start, place.start + place.length));
  }
  return found;
}

function namesOf({ immutableReferences, names }: NamedCode): string[] {
  return Object.keys(immutableReferences).map((id) => names.get(id) ?? id);
}

// Parameters and immutables have the same names, written differently. A struct's own name only matters where it is asked for.
function leaves(input: ParamType, value: unknown, path: string): (readonly [string, unknown])[] {
  const { components, name } = input;
  if (components === null || input.isArray()) return [[keyOf(`${path}${name}`), value]];
  const parts = typeof value === "object" && value !== null ? value : {};
  const own = components.flatMap((part) => {
    const inner: unknown = Reflect.get(parts, part.name);
    return [...leaves(part, inner, `${path}${name}.`), ...(name === "config" ? leaves(part, inner, "") : [])];
  });
  return own;
}

function keyOf(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function separatorOf({ args: [hubChainId, serviceManager] }: Construction): string {
  return domainSeparator({
    hubChainId: chainId(BigInt(String(hubChainId))),
    serviceManager: address(String(serviceManager)),
  });
}

/** A value as it stands in code. */
function word(value: unknown): string {
  if (typeof value === "string" && value.startsWith("0x")) return zeroPadValue(value, 32);
  if (typeof value === "bigint" || typeof value === "number") return toBeHex(value, 32);
  throw new Error(`${String(value)} is no word`);
}

// As an address where it may be one, as a number where it is small, else as it is.
function readable(padded: string): string {
  const value = BigInt(padded);
  if (value < 1n << 64n) return String(value);
  return value < 1n << 160n ? address(dataSlice(zeroPadValue(padded, 32), 12)) : padded;
}

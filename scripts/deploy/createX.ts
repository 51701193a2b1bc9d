import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import { AbiCoder, concat, getCreate2Address, getCreateAddress, Interface, keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";

import { hexSchema, parse } from "#protocol/schemas.ts";
import { address, bytes32, hex, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

// CreateX (https://github.com/pcaversaccio/createx) is on nearly every chain at one address. By CREATE3 an address depends on who asks
// and on a salt, and neither on nonces nor on what is constructed: contracts may name each other, and have one address on every rollup.

/** Where CreateX is, on every chain. */
export const CREATE_X = address("0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed");
/** Hash of its code: anything else at its address is refused. */
export const CREATE_X_CODE_HASH = bytes32("0xbd8a7ea8cfca7b4e5f5041d7d4b17bc317c5ce42cfbc42066a00cf26b43eb53f");
/** Who sent the presigned transaction that brings it. Nobody has its key. */
export const CREATE_X_DEPLOYER = address("0xeD456e05CaAb11d66C4c797dD6c1D6f9A7F352b5");
/** Gas of that transaction. */
export const CREATE_X_GAS = 3_000_000n;
/** What it needs, in wei: its price of gas was signed, too. */
export const CREATE_X_FUNDS = CREATE_X_GAS * 100_000_000_000n;
/** Hash of the presigned transaction. */
const PRESIGNED_HASH = "0xb6274b80bc7cda162df89894c7748a5cb7ba2eaa6004183c41a1837c3b072f1e";

/** What we use of it. */
export const CREATE_X_ABI = new Interface([
  "function deployCreate3(bytes32 salt, bytes initCode) payable returns (address newContract)",
  "event ContractCreation(address indexed newContract)",
]);

/** Its proxies' code, which is the same for all: the contract is what such a proxy creates first. */
const PROXY_CODE_HASH = "0x21c35dbe1b344a2488cf3321d6ce542f8e9f305544ff09e4993a62319a497c1f";
const ENTROPY_BYTES = 11;

/**
 * @param deployer - Who will ask CreateX. For anybody else the salt leads elsewhere, so nobody can take the address.
 * @param label - What the contract is to be, in words.
 * @returns The salt: the deployer, a zero that says that it is good on all chains, and a hash of the label.
 */
export function saltOf(deployer: Address, label: string): Bytes32 {
  const entropy = keccak256(toUtf8Bytes(label)).slice(0, 2 + 2 * ENTROPY_BYTES);
  return bytes32(concat([deployer, "0x00", entropy]));
}

/**
 * @param deployer - Who will ask CreateX.
 * @param label - What the contract is to be, as for {@link saltOf}.
 * @returns Where it will be, on every chain.
 */
export function create3Address(deployer: Address, label: string): Address {
  const key = `${deployer} ${label}`;
  const known = addresses.get(key);
  if (known !== undefined) return known;
  const guarded = AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [deployer, saltOf(deployer, label)]);
  const proxy = getCreate2Address(CREATE_X, keccak256(guarded), PROXY_CODE_HASH);
  const at = address(getCreateAddress({ from: proxy, nonce: 1 }));
  addresses.set(key, at);
  return at;
}

/** Five hashes each, and asked for again and again; as many as a configuration has contracts. */
const addresses = new Map<string, Address>();

/**
 * @param deployer - Who will ask CreateX.
 * @param label - As for {@link saltOf}.
 * @param initCode - Code and arguments of the constructor.
 * @returns What the deployer sends to CreateX.
 */
export function create3Call(deployer: Address, label: string, initCode: string): Hex {
  return hex(CREATE_X_ABI.encodeFunctionData("deployCreate3", [saltOf(deployer, label), initCode]));
}

/** The transaction that brings CreateX to a chain, as Hardhat Ignition ships it. */
export async function presignedCreateX(): Promise<Hex> {
  const ignition = pathToFileURL(createRequire(import.meta.url).resolve("@nomicfoundation/ignition-core"));
  const file = new URL("internal/execution/strategy/createx-artifact.js", ignition);
  const { presignedTx } = parse(z.object({ presignedTx: hexSchema }), await import(file.href));
  const found = keccak256(presignedTx);
  if (found !== PRESIGNED_HASH) throw new Error(`CreateX's transaction has hash ${found}, not ${PRESIGNED_HASH}`);
  return presignedTx;
}

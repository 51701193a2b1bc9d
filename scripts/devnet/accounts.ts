import { HDNodeWallet, parseEther } from "ethers";

import { keyPair, type KeyPair } from "#protocol/bn254.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { address, bytes32, type Address, type Bytes32 } from "#protocol/types.ts";

import { ACCOUNTS, FIRST_OPERATOR, FIRST_STAKER } from "./accountNumbers.ts";
import { DEVNET_MNEMONIC } from "./mnemonic.ts";

/** An account of the phrase. */
export interface DevnetAccount {
  readonly address: Address;
  readonly privateKey: Bytes32;
}

/** An operator of the devnet. */
export interface DevnetOperator {
  readonly name: string;
  /** What it does on the hub, it does with this. */
  readonly account: DevnetAccount;
  /** Delegates `stake` to it. */
  readonly staker: DevnetAccount;
  readonly stake: bigint;
  /** Signs statements with this. */
  readonly key: KeyPair;
}

const ACCOUNT_PATH = "m/44'/60'/0'/0";
/** A branch of its own, so that no operator's key is an account's. */
const OPERATOR_PATH = "m/44'/60'/1'/0";
const STAKES = ["30", "25", "20", "15", "10", "20"];
/** How many operators there are from the beginning. The others join. */
export const FOUNDERS = 5;

const accounts = branch(ACCOUNT_PATH);

/**
 * @param role - Who asks.
 * @returns Its account.
 */
export function account(role: keyof typeof ACCOUNTS): DevnetAccount {
  return accountAt(ACCOUNTS[role]);
}

/** All operators: the founders, and one who joins. */
export function operators(): DevnetOperator[] {
  const secrets = branch(OPERATOR_PATH)();
  return STAKES.map((stake, index) => ({
    name: `operator ${index + 1}`,
    account: accountAt(FIRST_OPERATOR + index),
    staker: accountAt(FIRST_STAKER + index),
    stake: parseEther(stake),
    key: keyPair(BigInt(secrets.deriveChild(index).privateKey) % GROUP_ORDER),
  }));
}

/**
 * @param key - An operator's.
 * @returns Its secret as nodes are told it.
 */
export function secretOf({ secret }: KeyPair): Bytes32 {
  return bytes32(`0x${secret.toString(16).padStart(64, "0")}`);
}

/**
 * @param index - Which account of the phrase.
 * @returns It.
 */
export function accountAt(index: number): DevnetAccount {
  const { address: at, privateKey } = accounts().deriveChild(index);
  return { address: address(at), privateKey: bytes32(privateKey) };
}

// Derived when it is first needed: stretching the phrase takes longer than everything else here.
function branch(path: string): () => HDNodeWallet {
  let node: HDNodeWallet | undefined;
  return () => (node ??= HDNodeWallet.fromPhrase(DEVNET_MNEMONIC, undefined, path));
}

import { HDNodeWallet } from "ethers";

import { keyPair } from "#protocol/bn254.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import { operatorTable, type OperatorTable } from "#protocol/tables.ts";
import { address, bytes32, type Address, type Bytes32 } from "#protocol/types.ts";

import { DEVNET_MNEMONIC } from "./mnemonic.ts";

/** Who uses which account of the phrase, on every chain. */
export const ACCOUNTS = {
  deployer: 0,
  /** Sends what the devnet shows. */
  user: 1,
  relayer: 2,
  burst: 3,
  /** Sends what is typed: `message send`. */
  visitor: 4,
} as const;

/** An account of the phrase. */
export interface DevnetAccount {
  readonly address: Address;
  readonly privateKey: Bytes32;
}

/** An operator of the devnet: its share of the weight and its BN254 secret. */
export interface DevnetOperator {
  readonly name: string;
  readonly weight: bigint;
  readonly secretKey: Bytes32;
}

const ACCOUNT_PATH = "m/44'/60'/0'/0";
/** A branch of its own, so that no operator's key is an account's. */
const OPERATOR_PATH = "m/44'/60'/1'/0";
const WEIGHTS = [30n, 25n, 20n, 15n, 10n];

/**
 * @param role - Who asks.
 * @returns Its account.
 */
export function account(role: keyof typeof ACCOUNTS): DevnetAccount {
  const wallet = HDNodeWallet.fromPhrase(DEVNET_MNEMONIC, undefined, `${ACCOUNT_PATH}/${ACCOUNTS[role]}`);
  return { address: address(wallet.address), privateKey: bytes32(wallet.privateKey) };
}

/** The five operators, in the order of their table. */
export function operators(): DevnetOperator[] {
  const branch = HDNodeWallet.fromPhrase(DEVNET_MNEMONIC, undefined, OPERATOR_PATH);
  return WEIGHTS.map((weight, row) => {
    const secret = BigInt(branch.deriveChild(row).privateKey) % GROUP_ORDER;
    return { name: `operator ${row + 1}`, weight, secretKey: bytes32(`0x${secret.toString(16).padStart(64, "0")}`) };
  });
}

/**
 * @param members - The operators.
 * @returns The table of their keys and weights.
 */
export function tableOf(members: readonly DevnetOperator[]): OperatorTable {
  return operatorTable(members.map(({ weight, secretKey }) => ({ key: keyPair(BigInt(secretKey)).g1, weight })));
}

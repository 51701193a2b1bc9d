import { Interface } from "ethers";

import type { AddressBook, DeploymentRecord } from "./addressBook.ts";

/** Something that hosts sources of contracts. */
export const EXPLORERS = ["etherscan", "blockscout", "sourcify"] as const;
/** One of {@link EXPLORERS}. */
export type Explorer = (typeof EXPLORERS)[number];

/** A contract whose source is to be verified. */
export interface VerifiableContract {
  /** `hub`, or a rollup's name. */
  readonly chain: string;
  /** The step that deployed it. */
  readonly id: string;
  readonly record: DeploymentRecord;
}

/** What became of one. */
export interface Verification {
  readonly chain: string;
  readonly id: string;
  readonly contract: string;
  readonly address: string;
  /** Why it is not verified; undefined where it is. */
  readonly reason?: string;
}

/**
 * @param book - An address book with records.
 * @param only - Chains and steps that are wanted; all of them where there are none.
 * @returns What was deployed and how, in order.
 */
export function verifiable({ hub, rollups }: AddressBook, only: readonly string[]): VerifiableContract[] {
  const chains = [["hub", hub] as const, ...rollups.map((rollup) => [rollup.name, rollup] as const)];
  return chains.flatMap(([chain, { records = {} }]) =>
    Object.entries(records)
      .filter(([id]) => only.length === 0 || only.includes(chain) || only.includes(id))
      .map(([id, record]) => ({ chain, id, record })),
  );
}

/**
 * @param abi - A contract's.
 * @param record - How it was deployed.
 * @returns What its constructor was given, in order; throws where the record does not have it.
 */
export function constructorValues(
  abi: readonly unknown[],
  { constructorArguments, contract }: DeploymentRecord,
): unknown[] {
  const parsed = new Interface(JSON.stringify(abi));
  const { inputs } = parsed.deploy;
  if (inputs.length > 0 && constructorArguments === "0x") {
    throw new Error(`the book does not say what ${contract} was constructed with`);
  }
  return parsed.getAbiCoder().decode(inputs, constructorArguments).toArray(true);
}

import { getCreateAddress, type Signer, ZeroAddress } from "ethers";

import { NO_LIMIT, type SourcePolicy } from "#chain/admin/sourcePolicy.ts";
import { address, type Address, type ChainId, type Hex } from "#protocol/types.ts";
import type { Rollup, Table } from "#protocol/statements.ts";

import { requireReceiver } from "./bridgeFit.ts";
import { construct, type Construction, type ReadArtifact } from "./construction.ts";

export type { ReadArtifact } from "./construction.ts";

export { NO_LIMIT, type SourcePolicy };

/**
 * What mainnet rollups begin with: one day, two thirds, final, refutable sources only. The least weight is not known here:
 * whoever deploys raises it to what the operator set weighs.
 */
export const DEFAULT_POLICY: SourcePolicy = {
  maxAgeSeconds: 86_400,
  quorumBps: 6_667,
  minFinality: 3,
  minTotalWeightLog2: 0,
  acceptsIrrefutable: false,
  refused: false,
  messagesPerHour: NO_LIMIT,
};

/** Everything that a rollup's contracts are constructed with. */
export interface RollupParameters {
  readonly hubChainId: ChainId;
  readonly serviceManager: Address;
  /** Owner of the policy. */
  readonly owner: Address;
  /** The one set that speaks about directory entries. */
  readonly directorySetId: number;
  readonly firstEntries: readonly Rollup[];
  readonly firstTables: readonly { readonly table: Table; readonly rows: Hex }[];
  readonly graceSeconds: number;
  readonly maxValiditySeconds: number;
  readonly looseningDelaySeconds: number;
  /** Weight that stops a source for up to a day, in basis points of its set's. */
  readonly haltQuorumBps: number;
  readonly exitTimeSeconds: number;
  readonly defaultPolicy: SourcePolicy;
  /** The rollup's end of its canonical bridge, which names the gateway's computed address; none without a slow road. */
  readonly canonicalReceiver?: Address;
}

/** What policies of mainnet rollups begin with, in seconds, and what halts a source: a third could stop signing anyway. */
export const POLICY_DELAYS = {
  looseningDelaySeconds: 8 * 86_400,
  haltQuorumBps: 3_334,
  exitTimeSeconds: 7 * 86_400,
};

/** The same, with windows in seconds. */
export const DEFAULT_WINDOWS = { graceSeconds: 6 * 3_600, maxValiditySeconds: 36 * 3_600, ...POLICY_DELAYS };

/** Where a rollup's contracts are. */
export interface RollupAddresses {
  readonly gateway: Address;
  readonly directory: Address;
  readonly operatorTables: Address;
  readonly policy: Address;
  readonly certificateVerifier: Address;
}

/** What each of a rollup's contracts is an instance of. */
export const ROLLUP_CONTRACT = {
  certificateVerifier: "CertificateVerifier",
  operatorTables: "OperatorTables",
  directory: "Directory",
  policy: "Policy",
  gateway: "Gateway",
} as const satisfies Record<keyof RollupAddresses, string>;

/** A rollup's contracts in the order in which they are deployed, one transaction each: the gateway is the last. */
export const ROLLUP_ORDER = [
  "certificateVerifier",
  "operatorTables",
  "directory",
  "policy",
  "gateway",
] as const satisfies readonly (keyof RollupAddresses)[];

/**
 * @param deployer - Who deploys.
 * @param firstNonce - The deployer's nonce before `deployRollup`.
 * @returns Where the rollup's contracts will be.
 */
export function rollupAddresses(deployer: Address, firstNonce: number): RollupAddresses {
  const at = (name: keyof RollupAddresses) =>
    address(getCreateAddress({ from: deployer, nonce: firstNonce + ROLLUP_ORDER.indexOf(name) }));
  return {
    gateway: at("gateway"),
    directory: at("directory"),
    operatorTables: at("operatorTables"),
    policy: at("policy"),
    certificateVerifier: at("certificateVerifier"),
  };
}

/**
 * @param deployer - Who deploys.
 * @param firstNonce - The deployer's nonce before `deployRollup`.
 * @returns Where the gateway will be.
 */
export function gatewayAddress(deployer: Address, firstNonce: number): Address {
  return rollupAddresses(deployer, firstNonce).gateway;
}

/**
 * The books take the gateway's address, and the gateway's constructor checks that they did, so nobody can come between.
 *
 * @param parameters - The constructors' arguments.
 * @param at - Where the contracts will be.
 * @returns What each is constructed with.
 */
export function rollupConstructions(
  parameters: RollupParameters,
  at: RollupAddresses,
): Readonly<Record<keyof RollupAddresses, Construction>> {
  const { hubChainId, serviceManager, owner, defaultPolicy, firstTables, firstEntries, directorySetId } = parameters;
  const { graceSeconds, maxValiditySeconds, looseningDelaySeconds, exitTimeSeconds, haltQuorumBps } = parameters;
  const { gateway, directory, operatorTables, policy, certificateVerifier } = at;
  const books = [directory, operatorTables, policy, certificateVerifier];
  const of = (contract: string, ...args: readonly unknown[]): Construction => ({ contract, args });
  return {
    certificateVerifier: of("CertificateVerifier", hubChainId, serviceManager),
    operatorTables: of(
      "OperatorTables",
      ...[gateway, certificateVerifier, graceSeconds, maxValiditySeconds, firstTables],
    ),
    directory: of("Directory", gateway, operatorTables, directorySetId, firstEntries),
    policy: of("Policy", gateway, owner, looseningDelaySeconds, exitTimeSeconds, haltQuorumBps, defaultPolicy),
    gateway: of("Gateway", hubChainId, serviceManager, ...books, parameters.canonicalReceiver ?? ZeroAddress),
  };
}

/**
 * Deploys a rollup's contracts.
 *
 * @param signer - The deployer; its nonce must not be used by others meanwhile.
 * @param readArtifact - Where compiled contracts come from.
 * @param parameters - The constructors' arguments.
 * @returns The addresses; throws `BridgeFitError`, before anything is sent, when the canonical receiver is not there or names
 *   another gateway.
 */
export async function deployRollup(
  signer: Signer,
  readArtifact: ReadArtifact,
  parameters: RollupParameters,
): Promise<RollupAddresses> {
  const first = await signer.getNonce();
  const planned = rollupAddresses(address(await signer.getAddress()), first);
  const { canonicalReceiver } = parameters;
  if (canonicalReceiver !== undefined) await requireReceiver(signer, canonicalReceiver, planned.gateway);
  const constructions = rollupConstructions(parameters, planned);
  for (const [step, name] of ROLLUP_ORDER.entries()) {
    const found = await construct(signer, readArtifact, constructions[name], first + step);
    if (found !== planned[name]) throw new Error(`${name} is at ${found}, not at ${planned[name]}`);
  }
  return planned;
}

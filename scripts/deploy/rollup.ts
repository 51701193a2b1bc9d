import { ContractFactory, getCreateAddress, type InterfaceAbi, type Signer, ZeroAddress } from "ethers";

import { NO_LIMIT, type SourcePolicy } from "#chain/admin/sourcePolicy.ts";
import { address, type Address, type ChainId, type Hex } from "#protocol/types.ts";
import type { Rollup, Table } from "#protocol/statements.ts";

import { requireReceiver } from "./bridgeFit.ts";

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

/** Reads a compiled contract by name. */
export type ReadArtifact = (name: string) => Promise<{ readonly abi: InterfaceAbi; readonly bytecode: string }>;

/** Contracts that are deployed before the gateway, which is the last. */
const CONTRACTS_BEFORE_GATEWAY = 4;

/**
 * @param deployer - Who deploys.
 * @param firstNonce - The deployer's nonce before `deployRollup`.
 * @returns Where the gateway will be.
 */
export function gatewayAddress(deployer: Address, firstNonce: number): Address {
  return address(getCreateAddress({ from: deployer, nonce: firstNonce + CONTRACTS_BEFORE_GATEWAY }));
}

/**
 * Deploys a rollup's contracts. The books take the gateway's computed address, and the gateway's constructor checks that
 * they did, so nobody can come between.
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
  let nonce = await signer.getNonce();
  const gateway = gatewayAddress(address(await signer.getAddress()), nonce);
  const { canonicalReceiver } = parameters;
  if (canonicalReceiver !== undefined) await requireReceiver(signer, canonicalReceiver, gateway);

  const deploy = async (name: string, args: readonly unknown[]): Promise<Address> => {
    const { abi, bytecode } = await readArtifact(name);
    const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args, { nonce: nonce++ });
    await contract.waitForDeployment();
    return address(await contract.getAddress());
  };

  const { hubChainId, serviceManager } = parameters;
  const certificateVerifier = await deploy("CertificateVerifier", [hubChainId, serviceManager]);
  const operatorTables = await deploy("OperatorTables", [
    gateway,
    certificateVerifier,
    parameters.graceSeconds,
    parameters.maxValiditySeconds,
    parameters.firstTables,
  ]);
  const directory = await deploy("Directory", [
    gateway,
    operatorTables,
    parameters.directorySetId,
    parameters.firstEntries,
  ]);
  const policy = await deploy("Policy", [
    gateway,
    parameters.owner,
    parameters.looseningDelaySeconds,
    parameters.exitTimeSeconds,
    parameters.haltQuorumBps,
    parameters.defaultPolicy,
  ]);
  await deploy("Gateway", [
    hubChainId,
    serviceManager,
    directory,
    operatorTables,
    policy,
    certificateVerifier,
    canonicalReceiver ?? ZeroAddress,
  ]);
  return { gateway, directory, operatorTables, policy, certificateVerifier };
}

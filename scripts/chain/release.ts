import { dataLength, getBytes, hexlify, type Provider } from "ethers";

import { domainSeparator } from "#protocol/batches.ts";
import { address, chainId as toChainId, type Address, type ChainId } from "#protocol/types.ts";

import {
  CertificateVerifier__factory,
  Directory__factory,
  Gateway__factory,
  OperatorTables__factory,
  Policy__factory,
} from "./contracts.ts";

/** Contracts of a rollup. */
export const ROLLUP_CONTRACTS = ["Gateway", "Directory", "OperatorTables", "Policy", "CertificateVerifier"] as const;
/** One of {@link ROLLUP_CONTRACTS}. */
export type RollupContract = (typeof ROLLUP_CONTRACTS)[number];

/** A compiled contract: its code, and where the constructor writes into it. */
export interface ReleasedCode {
  readonly deployedBytecode: string;
  readonly immutableReferences: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
}

/** What was compiled under one build profile. */
export interface Release {
  readonly profile: string;
  readonly code: Readonly<Record<RollupContract, ReleasedCode>>;
}

/** What a rollup's contracts must be constructed with. */
export interface Announced {
  readonly chainId: ChainId;
  readonly hubChainId: ChainId;
  readonly serviceManager: Address;
  readonly gateway: Address;
  readonly directorySetId: number;
  /** Whether the registry has a bridge by which the gateway is judged. */
  readonly hasBridge: boolean;
  /** The rollup's end of it, where that was told. */
  readonly receiver?: Address;
}

/** What was found. */
export interface Inspection {
  /** The build profile that all of the code is of; undefined when there is none. */
  readonly profile?: string;
  readonly contracts: Readonly<Partial<Record<RollupContract, Address>>>;
  /** Every difference, for people; none when the rollup is what it says. */
  readonly differences: readonly string[];
}

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * Compares code with a release's. Where the constructor wrote an immutable anything may stand, but everywhere the same: code that
 * was not made by our constructor could show one value and use another.
 *
 * @param code - What stands on the chain.
 * @param released - The release's.
 * @returns The difference; undefined for none.
 */
export function differenceOf(code: string, released: ReleasedCode): string | undefined {
  const [found, wanted] = [getBytes(code), getBytes(released.deployedBytecode)];
  if (found.length === 0) return "there is no code";
  if (found.length !== wanted.length) return `${found.length} bytes of code, not ${wanted.length}`;
  for (const places of Object.values(released.immutableReferences)) {
    const values = places.map(({ start, length }) => hexlify(found.slice(start, start + length)));
    if (new Set(values).size > 1) return `one immutable has several values: ${[...new Set(values)].join(", ")}`;
    for (const { start, length } of places) {
      found.fill(0, start, start + length);
      wanted.fill(0, start, start + length);
    }
  }
  const at = found.findIndex((byte, place) => byte !== wanted[place]);
  return at === -1 ? undefined : `the code differs at byte ${at}`;
}

/**
 * Inspects a rollup: that the code of its contracts is a release's, all of one profile, and that its immutables are as announced.
 * What a constructor wrote into storage is not seen here.
 *
 * @param provider - The rollup.
 * @param announced - What it must be.
 * @param releases - What it may be.
 * @returns What was found.
 */
export async function inspectRollup(
  provider: Provider,
  announced: Announced,
  releases: readonly Release[],
): Promise<Inspection> {
  const differences: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown) => {
    if (String(found) !== String(wanted)) differences.push(`${what} is ${String(found)}, not ${String(wanted)}`);
  };
  expect("the chain id", (await provider.getNetwork()).chainId, announced.chainId);

  const gatewayCode = await provider.getCode(announced.gateway);
  const [release, reasons] = releaseOf("Gateway", gatewayCode, releases);
  // What foreign code answers proves nothing.
  if (release === undefined) {
    return { contracts: { Gateway: announced.gateway }, differences: [...differences, ...reasons] };
  }
  const gateway = Gateway__factory.connect(announced.gateway, provider);
  const contracts: Record<RollupContract, Address> = {
    Gateway: announced.gateway,
    Directory: address(await gateway.directory()),
    OperatorTables: address(await gateway.operatorTables()),
    Policy: address(await gateway.policy()),
    CertificateVerifier: address(await gateway.certificateVerifier()),
  };
  const same = new Set<RollupContract>(["Gateway"]);
  for (const name of ROLLUP_CONTRACTS.slice(1)) {
    const code = await provider.getCode(contracts[name]);
    const difference = differenceOf(code, release.code[name]);
    if (difference === undefined) same.add(name);
    else differences.push(`${name} at ${contracts[name]}: ${difference} (${release.profile})`);
  }

  const { hubChainId, serviceManager } = announced;
  expect("Gateway.hubChainId", await gateway.hubChainId(), hubChainId);
  expect("Gateway.serviceManager", await gateway.serviceManager(), serviceManager);
  const receiver = address(await gateway.canonicalReceiver());
  if (announced.receiver !== undefined) expect("Gateway.canonicalReceiver", receiver, announced.receiver);
  expect("whether Gateway.canonicalReceiver is there", receiver !== NOBODY, announced.hasBridge);
  if (same.has("CertificateVerifier")) {
    const verifier = CertificateVerifier__factory.connect(contracts.CertificateVerifier, provider);
    const separator = domainSeparator({ hubChainId: toChainId(hubChainId), serviceManager });
    expect("CertificateVerifier.domainSeparator", await verifier.domainSeparator(), separator);
  }
  if (same.has("Directory")) {
    const directory = Directory__factory.connect(contracts.Directory, provider);
    expect("Directory.gateway", await directory.gateway(), announced.gateway);
    expect("Directory.operatorTables", await directory.operatorTables(), contracts.OperatorTables);
    expect("Directory.directorySetId", await directory.directorySetId(), announced.directorySetId);
  }
  if (same.has("OperatorTables")) {
    const tables = OperatorTables__factory.connect(contracts.OperatorTables, provider);
    expect("OperatorTables.gateway", await tables.gateway(), announced.gateway);
    expect("OperatorTables.certificateVerifier", await tables.certificateVerifier(), contracts.CertificateVerifier);
  }
  if (same.has("Policy")) {
    const policy = Policy__factory.connect(contracts.Policy, provider);
    expect("Policy.gateway", await policy.gateway(), announced.gateway);
  }
  return { profile: release.profile, contracts, differences };
}

function releaseOf(
  name: RollupContract,
  code: string,
  releases: readonly Release[],
): readonly [Release | undefined, readonly string[]] {
  const reasons: string[] = [];
  for (const release of releases) {
    const difference = differenceOf(code, release.code[name]);
    if (difference === undefined) return [release, []];
    reasons.push(`${name}: ${difference} (${release.profile})`);
  }
  return [undefined, dataLength(code) === 0 ? [`${name}: there is no code`] : reasons];
}

import { getCreateAddress, Interface, type InterfaceAbi, type Signer } from "ethers";

import { address, type Address, type ChainId } from "#protocol/types.ts";

import { construct, type Construction, type ReadArtifact } from "./construction.ts";
import { requireFit } from "./hubFit.ts";

/** How long each part of an epoch's life lasts. Field names are those of the Solidity struct. */
export interface Windows {
  /** Seconds before an epoch's end from which on the next table may be begun. */
  readonly lead: number;
  /** Seconds for which an epoch speaks, besides the lead. */
  readonly validity: number;
  /** Seconds for which what an epoch said may still be delivered. */
  readonly grace: number;
  /** Seconds after that in which evidence is accepted. */
  readonly evidence: number;
  /** Seconds for which the guardian may hold a case up. */
  readonly pause: number;
  /** Seconds to execute in, when blocks are full. */
  readonly margin: number;
  /** Seconds that a fact of the hub may take to appear there; after that, who signed it has lied. */
  readonly hubFact: number;
  /** The least seconds that a hub block takes. */
  readonly secondsPerBlock: number;
  /** Blocks that a build may take. */
  readonly buildBlocks: number;
}

/** Windows of mainnet, where a deallocation takes 100 800 blocks (14 days): together 99 000 blocks. */
export const MAINNET_WINDOWS: Windows = {
  lead: 6 * 3_600,
  validity: 86_400,
  grace: 6 * 3_600,
  evidence: 11.5 * 86_400,
  pause: 12 * 3_600,
  margin: 6 * 3_600,
  hubFact: 2 * 3_600,
  secondsPerBlock: 12,
  buildBlocks: 256,
};

/** How long what is announced to the registry waits, in seconds. Field names are those of the Solidity struct. */
export interface Notices {
  /** From the acceptance of a chain without an active entry until it speaks. */
  readonly first: number;
  /** From the acceptance of a change of an active entry until it holds. */
  readonly change: number;
  /** How long a chain drains, at least. */
  readonly draining: number;
  /** How long a proposal's bond is locked. */
  readonly bond: number;
  /** Between changes that can wait. */
  readonly pace: number;
  /** Before what a lie takes rises: longer than a deallocation. */
  readonly raise: number;
}

/** Notices of mainnet. */
export const MAINNET_NOTICES: Notices = {
  first: 2 * 86_400,
  change: 7 * 86_400,
  draining: 30 * 86_400,
  bond: 7 * 86_400,
  pace: 3_600,
  raise: 17 * 86_400,
};

/** Seconds that a case which rests on a source's word waits for the court on mainnet. */
export const MAINNET_COURT_SECONDS = 2 * 86_400;

/** Seconds for which everything that shapes a table waits on mainnet: longer than a deallocation. */
export const MAINNET_SHAPING_SECONDS = 17 * 86_400;

/** Seconds for which it waits on mainnet who may pay what the vault holds. */
export const MAINNET_CLAIMS_SECONDS = 30 * 86_400;

/** EigenLayer's contracts that the hub asks. */
export interface HubEigenLayer {
  readonly allocationManager: Address;
  readonly delegationManager: Address;
  readonly keyRegistrar: Address;
  readonly strategyManager: Address;
}

/** Everything that the hub's contracts are constructed with. */
export interface HubParameters {
  readonly hubChainId: ChainId;
  readonly eigenLayer: HubEigenLayer;
  /** Owner of the service manager. */
  readonly owner: Address;
  /** Accepts what is proposed to the registry. */
  readonly registrar: Address;
  /** Wei that a proposal to the registry costs, refundable. */
  readonly bond: bigint;
  readonly notices: Notices;
  /** Holds cases up, once each. */
  readonly guardian: Address;
  /** Acquits of what rests on a source's word. */
  readonly court: Address;
  /** Seconds that such a case waits for the court. */
  readonly courtSeconds: number;
  /** Who may announce, and cancel, what shapes tables, and who pays. Anyone may carry it out after the delay. */
  readonly shapers: readonly Address[];
  readonly shapingSeconds: number;
  readonly claimsSeconds: number;
  readonly windows: Windows;
  /** Where the service describes itself. */
  readonly metadataURI: string;
}

/** Where the hub's contracts are. */
export interface HubAddresses {
  /** The timelock that shapes tables and owns the service manager's proxy. */
  readonly shaper: Address;
  /** The timelock that appoints, once, who pays what the vault holds. */
  readonly claimsTimelock: Address;
  readonly certificateVerifier: Address;
  readonly vault: Address;
  readonly tableBuilder: Address;
  readonly registry: Address;
  readonly slasher: Address;
  readonly serviceManagerImplementation: Address;
  /** The proxy: the address that EigenLayer knows, and that operators sign for. */
  readonly serviceManager: Address;
}

/** The hub's contracts in the order in which they are deployed, one transaction each. */
export const HUB_ORDER = [
  "shaper",
  "claimsTimelock",
  "certificateVerifier",
  "vault",
  "tableBuilder",
  "registry",
  "slasher",
  "serviceManagerImplementation",
  "serviceManager",
] as const satisfies readonly (keyof HubAddresses)[];

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * @param deployer - Who deploys.
 * @param firstNonce - The deployer's nonce before `deployHub`.
 * @returns Where the hub's contracts will be.
 */
export function hubAddresses(deployer: Address, firstNonce: number): HubAddresses {
  return hubAddressesBy((name) =>
    address(getCreateAddress({ from: deployer, nonce: firstNonce + HUB_ORDER.indexOf(name) })),
  );
}

/**
 * @param at - Where a contract of the hub is.
 * @returns Where all of them are.
 */
export function hubAddressesBy(at: (name: keyof HubAddresses) => Address): HubAddresses {
  return {
    shaper: at("shaper"),
    claimsTimelock: at("claimsTimelock"),
    certificateVerifier: at("certificateVerifier"),
    vault: at("vault"),
    tableBuilder: at("tableBuilder"),
    registry: at("registry"),
    slasher: at("slasher"),
    serviceManagerImplementation: at("serviceManagerImplementation"),
    serviceManager: at("serviceManager"),
  };
}

/**
 * The hub's contracts name each other as immutables; what one reads of another while it is constructed comes before it in
 * {@link HUB_ORDER}. The proxy is initialized by its own constructor, so nobody can come between.
 *
 * @param parameters - The constructors' arguments.
 * @param at - Where the contracts will be.
 * @param serviceManagerAbi - To encode the proxy's initialization.
 * @returns What each is constructed with.
 */
export function hubConstructions(
  parameters: HubParameters,
  at: HubAddresses,
  serviceManagerAbi: InterfaceAbi,
): Readonly<Record<keyof HubAddresses, Construction>> {
  const { hubChainId, eigenLayer, owner, guardian, shapers, shapingSeconds, windows, metadataURI } = parameters;
  const { registrar, bond, notices, claimsSeconds, court, courtSeconds } = parameters;
  const { allocationManager, delegationManager, keyRegistrar, strategyManager } = eigenLayer;
  const { shaper, claimsTimelock, certificateVerifier, vault, tableBuilder, registry, slasher, serviceManager } = at;
  const initialize = new Interface(serviceManagerAbi).encodeFunctionData("initialize", [owner, metadataURI]);
  const judged = [serviceManager, tableBuilder, allocationManager, certificateVerifier, vault, registry];
  const shaped = [allocationManager, keyRegistrar, tableBuilder, slasher, vault, shaper, shapingSeconds];
  const of = (contract: string, ...args: readonly unknown[]): Construction => ({ contract, args });
  return {
    shaper: of("Shaper", shapingSeconds, shapers, [NOBODY]),
    claimsTimelock: of("Shaper", claimsSeconds, shapers, [NOBODY]),
    certificateVerifier: of("CertificateVerifier", hubChainId, serviceManager),
    vault: of("CompensationVault", slasher, serviceManager, strategyManager, claimsTimelock, claimsSeconds),
    tableBuilder: of(
      "TableBuilder",
      ...[allocationManager, delegationManager, keyRegistrar, serviceManager, slasher, windows],
    ),
    registry: of("RollupRegistry", registrar, tableBuilder, bond, notices),
    slasher: of("Slasher", ...judged, guardian, court, courtSeconds),
    serviceManagerImplementation: of("ServiceManager", ...shaped),
    serviceManager: of("TransparentUpgradeableProxy", at.serviceManagerImplementation, shaper, initialize),
  };
}

/**
 * Deploys the hub's contracts, if the parameters fit EigenLayer's delays: all addresses are computed first and checked after each
 * step.
 *
 * @param signer - The deployer; its nonce must not be used by others meanwhile.
 * @param readArtifact - Where compiled contracts come from.
 * @param parameters - The constructors' arguments.
 * @returns The addresses; throws `HubFitError`, before anything is sent, for parameters with which the hub would promise too
 *   much.
 */
export async function deployHub(
  signer: Signer,
  readArtifact: ReadArtifact,
  parameters: HubParameters,
): Promise<HubAddresses> {
  await requireFit(signer, parameters);
  const first = await signer.getNonce();
  const planned = hubAddresses(address(await signer.getAddress()), first);
  const { abi } = await readArtifact("ServiceManager");
  const constructions = hubConstructions(parameters, planned, abi);
  for (const [step, name] of HUB_ORDER.entries()) {
    const found = await construct(signer, readArtifact, constructions[name], first + step);
    if (found !== planned[name]) throw new Error(`${name} is at ${found}, not at ${planned[name]}`);
  }
  return planned;
}

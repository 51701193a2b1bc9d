import { id as hashOf, dataSlice, type Signer } from "ethers";

import type { HubSite } from "#chain/hub/site.ts";
import type { HubTable } from "#chain/hub/tables.ts";
import { StatementTree, batchDigest, type Domain } from "#protocol/batches.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { keyPair, sign, type KeyPair } from "#protocol/bn254.ts";
import { assembleCertificate, type Certificate } from "#protocol/certificates.ts";
import { GROUP_ORDER } from "#protocol/field.ts";
import type { Statement } from "#protocol/statements.ts";
import { address, type Address } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { Workshop } from "../plan.ts";
import type { RehearsalChain } from "./chain.ts";
import type { Ledger } from "./ledger.ts";

/** An operator of the rehearsal. */
export interface Member {
  readonly account: Address;
  readonly key: KeyPair;
  /** Of the strategy's token; a share is worth one. */
  readonly stake: bigint;
}

/** What a life is played with. */
export interface Scene {
  readonly config: NetworkConfig;
  readonly site: HubSite;
  readonly domain: Domain;
  readonly workshop: Workshop;
  readonly ledger: Ledger;
  readonly hub: RehearsalChain;
  /** By `hub` and names of rollups. */
  readonly chains: ReadonlyMap<string, RehearsalChain>;
  readonly members: readonly Member[];
  /** What their stake is in: the first that the set counts. */
  readonly strategy: Address;
  readonly token: Address;
}

/** A certificate and what it is of. */
export interface Said {
  readonly certificate: Certificate;
  readonly statements: readonly Statement[];
  readonly tree: StatementTree;
}

/** Somebody of this name, whom nobody else is. */
export function someoneCalled(name: string): Address {
  return address(dataSlice(hashOf(`parley rehearsal ${name}`), 12));
}

/** The key of somebody: worth nothing outside of a rehearsal, because its secret is its name. */
export function keyCalled(name: string): KeyPair {
  return keyPair((BigInt(hashOf(`parley rehearsal key ${name}`)) % (GROUP_ORDER - 1n)) + 1n);
}

/**
 * @param scene - The scene.
 * @param name - `hub`, or a rollup's.
 * @returns The chain.
 */
export function chainCalled({ chains }: Pick<Scene, "chains">, name: string): RehearsalChain {
  const found = chains.get(name);
  if (found === undefined) throw new Error(`there is no chain ${name}`);
  return found;
}

/** Whoever sends what anybody may. */
export async function anybodyOn(chain: RehearsalChain): Promise<Signer> {
  return chain.as(someoneCalled("anybody"));
}

/**
 * @param scene - The scene.
 * @param epoch - Who speaks.
 * @param statements - What is said.
 * @param issuedAt - When.
 * @param signs - Who of the members signs; all unless given.
 * @returns The certificate.
 */
export async function certify(
  { domain, members }: Pick<Scene, "domain" | "members">,
  { statement: { operatorSetId, epoch }, table, operators }: HubTable,
  statements: readonly Statement[],
  issuedAt: bigint,
  signs: (member: Member) => boolean = () => true,
): Promise<Said> {
  const tree = new StatementTree(statements);
  const batch = { operatorSetId, tableEpoch: epoch, issuedAt, statementsRoot: tree.root };
  const digest = batchDigest(domain, batch);
  const signatures = operators.flatMap((account, row) => {
    const member = members.find((one) => one.account === account);
    if (member === undefined || !signs(member)) return [];
    return [{ row, signature: sign(member.key.secret, digest), key: member.key.g2 }];
  });
  const certificate = assembleCertificate(domain, table, batch, signatures, await mclVerifier());
  return { certificate, statements, tree };
}

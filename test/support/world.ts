import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress, type RollupParameters } from "#deploy/rollup.ts";
import type { Domain } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import { buildRun, type Run } from "#protocol/runs.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId, type Address } from "#protocol/types.ts";

import { Committee, type Certified, type CertifyOptions } from "./committee.ts";
import { Rollup, startChain, type Chain, type LanePage } from "./rollup.ts";

/** The hub that test committees sign for. */
export const TEST_DOMAIN: Domain = {
  hubChainId: chainId(900),
  serviceManager: address("0x00000000000000000000000000000000005e41ce"),
};

/** Statuses of a directory entry. */
export const Status = { Proposed: 1, Active: 2, Draining: 3, Retired: 4 } as const;

/** What may differ from world to world. */
export interface WorldOptions {
  readonly chainIds?: readonly number[];
  readonly weights?: readonly bigint[];
  /** Other keys for the committee than the usual ones. */
  readonly seed?: bigint;
  /** Changes parameters of every rollup. */
  readonly parameters?: Partial<RollupParameters>;
  /** Seconds for which the first epoch is valid. */
  readonly validitySeconds?: bigint;
}

/** Two or more rollups that know each other and one committee that speaks for all of them. */
export interface World {
  readonly rollups: readonly Rollup[];
  readonly alpha: Rollup;
  readonly beta: Rollup;
  readonly committee: Committee;
  /** First second of the committee's epoch. */
  readonly validFrom: bigint;
  readonly validUntil: bigint;
}

/** A directory entry of version 1. */
export function entryOf(id: bigint, gateway: Address, changes: Partial<Entry> = {}): Entry {
  return {
    chainId: chainId(id),
    gateway,
    operatorSetId: 1,
    status: Status.Active,
    finality: 3,
    refutable: true,
    version: 1n,
    ...changes,
  };
}

/** Starts chains, deploys a rollup's contracts on each, and makes them known to each other. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const { chainIds = [1_001, 1_002] } = options;
  return worldOn(await Promise.all(chainIds.map((id) => startChain(id))), options);
}

/** Deploys a rollup's contracts on each of these chains, which may have some already, and makes them known to each other. */
export async function worldOn(chains: readonly Chain[], options: WorldOptions = {}): Promise<World> {
  const { weights = [40n, 30n, 20n, 10n], validitySeconds = 86_400n, seed = 1n } = options;
  const committee = Committee.of(TEST_DOMAIN, weights, { seed });
  const times = await Promise.all(chains.map((chain) => chain.helpers.time.latest()));
  const validFrom = BigInt(Math.min(...times));
  const validUntil = validFrom + validitySeconds;

  const gateways = await Promise.all(
    chains.map(async ({ signers }) => {
      const deployer = elementAt(signers, 0);
      return gatewayAddress(address(deployer.address), await deployer.getNonce());
    }),
  );
  const entries = chains.map(({ chainId: id }, at) => entryOf(id, elementAt(gateways, at)));
  const rollups: Rollup[] = [];
  for (const chain of chains) {
    rollups.push(
      await Rollup.deploy(chain, {
        ...TEST_DOMAIN,
        ...DEFAULT_WINDOWS,
        owner: address(elementAt(chain.signers, 0).address),
        directorySetId: committee.operatorSetId,
        firstEntries: entries,
        firstTables: [{ table: committee.tableStatement(validFrom, validUntil), rows: committee.table.packed }],
        defaultPolicy: DEFAULT_POLICY,
        ...options.parameters,
      }),
    );
  }
  return { rollups, alpha: elementAt(rollups, 0), beta: elementAt(rollups, 1), committee, validFrom, validUntil };
}

/** Certifies a page at the present time of its destination. */
export async function certifyPage(
  { committee }: Pick<World, "committee">,
  destination: Rollup,
  lanePage: LanePage,
  options: Partial<CertifyOptions> = {},
): Promise<Certified> {
  const now = await destination.now();
  const latest = now > lanePage.page.sourceTimestamp ? now : lanePage.page.sourceTimestamp;
  return committee.certifyPages([lanePage.page], { issuedAt: latest, ...options });
}

/** A run of a certified page: all its messages unless told otherwise. */
export function runOf(
  { page, tree, messages }: LanePage,
  { statements }: Certified,
  { first = 0, count, gasPerMessage = 0 }: { first?: number; count?: number; gasPerMessage?: number } = {},
): Run {
  return buildRun({
    page,
    statements,
    pageTree: tree,
    messages: messages.slice(first, count === undefined ? undefined : first + count),
    gasPerMessage,
  });
}

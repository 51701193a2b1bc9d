import { decodeTableCode } from "#chain/operatorTables.ts";
import { OperatorTables__factory } from "#types/factories/contracts/rollup/OperatorTables__factory.ts";

import type { FollowedChains } from "./epochFollower.ts";
import { readEpoch, readInstallations, type Epoch, type Installation } from "./epochs.ts";
import type { EpochRecords } from "./epochReconciliation.ts";
import { OPERATOR_SET_ID } from "./hub/profile.ts";

/**
 * Reads which epochs came to which rollup, from all chains.
 *
 * @param chains - Hub and rollups.
 * @returns The records.
 */
export async function readEpochRecords({ hub, rollups }: FollowedChains): Promise<EpochRecords> {
  const installed = await Promise.all(rollups.map(async (rollup) => readRollup(rollup)));
  const newest = Math.max(0, ...installed.flatMap(({ tables }) => tables.map(({ epoch }) => epoch)));
  const epochs = await Promise.all(
    Array.from({ length: newest }, async (_, index) => readEpoch(hub.chain.provider, hub.deployed, index + 1)),
  );
  return { hub: epochs.flatMap((epoch): Epoch[] => (epoch === undefined ? [] : [epoch])), rollups: installed };
}

async function readRollup({ chain, deployed }: FollowedChains["rollups"][number]) {
  const { provider } = chain;
  const contract = OperatorTables__factory.connect(deployed.contracts.operatorTables, provider);
  const found = await readInstallations(provider, deployed, 0, "latest");
  const tables = await Promise.all(
    found.map(async (installation: Installation) => {
      const { table } = await contract.epoch(OPERATOR_SET_ID, installation.epoch);
      const { tableHash: rowsHash, rows } = decodeTableCode(await provider.getCode(table));
      return { ...installation, rowsHash, rows: rows.length };
    }),
  );
  return { rollup: deployed.name, tables };
}

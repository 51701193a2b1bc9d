import { nextEpoch } from "./court.ts";
import { bringTable } from "./facts.ts";
import { roadWorld, type RoadWorld } from "./hubWorld.ts";

/** A world with slow roads whose epoch began when all entries were in force: only then lies about a source take anything. */
export async function refutableWorld(): Promise<RoadWorld> {
  const world = await roadWorld();
  const { hub, setId, members, rollups, clock } = world;
  const { epoch, committee } = await nextEpoch({ hub, setId, operators: members });
  const { statement: table, rows } = epoch;
  for (const rollup of rollups) {
    await rollup.helpers.time.increaseTo(await hub.now());
    await bringTable(rollup, world.committee, { table, rows });
  }
  await clock.follow();
  return { ...world, epoch, committee, validFrom: table.validFrom, validUntil: table.validUntil };
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { LaneStatus } from "#chain/status/lanes.ts";
import type { RollupStatus, TableThere } from "#chain/status/rollup.ts";

import { EXIT, print } from "../shared/command.ts";
import { runOnNetwork } from "../shared/network.ts";
import { nodesOf } from "../shared/nodes.ts";
import { moment, span } from "../shared/time.ts";

interface Arguments {
  readonly aggregator: string;
  readonly lag: number;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat status`: exit code 2 when something needs attention. */
export default async function status(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async ({ sites, hub, missing }) => {
    const [{ rollupStatus }, { laneStatus }, { attentionOf }, { certifiedHeads }, { toJson }] = await Promise.all([
      import("#chain/status/rollup.ts"),
      import("#chain/status/lanes.ts"),
      import("#chain/status/attention.ts"),
      import("#nodes/shared/asking.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { aggregators } = await nodesOf(args);
    const heads = await certifiedHeads(aggregators);
    const rollups: RollupStatus[] = [];
    const lanes: LaneStatus[] = [];
    for (const site of sites) {
      rollups.push(await rollupStatus(site, hub));
      for (const source of sites) {
        const lane = source === site ? undefined : await laneStatus(source, site, heads);
        if (lane !== undefined) lanes.push(lane);
      }
    }
    const attention = [
      ...missing.map(({ name, reason }) => ({ rollup: name, text: reason })),
      ...attentionOf(rollups, lanes, BigInt(args.lag)),
    ];
    print(args.json, toJson({ rollups, lanes, attention }), [
      ...rollups.flatMap((rollup) => rollupLines(rollup, lanes)),
      ...(attention.length === 0 ? ["nothing needs attention"] : [`${attention.length} need attention:`]),
      ...attention.map(({ rollup, text }) => `  ${rollup}: ${text}`),
    ]);
    return attention.length === 0 ? EXIT.ok : EXIT.notYet;
  });
}

function rollupLines(rollup: RollupStatus, lanes: readonly LaneStatus[]): string[] {
  const { name, chainId, block, timestamp, tables, chains, cost } = rollup;
  return [
    `${name} (chain ${chainId}): block ${block}, ${moment(timestamp)}`,
    ...lanes.filter(({ destination }) => destination === name).map(laneLine),
    ...tables.map(tableLine),
    ...chains.map((chain) => {
      const halted = chain.haltedUntil === undefined ? "" : `, HALTED until ${moment(chain.haltedUntil)}`;
      const refused = chain.isRefused ? ", refused by the owner" : "";
      const who = chain.chainId === chainId ? "itself" : `chain ${chain.chainId}`;
      return `  knows ${who} as ${chain.status}, version ${chain.version}${halted}${refused}`;
    }),
    cost === undefined
      ? "  what a lie about it costs is not known: the hub does not tell"
      : `  a lie about it costs a quorum of weight ${cost.quorumWeight}: ${cost.refutedWeight} for a refuted page, ${cost.softWeight} for one below final`,
  ];
}

function laneLine({ source, local, certified, delivered, waiting }: LaneStatus): string {
  const head = delivered === undefined ? "long ago" : String(delivered);
  return `  from ${source}: ${local} sent, ${certified ?? "?"} certified, delivered up to ${head}, ${waiting} waiting`;
}

function tableLine({
  operatorSetId,
  newest,
  speaking,
  frozenAt,
  ageSeconds,
  headroomSeconds,
  hubEpoch,
}: TableThere): string {
  if (newest === undefined) return `  set ${operatorSetId}: no table`;
  const words = [
    `epoch ${newest.epoch}${hubEpoch === undefined ? "" : ` of the hub's ${hubEpoch}`}`,
    `${span(ageSeconds ?? 0n)} old`,
    `speaks for ${span(headroomSeconds ?? 0n)} more`,
    ...(newest.status === "Speaking" ? [] : [newest.status.toUpperCase()]),
    ...(frozenAt === 0n ? [] : [`FROZEN since ${moment(frozenAt)}`]),
    ...(speaking === undefined ? ["NO EPOCH SPEAKS"] : []),
  ];
  return `  set ${operatorSetId}: ${words.join(", ")}`;
}

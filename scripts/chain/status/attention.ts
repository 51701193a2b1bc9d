import type { LaneStatus } from "./lanes.ts";
import type { RollupStatus, TableThere } from "./rollup.ts";

/** Something that somebody should look at. */
export interface Attention {
  readonly rollup: string;
  readonly text: string;
}

/** A quarter of its time is left for bringing the next table. */
const QUARTER = 4n;

/**
 * @param rollups - How they are.
 * @param lanes - How far they have come.
 * @param mostWaiting - Messages of a lane that may wait.
 * @returns What needs attention.
 */
export function attentionOf(
  rollups: readonly RollupStatus[],
  lanes: readonly LaneStatus[],
  mostWaiting: bigint,
): Attention[] {
  return [
    ...rollups.flatMap((rollup) =>
      [...rollup.tables.flatMap((table) => tableText(table)), ...chainTexts(rollup)].map((text) => ({
        rollup: rollup.name,
        text,
      })),
    ),
    ...lanes.flatMap(({ source, destination, waiting }) =>
      waiting > mostWaiting
        ? [{ rollup: destination, text: `${String(waiting)} messages from ${source} are not delivered` }]
        : [],
    ),
  ];
}

function tableText({ operatorSetId, newest, speaking, frozenAt, headroomSeconds, hubEpoch }: TableThere): string[] {
  const set = `set ${String(operatorSetId)}`;
  if (newest === undefined) return [`${set} has no table`];
  const epoch = `epoch ${String(newest.epoch)}`;
  const behind = hubEpoch !== undefined && hubEpoch > newest.epoch ? `; the hub has epoch ${String(hubEpoch)}` : "";
  const frozen = frozenAt === 0n ? [] : [`${set} is frozen since second ${String(frozenAt)}`];
  if (newest.status === "Revoked") return [...frozen, `${set}: ${epoch} is revoked${behind}`];
  if (speaking === undefined) return [...frozen, `${set}: no epoch speaks, the newest is ${epoch}${behind}`];
  const isShort = (headroomSeconds ?? 0n) * QUARTER < newest.validUntil - newest.validFrom;
  return [
    ...frozen,
    ...(isShort ? [`${set}: ${epoch} speaks for ${String(headroomSeconds)} seconds more${behind}`] : []),
  ];
}

function chainTexts({ chainId: own, chains }: RollupStatus): string[] {
  return chains.flatMap(({ chainId, status, version, hubVersion, haltedUntil }) => {
    const who = chainId === own ? "it" : `chain ${String(chainId)}`;
    return [
      ...(status === "Active" ? [] : [`${who} is ${status} here`]),
      ...(hubVersion !== undefined && hubVersion > version
        ? [`has version ${String(version)} of ${who === "it" ? "itself" : who}, the hub version ${String(hubVersion)}`]
        : []),
      ...(haltedUntil === undefined ? [] : [`${who} is halted here until second ${String(haltedUntil)}`]),
    ];
  });
}

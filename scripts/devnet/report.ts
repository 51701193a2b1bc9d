import type { RollupName } from "./chains.ts";
import type { Devnet } from "./devnet.ts";
import { reconcileEpochs, type EpochRecords, type EpochVerdict } from "./epochReconciliation.ts";
import { readEpochRecords } from "./epochRecords.ts";
import { deliveryGas, type DeliveryGas } from "./gas.ts";
import { popCount, reconcile, type Verdict } from "./reconciliation.ts";
import { readRecords } from "./records.ts";
import { tokens, weightOf } from "./narrator.ts";
import type { Burst } from "./stories/burst.ts";
import type { Rotation } from "./stories/rotation.ts";
import type { Story } from "./story.ts";
import { traceOf, type Trace } from "./trace.ts";

/** One lane in numbers. */
export interface LaneCounts {
  readonly source: RollupName;
  readonly destination: RollupName;
  readonly sent: number;
  readonly certified: number;
  readonly delivered: number;
}

/** Which epochs there were, who stood behind them, and where they came. Weights are in tokens. */
export interface EpochReport {
  readonly hub: readonly {
    readonly epoch: number;
    readonly validFrom: number;
    readonly validUntil: number;
    readonly slashableWeight: string;
    /** In the order of the rows. */
    readonly operators: readonly { readonly name: string; readonly weight: string }[];
  }[];
  readonly rollups: readonly { readonly name: RollupName; readonly installed: readonly number[] }[];
  readonly change: {
    readonly joined: string;
    readonly left: string;
    readonly raised: string;
    /** Sent while the set changed. */
    readonly messages: number;
  } | null;
  readonly verdict: EpochVerdict;
}

/** What a devnet did; `--json` prints it. */
export interface Report {
  readonly lanes: readonly LaneCounts[];
  readonly counts: { readonly sent: number; readonly certified: number; readonly delivered: number };
  readonly burst: {
    readonly messages: number;
    readonly durationMs: number;
    readonly absentee: Burst["absentee"];
    readonly sendGasPerMessage: number;
    readonly delivery: DeliveryGas;
  } | null;
  /** Epochs of the operator set, and what changed in it. */
  readonly epochs: EpochReport;
  readonly trace: Trace | null;
  readonly durations: {
    /** From the start of the process. */
    readonly untilFirstDeliveryMs: number | null;
    readonly untilReportMs: number;
  };
  /** Why not everything was shown. */
  readonly failure: string | null;
  readonly verdict: Verdict;
}

/**
 * Reads everything from the chains again and reconciles it.
 *
 * @param devnet - The devnet.
 * @param story - What was shown.
 * @returns The report.
 */
export async function report(devnet: Devnet, story: Story): Promise<Report> {
  const { chronicle } = devnet;
  await chronicle.look();
  const records = await readRecords(devnet.rollups);
  const lanes = records.lanes
    .map(({ source, destination, count, words }): LaneCounts => {
      const certified = chronicle.certifiedCount(source, destination);
      const delivered = words.reduce((sum, word) => sum + popCount(word), 0);
      return { source, destination, sent: Number(count), certified, delivered };
    })
    .filter(({ sent, delivered }) => sent + delivered > 0);
  const sum = (pick: (lane: LaneCounts) => number) => lanes.reduce((total, lane) => total + pick(lane), 0);
  return {
    lanes,
    counts: { sent: sum(({ sent }) => sent), certified: sum((l) => l.certified), delivered: sum((l) => l.delivered) },
    burst: story.burst === undefined ? null : await burstReport(devnet, story.burst),
    epochs: epochReport(await readEpochRecords(devnet), story.rotation),
    trace: (story.text && (await traceOf(devnet, story.text))) ?? null,
    durations: {
      untilFirstDeliveryMs: story.untilFirstDeliveryMs ?? null,
      untilReportMs: Math.round(performance.now()),
    },
    failure: story.failure ?? null,
    verdict: reconcile(records, devnet.expected),
  };
}

function epochReport(records: EpochRecords, rotation: Rotation | undefined): EpochReport {
  return {
    hub: records.hub.map(({ epoch, validFrom, validUntil, members }) => ({
      epoch,
      validFrom: Number(validFrom),
      validUntil: Number(validUntil),
      slashableWeight: tokens(weightOf(members)),
      operators: members.map(({ name, weight }) => ({ name, weight: tokens(weight) })),
    })),
    rollups: records.rollups.map(({ rollup, tables }) => ({
      name: rollup,
      installed: tables.map(({ epoch }) => epoch),
    })),
    change: rotation === undefined ? null : { ...changeOf(rotation), messages: rotation.messageIds.length },
    verdict: reconcileEpochs(records, rotation),
  };
}

function changeOf({ joined, left, raised }: Rotation) {
  return { joined, left, raised };
}

async function burstReport(devnet: Devnet, { messageIds, durationMs, absentee, gasPerMessage }: Burst) {
  return {
    messages: messageIds.length,
    durationMs,
    absentee,
    sendGasPerMessage: Math.round(gasPerMessage),
    delivery: await deliveryGas(devnet, messageIds),
  };
}

import type { RollupName } from "./chains.ts";
import type { Devnet } from "./devnet.ts";
import { deliveryGas, type DeliveryGas } from "./gas.ts";
import { popCount, reconcile, type Verdict } from "./reconciliation.ts";
import { readRecords } from "./records.ts";
import type { Burst } from "./stories/burst.ts";
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
    trace: (story.text && (await traceOf(devnet, story.text))) ?? null,
    durations: {
      untilFirstDeliveryMs: story.untilFirstDeliveryMs ?? null,
      untilReportMs: Math.round(performance.now()),
    },
    failure: story.failure ?? null,
    verdict: reconcile(records, devnet.expected),
  };
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

import type { MessageId } from "#protocol/types.ts";

import type { RollupName } from "./chains.ts";
import type { Devnet } from "./devnet.ts";
import { deliveryGas, type DeliveryGas } from "./gas.ts";
import { popCount, reconcile, type Verdict } from "./reconciliation.ts";
import { readRecords } from "./records.ts";
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
    readonly absentee: Story["burst"]["absentee"];
  };
  readonly trace: Trace | null;
  readonly gas: { readonly sendPerMessage: number; readonly delivery: DeliveryGas };
  readonly durations: {
    /** From the start of the process. */
    readonly untilFirstDeliveryMs: number;
    readonly untilReportMs: number;
  };
  readonly verdict: Verdict;
}

/**
 * Reads everything from the chains again and reconciles it.
 *
 * @param devnet - The devnet.
 * @param story - What was shown.
 * @param expected - Every message that was sent on purpose.
 * @returns The report.
 */
export async function report(devnet: Devnet, story: Story, expected: readonly MessageId[]): Promise<Report> {
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
    burst: {
      messages: story.burst.messageIds.length,
      durationMs: story.burst.durationMs,
      absentee: story.burst.absentee,
    },
    trace: (await traceOf(devnet, story.text)) ?? null,
    gas: {
      sendPerMessage: Math.round(story.burst.gasPerMessage),
      delivery: await deliveryGas(devnet, story.burst.messageIds),
    },
    durations: { untilFirstDeliveryMs: story.untilFirstDeliveryMs, untilReportMs: Math.round(performance.now()) },
    verdict: reconcile(records, expected),
  };
}

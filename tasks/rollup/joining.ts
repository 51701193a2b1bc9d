import type { Joined } from "#deploy/join/join.ts";
import type { Outlook } from "#deploy/join/outlook.ts";

import { senderOf, titleOf } from "../deploy/lines.ts";
import { moment } from "../shared/time.ts";

/** What a rollup's joining still takes, for people. */
export function outlookLines(rollup: string, { capabilities, pending, lacks, silent }: Outlook): string[] {
  if (pending.length + lacks.length + silent.length === 0) return [`${rollup} has joined: nothing is missing`];
  const able = capabilities.length === 0 ? [] : [`${rollup} can do all ${capabilities.length} things that are needed`];
  return [
    ...able,
    ...(pending.length === 0 ? [] : [`${rollup}: ${pending.length} transactions of its own are missing`]),
    ...pending.map((step) => `  ${step.id}: ${titleOf(step)}, by ${senderOf(step)}`),
    ...lacks.map((lack) => `not heard yet: ${lack}`),
    ...silent.map((lane) => `no message was delivered yet: ${lane}`),
  ];
}

/** How far a rollup has joined, for people. */
export function joinedLines(rollup: string, { sent, waits, greetings }: Joined): string[] {
  const isAlone = waits.length === 0 && greetings.length === 0;
  return [
    waits.length === 0 ? `${rollup} has joined` : `${rollup} has not joined yet; run this again`,
    `  ${sent.length} of its own transactions were sent`,
    ...greetings.map(({ source, destination, messageId, isDelivered }) => {
      const what = messageId === undefined ? "messages" : `message ${messageId}`;
      return `  ${source} → ${destination}: ${what}${isDelivered ? " delivered" : " not delivered yet"}`;
    }),
    ...(isAlone ? ["  there is no other active rollup to exchange messages with"] : []),
    ...waits.flatMap(({ for: subject, what, who, until }) => [
      `  ${subject} waits for ${what}${until === undefined ? "" : `, until ${moment(until)}`}`,
      ...(who === "" ? [] : [`    ${who}`]),
    ]),
  ];
}

import type { CaseHistory } from "#chain/hub/cases.ts";

/** A case for people: a line, and one for each who is guilty. */
export function caseLines({
  caseId,
  fault,
  operatorSetId,
  epochB,
  openedAt,
  accused,
  slashes,
  ...rest
}: CaseHistory): string[] {
  const when = timeOf(openedAt);
  const held = rest.pausedUntil === 0n ? "" : `, held up until ${timeOf(rest.pausedUntil)}`;
  const before = rest.executableAt === 0n ? "" : `, before the court until ${timeOf(rest.executableAt)}`;
  return [
    `case ${caseId}: ${fault} of set ${operatorSetId} in epoch ${epochB}, opened ${when}${held}${before}, ${accused.length} guilty`,
    ...(rest.isAcquitted ? [`  acquitted: ${rest.acquittal ?? ""}`] : []),
    ...accused.map(({ operator }) => {
      const taken = slashes.filter((slash) => slash.operator === operator);
      if (taken.length > 0) return `  ${operator}: slashed (${taken.map(({ slashId }) => String(slashId)).join(", ")})`;
      return `  ${operator}: ${rest.nothingLeft.includes(operator) ? "nothing left to take" : "not executed"}`;
    }),
  ];
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}

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
  const when = new Date(Number(openedAt) * 1_000).toISOString();
  const held =
    rest.pausedUntil === 0n ? "" : `, held up until ${new Date(Number(rest.pausedUntil) * 1_000).toISOString()}`;
  return [
    `case ${caseId}: ${fault} of set ${operatorSetId} in epoch ${epochB}, opened ${when}${held}, ${accused.length} guilty`,
    ...accused.map(({ operator }) => {
      const taken = slashes.filter((slash) => slash.operator === operator);
      if (taken.length > 0) return `  ${operator}: slashed (${taken.map(({ slashId }) => String(slashId)).join(", ")})`;
      return `  ${operator}: ${rest.nothingLeft.includes(operator) ? "nothing left to take" : "not executed"}`;
    }),
  ];
}

import type { StatedDelays } from "#chain/bridge/delays.ts";
import type { Entry } from "#chain/hub/entries.ts";

const STATUSES = ["nothing", "Proposed", "Active", "Draining", "Retired"];

/** An entry for people. */
export function entryLines(entry: Entry): string[] {
  const { chainId, version, status, gateway, operatorSetId, finality, refutable, bridge, owner, metadataURI } = entry;
  return [
    `chain ${chainId}: ${STATUSES[status] ?? String(status)}, version ${version}, gateway ${gateway}`,
    `  set ${operatorSetId}, finality ${finality}, ${refutable ? `refutable over ${bridge}` : "not refutable"}`,
    `  owner ${owner}${metadataURI === "" ? "" : `, ${metadataURI}`}`,
  ];
}

const DAY_SECONDS = 86_400;

/** How long refutations take, for people, with the mark of a source whose may come too late. */
export function delayLine({ uncontestedSeconds, contestedSeconds, evidenceSeconds, isLate }: StatedDelays): string {
  const [swift, slow, window] = [uncontestedSeconds, contestedSeconds, evidenceSeconds].map(days);
  const mark = isLate
    ? "LATE: contested, a refutation may miss the evidence window of"
    : "within the evidence window of";
  return `  refutations take ${swift}, contested ${slow}; ${mark} ${window}`;
}

function days(seconds: number): string {
  return seconds < DAY_SECONDS ? `${seconds} s` : `${(seconds / DAY_SECONDS).toFixed(1)} days`;
}

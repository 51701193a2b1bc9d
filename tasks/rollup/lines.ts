import type { StatedDelays } from "#chain/bridge/delays.ts";
import type { Entry } from "#chain/hub/entries.ts";
import type { Proposal } from "#chain/hub/proposals.ts";

import { printable } from "../shared/text.ts";

const STATUSES = ["nothing", "Proposed", "Active", "Draining", "Retired"];

/** An entry for people. */
export function entryLines(entry: Entry): string[] {
  const { chainId, version, status, gateway, operatorSetId, finality, refutable, bridge, owner, metadataURI } = entry;
  return [
    `chain ${chainId}: ${STATUSES[status] ?? String(status)}, version ${version}, gateway ${gateway}`,
    `  set ${operatorSetId}, finality ${finality}, ${refutable ? `refutable over ${bridge}` : "not refutable"}`,
    `  owner ${owner}${metadataURI === "" ? "" : `, ${printable(metadataURI)}`}`,
  ];
}

/** Whether an entry is heard: Active or Draining. Only then it binds whoever proposes. */
export function isHeard({ status }: Pick<Entry, "status">): boolean {
  return STATUSES[status] === "Active" || STATUSES[status] === "Draining";
}

const NOBODY = /^0x0{40}$/;

/** Everything that a proposal would have the registry say, for whoever is to agree with it. */
export function proposalLines(proposal: Proposal): string[] {
  const { chainId, gateway, operatorSetId, finality, refutable, bridge, refuteWad, softWad, metadataURI } = proposal;
  const over = NOBODY.test(bridge) ? "no bridge" : `bridge ${bridge}`;
  return [
    `chain ${chainId}: gateway ${gateway}`,
    `  set ${operatorSetId}, finality ${finality}, ${over}, ${refutable ? "refutable" : "not refutable"}`,
    `  a refuted page takes ${refuteWad} of 1e18, one below final ${softWad}`,
    `  ${metadataURI === "" ? "no metadata" : `metadata ${printable(metadataURI)}`}`,
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

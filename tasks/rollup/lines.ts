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

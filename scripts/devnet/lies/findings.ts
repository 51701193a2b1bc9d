import { findingListSchema, type Finding } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";

import { CHAINS, CHAIN_NAMES } from "../chains.ts";
import type { Deployment } from "../deployment.ts";
import type { Line } from "./describe.ts";

const TIMEOUT_MS = 5_000;

/** Follows what the watcher found out, and what it did about it. */
export class Findings {
  /** All steps so far. */
  readonly steps: Finding[] = [];
  readonly #url: string;

  /** @param deployment - Where the watcher listens. */
  constructor({ devnet }: Pick<Deployment, "devnet">) {
    this.#url = devnet.watcher.url;
  }

  /** What is new since the last look. */
  async look(): Promise<Line[]> {
    const url = `${this.#url}/?after=${this.steps.at(-1)?.seq ?? 0}`;
    const { findings } = await fetchJson({ url, timeoutMs: TIMEOUT_MS }, findingListSchema);
    this.steps.push(...findings);
    return findings.map(lineOf);
  }
}

function lineOf({ finding, chainId, blockNumber, kind, stage, detail }: Finding): Line {
  const chain = CHAIN_NAMES.find((name) => String(CHAINS[name].chainId) === chainId) ?? `chain ${chainId}`;
  const place = blockNumber === 0 ? chain : `${chain} block ${blockNumber}`;
  return { subject: "found", text: `${place}  watcher, ${kind} ${finding}: ${stage}; ${detail}` };
}

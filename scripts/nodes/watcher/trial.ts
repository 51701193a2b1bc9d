import type { HubClient } from "#chain/hub.ts";
import { casesOf, type CaseHistory } from "#chain/hub/cases.ts";
import { HubError } from "#chain/hub/errors.ts";
import { accuse, execute, judgeOnHub, type HubVerdict } from "#chain/hub/faults.ts";
import { timeOf } from "#chain/hub/proposals.ts";
import type { HubSite } from "#chain/hub/site.ts";
import { collect, takenOf, type SlashedStrategy } from "#chain/hub/vault.ts";
import type { BlsVerifier } from "#protocol/bls.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import { judge } from "#protocol/evidence/verdict.ts";
import type { ChainId } from "#protocol/types.ts";

import type { Deed, Docket } from "./docket.ts";
import type { Hands } from "./hands.ts";

/** What a trial works with. */
export interface TrialParts {
  readonly hub: HubClient;
  readonly site: HubSite;
  /** Block before which the slasher was not there. */
  readonly fromBlock: number;
  readonly hands: Hands;
  readonly docket: Docket;
  readonly verifier: BlsVerifier;
}

/** What the slasher says for ever: no use in asking again. */
const FOR_EVER: ReadonlySet<string> = new Set(["NothingToTake", "NoJudge", "EvidenceTooLate", "StatementTrue"]);

/**
 * From evidence to the vault: accuses, executes when it is due, collects. What the hub already has, by whomever, is not done
 * again, so that a restart repeats nothing.
 */
export class Trial {
  readonly #parts: TrialParts;

  /** @param parts - What it works with. */
  constructor(parts: TrialParts) {
    this.#parts = parts;
  }

  /** The hub. */
  get chainId(): ChainId {
    return this.#parts.hub.chainId;
  }

  /**
   * Goes as far as it can now.
   *
   * @param deed - What it is about.
   * @param charges - Evidence, one for each of several groups of signers.
   * @returns Whether nothing is left to be done; throws what is worth another try.
   */
  async pursue(deed: Deed, charges: readonly Evidence[]): Promise<boolean> {
    const cases = new Map<bigint, number>();
    let isOver = true;
    for (const evidence of charges) isOver = (await this.#accuse(deed, evidence, cases)) && isOver;
    for (const [caseId, since] of cases) isOver = (await this.#finish(deed, caseId, since)) && isOver;
    return isOver;
  }

  async #accuse(deed: Deed, evidence: Evidence, cases: Map<bigint, number>): Promise<boolean> {
    const { site, hands, hub } = this.#parts;
    const since = await this.#sinceBlock(evidence);
    const verdict = await this.#look(evidence, since);
    const known = await Promise.all(verdict.openedCases.map((caseId) => this.#case(caseId, since)));
    const charged = new Set(known.flatMap(({ accused }) => accused.map(({ operator }) => operator)));
    const [first] = verdict.accused.filter(({ operator }) => !charged.has(operator));
    for (const one of known) {
      cases.set(one.caseId, since);
      await this.#noteCase(deed, one, undefined);
    }
    if (first === undefined) return true;
    const now = await this.#now();
    if (now < verdict.evidenceFrom) return false;
    try {
      const done = await hands.act(hub, (signer) => accuse(signer, site, evidence, first));
      cases.set(done.result, since);
      await this.#noteCase(deed, await this.#case(done.result, since), done);
      return true;
    } catch (error) {
      const name = error instanceof HubError ? error.revert?.name : undefined;
      if (name === undefined || !FOR_EVER.has(name)) throw error;
      const place = { chainId: this.chainId, blockNumber: 0 };
      await this.#parts.docket.note(deed, { stage: "lapsed", mark: name, place, detail: `no case: ${name}` });
      return true;
    }
  }

  async #finish(deed: Deed, caseId: bigint, since: number): Promise<boolean> {
    const { docket } = this.#parts;
    const found = await this.#case(caseId, since);
    if (found.isAcquitted) {
      const detail = `case ${String(caseId)}: ${found.acquittal ?? "no reason"}`;
      const place = { chainId: this.chainId, blockNumber: 0 };
      await docket.note(deed, { stage: "acquitted", mark: String(caseId), place, detail });
      return true;
    }
    const isExecuted = await this.#execute(deed, found).catch(async (error: unknown) => {
      if (!(error instanceof HubError) || error.revert?.name !== "CaseLapsed") throw error;
      const place = { chainId: this.chainId, blockNumber: 0 };
      const detail = `case ${String(caseId)} was not executed in time`;
      await docket.note(deed, { stage: "lapsed", mark: String(caseId), place, detail });
      return true;
    });
    const isCollected = await this.#collect(deed, isExecuted ? await this.#case(caseId, since) : found);
    return isExecuted && isCollected;
  }

  // Whether everybody has paid, or has nothing left to pay with.
  async #execute(deed: Deed, found: CaseHistory): Promise<boolean> {
    const { hands, hub, site, docket } = this.#parts;
    if (owingOf(found).length === 0) return true;
    const now = await this.#now();
    if (now < found.executableAt || now < found.pausedUntil) return false;
    const { result, place, transactionHash } = await hands.act(hub, (signer) => execute(signer, site, found.caseId));
    const { caseId, slashes, nothingLeft, refused } = result;
    if (slashes.length > 0 || nothingLeft.length > 0) {
      const detail = `case ${String(caseId)}: ${String(slashes.length)} of ${String(found.accused.length)} operators paid`;
      const mark = `${String(caseId)} ${String(slashes.length)}`;
      await docket.note(deed, { stage: "executed", mark, place, detail, transactionHash });
    }
    const [first] = refused;
    if (first !== undefined) throw new Error(`case ${String(caseId)}: ${first.reason}`);
    return true;
  }

  // Whether the vault has everything that was taken.
  async #collect(deed: Deed, { slashes, operatorSetId }: CaseHistory): Promise<boolean> {
    let isOver = true;
    for (const { slashId, strategies, shares } of slashes) {
      for (const [at, strategy] of strategies.entries()) {
        if ((shares[at] ?? 0n) === 0n) continue;
        isOver = (await this.#collectOne(deed, { operatorSetId, slashId, strategy })) && isOver;
      }
    }
    return isOver;
  }

  async #collectOne(deed: Deed, which: SlashedStrategy): Promise<boolean> {
    const { hands, hub, site, docket } = this.#parts;
    const mark = `${String(which.slashId)} ${which.strategy}`;
    const found = await hub.endpoints.first((provider) => takenOf(provider, site, which));
    const tell = (tokens: bigint, token = "a token") =>
      `slash ${String(which.slashId)}: ${String(tokens)} of ${token} in the vault`;
    if (found.isCollected) {
      const place = { chainId: this.chainId, blockNumber: 0 };
      await docket.note(deed, { stage: "collected", mark, place, detail: tell(found.tokens, found.token) });
      return true;
    }
    try {
      const { result, place, transactionHash } = await hands.act(hub, (signer) => collect(signer, site, which));
      const detail = tell(result.tokens, result.token);
      await docket.note(deed, { stage: "collected", mark, place, detail, transactionHash });
      return true;
    } catch (error) {
      // EigenLayer lets nobody clear it yet.
      if (error instanceof HubError && error.code === "Refused") return false;
      throw error;
    }
  }

  async #look(evidence: Evidence, since: number): Promise<HubVerdict> {
    const { hub, site, verifier } = this.#parts;
    const verdict = judge(evidence, verifier);
    return hub.endpoints.first((provider) => judgeOnHub(provider, site, evidence, verdict, since));
  }

  // Nobody can be accused of what an epoch said before the epoch was built.
  async #sinceBlock({ speeches }: Evidence): Promise<number> {
    const { hub, fromBlock } = this.#parts;
    const batches = speeches.map(({ certificate }) => certificate.batch);
    const { operatorSetId } = speeches[0].certificate.batch;
    const later = Math.max(...batches.map(({ tableEpoch }) => tableEpoch));
    const { readBlock } = await hub.endpoints.first((provider) =>
      hub.tableBuilder(provider).epoch(operatorSetId, later),
    );
    return Math.max(fromBlock, Number(readBlock));
  }

  async #case(caseId: bigint, since: number): Promise<CaseHistory> {
    const { hub, site } = this.#parts;
    const [found] = await hub.endpoints.first((provider) => casesOf(provider, site, since, caseId));
    if (found === undefined) throw new Error(`case ${String(caseId)} is in no block yet`);
    return found;
  }

  async #noteCase(
    deed: Deed,
    { caseId, accused, accuser }: CaseHistory,
    done:
      | { readonly place: { chainId: ChainId; blockNumber: number }; readonly transactionHash: string | undefined }
      | undefined,
  ): Promise<void> {
    const by = done === undefined ? `, by ${accuser}` : "";
    await this.#parts.docket.note(deed, {
      stage: "accused",
      mark: String(caseId),
      place: done?.place ?? { chainId: this.chainId, blockNumber: 0 },
      detail: `case ${String(caseId)} against ${String(accused.length)} operators${by}`,
      transactionHash: done?.transactionHash,
    });
  }

  #now(): Promise<bigint> {
    return this.#parts.hub.endpoints.first((provider) => timeOf(provider));
  }
}

function owingOf({ accused, slashes, nothingLeft }: CaseHistory): CaseHistory["accused"] {
  const settled = new Set([...slashes.map(({ operator }) => operator), ...nothingLeft]);
  return accused.filter(({ operator }) => !settled.has(operator));
}

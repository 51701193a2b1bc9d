import type { Provider, Signer } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import type { Fault, Verdict } from "#protocol/evidence/verdict.ts";
import { chainId, type Address } from "#protocol/types.ts";

import { accusedOf, caseOf, faultKeyOf, slashIn, type Accused, type Slash } from "./cases.ts";
import { chargeCall } from "./charges.ts";
import { HubError } from "./errors.ts";
import { Arguments, eventsOf, providerOf } from "./history.ts";
import { timeOf } from "./proposals.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask, eventsIn, submit } from "./submit.ts";
import { knownTable } from "./tables.ts";

/** What the hub adds to a verdict. */
export interface HubVerdict {
  /** Whoever signed both, by address. */
  readonly accused: readonly Accused[];
  /** Last second in which the hub takes the evidence; of a refuted page it ends earlier by the court's time. */
  readonly evidenceUntil: bigint;
  /** First second in which the hub itself may say that a single statement is false; zero for others. */
  readonly evidenceFrom: bigint;
  readonly isInTime: boolean;
  /** Why the slasher would open no case now; undefined where it would. */
  readonly refusal?: string;
  /** Cases of the same deed. */
  readonly openedCases: readonly bigint[];
}

/** What executing a case did. */
export interface ExecuteReport {
  readonly caseId: bigint;
  readonly slashes: readonly Slash[];
  readonly nothingLeft: readonly Address[];
  /** Whom the slasher refuses to execute now, and why. */
  readonly refused: readonly { readonly operator: Address; readonly reason: string }[];
}

/**
 * Looks at evidence with the hub's eyes: domain and tables must be the hub's.
 *
 * @param runner - The hub.
 * @param site - Where its contracts are.
 * @param evidence - The evidence.
 * @param verdict - What it shows by itself.
 * @param fromBlock - Block before which the slasher was not there.
 * @returns What the hub adds; throws `InvalidAnswer` where the evidence names another hub or another table.
 */
export async function judgeOnHub(
  runner: Provider | Signer,
  site: HubSite,
  evidence: Evidence,
  verdict: Verdict,
  fromBlock: number,
): Promise<HubVerdict> {
  const { operatorSetId, speakers } = verdict;
  const { hubChainId, serviceManager } = evidence.domain;
  const present = chainId((await providerOf(runner).getNetwork()).chainId);
  if (hubChainId !== present || serviceManager !== site.contracts.serviceManager) {
    throw new HubError("InvalidAnswer", `the evidence is for hub ${String(hubChainId)}, service ${serviceManager}`);
  }
  const signers = [];
  for (const { epoch, tableHash, signers: rows } of speakers) {
    const { statement, operators } = await knownTable(runner, site, operatorSetId, epoch);
    if (statement.tableHash !== tableHash) {
      throw new HubError(
        "InvalidAnswer",
        `the hub's table of epoch ${String(epoch)} is another: ${statement.tableHash}`,
      );
    }
    signers.push({ operators, signers: rows.reduce((word, row) => word | (1n << BigInt(row)), 0n) });
  }
  const first = elementAt(signers, 0);
  const later = Math.max(...speakers.map(({ epoch }) => epoch));
  const { tableBuilder, slasher } = hubAt(site, runner);
  const evidenceUntil = await ask(tableBuilder.evidenceUntil(operatorSetId, later));
  const { hubFact } = await ask(tableBuilder.windows());
  const { issuedAt } = elementAt(speakers, 0);
  const evidenceFrom = isLieAboutHub(verdict.fault) ? issuedAt + hubFact + 1n : 0n;
  const now = await timeOf(runner);
  const accused = accusedOf(first, signers[1] ?? first);
  const refusal = await refusalOf(runner, site, evidence, accused);
  const faultKey = faultKeyOf(verdict.fault, operatorSetId, later, evidence.speeches[0].statement);
  const opened = await eventsOf(runner, slasher, "CaseOpened", { fromBlock, indexed: [null, operatorSetId] });
  return {
    accused,
    ...{ evidenceFrom, evidenceUntil },
    isInTime: evidenceFrom <= now && now <= evidenceUntil,
    ...(refusal === undefined ? {} : { refusal }),
    openedCases: opened
      .filter(({ args }) => args.text("faultKey") === faultKey)
      .map(({ args }) => args.bigint("caseId")),
  };
}

/**
 * Opens a case.
 *
 * @param anybody - Who pays for it.
 * @param site - The hub.
 * @param evidence - What it rests on.
 * @param against - Somebody who signed both; not needed for a single speech.
 * @returns The case's id; throws `Refused` with the slasher's reason.
 */
export async function accuse(
  anybody: Signer,
  site: HubSite,
  evidence: Evidence,
  against: Pick<Accused, "rowA" | "rowB">,
): Promise<bigint> {
  const { slasher } = hubAt(site, anybody);
  const { logs } = await submit(anybody, chargeCall(anybody, site, evidence, against));
  const [opened] = eventsIn(logs, site.contracts.slasher, slasher.interface, "CaseOpened");
  if (opened === undefined) throw new HubError("NotConfirmed", "the slasher opened no case");
  return new Arguments(opened).bigint("caseId");
}

/**
 * Ends a case that rests on a source's word, before anybody was convicted.
 *
 * @param court - The court.
 * @param site - The hub.
 * @param caseId - The case.
 * @param reason - Why; everybody reads it for ever.
 * @returns The transaction's hash; throws `Refused` with the slasher's reason.
 */
export async function acquit(court: Signer, site: HubSite, caseId: bigint, reason: string): Promise<string> {
  const { slasher } = hubAt(site, court);
  return (await submit(court, slasher.acquit.populateTransaction(caseId, reason))).hash;
}

/**
 * Executes a case against everybody who is guilty, page by page. Who makes a page fail is left out and told.
 *
 * @param anybody - Who pays for it.
 * @param site - The hub.
 * @param caseId - The case.
 * @param most - Operators of one transaction.
 * @returns What was taken.
 */
export async function execute(anybody: Signer, site: HubSite, caseId: bigint, most = 8): Promise<ExecuteReport> {
  const { accused } = await caseOf(anybody, site, caseId);
  const slashes: Slash[] = [];
  const nothingLeft: Address[] = [];
  const refused: { operator: Address; reason: string }[] = [];
  const page = async (guilty: readonly Accused[]): Promise<void> => {
    const { slasher } = hubAt(site, anybody);
    const culprits = guilty.map(({ rowA, rowB }) => ({ rowA, rowB }));
    const { logs } = await submit(anybody, slasher.execute.populateTransaction(caseId, culprits));
    const said = (name: string) =>
      eventsIn(logs, site.contracts.slasher, slasher.interface, name).map((args) => new Arguments(args));
    slashes.push(...said("OperatorSlashed").map(slashIn));
    nothingLeft.push(...said("NothingLeft").map((args) => args.address("operator")));
  };
  for (let first = 0; first < accused.length; first += most) {
    const guilty = accused.slice(first, first + most);
    try {
      await page(guilty);
    } catch (error) {
      if (!isAboutOne(error)) throw error;
      for (const one of guilty) {
        await page([one]).catch((reason: unknown) => {
          if (!isAboutOne(reason)) throw reason;
          refused.push({ operator: one.operator, reason: reason.message });
        });
      }
    }
  }
  return { caseId, slashes, nothingLeft, refused };
}

// The slasher itself is asked, without a transaction.
async function refusalOf(
  runner: Provider | Signer,
  site: HubSite,
  evidence: Evidence,
  [somebody]: readonly Accused[],
): Promise<string | undefined> {
  if (somebody === undefined) return "nobody signed both";
  try {
    await ask(providerOf(runner).call(await chargeCall(runner, site, evidence, somebody)));
    return undefined;
  } catch (error) {
    if (error instanceof HubError && error.code === "Refused") return error.message;
    throw error;
  }
}

/** What concerns the case, and so everybody in it. */
const ABOUT_ALL = ["CaseUnknown", "CaseHeldUp", "CaseBeforeCourt", "CaseLapsed", "Acquitted", "CurrentlyPaused"];

function isLieAboutHub(fault: Fault): boolean {
  return fault === "FalseTable" || fault === "FalseEntry" || fault === "Stranger";
}

function isAboutOne(error: unknown): error is HubError {
  return error instanceof HubError && error.code === "Refused" && !ABOUT_ALL.includes(error.revert?.name ?? "");
}

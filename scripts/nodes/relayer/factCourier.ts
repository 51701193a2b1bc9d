import type { Interface } from "ethers";

import { Directory__factory, OperatorTables__factory } from "#chain/contracts.ts";
import type { HubClient } from "#chain/hub.ts";
import { HubCopy } from "#chain/hubCopy.ts";
import type { RollupClient } from "#chain/rollup.ts";
import type { TransactionSender } from "#chain/sender.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import { statementLeaf, type Rollup as Entry, type Table } from "#protocol/statements.ts";
import { hex, type ChainId } from "#protocol/types.ts";

import { Caller, type OpenCall } from "./caller.ts";
import { factBlameOf } from "./factBlame.ts";
import type { CertifiedFact, FactBook } from "./factBook.ts";

/** How far above what it has a rollup takes an epoch or a version (rules 3 and 4 of acceptance). */
const REACH = 64;

const tables: Interface = OperatorTables__factory.createInterface();
const directory: Interface = Directory__factory.createInterface();

/** What a courier of facts works with. */
export interface FactCourierParts {
  readonly rollups: Rollups;
  readonly destination: RollupClient;
  readonly sender: TransactionSender;
  /** Where the rows of tables are read; without it none is carried. */
  readonly hub: HubClient | undefined;
  readonly book: FactBook;
  /** Pause before what failed is tried again; doubles, up to 64 times. */
  readonly retryMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Carries facts of the hub to one rollup: the tables and entries that it lacks. Anyone may, so rivals are no error. */
export class FactCourier {
  readonly #parts: FactCourierParts;
  readonly #copy: HubCopy;
  readonly #caller: Caller;
  readonly #rests: Rests;
  /** Facts that are there, or that the rollup never takes; and certificates that never bring theirs. */
  #settled = new Set<string>();
  #tables = 0;
  #entries = 0;

  /** @param parts - What it works with. */
  constructor(parts: FactCourierParts) {
    this.#parts = parts;
    this.#copy = new HubCopy(parts.destination);
    this.#caller = new Caller(parts.destination.endpoints, parts.sender);
    this.#rests = new Rests(parts.retryMs, parts.clock);
  }

  /** What it brought since the start. */
  get counters(): { readonly tables: number; readonly entries: number } {
    return { tables: this.#tables, entries: this.#entries };
  }

  /**
   * Brings what is lacking: tables first, because entries, and pages, may need them.
   *
   * @returns What went wrong, for people; throws when the chain cannot be reached.
   */
  async carry(): Promise<string[]> {
    const { hub, book } = this.#parts;
    const open = book.facts.filter((certified) => !this.#isSettled(certified));
    const problems: string[] = [];
    if (hub !== undefined) await this.#carryTables(hub, open, problems);
    await this.#carryEntries(open, problems);
    await this.#applyAnnounced(problems);
    const known = new Set(book.facts.flatMap((certified) => [leafOf(certified), keyOf(certified)]));
    this.#settled = new Set([...this.#settled].filter((key) => known.has(key)));
    return problems;
  }

  async #carryTables(hub: HubClient, open: readonly CertifiedFact[], problems: string[]): Promise<void> {
    const { destination } = this.#parts;
    const certified = open.flatMap((one) => (one.fact.kind === "Table" ? [{ one, table: one.fact.content }] : []));
    for (const set of new Set(certified.map(({ table }) => table.operatorSetId))) {
      let newest = await destination.newestEpoch(set);
      const ofSet = certified.filter(({ table }) => table.operatorSetId === set);
      // The newest one at once: those between are of no use then.
      for (const { one, table } of ofSet.sort((a, b) => b.table.epoch - a.table.epoch)) {
        if (table.epoch <= newest) this.#settled.add(leafOf(one));
        else if (newest > 0 && table.epoch <= newest + REACH) {
          const name = `table ${String(table.epoch)} of set ${String(set)}`;
          if (!(await this.#bring(one, name, problems, () => this.#installation(hub, one, table)))) continue;
          this.#tables++;
          newest = table.epoch;
        }
      }
    }
  }

  async #carryEntries(open: readonly CertifiedFact[], problems: string[]): Promise<void> {
    const certified = open.flatMap((one) => (one.fact.kind === "Rollup" ? [{ one, entry: one.fact.content }] : []));
    if (certified.length === 0) return;
    const { directorySetId } = await this.#copy.rules();
    for (const chain of new Set(certified.map(({ entry }) => entry.chainId))) {
      let newest = await this.#copy.newestVersion(chain);
      const ofChain = certified.filter(({ entry }) => entry.chainId === chain);
      for (const { one, entry } of ofChain.sort((a, b) => Number(b.entry.version - a.entry.version))) {
        if (one.certificate.batch.operatorSetId !== directorySetId) this.#settled.add(keyOf(one));
        else if (entry.version <= newest) this.#settled.add(leafOf(one));
        else if (newest === 0n || entry.version <= newest + BigInt(REACH)) {
          const name = `entry ${String(entry.version)} of chain ${String(chain)}`;
          if (!(await this.#bring(one, name, problems, () => this.#update(one, entry)))) continue;
          this.#entries++;
          newest = entry.version;
        }
      }
    }
  }

  // Of chains that this relayer follows, or was told about just now: others have relayers of their own.
  async #applyAnnounced(problems: string[]): Promise<void> {
    const { rollups, book, destination, log } = this.#parts;
    const told = book.facts.flatMap(({ fact }) => (fact.kind === "Rollup" ? [fact.content.chainId] : []));
    const chains = new Set<ChainId>([...[...rollups].map(({ chainId }) => chainId), ...told]);
    const now = await destination.latestTimestamp();
    for (const chain of chains) {
      const announced = await this.#copy.announced(chain);
      const subject = `announcement for chain ${String(chain)}`;
      if (announced === undefined || now < announced.effectiveAt || this.#rests.isResting(subject)) continue;
      const { directory: to } = await this.#copy.books();
      const data = hex(directory.encodeFunctionData("applyAnnounced", [chain]));
      const { receipt, failure } = await this.#caller.call({ to, data });
      if (receipt?.status === 1) {
        this.#rests.wake(subject);
        log.info({ hash: receipt.hash, chain: String(chain) }, "applied");
      } else if (failure === undefined || factBlameOf(failure.name) !== "nobody") {
        this.#rests.rest(subject);
        problems.push(`${subject}: ${failure?.text ?? "the transaction reverted"}`);
      }
    }
  }

  // Whether the rollup has it now.
  async #bring(
    certified: CertifiedFact,
    name: string,
    problems: string[],
    prepare: () => Promise<OpenCall>,
  ): Promise<boolean> {
    const key = keyOf(certified);
    if (this.#settled.has(key) || this.#settled.has(leafOf(certified)) || this.#rests.isResting(key)) return false;
    let call: OpenCall;
    try {
      call = await prepare();
    } catch (error) {
      this.#rests.rest(key);
      problems.push(`${name}: ${reasonOf(error)}`);
      return false;
    }
    const { receipt, failure } = await this.#caller.call(call);
    if (receipt?.status === 1) {
      this.#rests.wake(key);
      this.#settled.add(leafOf(certified));
      this.#parts.log.info({ hash: receipt.hash, gas: receipt.gasUsed.toString(), name }, "brought");
      return true;
    }
    const blame = factBlameOf(failure?.name);
    if (blame === "nobody") return false;
    if (blame === "fact") this.#settled.add(leafOf(certified));
    if (blame === "certificate") this.#settled.add(key);
    this.#rests.rest(key);
    problems.push(`${name}: ${failure?.text ?? "the transaction reverted"}`);
    return false;
  }

  async #installation(hub: HubClient, certified: CertifiedFact, table: Table): Promise<OpenCall> {
    const rows = await hub.rows(table);
    const { operatorTables: to } = await this.#copy.books();
    const proof = certified.statements.proof(certified.fact);
    return { to, data: hex(tables.encodeFunctionData("install", [certified.certificate, table, proof, rows])) };
  }

  async #update(certified: CertifiedFact, entry: Entry): Promise<OpenCall> {
    const { directory: to } = await this.#copy.books();
    const proof = certified.statements.proof(certified.fact);
    return { to, data: hex(directory.encodeFunctionData("update", [certified.certificate, entry, proof])) };
  }

  #isSettled(certified: CertifiedFact): boolean {
    return this.#settled.has(leafOf(certified)) || this.#settled.has(keyOf(certified));
  }
}

function leafOf({ fact }: CertifiedFact): string {
  return statementLeaf(fact);
}

function keyOf(certified: CertifiedFact): string {
  return `${certified.certificate.batch.statementsRoot} ${leafOf(certified)}`;
}

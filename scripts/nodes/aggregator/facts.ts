import type { HubClient } from "#chain/hub.ts";
import { HubCopy, MOST_CHAINS } from "#chain/hubCopy.ts";
import type { HubView } from "#chain/hubView.ts";
import type { InstalledTable } from "#chain/operatorTables.ts";
import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import type { Rollups } from "#nodes/shared/rollups.ts";
import type { HubFact } from "#protocol/statements.ts";
import type { ChainId } from "#protocol/types.ts";

import { candidateOf, type Candidate } from "./certifier.ts";
import type { AggregatorConfig } from "./config.ts";
import type { Coverage } from "./coverage.ts";
import { speakingEpoch } from "./epochs.ts";

/** How far above what it has a rollup takes an epoch or a version (rules 3 and 4 of acceptance). */
const REACH = 64;
/** How many chains of the registry are looked at in one look: with more, each look takes the next. */
const CHAINS_A_LOOK = 64;

/** What facts are proposed with. */
export interface FactProposerOptions {
  readonly hub: HubClient;
  readonly rollups: Rollups;
  readonly config: Pick<AggregatorConfig, "operatorSetId" | "maxStatements">;
  readonly coverage: Coverage;
  readonly clock: Clock;
}

/** Facts that one epoch is to certify. */
export interface EpochFacts {
  readonly epoch: InstalledTable;
  readonly facts: readonly Candidate[];
}

/** What could be certified now, and what kept a rollup out, for people. */
export interface FactProposal {
  readonly groups: readonly EpochFacts[];
  readonly problems: readonly string[];
}

/** Looks for facts of the hub that a followed rollup lacks and could take. */
export class FactProposer {
  readonly #options: FactProposerOptions;
  readonly #copies: readonly HubCopy[];
  #firstChain = 0;

  /** @param options - Whose facts, and who lacks them. */
  constructor(options: FactProposerOptions) {
    this.#options = options;
    this.#copies = [...options.rollups].map((rollup) => new HubCopy(rollup));
  }

  /**
   * @param isResting - Which facts to leave out.
   * @returns What could be certified now, by the epoch that each rollup listens to. A rollup that cannot be read keeps nobody
   * else out; throws when the hub cannot be read.
   */
  async propose(isResting: (subject: string) => boolean): Promise<FactProposal> {
    const { hub, config, coverage, clock } = this.#options;
    const { operatorSetId } = config;
    const view = await hub.final();
    const chains = await this.#chains(view);
    const nowSeconds = clock.nowSeconds();
    const groups = new Map<number, { epoch: InstalledTable; facts: Map<string, Candidate> }>();
    const problems: string[] = [];
    await Promise.all(
      this.#copies.map(async (copy) => {
        try {
          // Who speaks is asked first: what is installed meanwhile is not lacking any more, then.
          const speaking = await Promise.allSettled([speakingEpoch(copy.rollup, { operatorSetId, nowSeconds })]);
          const lacking = await this.#lacking(copy, view, chains);
          if (lacking.length === 0) return;
          const [result] = speaking;
          if (result.status === "rejected") throw result.reason;
          const epoch = result.value;
          const group = groups.get(epoch.epoch) ?? { epoch, facts: new Map<string, Candidate>() };
          groups.set(epoch.epoch, group);
          for (const fact of lacking) {
            if (isResting(fact.subject) || coverage.hasFact(fact.leaf, epoch.epoch, nowSeconds)) continue;
            group.facts.set(fact.leaf, fact);
          }
        } catch (error) {
          const { chainId, gateway } = copy.rollup;
          problems.push(`facts for chain ${String(chainId)} ${gateway}: ${reasonOf(error)}`);
        }
      }),
    );
    return {
      groups: [...groups.values()].map(({ epoch, facts }) => ({
        epoch,
        facts: [...facts.values()].slice(0, config.maxStatements),
      })),
      problems,
    };
  }

  // The next table first: without it there is soon nobody who could certify an entry.
  async #lacking(copy: HubCopy, view: HubView, chains: readonly ChainId[]): Promise<Candidate[]> {
    const { operatorSetId } = this.#options.config;
    const table = await this.#lackingTable(copy, view);
    const { directorySetId } = await copy.rules();
    if (directorySetId !== operatorSetId) return table;
    const entries = await Promise.all(chains.map((chain) => lackingEntry(copy, view, chain)));
    return [...table, ...entries.flat()];
  }

  async #lackingTable({ rollup }: HubCopy, view: HubView): Promise<Candidate[]> {
    const { operatorSetId } = this.#options.config;
    const [known, newest] = await Promise.all([rollup.newestEpoch(operatorSetId), view.newestEpoch(operatorSetId)]);
    // A set that was not there at deployment never speaks: nobody could certify its first table.
    if (known === 0 || newest <= known) return [];
    const table = await view.table(operatorSetId, Math.min(newest, known + REACH));
    return table === undefined ? [] : [factOf({ kind: "Table", content: table })];
  }

  async #chains(view: HubView): Promise<readonly ChainId[]> {
    const count = Math.min(await view.chainCount(), MOST_CHAINS);
    const first = this.#firstChain < count ? this.#firstChain : 0;
    this.#firstChain = first + CHAINS_A_LOOK;
    return view.chainIds(first, Math.min(CHAINS_A_LOOK, count - first));
  }
}

async function lackingEntry(copy: HubCopy, view: HubView, chain: ChainId): Promise<Candidate[]> {
  const [present, known] = await Promise.all([view.presentEntry(chain), copy.newestVersion(chain)]);
  if (present === undefined || present.version <= known) return [];
  const isInReach = known === 0n || present.version - known <= BigInt(REACH);
  const entry = isInReach ? present : await view.entry(chain, known + BigInt(REACH));
  return entry === undefined ? [] : [factOf({ kind: "Rollup", content: entry })];
}

function factOf(statement: HubFact): Candidate {
  const name =
    statement.kind === "Table"
      ? `table ${String(statement.content.epoch)} of set ${String(statement.content.operatorSetId)}`
      : `entry ${String(statement.content.version)} of chain ${String(statement.content.chainId)}`;
  return candidateOf(statement, name, name);
}

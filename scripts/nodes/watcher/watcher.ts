import type { Clock } from "#nodes/shared/clock.ts";
import { reasonOf, type Log } from "#nodes/shared/log.ts";
import { Rests } from "#nodes/shared/rests.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";

import type { Corrections } from "./corrections.ts";
import type { Deed, Docket } from "./docket.ts";
import type { Judgement } from "./judgement.ts";
import type { LandedFollower } from "./landed.ts";
import type { Offers } from "./offers.ts";
import type { Pursuit } from "./pursuits.ts";
import type { Sayings } from "./sayings.ts";
import type { WatcherStore } from "./store.ts";
import type { TruthRound, Truths } from "./truths.ts";

/** What a watcher works with. */
export interface WatcherParts {
  readonly followers: readonly LandedFollower[];
  readonly offers: Offers;
  readonly sayings: Sayings;
  readonly truths: Truths;
  readonly judgement: Judgement;
  readonly corrections: Corrections;
  /** Pause between two looks at what rollups have of the hub. */
  readonly copiesMs: number;
  readonly pursuits: readonly Pursuit[];
  readonly docket: Docket;
  readonly store: WatcherStore;
  readonly retryMs: number;
  readonly keptSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Compares what was certified with what is, and does about it what anybody may. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #rests: Rests;
  #problems: readonly string[] = [];
  #nextCopiesMs = Number.NEGATIVE_INFINITY;

  /** @param parts - What it works with. */
  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#rests = new Rests(parts.retryMs, parts.clock);
  }

  /** What went wrong in the last round. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** One round: reads what is new, recomputes it, and goes on with whatever was found. */
  async round(): Promise<void> {
    const { followers, offers, sayings, truths, judgement, docket, store, log } = this.#parts;
    const problems: string[] = [];
    const attempt = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        problems.push(`${name}: ${reasonOf(error)}`);
        return undefined;
      }
    };
    await Promise.all(followers.map((follower) => attempt(follower.name, () => follower.follow())));
    problems.push(...(await offers.follow()));
    const said = await attempt("sayings", () => sayings.follow());
    const round = await attempt("hub", () => truths.round());
    if (round !== undefined) {
      problems.push(...(await judgement.recompute(round)));
      await judgement.compare();
      await judgement.hear(said ?? []);
      if (this.#areCopiesDue()) problems.push(...(await this.#parts.corrections.look(round.view)));
      for (const deed of await docket.pending()) problems.push(...(await this.#pursue(deed, round)));
    }
    await store.forgetBefore(Number(this.#parts.clock.nowSeconds()) - this.#parts.keptSeconds);
    if (problems.length > 0) log.warn({ problems }, "round");
    this.#problems = problems;
  }

  #areCopiesDue(): boolean {
    const { clock, copiesMs } = this.#parts;
    if (clock.nowMs() < this.#nextCopiesMs) return false;
    this.#nextCopiesMs = clock.nowMs() + copiesMs;
    return true;
  }

  /**
   * @param finding - Number of something that was found.
   * @returns What anybody can show of it; undefined where nothing has this number.
   */
  async evidence(finding: number): Promise<readonly Evidence[] | undefined> {
    const deed = await this.#parts.docket.deed(finding);
    return deed && ((await this.#pursuitOf(deed)?.evidence?.(deed)) ?? []);
  }

  #pursuitOf({ kind }: Deed): Pursuit | undefined {
    return this.#parts.pursuits.find(({ kinds }) => kinds.includes(kind));
  }

  async #pursue(deed: Deed, round: TruthRound): Promise<string[]> {
    const { docket } = this.#parts;
    const pursuit = this.#pursuitOf(deed);
    const key = String(deed.id);
    if (pursuit === undefined || this.#rests.isResting(key)) return [];
    try {
      if (await pursuit.advance(deed, round)) await docket.finish(deed);
      this.#rests.wake(key);
      return [];
    } catch (error) {
      this.#rests.rest(key);
      return [`finding ${key}, ${deed.kind}: ${reasonOf(error)}`];
    }
  }
}

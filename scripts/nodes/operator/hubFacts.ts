import type { HubClient } from "#chain/hub.ts";
import type { HubView } from "#chain/hubView.ts";
import { reasonOf } from "#nodes/shared/log.ts";
import { HEARD_STATUSES, statementHash, type HubFact, type Page } from "#protocol/statements.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import { DoubtError } from "./doubts.ts";

/** Compares what an operator is asked to sign with what the hub says in a final block. */
export class HubFacts {
  readonly #hub: HubClient;

  /** @param hub - The hub. */
  constructor(hub: HubClient) {
    this.#hub = hub;
  }

  /** The hub as it is in the last final block; throws the doubt `HubUnavailable`. */
  final(): Promise<HubView> {
    return available(() => this.#hub.final());
  }

  /**
   * Holds a fact against the hub, field by field, for all its fields are in the hash. Any version that the registry ever had
   * is as true as the present one.
   *
   * @param view - The hub.
   * @param fact - What is to be signed; throws a doubt unless the hub says exactly that.
   */
  async ensureTrue(view: HubView, fact: HubFact): Promise<void> {
    const found = await available(() => view.fact(fact));
    if (found === undefined || statementHash(found) !== statementHash(fact)) {
      throw new DoubtError(
        "HubFactMismatch",
        `in block ${String(view.block.number)} the hub ${found === undefined ? "does not say this" : "says otherwise"}`,
      );
    }
  }

  /**
   * Both ends of a lane must have been let speak by the registry, for only those can be judged: gateways that were activated,
   * of chains that are heard now. Which of a chain's gateways is the present one, and how long a replaced one is heard, each
   * directory knows.
   *
   * @param view - The hub.
   * @param page - A page of the lane; throws a doubt unless both are.
   */
  async ensureLane(view: HubView, page: Page): Promise<void> {
    await Promise.all([
      ensureEnd(view, page.sourceChainId, page.sourceGateway),
      ensureEnd(view, page.destinationChainId, page.destinationGateway),
    ]);
  }
}

async function ensureEnd(view: HubView, chainId: ChainId, gateway: Address): Promise<void> {
  const [since, present] = await available(() =>
    Promise.all([view.activeSince(chainId, gateway), view.presentEntry(chainId)]),
  );
  if (since === 0n || present === undefined || !HEARD_STATUSES.includes(present.status)) {
    throw new DoubtError("LaneNotInRegistry", `the registry does not let ${String(chainId)} ${gateway} speak`);
  }
}

async function available<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new DoubtError("HubUnavailable", reasonOf(error), { cause: error });
  }
}

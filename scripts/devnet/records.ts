import { placeOf } from "#protocol/messages.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

import type { RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { readGatewayEvents, type GatewayEvent } from "./gatewayLogs.ts";
import type { ChainRecords, LaneRecord } from "./reconciliation.ts";
import type { ServedChain } from "./servers.ts";

/** A rollup and its chain. */
export interface ReadRollup {
  readonly chain: Pick<ServedChain, "provider">;
  readonly deployed: DeployedRollup;
}

/**
 * Reads what was sent and what arrived from all chains, from their first block on.
 *
 * @param rollups - The rollups.
 * @returns The records.
 */
export async function readRecords(rollups: readonly ReadRollup[]): Promise<ChainRecords> {
  const read = await Promise.all(
    rollups.map(async (rollup) => {
      const { provider } = rollup.chain;
      const events = await readGatewayEvents(provider, rollup.deployed.contracts.gateway, 0, "latest");
      return { ...rollup, events };
    }),
  );
  const lanes = await Promise.all(
    read.flatMap((source) =>
      read.filter((other) => other !== source).map((destination) => readLane(source, destination, source.events)),
    ),
  );
  const deliveredTo = (name: RollupName) =>
    read
      .filter(({ deployed }) => deployed.name === name)
      .flatMap(({ events }) => events.flatMap(({ kind, messageId }) => (kind === "delivered" ? [messageId] : [])));
  return {
    lanes,
    delivered: { alpha: deliveredTo("alpha"), beta: deliveredTo("beta"), gamma: deliveredTo("gamma") },
  };
}

async function readLane(source: ReadRollup, destination: ReadRollup, events: GatewayEvent[]): Promise<LaneRecord> {
  const [from, to] = [source.deployed, destination.deployed];
  const outbox = Gateway__factory.connect(from.contracts.gateway, source.chain.provider);
  const inbox = Gateway__factory.connect(to.contracts.gateway, destination.chain.provider);
  const { count } = await outbox.laneOf(to.chainId, to.contracts.gateway);
  const queued = events.flatMap((event) =>
    event.kind === "queued" &&
    event.destinationChainId === BigInt(to.chainId) &&
    event.destinationGateway === to.contracts.gateway
      ? [{ messageId: event.messageId, nonce: event.nonce }]
      : [],
  );
  // One page further than the count says, so that a bit beyond it would show.
  const pages = Number(placeOf(count).pageIndex) + 1;
  const words = await Promise.all(
    Array.from({ length: pages }, (_, page) => inbox.deliveredWord(from.chainId, from.contracts.gateway, page)),
  );
  return { source: from.name, destination: to.name, count, queued, words };
}

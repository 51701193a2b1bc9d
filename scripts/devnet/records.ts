import { LaneBook } from "#chain/laneBook.ts";
import { readMessages, type OpenedLane, type SentMessage } from "#chain/messageLogs.ts";
import { messageId, placeOf } from "#protocol/messages.ts";
import { chainId } from "#protocol/types.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";
import { readGatewayEvents } from "#chain/gatewayEvents.ts";

import type { RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
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
      const { gateway } = rollup.deployed.contracts;
      const toBlock = await provider.getBlockNumber();
      const events = await readGatewayEvents(provider, gateway, 0, toBlock);
      const logs = await readMessages(provider, gateway, { fromBlock: 0, toBlock, blockRange: toBlock + 1 });
      return { ...rollup, events, logs };
    }),
  );
  const lanes = await Promise.all(
    read.flatMap((source) =>
      read.filter((other) => other !== source).map((destination) => readLane(source, destination, source.logs)),
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

async function readLane(
  source: ReadRollup,
  destination: ReadRollup,
  logs: readonly (SentMessage | OpenedLane)[],
): Promise<LaneRecord> {
  const [from, to] = [source.deployed, destination.deployed];
  const outbox = Gateway__factory.connect(from.contracts.gateway, source.chain.provider);
  const inbox = Gateway__factory.connect(to.contracts.gateway, destination.chain.provider);
  const { count } = await outbox.laneOf(to.chainId, to.contracts.gateway);
  const book = new LaneBook({
    sourceChainId: chainId(from.chainId),
    sourceGateway: from.contracts.gateway,
    destinationChainId: chainId(to.chainId),
    destinationGateway: to.contracts.gateway,
  });
  for (const log of logs) if (log.kind === "sent") book.append(log.id, log.body);
  const sent = book.messages.map((message) => ({ messageId: messageId(message), nonce: message.nonce }));
  // One page further than the count says, so that a bit beyond it would show.
  const pages = Number(placeOf(count).pageIndex) + 1;
  const words = await Promise.all(
    Array.from({ length: pages }, (_, page) => inbox.deliveredWord(from.chainId, from.contracts.gateway, page)),
  );
  return { source: from.name, destination: to.name, count, sent, words };
}

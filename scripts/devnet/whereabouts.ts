import { Interface } from "ethers";

import { LaneBooks } from "#chain/laneBooks.ts";
import { readMessages } from "#chain/messageLogs.ts";
import { decodeReason } from "#nodes/relayer/reasons.ts";
import { certificateListSchema, healthSchema, messageReportSchema } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import { laneId, messageId as idOf, placeOf, type Message } from "#protocol/messages.ts";
import { chainId, type Hex, type MessageId } from "#protocol/types.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

import type { Deployment } from "./deployment.ts";
import { readGatewayEvents, type GatewayEvent } from "./gatewayLogs.ts";
import type { OpenRollup } from "./clients.ts";

/** How far a message came. */
export type Stage = "unknown" | "sent" | "certified" | "refused" | "over limit" | "failed" | "expired" | "delivered";

/** What both ends of its lane, the aggregator and the relayer know of a message. */
export interface Whereabouts {
  readonly messageId: MessageId;
  readonly stage: Stage;
  /** Why it is not delivered; null once it is. */
  readonly reason: string | null;
  readonly source?: string;
  readonly destination?: string;
  readonly message?: Message;
  readonly sentIn?: Transaction;
  readonly deliveredIn?: Transaction;
  /** Attempts that its recipient refused. */
  readonly failures?: readonly (Transaction & { readonly reason: string })[];
  /** The batch that certified it, as the aggregator published it. */
  readonly statementsRoot?: string;
}

/** Where something happened. */
export interface Transaction {
  readonly transactionHash: string;
  readonly blockNumber: number;
}

/** `MessageStatus` and `Obstacle` of the inbox. */
const DELIVERED = 1n;
const EXPIRED = 2n;
const OBSTACLES: readonly (readonly [Stage, string] | undefined)[] = [
  undefined,
  ["refused", "its lane leads to another gateway than the destination's present one"],
  ["refused", "the destination's directory does not name the source, or does not let it speak"],
  ["refused", "the destination does not hear the gateway that sent it any more"],
  ["refused", "the destination's owner refuses the source"],
  ["refused", "lies of the source cannot be proven, and the destination's owner does not take that"],
  ["over limit", "the destination's owner limits this source per hour, and the limit is reached"],
  ["failed", "nothing lives at the recipient's address"],
];

/** What a frame says of a recipient; the gateway's own ABI does not have these, because it never reverts with them. */
const frameErrors = new Interface([
  "error RecipientHasNoCode(address recipient)",
  "error WrongSelector(bytes32 found)",
]);
const ASK_MS = 5_000;

/**
 * Looks for a message on both ends of every lane of a devnet.
 *
 * @param rollups - The devnet's rollups, opened.
 * @param nodes - Where the aggregator and the relayer listen.
 * @param id - The message.
 * @returns Where it is, and why it is not delivered.
 */
export async function whereIs(
  rollups: readonly OpenRollup[],
  nodes: Pick<Deployment["devnet"], "aggregator" | "relayer">,
  id: MessageId,
): Promise<Whereabouts> {
  const found = await Promise.all(rollups.map(async (rollup) => ({ rollup, sent: await sentAt(rollup, id) })));
  for (const { rollup, sent } of found) {
    if (sent === undefined) continue;
    const destination = rollups.find(({ deployed }) => BigInt(deployed.chainId) === sent.destinationChainId);
    const message = await messageAt(rollup, sent.blockNumber, id);
    if (destination === undefined || message === undefined) continue;
    return { ...(await alongTheWay(nodes, rollup, destination, message)), sentIn: transactionOf(sent) };
  }
  return { messageId: id, stage: "unknown", reason: "no gateway of the devnet sent a message with this id" };
}

async function alongTheWay(
  nodes: Pick<Deployment["devnet"], "aggregator" | "relayer">,
  { deployed: source }: OpenRollup,
  { deployed, provider }: OpenRollup,
  message: Message,
): Promise<Whereabouts> {
  const id = idOf(message);
  const known = { messageId: id, source: source.name, destination: deployed.name, message };
  const events = await readGatewayEvents(provider, deployed.contracts.gateway, deployed.fromBlock, "latest", id);
  const gateway = Gateway__factory.connect(deployed.contracts.gateway, provider);
  const [status, obstacle] = await gateway.messageStatus(message, message);
  const failures = events.flatMap((event) =>
    event.kind === "failed" ? [{ ...transactionOf(event), reason: explain(event.reason) }] : [],
  );
  const tried = failures.length === 0 ? {} : { failures };
  if (status === DELIVERED) {
    const delivery = events.find(({ kind }) => kind === "delivered");
    const where = delivery === undefined ? {} : { deliveredIn: transactionOf(delivery) };
    return { ...known, ...where, ...tried, stage: "delivered", reason: null };
  }
  const statementsRoot = await certifiedIn(nodes.aggregator.url, message);
  const certified = statementsRoot === undefined ? {} : { statementsRoot };
  const rest = { ...known, ...tried, ...certified };
  if (status === EXPIRED) {
    return { ...rest, stage: "expired", reason: `its last second of delivery, ${message.deliverBefore}, is over` };
  }
  const hindrance = OBSTACLES[Number(obstacle)];
  if (hindrance !== undefined) return { ...rest, stage: hindrance[0], reason: hindrance[1] };
  const last = failures.at(-1);
  if (last !== undefined) return { ...rest, stage: "failed", reason: `its recipient failed: ${last.reason}` };
  if (statementsRoot === undefined) {
    return { ...rest, stage: "sent", reason: `not certified yet${await troubles(nodes.aggregator.url)}` };
  }
  return { ...rest, stage: "certified", reason: `waits for a relayer; ${await relayerSays(nodes.relayer.url, id)}` };
}

async function sentAt({ deployed, provider }: OpenRollup, id: MessageId) {
  const events = await readGatewayEvents(provider, deployed.contracts.gateway, deployed.fromBlock, "latest", id);
  return events.find((event) => event.kind === "sent");
}

async function messageAt({ deployed, provider }: OpenRollup, blockNumber: number, id: MessageId) {
  const { fromBlock, contracts } = deployed;
  const lanes = new LaneBooks({ chainId: chainId(deployed.chainId), gateway: contracts.gateway });
  const range = { fromBlock, toBlock: blockNumber, blockRange: blockNumber - fromBlock + 1 };
  for (const event of await readMessages(provider, contracts.gateway, range)) lanes.take(event);
  return lanes.message(id);
}

function explain(reason: Hex): string {
  const known = reason.length < 10 ? null : frameErrors.parseError(reason);
  return known === null ? decodeReason(reason).text : `${known.name}(${known.args.map(String).join(", ")})`;
}

// A node may be down: what it would have said is then left out.
async function relayerSays(url: string, id: MessageId): Promise<string> {
  try {
    const { state, reason } = await fetchJson({ url: `${url}/messages/${id}`, timeoutMs: ASK_MS }, messageReportSchema);
    return `the devnet's says: ${reason ?? state}`;
  } catch {
    return "the devnet's does not answer, or does not know the message yet";
  }
}

// The first certificate that the aggregator has published of the message.
async function certifiedIn(url: string, message: Message): Promise<string | undefined> {
  const { pageIndex, index } = placeOf(message.nonce);
  const lane = laneId(message);
  try {
    for (let after = 0; ;) {
      const request = { url: `${url}/certificates?after=${after}`, timeoutMs: ASK_MS };
      const { certificates } = await fetchJson(request, certificateListSchema);
      const found = certificates.find(({ statements }) =>
        statements.some(
          ({ kind, content }) =>
            kind === "Page" && laneId(content) === lane && content.pageIndex === pageIndex && content.count > index,
        ),
      );
      if (found !== undefined) return found.certificate.batch.statementsRoot;
      const last = certificates.at(-1);
      if (last === undefined) return undefined;
      after = last.seq;
    }
  } catch {
    return undefined;
  }
}

async function troubles(url: string): Promise<string> {
  try {
    const { problems } = await fetchJson(
      { url: `${url}/health`, timeoutMs: ASK_MS, statuses: [200, 503] },
      healthSchema,
    );
    return problems.length === 0 ? "" : `; the aggregator says: ${problems.join("; ")}`;
  } catch {
    return "; no aggregator answers";
  }
}

function transactionOf({ transactionHash, blockNumber }: GatewayEvent): Transaction {
  return { transactionHash, blockNumber };
}

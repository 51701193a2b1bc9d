import { Interface } from "ethers";

import { arrivalOf, statusOf, type Attempt, type Obstacle } from "#chain/trace/arrival.ts";
import { findMessage, type FoundMessage } from "#chain/trace/find.ts";
import type { RollupSite } from "#chain/trace/site.ts";
import { certificateOf, healthOf, reportOf } from "#nodes/shared/asking.ts";
import type { Message } from "#protocol/messages.ts";
import { chainId, type MessageId } from "#protocol/types.ts";

import type { OpenRollup } from "./clients.ts";
import type { Deployment } from "./deployment.ts";

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

/** `Error(string)` and `Panic(uint256)`. */
const builtIn = new Interface([]);

/** What an obstacle means to whoever waits for a message. */
const OBSTACLES: Readonly<Record<Exclude<Obstacle, "None">, readonly [Stage, string]>> = {
  WrongDestination: ["refused", "its lane leads to another gateway than the destination's present one"],
  SourceNotAccepted: ["refused", "the destination's directory does not name the source, or does not let it speak"],
  SourceGatewayNotAccepted: ["refused", "the destination does not hear the gateway that sent it any more"],
  SourceRefused: ["refused", "the destination's owner refuses the source"],
  SourceIrrefutable: ["refused", "lies of the source cannot be proven, and the destination's owner does not take that"],
  OverLimit: ["over limit", "the destination's owner limits this source per hour, and the limit is reached"],
  RecipientWithoutCode: ["failed", "nothing lives at the recipient's address"],
  SourceHalted: ["refused", "the source's operators halted it on the destination"],
};

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
  const sites = rollups.map(siteOf);
  const found = await findMessage(sites, id);
  const destination = found && sites.find((site) => site.chainId === found.message.destinationChainId);
  if (found === undefined || destination === undefined) {
    return { messageId: id, stage: "unknown", reason: "no gateway of the devnet sent a message with this id" };
  }
  return alongTheWay(nodes, found, destination);
}

function siteOf({ deployed, provider }: OpenRollup): RollupSite {
  const { name, contracts, fromBlock } = deployed;
  return { name, chainId: chainId(deployed.chainId), gateway: contracts.gateway, fromBlock, provider };
}

async function alongTheWay(
  nodes: Pick<Deployment["devnet"], "aggregator" | "relayer">,
  { source, id, message, transactionHash, blockNumber }: FoundMessage,
  destination: RollupSite,
): Promise<Whereabouts> {
  const sentIn = { transactionHash, blockNumber };
  const known = { messageId: id, source: source.name, destination: destination.name, message, sentIn };
  const sent = await source.provider.getBlock(blockNumber);
  const { delivered, attempts } = await arrivalOf(destination, message, BigInt(sent?.timestamp ?? 0));
  const { status, obstacle } = await statusOf(destination.provider, message);
  const failures = attempts.map((attempt) => {
    return { transactionHash: attempt.transactionHash, blockNumber: attempt.blockNumber, reason: explain(attempt) };
  });
  const tried = failures.length === 0 ? {} : { failures };
  if (status === "Delivered") {
    const where = delivered === undefined ? {} : { deliveredIn: delivered };
    return { ...known, ...where, ...tried, stage: "delivered", reason: null };
  }
  const published = await certificateOf(nodes.aggregator.url, message);
  const statementsRoot = published?.certificate.batch.statementsRoot;
  const rest = { ...known, ...tried, ...(statementsRoot === undefined ? {} : { statementsRoot }) };
  if (status === "Expired") {
    return { ...rest, stage: "expired", reason: `its last second of delivery, ${message.deliverBefore}, is over` };
  }
  if (obstacle !== "None") {
    const [stage, reason] = OBSTACLES[obstacle];
    return { ...rest, stage, reason };
  }
  const last = failures.at(-1);
  if (last !== undefined) return { ...rest, stage: "failed", reason: `its recipient failed: ${last.reason}` };
  if (statementsRoot === undefined) {
    return { ...rest, stage: "sent", reason: `not certified yet${await troubles(nodes.aggregator.url)}` };
  }
  return {
    ...rest,
    stage: "certified",
    reason: `waits for a relayer; ${await relayerSays(nodes.relayer.url, message)}`,
  };
}

// Solidity's own errors are said with their name.
function explain({ data, reason }: Attempt): string {
  const known = data.length < 10 ? null : builtIn.parseError(data);
  return known === null ? reason : `${known.name}(${known.args.map(String).join(", ")})`;
}

// A node may be down: what it would have said is then left out.
async function relayerSays(url: string, message: Message): Promise<string> {
  const report = await reportOf(url, message);
  return report === undefined
    ? "the devnet's does not answer, or does not know the message yet"
    : `the devnet's says: ${report.reason ?? report.state}`;
}

async function troubles(url: string): Promise<string> {
  const health = await healthOf(url);
  if (health === undefined) return "; no aggregator answers";
  return health.problems.length === 0 ? "" : `; the aggregator says: ${health.problems.join("; ")}`;
}

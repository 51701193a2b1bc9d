import { Gateway__factory } from "#chain/contracts.ts";
import { readMessages } from "#chain/messageLogs.ts";
import { LaneBooks } from "#chain/laneBooks.ts";
import { submit } from "#chain/hub/submit.ts";
import { updateEntry } from "#chain/facts.ts";
import { entriesOf } from "#chain/hub/entries.ts";
import { statusOf } from "#chain/trace/arrival.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Lane } from "#protocol/messages.ts";
import { buildRun } from "#protocol/runs.ts";
import type { Page, Rollup as Entry, Statement } from "#protocol/statements.ts";
import { chainId, hex, type Address } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import { plannedRollup } from "../steps/addresses.ts";
import type { RehearsalClock } from "./clock.ts";
import { anybodyOn, certify, chainCalled, someoneCalled, type Said, type Scene } from "./scene.ts";

/** What the rehearsal's message says. */
const PAYLOAD = hex(`0x${"42".repeat(100)}`);

/** A page that was certified and delivered. */
export interface Delivered {
  readonly page: Page;
  readonly said: Said;
}

/** Brings every entry of the registry to every rollup, under one certificate. */
export async function carryEntries(scene: Scene, clock: RehearsalClock): Promise<void> {
  const { config, hub, site } = scene;
  const statements = (await entriesOf(hub.provider, site)).map((entry): Statement & { kind: "Rollup" } => ({
    kind: "Rollup",
    content: contentOf(entry),
  }));
  const { certificate, tree } = await certify(scene, clock.epoch, statements, await clock.meet());
  for (const [name, rollup] of Object.entries(config.rollups)) {
    const signer = await anybodyOn(chainCalled(scene, name));
    const { directory } = plannedRollup(config, rollup).contracts;
    for (const statement of statements) {
      await updateEntry(signer, directory, { certificate, content: statement.content, proof: tree.proof(statement) });
    }
  }
}

/**
 * Sends a message from the first rollup to the second, has it certified and delivered.
 *
 * @param scene - The scene.
 * @param clock - Its clock.
 * @param recipient - Who takes it.
 * @returns What was certified; throws `NotDelivered`.
 */
export async function passMessage(scene: Scene, clock: RehearsalClock, recipient: Address): Promise<Delivered> {
  const { from, to, lane } = laneOf(scene);
  const sender = await from.as(someoneCalled("sender"));
  const gateway = Gateway__factory.connect(lane.sourceGateway, sender);
  const there = encodeEvmAddress(lane.destinationChainId, recipient);
  await submit(sender, gateway.sendMessage.populateTransaction(there, PAYLOAD, []));

  const issuedAt = await clock.meet();
  const books = new LaneBooks({ chainId: lane.sourceChainId, gateway: lane.sourceGateway });
  const book = books.of(lane);
  const toBlock = await from.provider.getBlockNumber();
  for (const event of await readMessages(from.provider, lane.sourceGateway, {
    fromBlock: 0,
    toBlock,
    blockRange: 10_000,
  })) {
    books.take(event);
  }
  const tree = book.page(0n);
  const message = tree === undefined ? undefined : book.message(elementAt(tree.leaves, 0));
  if (tree === undefined || message === undefined) throw new DeployError("NotDelivered", "the gateway sent no message");
  const page: Page = {
    ...{ ...lane, pageIndex: 0n, ...tree.stated() },
    ...{ blockNumber: BigInt(toBlock), sourceTimestamp: issuedAt, finality: FINALITY_FINAL },
  };
  const said = await certify(scene, clock.epoch, [{ kind: "Page", content: page }], issuedAt);
  const { certificate, tree: statements } = said;
  const run = buildRun({ page, statements, pageTree: tree, messages: [message], gasPerMessage: 0 });
  const relayer = await anybodyOn(to);
  const destination = Gateway__factory.connect(lane.destinationGateway, relayer);
  await submit(relayer, destination.deliver.populateTransaction(certificate, [run]));
  const { status, obstacle } = await statusOf(to.provider, message);
  if (status !== "Delivered") throw new DeployError("NotDelivered", `the message is ${status}: ${obstacle}`);
  return { page, said };
}

/** The first lane of the configuration, with its ends. */
export function laneOf(scene: Scene) {
  const rollups = Object.entries(scene.config.rollups);
  const [from, source] = elementAt(rollups, 0);
  const [to, destination] = elementAt(rollups, 1);
  const lane: Lane = {
    sourceChainId: chainId(source.chainId),
    sourceGateway: plannedRollup(scene.config, source).contracts.gateway,
    destinationChainId: chainId(destination.chainId),
    destinationGateway: plannedRollup(scene.config, destination).contracts.gateway,
  };
  return { from: chainCalled(scene, from), to: chainCalled(scene, to), destination, lane };
}

function contentOf({ chainId: id, gateway, operatorSetId, status, finality, refutable, version }: Entry): Entry {
  return { chainId: id, gateway, operatorSetId, status, finality, refutable, version };
}

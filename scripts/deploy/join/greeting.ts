import { concat, dataSlice, id as hashOf, toUtf8Bytes } from "ethers";

import { Gateway__factory } from "#chain/contracts.ts";
import { submit } from "#chain/hub/submit.ts";
import { laneStatus, type LaneStatus } from "#chain/status/lanes.ts";
import { statusOf } from "#chain/trace/arrival.ts";
import { findMessage, idsIn } from "#chain/trace/find.ts";
import { listMessages } from "#chain/trace/list.ts";
import type { RollupSite } from "#chain/trace/site.ts";
import { whyNot, type WhyParts } from "#chain/trace/why.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, hex, messageIdOf, type Hex, type MessageId } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { create3Address, create3Call, CREATE_X } from "../createX.ts";
import { DeployError } from "../errors.ts";
import { LABELS } from "../steps/addresses.ts";
import { siteOf } from "../steps/read.ts";
import { deployerOn, readerOf, sitesOf, type JoinWait, type JoinYard, type Sent } from "./site.ts";

/** Of a lane on which nothing was delivered yet, so many messages are looked at for one of ours. */
const MOST_LOOKED = 256;
const SELECTOR = dataSlice(hashOf("receiveMessage(bytes32,bytes,bytes)"), 0, 4);

/** How whoever greets finds out why nobody answers. */
export type GreetingParts = Pick<WhyParts, "published" | "hasAsked">;

/** A message on one of the two lanes; none where others' were delivered on it. */
export interface Greeting {
  readonly source: string;
  readonly destination: string;
  readonly messageId?: MessageId;
  readonly isDelivered: boolean;
}

/** A contract that takes every message and does nothing: what a message is sent to where nobody has an app yet. */
export function greeterInitCode(): Hex {
  const code = concat(["0x63", SELECTOR, "0x60e01b5f5260205ff3"]);
  return hex(concat(["0x6d", code, "0x5f52600e6012f3"]));
}

/**
 * Sends a message each way between two rollups, unless one was delivered that way already, and tells what became of them.
 *
 * @param config - The network.
 * @param yard - Chains, and the deployer, who sends.
 * @param names - Both rollups.
 * @param parts - How to find out why one is not delivered.
 * @param sent - What this process has sent already; grows.
 * @returns Both, and what is waited for.
 */
export async function greet(
  config: NetworkConfig,
  yard: JoinYard,
  names: readonly [string, string],
  parts: GreetingParts,
  sent: Sent,
): Promise<{ readonly greetings: readonly Greeting[]; readonly waits: readonly JoinWait[] }> {
  const sites = await sitesOf(config, yard);
  const greetings: Greeting[] = [];
  const waits: JoinWait[] = [];
  for (const [source, destination] of lanesOf(sites, names)) {
    const lane = laneName(source, destination);
    const common = { source: source.name, destination: destination.name };
    const status = await laneStatus(source, destination, new Map());
    if (isHeard(status)) {
      greetings.push({ ...common, isDelivered: true });
      continue;
    }
    if (status === undefined) {
      waits.push({ for: lane, what: "the lane, which opens when its source knows both ends", who: "" });
      continue;
    }
    const known = sent.get(lane);
    const messageId =
      known === undefined
        ? ((await ownOn(config, sites, source, destination)) ?? (await send(config, yard, source, destination)))
        : messageIdOf(known);
    sent.set(lane, messageId);
    const found = await findMessage([source], messageId);
    const isDelivered =
      found !== undefined && (await statusOf(destination.provider, found.message)).status === "Delivered";
    greetings.push({ ...common, messageId, isDelivered });
    if (isDelivered) continue;
    const hub = { site: siteOf(config), provider: readerOf(yard.readers, "hub") };
    const why = found === undefined ? undefined : await whyNot({ ...parts, sites, hub }, found);
    const what = why?.diagnosis.text ?? "its delivery";
    waits.push({
      for: lane,
      what: `message ${messageId}: ${what}`,
      who: `\`npx hardhat message why ${messageId} --deployment ${yard.file}\``,
    });
  }
  return { greetings, waits };
}

/**
 * @param config - The network.
 * @param yard - Chains.
 * @param names - Two rollups.
 * @returns Lanes between them on which nothing was delivered yet, in words.
 */
export async function silentLanes(
  config: NetworkConfig,
  yard: JoinYard,
  names: readonly [string, string],
): Promise<string[]> {
  const silent: string[] = [];
  for (const [source, destination] of lanesOf(await sitesOf(config, yard), names)) {
    if (!isHeard(await laneStatus(source, destination, new Map()))) silent.push(laneName(source, destination));
  }
  return silent;
}

function lanesOf(sites: readonly RollupSite[], [one, other]: readonly [string, string]) {
  const siteOfName = (name: string) => {
    const found = sites.find((site) => site.name === name);
    if (found === undefined) throw new DeployError("UnknownRollup", `"${name}" is no rollup of it`);
    return found;
  };
  const [here, there] = [siteOfName(one), siteOfName(other)];
  return [[here, there] as const, [there, here] as const];
}

function isHeard(status: LaneStatus | undefined): boolean {
  return status !== undefined && status.delivered !== 0n;
}

function laneName(source: RollupSite, destination: RollupSite): string {
  return `${source.name} → ${destination.name}`;
}

async function ownOn(
  config: NetworkConfig,
  sites: readonly RollupSite[],
  source: RollupSite,
  destination: RollupSite,
): Promise<MessageId | undefined> {
  const wanted = { sources: [source], to: destination, since: 0n, isUndelivered: true, most: MOST_LOOKED };
  const { messages } = await listMessages(sites, wanted);
  const { deployer } = config.roles;
  const greeter = create3Address(deployer, LABELS.greeter(config));
  return messages.find(({ message }) => message.sender === deployer && message.recipient === greeter)?.messageId;
}

async function send(
  config: NetworkConfig,
  yard: JoinYard,
  source: RollupSite,
  destination: RollupSite,
): Promise<MessageId> {
  const { deployer } = config.roles;
  const label = LABELS.greeter(config);
  const greeter = create3Address(deployer, label);
  if ((await destination.provider.getCode(greeter)) === "0x") {
    const there = await deployerOn(config, yard, destination.name);
    const data = create3Call(deployer, label, greeterInitCode());
    await submit(there, Promise.resolve({ to: CREATE_X, data }));
    yard.tell(`${destination.name} has somebody to greet: ${greeter}`);
  }
  const here = await deployerOn(config, yard, source.name);
  const gateway = Gateway__factory.connect(source.gateway, here);
  const recipient = encodeEvmAddress(destination.chainId, greeter);
  const payload = hex(toUtf8Bytes(`${source.name} greets ${destination.name}`));
  const receipt = await submit(here, gateway.sendMessage.populateTransaction(recipient, payload, []));
  const messageId = elementAt(idsIn(receipt, address(source.gateway)), 0);
  yard.tell(`${source.name} greets ${destination.name}: message ${messageId}, ${receipt.hash}`);
  return messageId;
}

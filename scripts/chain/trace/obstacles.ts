import type { Provider } from "ethers";

import { Directory__factory, Policy__factory } from "#chain/contracts.ts";
import { entryFrom } from "#chain/entry.ts";
import { entryOf } from "#chain/hub/entries.ts";
import type { Message } from "#protocol/messages.ts";
import type { Rollup as Entry } from "#protocol/statements.ts";

import type { Obstacle } from "./arrival.ts";
import type { OpenHubSite } from "./backing.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { booksOf } from "./site.ts";

const STATUSES = ["nothing", "Proposed", "Active", "Draining", "Retired"];

/** What a destination has of a message's source. */
export interface SourceThere {
  readonly entry: Entry | undefined;
  /** The set that speaks for it; zero where it is unknown. */
  readonly operatorSetId: number;
  /** Whether the hub has a later version; undefined where it was not asked. */
  readonly hubKnowsMore: boolean | undefined;
}

/**
 * @param provider - The destination.
 * @param message - A message.
 * @param hub - The hub, where it can be asked.
 * @returns What the destination has of the message's source.
 */
export async function sourceThere(
  provider: Provider,
  message: Message,
  hub: OpenHubSite | undefined,
): Promise<SourceThere> {
  const { directory } = await booksOf(provider, message.destinationGateway);
  const entry = entryFrom(await Directory__factory.connect(directory, provider).entry(message.sourceChainId));
  const told = hub && (await entryOf(hub.provider, hub.site, message.sourceChainId));
  return {
    entry,
    operatorSetId: entry?.operatorSetId ?? 0,
    hubKnowsMore: hub && (told?.version ?? 0n) > (entry?.version ?? 0n),
  };
}

/**
 * @param provider - The destination.
 * @param message - A message.
 * @param obstacle - What its gateway says of it.
 * @param source - What it has of the source.
 * @returns The obstacle with all that is known of it; undefined for none.
 */
export async function obstacleReason(
  provider: Provider,
  message: Message,
  obstacle: Obstacle,
  source: SourceThere,
): Promise<Diagnosis | undefined> {
  const { sourceChainId: chain, recipient } = message;
  const books = await booksOf(provider, message.destinationGateway);
  const policy = Policy__factory.connect(books.policy, provider);
  switch (obstacle) {
    case "None":
      return undefined;
    case "WrongDestination":
      return { code: "DestinationUnknown", text: "its lane leads to another gateway than it was looked for at" };
    case "SourceNotAccepted":
      return { ...notAccepted(String(chain), source.entry), ...lag(source) };
    case "SourceRefused":
      return { code: "SourceRefused", text: `the destination's owner refuses chain ${String(chain)}` };
    case "SourceIrrefutable": {
      const text = `lies of chain ${String(chain)} cannot be proven, and the destination's owner does not take that`;
      return { code: "SourceIrrefutable", text, ...lag(source) };
    }
    case "SourceHalted": {
      const until = await policy.haltedUntil(chain);
      const text = `operators of chain ${String(chain)} halted it here, up to and with second ${String(until)}`;
      return { code: "SourceHalted", text, endsAt: until + 1n };
    }
    case "OverLimit": {
      const { messagesPerHour } = await policy.sourcePolicy(chain);
      const text = `the destination's owner lets ${String(messagesPerHour)} messages of chain ${String(chain)} arrive in an hour, and no more do`;
      return { code: "OverLimit", text, ...(messagesPerHour === 0n ? { endsAt: 0n } : {}) };
    }
    case "SourceGatewayNotAccepted":
      return gatewayReason(provider, message, books, source);
    case "RecipientWithoutCode":
      return { code: "RecipientWithoutCode", text: `nothing lives at ${recipient}` };
  }
}

function notAccepted(chain: string, entry: Entry | undefined): Diagnosis {
  if (entry === undefined) {
    return { code: "SourceUnknown", text: `the destination's directory knows no chain ${chain}` };
  }
  const status = STATUSES[entry.status] ?? String(entry.status);
  return {
    code: "SourceNotHeard",
    text: `the destination's directory has chain ${chain} as ${status}, in version ${String(entry.version)}`,
  };
}

async function gatewayReason(
  provider: Provider,
  { sourceChainId, sourceGateway }: Message,
  books: { readonly directory: string; readonly policy: string },
  source: SourceThere,
): Promise<Diagnosis> {
  const [lastSecond, isRefused] = await Promise.all([
    Directory__factory.connect(books.directory, provider).drainingUntil(sourceChainId, sourceGateway),
    Policy__factory.connect(books.policy, provider).isRefusedGateway(sourceChainId, sourceGateway),
  ]);
  if (isRefused) {
    return { code: "GatewayRefused", text: `the destination's owner refuses the replaced gateway ${sourceGateway}` };
  }
  if (lastSecond === 0n) {
    const text = `the destination's directory names another gateway of the source than ${sourceGateway}`;
    return { code: "GatewayUnknown", text, ...lag(source) };
  }
  const text = `the replaced gateway ${sourceGateway} was heard up to and with second ${String(lastSecond)}`;
  return { code: "GatewayDrained", text };
}

function lag({ hubKnowsMore }: SourceThere): Pick<Diagnosis, "hubKnowsMore"> {
  return hubKnowsMore === undefined ? {} : { hubKnowsMore };
}

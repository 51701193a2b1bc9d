import { decodeReason } from "#chain/reasons.ts";
import { entryOf } from "#chain/hub/entries.ts";
import { ProtocolError } from "#protocol/errors.ts";
import type { Message } from "#protocol/messages.ts";
import { HEARD_STATUSES } from "#protocol/statements.ts";
import type { ChainId } from "#protocol/types.ts";

import { statusOf } from "./arrival.ts";
import type { OpenHubSite } from "./backing.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { setThere, type SetThere } from "./epochs.ts";
import type { FoundMessage } from "./find.ts";
import { obstacleReason, sourceThere, type SourceThere } from "./obstacles.ts";
import type { Published } from "./published.ts";
import { refusalReason, silence } from "./refusals.ts";
import { deliveryOf, frameOf, refusalOf, type Frame } from "./simulate.ts";
import { booksOf, timeOf, type RollupSite } from "./site.ts";

/** What a diagnosis is made from. */
export interface WhyParts {
  readonly sites: readonly RollupSite[];
  readonly hub: OpenHubSite | undefined;
  /** The newest certificate that has the message; undefined where none has it as far as is known. */
  readonly published: (message: Message) => Promise<Published | undefined>;
  /** Whether there was an aggregator to be asked. */
  readonly hasAsked: boolean;
}

/** Why a message is not delivered, and what else would keep it. */
export interface Why {
  readonly diagnosis: Diagnosis;
  /** What the recipient would do now, as far as that could be tried. */
  readonly frame: Frame | undefined;
  /** What is good to know beside it. */
  readonly notes: readonly string[];
}

const STATUSES = ["unknown", "Proposed", "Active", "Draining", "Retired"];

/**
 * Finds out why a message is not delivered, by trying it: nothing is sent.
 *
 * @param parts - Where to look.
 * @param found - The message.
 * @returns Why; undefined for one that is delivered.
 */
export async function whyNot(parts: WhyParts, found: FoundMessage): Promise<Why | undefined> {
  const { message } = found;
  const site = parts.sites.find(({ chainId }) => chainId === message.destinationChainId);
  if (site === undefined) {
    const text = `the address book has no rollup of chain ${String(message.destinationChainId)}`;
    return { diagnosis: { code: "DestinationUnknown", text }, frame: undefined, notes: [] };
  }
  const { status, obstacle } = await statusOf(site.provider, message);
  if (status === "Delivered") return undefined;
  const notes = await drains(parts.hub, message);
  if (status === "Expired") {
    const text = `its last second of delivery, ${String(message.deliverBefore)}, is over`;
    return { diagnosis: { code: "Expired", text }, frame: undefined, notes };
  }
  const source = await sourceThere(site.provider, message, parts.hub);
  const frame = await frameOf(site.provider, message).catch(() => undefined);
  const hindered = await obstacleReason(site.provider, message, obstacle, source);
  if (hindered !== undefined) return { diagnosis: hindered, frame, notes };
  return { diagnosis: await withoutObstacle(parts, site, found, source, frame), frame, notes };
}

async function withoutObstacle(
  parts: WhyParts,
  site: RollupSite,
  found: FoundMessage,
  { operatorSetId }: SourceThere,
  frame: Frame | undefined,
): Promise<Diagnosis> {
  const { provider } = site;
  const { message } = found;
  const { operatorTables } = await booksOf(provider, message.destinationGateway);
  const set = await setThere(provider, operatorTables, operatorSetId, await timeOf(provider));
  const published = await parts.published(message);
  if (published === undefined) return uncertified(parts, found, set);
  try {
    const refusal = await refusalOf(provider, await deliveryOf(found, published));
    if (refusal !== undefined) return refusalReason(decodeReason(refusal), published.certificate.batch, set);
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== "PageMismatch") throw error;
    return { code: "FalsePage", text: `a certificate has another page than the source sent: ${error.message}` };
  }
  return frameReason(message, frame) ?? { code: "WaitsForRelayer", text: "nothing hinders it: it waits for a relayer" };
}

function frameReason({ recipient, gasLimit }: Message, frame: Frame | undefined): Diagnosis | undefined {
  switch (frame?.outcome) {
    case "noCode":
      return { code: "RecipientWithoutCode", text: `nothing lives at ${recipient}` };
    case "wrongSelector": {
      const error = decodeReason(frame.data).text;
      return { code: "WrongSelector", text: "its recipient does not answer with receiveMessage's selector", error };
    }
    case "outOfGas":
      return { code: "OutOfGas", text: `its recipient needs more than the ${String(gasLimit)} gas that were promised` };
    case "reverted":
      return {
        ...{ code: "RecipientReverts", text: "its recipient reverts" },
        ...{ error: decodeReason(frame.data).text, data: frame.data },
      };
    case "accepted":
    case undefined:
      return undefined;
  }
}

// No certificate has it: nobody may speak, or nobody has spoken.
async function uncertified(parts: WhyParts, found: FoundMessage, set: SetThere): Promise<Diagnosis> {
  if (set.speaking === undefined) return silence(set);
  const { message, source, blockNumber } = found;
  const final = await source.provider.getBlock("finalized").catch(() => null);
  if (final !== null && final.number < blockNumber) {
    const text = `operators sign what is final: block ${String(blockNumber)} of ${source.name} is not, block ${String(final.number)} is`;
    return { code: "NotFinal", text };
  }
  for (const chain of [message.sourceChainId, message.destinationChainId]) {
    const status = await statusAtHub(parts.hub, chain);
    if (status !== undefined && !HEARD_STATUSES.includes(status)) {
      const text = `operators sign for no lane with chain ${String(chain)}, which the registry has as ${STATUSES[status] ?? "?"}`;
      return { code: "NotInRegistry", text };
    }
  }
  return parts.hasAsked
    ? { code: "NotCertified", text: "no certificate has it yet" }
    : { code: "NobodyAsked", text: "chains do not tell whether it is certified, and no aggregator was asked" };
}

async function drains(hub: OpenHubSite | undefined, message: Message): Promise<string[]> {
  const notes: string[] = [];
  for (const chain of [message.sourceChainId, message.destinationChainId]) {
    if (STATUSES[(await statusAtHub(hub, chain)) ?? 0] !== "Draining") continue;
    notes.push(`chain ${String(chain)} is draining: deliver what is under way before it is retired`);
  }
  return notes;
}

async function statusAtHub(hub: OpenHubSite | undefined, chain: ChainId): Promise<number | undefined> {
  if (hub === undefined) return undefined;
  return (await entryOf(hub.provider, hub.site, chain))?.status ?? 0;
}

import { certificateListSchema, type PublishedCertificate } from "#nodes/shared/api.ts";
import { fetchJson } from "#nodes/shared/client.ts";
import { nonceAt, placeOf } from "#protocol/messages.ts";
import type { MessageId } from "#protocol/types.ts";
import { readGatewayEvents, type GatewayEvent, type Place } from "#chain/gatewayEvents.ts";

import type { RollupName } from "./chains.ts";
import type { DeployedRollup } from "./deployment.ts";
import { DevnetError, throwIfInterrupted } from "./errors.ts";
import type { EpochArrived, EpochFollower } from "./epochFollower.ts";
import type { EpochMember } from "./epochs.ts";
import { Looking } from "./looking.ts";
import type { ServedChain } from "./servers.ts";

/** A message took its place in a lane. */
export interface Sent extends Place {
  readonly messageId: MessageId;
  readonly source: RollupName;
  readonly destination: RollupName;
  readonly nonce: bigint;
  readonly atMs: number;
}

/** A message reached its recipient, or its recipient refused it. */
export interface Arrived extends Place {
  readonly messageId: MessageId;
  readonly destination: RollupName;
  readonly ok: boolean;
  readonly atMs: number;
}

/** A certificate was published. */
export interface Certified extends PublishedCertificate {
  /** Who has the rows of its epoch. */
  readonly members: readonly EpochMember[];
  readonly atMs: number;
}

/** What was seen in one look. */
export interface Look {
  readonly sent: readonly Sent[];
  readonly certified: readonly Certified[];
  readonly arrived: readonly Arrived[];
  /** Epochs that are on every rollup now. */
  readonly epochs: readonly EpochArrived[];
}

/** What a chronicle follows. */
export interface ChronicleOptions {
  readonly rollups: readonly { readonly chain: ServedChain; readonly deployed: DeployedRollup }[];
  readonly epochs: EpochFollower;
  readonly aggregatorUrl: string;
  readonly signal: AbortSignal;
  readonly onLook: (look: Look) => void;
  /** Pause between two looks; so short that times are exact, unless given. */
  readonly lookMs?: number | undefined;
}

const LOOK_MS = 60;

/** Follows all gateways and the aggregator, and remembers what happened to each message and when it was seen. */
export class Chronicle {
  readonly sent = new Map<MessageId, Sent>();
  readonly delivered = new Map<MessageId, Arrived>();
  readonly certificates: Certified[] = [];
  readonly #options: ChronicleOptions;
  readonly #nextBlock = new Map<RollupName, number>();
  /** Nonces count a lane\'s messages in the order of their events, from the first block on. */
  readonly #nextNonce = new Map<string, bigint>();
  readonly #looking: Looking;

  /** @param options - What it follows. */
  constructor(options: ChronicleOptions) {
    this.#options = options;
    this.#looking = new Looking(() => this.#look(), options.lookMs ?? LOOK_MS);
    for (const { deployed } of options.rollups) this.#nextBlock.set(deployed.name, deployed.fromBlock);
  }

  /** Begins to look regularly. */
  start(): void {
    this.#looking.start();
  }

  /** Ends it, after the look under way. */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  /** Looks now. One look at a time. */
  look(): Promise<void> {
    return this.#looking.now();
  }

  /**
   * Waits until something was seen.
   *
   * @param condition - What must hold.
   * @param what - Names it for the person who waits.
   * @param patienceMs - For how long nothing new may be seen.
   */
  async until(condition: () => boolean, what: string, patienceMs: number): Promise<void> {
    let seen = this.#progress();
    let deadline = Date.now() + patienceMs;
    while (!condition()) {
      throwIfInterrupted(this.#options.signal);
      if (this.#progress() !== seen) {
        seen = this.#progress();
        deadline = Date.now() + patienceMs;
      }
      if (Date.now() > deadline) throw new DevnetError("TimedOut", `waited in vain for ${what}`);
      await this.look();
      if (!condition()) await new Promise((resolve) => setTimeout(resolve, this.#options.lookMs ?? LOOK_MS));
    }
  }

  /** The first certificate that has the message; undefined while there is none. */
  certificateOf({ source, destination, nonce }: Sent): Certified | undefined {
    const { pageIndex, index } = placeOf(nonce);
    const [from, to] = [this.#chainId(source), this.#chainId(destination)];
    return this.certificates.find(({ statements }) =>
      statements.some(
        ({ kind, content }) =>
          kind === "Page" &&
          content.sourceChainId === from &&
          content.destinationChainId === to &&
          content.pageIndex === pageIndex &&
          content.count > index,
      ),
    );
  }

  /** How many messages of a lane are in a certificate. */
  certifiedCount(source: RollupName, destination: RollupName): number {
    const [from, to] = [this.#chainId(source), this.#chainId(destination)];
    const counts = this.certificates.flatMap(({ statements }) =>
      statements.flatMap(({ kind, content }) =>
        kind === "Page" && content.sourceChainId === from && content.destinationChainId === to
          ? [Number(nonceAt(content.pageIndex, 0)) + content.count]
          : [],
      ),
    );
    return Math.max(0, ...counts);
  }

  #progress(): number {
    const { epochs } = this.#options;
    return this.sent.size + this.delivered.size + this.certificates.length + epochs.everywhere.length;
  }

  async #look(): Promise<void> {
    const { rollups, epochs, onLook } = this.#options;
    const settled = await Promise.allSettled(rollups.map(({ chain, deployed }) => this.#read(chain, deployed)));
    const seen = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const look: Look = {
      sent: seen.flatMap(({ sent }) => sent),
      certified: await this.#newCertificates().catch(() => []),
      arrived: seen.flatMap(({ arrived }) => arrived),
      epochs: await epochs.look().catch(() => []),
    };
    for (const fact of look.sent) this.sent.set(fact.messageId, fact);
    this.certificates.push(...look.certified);
    for (const fact of look.arrived) if (fact.ok) this.delivered.set(fact.messageId, fact);
    if (Object.values(look).some(({ length }) => length > 0)) onLook(look);
  }

  // A chain or node that does not answer now is read from the same place by the next look.
  async #read(chain: ServedChain, { name, contracts }: DeployedRollup): Promise<{ sent: Sent[]; arrived: Arrived[] }> {
    const from = this.#nextBlock.get(name) ?? 0;
    const latest = await chain.provider.getBlockNumber();
    if (latest < from) return { sent: [], arrived: [] };
    const events = await readGatewayEvents(chain.provider, contracts.gateway, from, latest);
    this.#nextBlock.set(name, latest + 1);
    const atMs = Date.now();
    return {
      sent: events.flatMap((event) => this.#sentOf(name, event, atMs)),
      arrived: events.flatMap((event) =>
        event.kind === "sent" ? [] : [{ ...event, destination: name, ok: event.kind === "delivered", atMs }],
      ),
    };
  }

  #sentOf(source: RollupName, event: GatewayEvent, atMs: number): Sent[] {
    if (event.kind !== "sent") return [];
    const { messageId, blockNumber, transactionHash } = event;
    const found = this.#options.rollups.find(({ deployed }) => BigInt(deployed.chainId) === event.destinationChainId);
    if (found === undefined) return [];
    const destination = found.deployed.name;
    const lane = `${source} → ${destination}`;
    const nonce = this.#nextNonce.get(lane) ?? 0n;
    this.#nextNonce.set(lane, nonce + 1n);
    return [{ messageId, source, destination, nonce, blockNumber, transactionHash, atMs }];
  }

  async #newCertificates(): Promise<Certified[]> {
    const after = this.certificates.at(-1)?.seq ?? 0;
    const url = `${this.#options.aggregatorUrl}/certificates?after=${after}`;
    const { certificates } = await fetchJson({ url, timeoutMs: 5_000 }, certificateListSchema);
    const atMs = Date.now();
    return Promise.all(
      certificates.map(async (published) => {
        const epoch = await this.#options.epochs.load(published.certificate.batch.tableEpoch);
        return { ...published, members: epoch?.members ?? [], atMs };
      }),
    );
  }

  #chainId(name: RollupName): bigint {
    const found = this.#options.rollups.find(({ deployed }) => deployed.name === name);
    if (found === undefined) throw new DevnetError("InvalidOption", `no rollup ${name}`);
    return BigInt(found.deployed.chainId);
  }
}

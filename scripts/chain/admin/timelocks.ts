import { toBeHex, ZeroHash, type Provider } from "ethers";

import { address, bytes32, hex, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import { Shaper__factory } from "../contracts.ts";
import { HubError } from "../hub/errors.ts";
import { eventsOf } from "../hub/history.ts";
import { ask } from "../hub/submit.ts";
import { callOf, type AdminCall } from "./call.ts";

/** What a timelock does for whoever announced it. */
export interface TimelockCall {
  readonly to: Address;
  readonly value: bigint;
  readonly data: Hex;
}

/** How an announcement stands. */
export type AnnouncementStage = "waiting" | "ready" | "lapsed" | "done" | "cancelled";

/** Something that was announced to a timelock. */
export interface Announcement {
  readonly id: Bytes32;
  readonly calls: readonly TimelockCall[];
  readonly isBatch: boolean;
  readonly predecessor: Bytes32;
  readonly salt: Bytes32;
  readonly stage: AnnouncementStage;
  /** From this second on it can be carried out; none once it is done, or cancelled. */
  readonly readyAt?: bigint;
  /** Up to and with this one. */
  readonly lastSecond?: bigint;
  readonly announcedIn: string;
}

/** A timelock of ours. */
export interface TimelockState {
  readonly timelock: Address;
  /** What an announcement waits now, and what it waits at least for ever. */
  readonly delaySeconds: bigint;
  readonly leastSeconds: bigint;
  readonly now: bigint;
  readonly announcements: readonly Announcement[];
}

/** The most announcements of the same calls that are told apart. */
const MOST_SALTS = 1_000;

/**
 * @param provider - The hub.
 * @param timelock - The shaper, or the claims timelock.
 * @param fromBlock - Block before which there was none.
 * @returns Everything that was ever announced to it, oldest first.
 */
export async function timelockState(provider: Provider, timelock: Address, fromBlock: number): Promise<TimelockState> {
  const contract = Shaper__factory.connect(timelock, provider);
  const [delaySeconds, leastSeconds, block] = await ask(
    Promise.all([contract.getMinDelay(), contract.LEAST_SECONDS(), provider.getBlock("latest")]),
  );
  const now = BigInt(block?.timestamp ?? 0);
  const [scheduled, salts, cancelled] = await Promise.all(
    ["CallScheduled", "CallSalt", "Cancelled"].map((name) => eventsOf(provider, contract, name, { fromBlock })),
  );
  const drafts = new Map<Bytes32, Draft>();
  for (const { args, transactionHash } of scheduled ?? []) {
    const id = bytes32(args.text("id"));
    // What was cancelled may be announced again: the last time counts.
    const before = args.bigint("index") === 0n ? undefined : drafts.get(id);
    const call = { to: args.address("target"), value: args.bigint("value"), data: hex(args.text("data")) };
    const predecessor = bytes32(args.text("predecessor"));
    drafts.set(id, { id, predecessor, calls: [...(before?.calls ?? []), call], announcedIn: transactionHash });
  }
  const saltOf = new Map((salts ?? []).map(({ args }) => [bytes32(args.text("id")), bytes32(args.text("salt"))]));
  const gone = new Set((cancelled ?? []).map(({ args }) => bytes32(args.text("id"))));
  const announcements: Announcement[] = [];
  for (const draft of drafts.values()) {
    const readyAt = await ask(contract.getTimestamp(draft.id));
    const salt = saltOf.get(draft.id) ?? bytes32(ZeroHash);
    const time = { readyAt, lastSecond: readyAt + leastSeconds };
    const stage = stageOf(time, now, gone.has(draft.id));
    const isBatch = draft.id !== (await singleId(contract, draft, salt));
    const isOpen = stage !== "done" && stage !== "cancelled";
    announcements.push({ ...draft, isBatch, salt, stage, ...(isOpen ? time : {}) });
  }
  return { timelock, delaySeconds, leastSeconds, now, announcements };
}

type Draft = Pick<Announcement, "id" | "calls" | "predecessor" | "announcedIn">;
type Timelock = ReturnType<typeof Shaper__factory.connect>;

/** What the timelock answers for what it has done. */
const DONE = 1n;

function stageOf(
  { readyAt, lastSecond }: { readonly readyAt: bigint; readonly lastSecond: bigint },
  now: bigint,
  isCancelled: boolean,
): AnnouncementStage {
  if (readyAt === DONE) return "done";
  if (readyAt === 0n) {
    if (!isCancelled) throw new HubError("InvalidAnswer", "the timelock knows nothing of what it announced");
    return "cancelled";
  }
  if (now < readyAt) return "waiting";
  return now <= lastSecond ? "ready" : "lapsed";
}

// A batch of one call has another id than the call by itself.
async function singleId(
  contract: Timelock,
  { calls, predecessor }: Draft,
  salt: Bytes32,
): Promise<Bytes32 | undefined> {
  const [call, ...rest] = calls;
  if (call === undefined || rest.length > 0) return undefined;
  return bytes32(await ask(contract.hashOperation(call.to, call.value, call.data, predecessor, salt)));
}

/**
 * @param provider - The hub.
 * @param timelock - A timelock.
 * @param calls - What is to be announced.
 * @returns The first salt with which these calls were not announced yet; also done ones keep their id for ever.
 */
export async function freeSalt(
  provider: Provider,
  timelock: Address,
  calls: readonly TimelockCall[],
): Promise<Bytes32> {
  const contract = Shaper__factory.connect(timelock, provider);
  for (let count = 0; count < MOST_SALTS; count++) {
    const salt = bytes32(toBeHex(count, 32));
    const values = operationOf({ calls, isBatch: calls.length !== 1, predecessor: bytes32(ZeroHash), salt });
    const name = calls.length === 1 ? "hashOperation" : "hashOperationBatch";
    const id: unknown = await ask(contract.getFunction(name).staticCall(...values));
    if (!(await ask(contract.isOperation(String(id))))) return salt;
  }
  throw new HubError("InvalidAnswer", `the same calls were announced ${String(MOST_SALTS)} times`);
}

/** What is done about a timelock. */
export type TimelockStep = "schedule" | "execute" | "cancel";

/** Which calls, and by which name the timelock knows them. */
export type Operation = Pick<Announcement, "calls" | "isBatch" | "predecessor" | "salt">;

/**
 * @param site - The timelock, and who is to call it.
 * @param operation - Calls that are to be announced.
 * @param delaySeconds - What they wait.
 * @returns The call that announces them.
 */
export function scheduleCall(site: TimelockSite, operation: Operation, delaySeconds: bigint): AdminCall {
  const name = operation.isBatch ? "scheduleBatch" : "schedule";
  return callOf(targetOf(site), site.by, name, [...operationOf(operation), delaySeconds]);
}

/** The call that carries out what was announced, once it is ready. */
export function executeCall(site: TimelockSite, operation: Operation): AdminCall {
  const name = operation.isBatch ? "executeBatch" : "execute";
  const value = operation.calls.reduce((sum, call) => sum + call.value, 0n);
  return { ...callOf(targetOf(site), site.by, name, operationOf(operation)), value };
}

/** The call that takes back what was announced. */
export function cancelCall(site: TimelockSite, id: Bytes32): AdminCall {
  return callOf(targetOf(site), site.by, "cancel", [id]);
}

/** A timelock, and who calls it. */
export interface TimelockSite {
  readonly chainId: number;
  readonly timelock: Address;
  readonly by: AdminCall["by"];
}

function targetOf({ chainId, timelock }: TimelockSite) {
  return { chainId, contract: "Shaper", to: address(timelock), abi: Shaper__factory.createInterface() };
}

function operationOf({ calls, isBatch, predecessor, salt }: Operation): unknown[] {
  const [first] = calls;
  if (first === undefined) throw new HubError("InvalidAnswer", "no call is announced");
  const what = isBatch
    ? [calls.map(({ to }) => to), calls.map(({ value }) => value), calls.map(({ data }) => data)]
    : [first.to, first.value, first.data];
  return [...what, predecessor, salt];
}

import { AbiCoder, keccak256, toBeHex, ZeroHash, type Provider } from "ethers";

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

/** What an endpoint says was announced under an id that is another operation's: nothing of it is told, because nobody knows what it is. */
export interface Mismatch {
  readonly id: Bytes32;
  /** What the calls, the predecessor and the salt hash to that the endpoint names. */
  readonly computed: Bytes32;
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
  /** None as long as endpoints tell the truth. */
  readonly mismatched: readonly Mismatch[];
}

/** The most announcements of the same calls that are told apart. */
const MOST_SALTS = 1_000;

/**
 * @param provider - The hub.
 * @param timelock - The shaper, or the claims timelock.
 * @param fromBlock - Block before which there was none.
 * @returns Everything that was ever announced to it, oldest first. Each id was computed from what is told of it.
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
  const mismatched: Mismatch[] = [];
  for (const draft of drafts.values()) {
    const operation = { ...draft, salt: saltOf.get(draft.id) ?? bytes32(ZeroHash) };
    const isBatch = isBatchOf(operation);
    if (isBatch === undefined) {
      const computed = operationId({ ...operation, isBatch: draft.calls.length !== 1 });
      mismatched.push({ id: draft.id, computed, announcedIn: draft.announcedIn });
      continue;
    }
    const readyAt = await ask(contract.getTimestamp(draft.id));
    const time = { readyAt, lastSecond: readyAt + leastSeconds };
    const stage = stageOf(time, now, gone.has(draft.id));
    const isOpen = stage !== "done" && stage !== "cancelled";
    announcements.push({ ...operation, isBatch, stage, ...(isOpen ? time : {}) });
  }
  return { timelock, delaySeconds, leastSeconds, now, announcements, mismatched };
}

type Draft = Pick<Announcement, "id" | "calls" | "predecessor" | "announcedIn">;

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

// A batch of one call has another id than the call by itself; whatever is neither is not what was announced.
function isBatchOf(draft: Draft & Pick<Announcement, "salt">): boolean | undefined {
  const kinds = draft.calls.length === 1 ? [false, true] : [true];
  return kinds.find((isBatch) => operationId({ ...draft, isBatch }) === draft.id);
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
    const id = operationId({ calls, isBatch: calls.length !== 1, predecessor: bytes32(ZeroHash), salt });
    if (!(await ask(contract.isOperation(id)))) return salt;
  }
  throw new HubError("InvalidAnswer", `the same calls were announced ${String(MOST_SALTS)} times`);
}

/** What is done about a timelock. */
export type TimelockStep = "schedule" | "execute" | "cancel";

/** Which calls, and by which name the timelock knows them. */
export type Operation = Pick<Announcement, "calls" | "isBatch" | "predecessor" | "salt">;

/**
 * @param operation - Calls.
 * @returns The id by which OpenZeppelin's timelocks know them: computed here, so that whoever agrees with an id agrees with these calls.
 */
export function operationId(operation: Operation): Bytes32 {
  const list = operation.isBatch ? "[]" : "";
  const types = [`address${list}`, `uint256${list}`, `bytes${list}`, "bytes32", "bytes32"];
  return bytes32(keccak256(AbiCoder.defaultAbiCoder().encode(types, operationOf(operation))));
}

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

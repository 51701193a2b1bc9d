import { toQuantity } from "ethers";

import { address, byteLength, sliceHex, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

import type { Endpoints } from "../endpoints.ts";
import { agreedHeader, headNumber } from "../headers.ts";
import type { EigenLayerSite } from "./addresses.ts";
import { addressesInCode } from "./code.ts";
import { SnapshotError } from "./errors.ts";
import { MAX_ACCOUNTS, MAX_CODE_BYTES, SNAPSHOT_FORMAT } from "./format.ts";
import { realPause, type Pause } from "./patience.ts";
import { answerOf, releaseOf, type ReleaseFacts } from "./release.ts";
import { CODE_SLOTS, mappingSlots, PLAIN_SLOTS, PROXY_SLOTS, STATE_SLOTS } from "./slots.ts";
import { AccountSource, type AccountState, type Origin } from "./source.ts";

/** What a snapshot is taken of. */
export interface TakeOptions {
  readonly endpoints: Endpoints;
  readonly site: EigenLayerSite;
  /** The newest final block unless given. */
  readonly blockNumber?: number | undefined;
  /** Told what was read. */
  readonly report?: (line: string) => void;
  readonly pause?: Pause;
}

/** One account as the file has it. */
export interface TakenAccount {
  readonly name: string;
  readonly origin: Origin;
  readonly source: string;
  readonly nonce: number;
  readonly balance: string;
  readonly code: Hex;
  readonly codeHash: string;
  readonly storage: Readonly<Record<string, string>>;
}

/** A snapshot as the file has it. */
export interface TakenSnapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly description: string;
  readonly chainId: number;
  readonly forkBlock: number;
  readonly provenance: Readonly<Record<string, string | number>>;
  readonly release: ReleaseFacts;
  readonly accounts: Readonly<Record<string, TakenAccount>>;
}

/** An account that is to be read. */
interface Errand {
  readonly at: Address;
  readonly name: string;
  /** Why it is read. */
  readonly source: string;
  readonly slots: readonly Bytes32[];
  /** Whether its code is needed; else an address without code is passed over. */
  readonly isRequired: boolean;
  /** It is asked for the implementation of its proxies. */
  readonly isBeacon?: boolean;
}

const LICENCE =
  "EigenLayer's bytecode is under the Business Source License 1.1 until 2027-02-06: for tests only, and never part of a repository.";
/** All others were made to know this one, so that a mixture of two EigenLayers is found out. */
const CENTRE = "AllocationManager";
const KNOW_THE_CENTRE = ["DelegationManager", "StrategyManager", "KeyRegistrar"] as const;

/**
 * Takes EigenLayer's code and configuration from a chain: the contracts that are named, what stands behind their proxies,
 * and whatever their code was made to call. Stakes, operators and tokens stay behind.
 *
 * @param options - Endpoints and addresses.
 * @returns The snapshot; throws `SnapshotError`, or `ChainError` for an endpoint that lies or is gone.
 */
export async function takeSnapshot(options: TakeOptions): Promise<TakenSnapshot> {
  const { endpoints, site, report = () => undefined, pause = realPause } = options;
  const blockNumber = options.blockNumber ?? (await headNumber(endpoints, 3));
  const header = await agreedHeader(endpoints, blockNumber);
  const source = await AccountSource.open(endpoints, header, site.contracts[CENTRE], pause);
  report(`block ${header.number} of chain ${site.chainId}, ${header.hash}, by ${source.origin}`);
  await requireCode(source, site);
  const release = await releaseOf(source, site);
  report(`EigenLayer behaves as ${release.behavesAs}`);

  const accounts = await new Walk(source, report).all(errandsOf(site));
  checkTogether(site, accounts);
  return {
    format: SNAPSHOT_FORMAT,
    description: `EigenLayer's code and configuration (slots 0 to ${PLAIN_SLOTS - 1}, EIP-1967, whitelist) on chain ${site.chainId} in block ${header.number}`,
    chainId: site.chainId,
    forkBlock: header.number,
    provenance: {
      tool: "hardhat snapshot take",
      blockHash: header.hash,
      stateRoot: header.stateRoot,
      storage: source.origin,
      endpointsAgreed: endpoints.minAgreeing,
      contractLicence: LICENCE,
    },
    release,
    accounts: Object.fromEntries(accounts),
  };
}

function errandsOf({ contracts, strategies }: EigenLayerSite): Errand[] {
  const whitelist = Object.values(strategies).flatMap(mappingSlots);
  return [
    ...Object.entries(contracts).map(([name, at]) => {
      const slots = name === "StrategyManager" ? [...STATE_SLOTS, ...whitelist] : STATE_SLOTS;
      return { at, name, source: "named", slots, isRequired: true };
    }),
    // The name of its contract is not on chain; the token's is what tells them apart.
    ...Object.entries(strategies).map(([token, at]) => {
      return { at, name: `StrategyBase (${token})`, source: "named", slots: STATE_SLOTS, isRequired: true };
    }),
  ];
}

async function requireCode(source: AccountSource, { contracts, strategies, chainId }: EigenLayerSite): Promise<void> {
  for (const [name, at] of Object.entries({ ...contracts, ...strategies })) {
    if ((await source.account(at, [])) !== null) continue;
    throw new SnapshotError(
      "CodeMissing",
      `${name} has no code at ${at} on chain ${chainId} in block ${source.header.number}`,
    );
  }
  for (const [token, at] of Object.entries(strategies)) {
    if ((await answerOf(source, at, "underlyingToken")) !== undefined) continue;
    throw new SnapshotError("NotEigenLayer", `${at} (${token}) is no strategy: it does not answer underlyingToken()`);
  }
}

/** Goes from account to account. */
class Walk {
  readonly #source: AccountSource;
  readonly #report: (line: string) => void;
  readonly #taken = new Map<Address, TakenAccount>();
  readonly #errands: Errand[] = [];
  readonly #seen = new Set<Address>();

  constructor(source: AccountSource, report: (line: string) => void) {
    this.#source = source;
    this.#report = report;
  }

  async all(errands: readonly Errand[]): Promise<Map<Address, TakenAccount>> {
    for (const errand of errands) this.#enqueue(errand);
    for (let next = this.#errands.shift(); next !== undefined; next = this.#errands.shift()) await this.#take(next);
    return this.#taken;
  }

  #enqueue(errand: Errand): void {
    if (this.#seen.has(errand.at)) return;
    this.#seen.add(errand.at);
    this.#errands.push(errand);
  }

  async #take({ at, name, source, slots, isRequired, isBeacon = false }: Errand): Promise<void> {
    const state = await this.#source.account(at, slots);
    if (state === null) {
      if (isRequired) throw new SnapshotError("CodeMissing", `${name} has no code at ${at}`);
      return;
    }
    if (byteLength(state.code) > MAX_CODE_BYTES) {
      throw new SnapshotError("CodeTooLarge", `${name} has ${byteLength(state.code)} bytes of code`);
    }
    if (this.#taken.size === MAX_ACCOUNTS) {
      throw new SnapshotError("TooManyAccounts", `EigenLayer's code leads to more than ${MAX_ACCOUNTS} contracts`);
    }
    this.#taken.set(at, takenOf(name, source, this.#source.origin, state));
    this.#report(`${name} ${at}: ${byteLength(state.code)} bytes of code, ${state.storage.size} slots`);
    this.#behind(at, name, state);
    if (isBeacon) await this.#belowBeacon(at, name, state);
    for (const mentioned of addressesInCode(state.code)) {
      const mention = { name: `in the code of ${name}`, source: `its code names ${mentioned}` };
      this.#enqueue({ at: mentioned, ...mention, slots: STATE_SLOTS, isRequired: false });
    }
  }

  #behind(at: Address, name: string, { storage }: AccountState): void {
    const implementation = storage.get(PROXY_SLOTS.implementation);
    const beacon = storage.get(PROXY_SLOTS.beacon);
    if (implementation !== undefined) this.#enqueueCode(`${name} implementation`, at, addressIn(implementation));
    if (beacon === undefined) return;
    const errand = { at: addressIn(beacon), name: `${name} beacon`, source: `beacon of ${at}`, slots: STATE_SLOTS };
    this.#enqueue({ ...errand, isRequired: true, isBeacon: true });
  }

  async #belowBeacon(at: Address, name: string, { storage }: AccountState): Promise<void> {
    const answer = await answerOf(this.#source, at, "implementation");
    // What it answers must stand in its storage, which is proven where there are proofs.
    const implementation = [...storage.values()].find((value) => value === answer);
    if (implementation === undefined) throw new SnapshotError("NotEigenLayer", `${name} at ${at} is no beacon`);
    this.#enqueueCode(`${name} implementation`, at, addressIn(implementation));
  }

  #enqueueCode(name: string, proxy: Address, at: Address): void {
    this.#enqueue({ at, name, source: `implementation of ${proxy}`, slots: CODE_SLOTS, isRequired: true });
  }
}

function takenOf(name: string, source: string, origin: Origin, state: AccountState): TakenAccount {
  const { nonce, balance, code, codeHash, storage } = state;
  return {
    name,
    origin,
    source,
    nonce: Number(nonce),
    balance: toQuantity(balance),
    code,
    codeHash,
    storage: Object.fromEntries(storage),
  };
}

function checkTogether({ contracts, strategies }: EigenLayerSite, accounts: ReadonlyMap<Address, TakenAccount>): void {
  const centre = contracts[CENTRE];
  for (const name of KNOW_THE_CENTRE) {
    const codes = [...accounts.values()].filter((one) => one.name === name || one.name === `${name} implementation`);
    if (codes.some(({ code }) => addressesInCode(code).some((at) => at === centre))) continue;
    throw new SnapshotError("NotEigenLayer", `${contracts[name]} is no ${name} of ${CENTRE} ${centre}`);
  }
  const manager = [...accounts.values()].find(({ name }) => name === "StrategyManager");
  for (const [token, at] of Object.entries(strategies)) {
    if (mappingSlots(at).some((slot) => manager?.storage[slot] !== undefined)) continue;
    throw new SnapshotError("StrategyNotWhitelisted", `the StrategyManager takes no deposits for ${at} (${token})`);
  }
}

function addressIn(word: Bytes32): Address {
  return address(sliceHex(word, 12, 32));
}

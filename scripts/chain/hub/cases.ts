import { AbiCoder, id, keccak256, type Provider, type Signer } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { FAULTS, type Fault } from "#protocol/evidence/verdict.ts";
import type { Statement } from "#protocol/statements.ts";
import { address, bytes32, chainId, type Address, type Bytes32, type ChainId } from "#protocol/types.ts";

import { HubError } from "./errors.ts";
import { eventsOf } from "./history.ts";
import { hubAt, type HubSite } from "./site.ts";
import { ask } from "./submit.ts";

/** An operator that signed both statements of a case, by its rows in both epochs. */
export interface Accused {
  readonly operator: Address;
  readonly rowA: number;
  readonly rowB: number;
}

/** What was taken from an operator. */
export interface Slash {
  readonly operator: Address;
  readonly slashId: bigint;
  readonly strategies: readonly Address[];
  readonly shares: readonly bigint[];
}

/** A case as the slasher has it. */
export interface Case {
  readonly caseId: bigint;
  readonly fault: Fault;
  readonly operatorSetId: number;
  readonly epochA: number;
  readonly epochB: number;
  readonly openedAt: bigint;
  /** Second from which it may be executed; zero where nobody holds it up. */
  readonly pausedUntil: bigint;
  /** Second from which it may be executed where the court has time before; else zero. */
  readonly executableAt: bigint;
  /** What it takes, of 1e18. */
  readonly fraction: bigint;
  /** The chain whose word it rests on; undefined for none. */
  readonly cappedSource?: ChainId;
  readonly isAcquitted: boolean;
  readonly faultKey: Bytes32;
  readonly accused: readonly Accused[];
}

/** A case with what happened to it. */
export interface CaseHistory extends Case {
  readonly accuser: Address;
  readonly slashes: readonly Slash[];
  /** Who had nothing left to pay with. */
  readonly nothingLeft: readonly Address[];
  /** Why the court acquitted; undefined where it did not. */
  readonly acquittal?: string;
}

/**
 * @param runner - The hub.
 * @param site - Where the slasher is.
 * @param caseId - A case.
 * @returns It, with everybody who is guilty; throws `Unknown`.
 */
export async function caseOf(runner: Provider | Signer, site: HubSite, caseId: bigint): Promise<Case> {
  const { slasher, tableBuilder } = hubAt(site, runner);
  const found = await ask(slasher.caseOf(caseId));
  if (found.openedAt === 0n) throw new HubError("Unknown", `there is no case ${String(caseId)}`);
  const [operatorSetId, epochA, epochB] = [found.operatorSetId, found.epochA, found.epochB].map(Number);
  if (operatorSetId === undefined || epochA === undefined || epochB === undefined) throw new Error("three numbers");
  const operatorsA = await ask(tableBuilder.operatorsOf(operatorSetId, epochA));
  const operatorsB = await ask(tableBuilder.operatorsOf(operatorSetId, epochB));
  return {
    caseId,
    fault: elementAt(FAULTS, Number(found.fault)),
    ...{ operatorSetId, epochA, epochB },
    openedAt: found.openedAt,
    pausedUntil: found.pausedUntil,
    executableAt: found.executableAt,
    fraction: found.fraction,
    ...(found.cappedSource === 0n ? {} : { cappedSource: chainId(found.cappedSource) }),
    isAcquitted: found.isAcquitted,
    faultKey: bytes32(found.faultKey),
    accused: accusedOf(
      { operators: operatorsA, signers: found.signersA },
      { operators: operatorsB, signers: found.signersB },
    ),
  };
}

/** Who has the rows of an epoch, and a word whose bit i says that row i signed. */
export interface Signers {
  readonly operators: readonly string[];
  readonly signers: bigint;
}

/**
 * @param a - Who signed one thing.
 * @param b - Who signed the other.
 * @returns Who signed both, by address, in the order of the first rows.
 */
export function accusedOf(a: Signers, b: Signers): Accused[] {
  const rowsB = new Map(signing(b).map(([operator, rowB]) => [operator, rowB]));
  return signing(a).flatMap(([operator, rowA]) => {
    const rowB = rowsB.get(operator);
    return rowB === undefined ? [] : [{ operator, rowA, rowB }];
  });
}

function signing({ operators, signers }: Signers): (readonly [Address, number])[] {
  return operators.flatMap((operator, row) =>
    ((signers >> BigInt(row)) & 1n) === 1n ? [[address(operator), row] as const] : [],
  );
}

/**
 * @param runner - The hub.
 * @param site - Where the slasher is.
 * @param fromBlock - Block before which there was none.
 * @param caseId - One case; all of them unless given.
 * @returns Cases with what happened to them, oldest first; throws `Unknown` for one that is not there.
 */
export async function casesOf(
  runner: Provider | Signer,
  site: HubSite,
  fromBlock: number,
  caseId?: bigint,
): Promise<CaseHistory[]> {
  const { slasher } = hubAt(site, runner);
  if (caseId !== undefined) await caseOf(runner, site, caseId);
  const options = { fromBlock, ...(caseId === undefined ? {} : { indexed: [caseId] }) };
  const opened = await eventsOf(runner, slasher, "CaseOpened", options);
  const slashed = await eventsOf(runner, slasher, "OperatorSlashed", options);
  const empty = await eventsOf(runner, slasher, "NothingLeft", options);
  const acquitted = await eventsOf(runner, slasher, "CaseAcquitted", options);
  const cases: CaseHistory[] = [];
  for (const { args } of opened) {
    const found = await caseOf(runner, site, args.bigint("caseId"));
    const isOfCase = (event: { readonly args: { bigint(name: string): bigint } }) =>
      event.args.bigint("caseId") === found.caseId;
    const slashes = slashed.filter(isOfCase).map((event) => slashIn(event.args));
    const nothingLeft = empty.filter(isOfCase).map((event) => event.args.address("operator"));
    const acquittal = acquitted.find(isOfCase)?.args.text("reason");
    cases.push({
      ...{ ...found, slashes, nothingLeft: [...new Set(nothingLeft)] },
      accuser: args.address("accuser"),
      ...(acquittal === undefined ? {} : { acquittal }),
    });
  }
  return cases;
}

/**
 * @param args - Arguments of `OperatorSlashed`.
 * @returns What was taken.
 */
export function slashIn(args: {
  bigint(name: string): bigint;
  address(name: string): Address;
  list(name: string): unknown[];
}): Slash {
  return {
    operator: args.address("operator"),
    slashId: args.bigint("slashId"),
    strategies: args.list("strategies").map((strategy) => address(String(strategy))),
    shares: args.list("shares").map((shares) => BigInt(String(shares))),
  };
}

const abi = AbiCoder.defaultAbiCoder();

/**
 * @param fault - The fault.
 * @param operatorSetId - The set that spoke.
 * @param epoch - The later of the epochs that spoke.
 * @param statement - A statement of its subject.
 * @returns The key under which the slasher keeps what the deed costs.
 */
export function faultKeyOf(fault: Fault, operatorSetId: number, epoch: number, statement: Statement): Bytes32 {
  const types = ["uint8", "uint32", "uint32", "bytes32"];
  return bytes32(keccak256(abi.encode(types, [FAULTS.indexOf(fault), operatorSetId, epoch, subjectOf(statement)])));
}

function subjectOf(statement: Statement): string {
  switch (statement.kind) {
    case "Page": {
      const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex } = statement.content;
      const lane = [sourceChainId, sourceGateway, destinationChainId, destinationGateway];
      return subject("ParleyPageSubject", ["uint64", "address", "uint64", "address", "uint64"], [...lane, pageIndex]);
    }
    case "Table":
      return subject(
        "ParleyTableSubject",
        ["uint32", "uint32"],
        [statement.content.operatorSetId, statement.content.epoch],
      );
    case "Rollup":
      return subject(
        "ParleyEntrySubject",
        ["uint64", "uint64"],
        [statement.content.chainId, statement.content.version],
      );
    case "Halt":
      throw new HubError("InvalidAnswer", "nobody is guilty of a halt");
  }
}

function subject(name: string, types: readonly string[], values: readonly unknown[]): string {
  return keccak256(abi.encode(["bytes32", ...types], [id(name), ...values]));
}

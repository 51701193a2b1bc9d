import { dataSlice, type Interface } from "ethers";
import { z } from "zod";

import { statementsRootOf } from "#protocol/batches.ts";
import type { Certificate } from "#protocol/certificates.ts";
import { messageId } from "#protocol/messages.ts";
import { messagesOfRun, type Run } from "#protocol/runs.ts";
import { verifyRange } from "#protocol/pages.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import type { Bytes32, Hex } from "#protocol/types.ts";

import { Directory__factory, Gateway__factory, OperatorTables__factory, Policy__factory } from "./contracts.ts";
import { certificateWire, haltWire, pageWire, proofWire, rollupWire, runWire, speechWire, tableWire } from "./wire.ts";

/** Some message ids of a page, with what proves them in its root. */
export interface Glimpse {
  readonly firstIndex: number;
  readonly ids: readonly Bytes32[];
  readonly rangeProof: readonly Bytes32[];
}

/** A statement as it stands in a batch. */
export interface Said {
  readonly statementsRoot: Bytes32;
  readonly statement: Statement;
  readonly batchProof: readonly Bytes32[];
  /** Of a page, as far as it was shown. */
  readonly glimpse?: Glimpse | undefined;
}

/** What a call of a rollup's contract brought along. Nothing of it is verified yet. */
export interface Carried {
  readonly certificates: readonly Certificate[];
  readonly said: readonly Said[];
}

const interfaces: readonly Interface[] = [
  Gateway__factory.createInterface(),
  OperatorTables__factory.createInterface(),
  Directory__factory.createInterface(),
  Policy__factory.createInterface(),
];

/** The most runs of one call that are read. */
const MOST_RUNS = 256;
const runs = z.array(runWire).max(MOST_RUNS);

/** What each call carries, from its arguments in their order. Names are those of the Solidity functions. */
const READERS: Readonly<Record<string, (args: unknown) => Carried>> = {
  deliver: (args) => {
    const [certificate, list] = z.tuple([certificateWire, runs]).parse(args);
    return { certificates: [certificate], said: list.map(saidInRun) };
  },
  deliverConfirmed: (args) => {
    const [list] = z.tuple([runs]).parse(args);
    return { certificates: [], said: list.map(saidInRun) };
  },
  confirm: (args) => {
    const [certificate] = z.tuple([certificateWire]).parse(args);
    return { certificates: [certificate], said: [] };
  },
  install: (args) => {
    const [certificate, content, batchProof] = z.tuple([certificateWire, tableWire, proofWire, z.string()]).parse(args);
    return { certificates: [certificate], said: [saidAs({ kind: "Table", content }, batchProof)] };
  },
  update: (args) => {
    const [certificate, content, batchProof] = z.tuple([certificateWire, rollupWire, proofWire]).parse(args);
    return { certificates: [certificate], said: [saidAs({ kind: "Rollup", content }, batchProof)] };
  },
  halt: (args) => {
    const [certificate, content, batchProof] = z.tuple([certificateWire, haltWire, proofWire]).parse(args);
    return { certificates: [certificate], said: [saidAs({ kind: "Halt", content }, batchProof)] };
  },
  freezeForPages: (args) => {
    const [a, pageA, b, pageB] = z.tuple([speechWire, pageWire, speechWire, pageWire, z.unknown()]).parse(args);
    return spoken([a, { kind: "Page", content: pageA }], [b, { kind: "Page", content: pageB }]);
  },
  freezeForTables: (args) => {
    const [a, tableA, b, tableB] = z.tuple([speechWire, tableWire, speechWire, tableWire]).parse(args);
    return spoken([a, { kind: "Table", content: tableA }], [b, { kind: "Table", content: tableB }]);
  },
  freezeForEntries: (args) => {
    const [a, entryA, b, entryB] = z.tuple([speechWire, rollupWire, speechWire, rollupWire]).parse(args);
    return spoken([a, { kind: "Rollup", content: entryA }], [b, { kind: "Rollup", content: entryB }]);
  },
};

/**
 * @param data - Calldata of a call of a gateway, its tables, its directory or its policy.
 * @returns What it brought along; undefined for a call that carries no certificate. Throws for one that is malformed.
 */
export function carriedBy(data: Hex): Carried | undefined {
  if (data.length < 10) return undefined;
  for (const abi of interfaces) {
    const called = abi.getFunction(dataSlice(data, 0, 4));
    const read = called === null ? undefined : READERS[called.name];
    if (called !== null && read !== undefined) return read(abi.decodeFunctionData(called, data).toArray(true));
  }
  return undefined;
}

function saidAs(statement: Statement, batchProof: readonly Bytes32[]): Said {
  return { statementsRoot: statementsRootOf(statementLeaf(statement), batchProof), statement, batchProof };
}

function saidInRun(run: Run): Said {
  return { ...saidAs({ kind: "Page", content: run.page }, run.batchProof), glimpse: glimpseOf(run) };
}

function glimpseOf(run: Run): Glimpse | undefined {
  const { firstIndex, rangeProof, page } = run;
  try {
    const ids = messagesOfRun(run).map(messageId);
    return verifyRange(page.root, firstIndex, ids, rangeProof) ? { firstIndex, ids, rangeProof } : undefined;
  } catch {
    return undefined;
  }
}

type Spoken = readonly [speech: z.output<typeof speechWire>, statement: Statement];

function spoken(...list: readonly Spoken[]): Carried {
  return {
    certificates: list.map(([{ certificate }]) => certificate),
    said: list.map(([{ batchProof }, statement]) => saidAs(statement, batchProof)),
  };
}

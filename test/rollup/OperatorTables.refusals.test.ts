import { expect } from "chai";
import { concat, dataSlice, keccak256 } from "ethers";

import { DEFAULT_WINDOWS } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Statement, Table } from "#protocol/statements.ts";
import { TABLE_ROW_BYTES } from "#protocol/tables.ts";
import { bytes32, hex, ZERO_BYTES32, type Bytes32, type Hex } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { expectBroken, type Broken } from "#support/entryPoints.ts";
import { bringTable, nextBlockAt, tableFact } from "#support/facts.ts";
import { paperPage, paperWorld, QUORUM_MISSED, speech, type PaperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { TEST_DOMAIN } from "#support/world.ts";

const MAX_VALIDITY = BigInt(DEFAULT_WINDOWS.maxValiditySeconds);
const CLOCK_TOLERANCE = 900n;
const NEXT = Committee.of(TEST_DOMAIN, [3n, 4n], { epoch: 2, seed: 22n });

/** A table that is about to be brought, faultless until something is changed. */
interface Attempt {
  readonly table: Table;
  /** What the statement says of the rows, unless their hash. */
  readonly tableHash?: Bytes32;
  readonly rows: Hex;
  readonly absent: readonly number[];
  readonly proof: readonly Bytes32[];
  /** Second of the block that takes it. */
  readonly at: bigint;
}

/** One check of `install` after rule 1, and one way to fail it. */
interface Violation {
  readonly title: string;
  readonly change: (attempt: Attempt) => Partial<Attempt>;
  readonly broken: (attempt: Attempt) => Broken;
}

const table =
  (changes: (attempt: Attempt) => Partial<Table>) =>
  (attempt: Attempt): Partial<Attempt> => ({ table: { ...attempt.table, ...changes(attempt) } });

/** Moves the table's time to this many seconds beyond the clocks' difference. */
const later = (seconds: bigint) =>
  table(({ at, table: { validFrom, validUntil } }) => {
    const moved = at + CLOCK_TOLERANCE + seconds;
    return { validFrom: moved, validUntil: validUntil + moved - validFrom };
  });

const rowsOf = (count: number): Hex =>
  hex(concat(Array.from({ length: count }, () => dataSlice(NEXT.table.packed, 0, TABLE_ROW_BYTES))));

// In the order in which `install` looks.
const VIOLATIONS: readonly Violation[] = [
  {
    title: "a certificate one unit of weight below 6 667 bps",
    change: () => ({ absent: QUORUM_MISSED }),
    broken: () => ({ error: "HubQuorumNotReached", args: [6_666n, 6_667n] }),
  },
  {
    title: "a batch proof of 33 levels",
    change: () => ({ proof: Array.from({ length: 33 }, () => ZERO_BYTES32) }),
    broken: () => ({ error: "BatchProofTooLong", args: [33n, 32n] }),
  },
  {
    title: "a table of another set",
    change: table(() => ({ operatorSetId: 2 })),
    broken: () => ({ error: "WrongTableSet", args: [2n, 1n] }),
  },
  {
    title: "the epoch that is installed already",
    change: table(() => ({ epoch: 1 })),
    broken: () => ({ error: "EpochOutOfReach", args: [1n, 1n, 64n] }),
  },
  {
    title: "a table from a second beyond the clocks' difference",
    change: later(1n),
    broken: ({ at }) => ({ error: "TableFromFuture", args: [at + CLOCK_TOLERANCE + 1n, at + CLOCK_TOLERANCE] }),
  },
  {
    title: "a table valid for no time",
    change: table(({ table: { validFrom } }) => ({ validUntil: validFrom })),
    broken: ({ table: { validFrom } }) => ({ error: "ValidityOutOfRange", args: [validFrom, validFrom, MAX_VALIDITY] }),
  },
  {
    title: "rows that were not certified",
    change: () => ({ tableHash: NEXT.table.tableHash, rows: rowsOf(1) }),
    broken: ({ rows }) => ({ error: "TableHashMismatch", args: [keccak256(rows), NEXT.table.tableHash] }),
  },
  {
    title: "rows of which one is cut",
    change: () => ({ rows: hex(dataSlice(rowsOf(2), 0, 2 * TABLE_ROW_BYTES - 1)) }),
    broken: () => ({ error: "RowBytes", args: [151n] }),
  },
];

const MORE_VIOLATIONS: readonly Violation[] = [
  {
    title: "an epoch before the installed one",
    change: table(() => ({ epoch: 0 })),
    broken: () => ({ error: "EpochOutOfReach", args: [0n, 1n, 64n] }),
  },
  {
    title: "an epoch 65 above the newest",
    change: table(() => ({ epoch: 66 })),
    broken: () => ({ error: "EpochOutOfReach", args: [66n, 1n, 64n] }),
  },
  {
    title: "a table that ends before it begins",
    change: table(({ table: { validFrom } }) => ({ validUntil: validFrom - 1n })),
    broken: ({ table: { validFrom } }) => ({
      error: "ValidityOutOfRange",
      args: [validFrom, validFrom - 1n, MAX_VALIDITY],
    }),
  },
  {
    title: "a table valid for a second more than this rollup takes",
    change: table(({ table: { validFrom } }) => ({ validUntil: validFrom + MAX_VALIDITY + 1n })),
    broken: ({ table: { validFrom } }) => ({
      error: "ValidityOutOfRange",
      args: [validFrom, validFrom + MAX_VALIDITY + 1n, MAX_VALIDITY],
    }),
  },
  {
    title: "no rows",
    change: () => ({ rows: hex("0x") }),
    broken: () => ({ error: "RowBytes", args: [0n] }),
  },
  {
    title: "257 rows",
    change: () => ({ rows: rowsOf(257) }),
    broken: () => ({ error: "RowBytes", args: [257n * 76n] }),
  },
  {
    title: "a row without weight",
    change: () => ({ rows: hex(concat([rowsOf(2), dataSlice(NEXT.table.packed, 0, 64), `0x${"00".repeat(12)}`])) }),
    broken: () => ({ error: "WeightlessRow", args: [2n] }),
  },
];

const ALLOWED: readonly Omit<Violation, "broken">[] = [
  { title: "an epoch 64 above the newest", change: table(() => ({ epoch: 65 })) },
  {
    title: "a table from 15 minutes ahead",
    change: later(0n),
  },
  {
    title: "a table valid for one second",
    change: table(({ table: { validFrom } }) => ({ validUntil: validFrom + 1n })),
  },
  {
    title: "a table valid for as long as this rollup takes",
    change: table(({ table: { validFrom } }) => ({ validUntil: validFrom + MAX_VALIDITY })),
  },
];

// Acceptance rule 3; rule 1 at `OperatorTables.install` is in Acceptance.certificates.
describe("no weak set speaks for a strong source", function () {
  describe("rule 3: only the set itself installs its tables, epoch by epoch", function () {
    const stage = staged(paperWorld);

    for (const violation of [...VIOLATIONS, ...MORE_VIOLATIONS]) {
      it(`refuses ${violation.title}`, async function () {
        const attempt = await changed(stage(), violation);
        await expectBroken(bring(stage(), attempt), stage().here.operatorTables, violation.broken(attempt));
      });
    }

    for (const allowance of ALLOWED) {
      it(`takes ${allowance.title}`, async function () {
        const attempt = await changed(stage(), allowance);
        await expect(bring(stage(), attempt)).to.emit(stage().here.operatorTables, "TableInstalled");
      });
    }

    for (const [at, first] of VIOLATIONS.slice(0, -1).entries()) {
      const second = elementAt(VIOLATIONS, at + 1);
      it(`reports ${first.title} before ${second.title}`, async function () {
        const attempt = await changed(stage(), second, first);
        await expectBroken(bring(stage(), attempt), stage().here.operatorTables, first.broken(attempt));
      });
    }

    it("refuses a statement of another batch and says where its proof leads", async function () {
      const { here, strong, validFrom, validUntil } = stage();
      const other = strong.tableStatement(validFrom, validUntil);
      const { certificate, statements } = await strong.certify([{ kind: "Table", content: other }], {
        issuedAt: await here.now(),
      });
      const content = NEXT.tableStatement(validFrom, validUntil);
      const alone = await strong.certify([{ kind: "Table", content }], { issuedAt: await here.now() });
      const install = here.operatorTables.install(certificate, content, [], NEXT.table.packed);
      await expectBroken(install, here.operatorTables, {
        error: "StatementNotInBatch",
        args: [alone.statements.root, statements.root],
      });
    });

    it("refuses a table whose code cannot be stored, and stays as it was", async function () {
      const { here } = stage();
      const attempt = await changed(stage(), { change: () => ({ rows: rowsOf(64) }) });
      // Enough for all checks, not for the code.
      await expectBroken(bring(stage(), attempt, 900_000n), here.operatorTables, { error: "TableNotStored", args: [] });
      expect(await here.operatorTables.newestEpoch(1)).to.equal(1n);
    });

    it("lets a weak set install its own next table, however heavy, and speak for no other source with it", async function () {
      const { here, weak, validFrom, validUntil } = stage();
      const heavy = Committee.of(TEST_DOMAIN, [2n ** 96n - 1n], { operatorSetId: 2, epoch: 2, seed: 44n });
      const foreign = { ...tableFact(heavy, validFrom, validUntil).table, operatorSetId: 1 };
      await expect(bringTable(here, weak, { table: foreign, rows: heavy.table.packed }))
        .to.be.revertedWithCustomError(here.operatorTables, "WrongTableSet")
        .withArgs(1n, 2n);
      await bringTable(here, weak, tableFact(heavy, validFrom, validUntil));
      const { certified, run } = await speech(heavy, paperPage(stage()), { issuedAt: await here.now() });
      await expect(here.gateway.deliver(certified.certificate, [run]))
        .to.be.revertedWithCustomError(here.gateway, "WrongOperatorSet")
        .withArgs(2n, 1n);
    });
  });
});

async function changed(world: PaperWorld, ...changes: readonly Pick<Violation, "change">[]): Promise<Attempt> {
  const { here, validFrom, validUntil } = world;
  let attempt: Attempt = {
    table: NEXT.tableStatement(validFrom, validUntil),
    rows: NEXT.table.packed,
    absent: [],
    proof: [],
    at: (await here.now()) + 20n,
  };
  for (const { change } of changes) attempt = { ...attempt, ...change(attempt) };
  return attempt;
}

async function bring({ here, strong }: PaperWorld, attempt: Attempt, gasLimit?: bigint) {
  const { rows, absent, proof, at, tableHash = bytes32(keccak256(rows)) } = attempt;
  const content: Table = { ...attempt.table, tableHash };
  const statement: Statement = { kind: "Table", content };
  const { certificate } = await strong.certify([statement], { issuedAt: at, absent });
  await nextBlockAt(here, at);
  const overrides = gasLimit === undefined ? {} : { gasLimit };
  return here.operatorTables.install(certificate, content, [...proof], rows, overrides);
}

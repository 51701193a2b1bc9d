import { expect } from "chai";

import { reconcileEpochs, type EpochRecords, type InstalledRows } from "#devnet/epochReconciliation.ts";
import type { Epoch } from "#devnet/epochs.ts";
import { address, bytes32 } from "#protocol/types.ts";

const CHANGE = { joined: "operator 6", left: "operator 3", raised: "operator 1" };

function hashOf(epoch: number) {
  return bytes32(`0x${epoch.toString(16).padStart(64, "0")}`);
}

function epochOf(epoch: number, weights: Readonly<Record<string, bigint>>): Epoch {
  const members = Object.entries(weights).map(([name, weight], row) => ({
    ...{ row, name, weight },
    operator: address(`0x${(row + 1).toString(16).padStart(40, "0")}`),
  }));
  return { epoch, tableHash: hashOf(epoch), validFrom: BigInt(epoch), validUntil: BigInt(epoch + 60), members };
}

function installed(epoch: number, changes: Partial<InstalledRows> = {}): InstalledRows {
  const hash = hashOf(epoch);
  const place = { blockNumber: epoch, transactionHash: hash };
  return { rollup: "alpha", epoch, tableHash: hash, rowsHash: hash, rows: 3, ...place, ...changes };
}

const FIRST = epochOf(1, { "operator 1": 30n, "operator 2": 25n, "operator 3": 20n });
const LAST = epochOf(2, { "operator 1": 35n, "operator 2": 25n, "operator 6": 20n });

function records(tables: readonly InstalledRows[], hub: readonly Epoch[] = [FIRST, LAST]): EpochRecords {
  return { hub, rollups: [{ rollup: "alpha", tables }] };
}

function found(tables: readonly InstalledRows[], hub?: readonly Epoch[]): readonly string[] {
  return reconcileEpochs(records(tables, hub), CHANGE).contradictions;
}

describe("The reconciliation of epochs", function () {
  it("is content when a rollup has the hub's tables, and the newest shows what changed", function () {
    expect(reconcileEpochs(records([installed(1), installed(2)]), CHANGE)).to.deep.equal({
      ok: true,
      contradictions: [],
    });
  });

  it("sees a table that is not the hub's, by its event and by its rows", function () {
    const forged = installed(2, { tableHash: hashOf(9), rowsHash: hashOf(9) });
    expect(found([installed(1), forged])).to.deep.equal(["alpha, epoch 2: another table than the hub's"]);
    const hollow = installed(2, { rowsHash: hashOf(9) });
    expect(found([installed(1), hollow])).to.deep.equal(["alpha, epoch 2: its rows are not what its event says"]);
    const short = installed(2, { rows: 2 });
    expect(found([installed(1), short])).to.deep.equal(["alpha, epoch 2: 2 rows for 3 operators"]);
  });

  it("sees an epoch that the hub never had, one that came too late, and a rollup or a hub without any", function () {
    expect(found([installed(1), installed(2), installed(7)])).to.include(
      "alpha, epoch 7: the hub has none of this number",
    );
    expect(found([installed(1), installed(2), installed(2)])).to.deep.equal(["alpha, epoch 2: came after epoch 2"]);
    expect(found([])).to.include("alpha: no epoch");
    expect(reconcileEpochs({ hub: [FIRST], rollups: [] }).contradictions).to.deep.equal(["there is no rollup"]);
  });

  it("misses a join, a departure and a raise that the newest epoch of a rollup does not show", function () {
    expect(found([installed(1)])).to.deep.equal([
      "alpha: operator 6 is not in the newest epoch",
      "alpha: operator 3 is still in the newest epoch",
      "alpha: the stake of operator 1 did not grow",
    ]);
    expect(found([installed(2)])).to.deep.equal([
      "alpha: operator 6 was there from the beginning",
      "alpha: operator 3 was not there in the beginning",
      "alpha: the stake of operator 1 did not grow",
    ]);
    expect(reconcileEpochs(records([installed(1)])).ok).to.equal(true);
  });
});

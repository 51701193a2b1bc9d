import { expect } from "chai";
import { id } from "ethers";

import { commonEpochs } from "#chain/halts.ts";
import type { Table } from "#protocol/statements.ts";
import { bytes32 } from "#protocol/types.ts";

const table = (epoch: number, rows = "rows", validUntil = 9n): Table => ({
  ...{ operatorSetId: 1, epoch, tableHash: bytes32(id(rows)), validFrom: 1n, validUntil },
});
const numbersOf = (...lists: Table[][]) => commonEpochs(lists).map(({ epoch }) => epoch);

describe("Epochs that several rollups have", function () {
  it("are those that all have just alike, newest first", function () {
    const all = [table(4), table(3), table(2)];
    expect(numbersOf(all)).to.deep.equal([4, 3, 2]);
    expect(numbersOf(all, all, [table(3), table(2), table(1)])).to.deep.equal([3, 2]);
    expect(numbersOf(all, [])).to.deep.equal([]);
    expect(numbersOf()).to.deep.equal([]);
  });

  it("are not those of one number with other rows or another end", function () {
    expect(numbersOf([table(3), table(2)], [table(3, "made up"), table(2)])).to.deep.equal([2]);
    expect(numbersOf([table(3, "rows", 8n)], [table(3)])).to.deep.equal([]);
  });
});

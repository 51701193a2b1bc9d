import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import type { Rollup as Entry } from "#protocol/statements.ts";
import { chainId } from "#protocol/types.ts";
import { MALFORMED_ENTRIES, valuesOfEntry } from "#support/entries.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf, Status } from "#support/world.ts";

const NEW_CHAIN = chainId(2_500);
const NO_ENTRY = [0n, ZeroAddress, 0n, 0n, 0n, false, 0n];

describe("Directory", function () {
  const stage = staged(paperWorld);
  const next = (changes: Partial<Entry> = {}) => entryOf(PAPER.strong, PAPER.gateway, { version: 2n, ...changes });

  describe("at deployment", function () {
    const deploy = (...entries: readonly Entry[]) => {
      const { ethers, addresses } = stage().here;
      return ethers.deployContract("Directory", [addresses.gateway, addresses.operatorTables, 1, entries]);
    };

    it("records the first entries, in their order", async function () {
      const { here, parameters } = stage();
      const { firstEntries } = parameters;
      expect(await here.directory.directorySetId()).to.equal(1n);
      expect(await here.directory.chainIds()).to.deep.equal(firstEntries.map(({ chainId: id }) => id));
      for (const entry of firstEntries) {
        expect(await here.directory.entry(entry.chainId)).to.deep.equal(valuesOfEntry(entry));
        expect(await here.directory.announcedEntry(entry.chainId)).to.deep.equal([NO_ENTRY, 0n]);
      }
      expect(await here.directory.entry(NEW_CHAIN)).to.deep.equal(NO_ENTRY);
    });

    it("tells of each first entry", async function () {
      const directory = await deploy(next({ status: Status.Draining, finality: 2, refutable: false, version: 9n }));
      await expect(directory.deploymentTransaction())
        .to.emit(directory, "EntryApplied")
        .withArgs(PAPER.strong, 9n, PAPER.gateway, 1n, Status.Draining, 2n, false);
    });

    it("refuses a chain that appears twice", async function () {
      await expect(deploy(next(), entryOf(PAPER.weak, PAPER.gateway), next({ version: 3n })))
        .to.be.revertedWithCustomError(stage().here.directory, "ChainRepeated")
        .withArgs(PAPER.strong);
    });

    for (const [title, spoil] of MALFORMED_ENTRIES) {
      it(`refuses an entry with ${title}`, async function () {
        const entry = spoil(next());
        await expect(deploy(entry))
          .to.be.revertedWithCustomError(stage().here.directory, "EntryMalformed")
          .withArgs(valuesOfEntry(entry));
      });
    }
  });

  describe("with as many chains as it can hold", function () {
    // No chain of a rollup takes so much at once; one that does saves a thousand certificates.
    const ROOMY = { allowUnlimitedContractSize: true, blockGasLimit: 100_000_000n };

    it("is full: the 1 024th is the last that it takes", async function () {
      const { ethers } = await network.create({ network: "default", override: ROOMY });
      const entries = Array.from({ length: 1_025 }, (_, at) => entryOf(BigInt(at) + 1n, PAPER.gateway));
      const args = [PAPER.gateway, PAPER.stranger, 1, entries];
      await expect(ethers.deployContract("Directory", args, { gasLimit: ROOMY.blockGasLimit }))
        .to.be.revertedWithCustomError(stage().here.directory, "DirectoryFull")
        .withArgs(1_025n, 1_024n);
    });
  });

  describe("a later version", function () {
    it("can be 64 above the known one, and closes the way to those between", async function () {
      const { here, strong } = stage();
      await expect(bringEntry(here, strong, next({ version: 65n }))).to.emit(here.directory, "EntryApplied");
      await expect(bringEntry(here, strong, next({ version: 64n })))
        .to.be.revertedWithCustomError(here.directory, "VersionOutOfReach")
        .withArgs(64n, 65n, 64n);
    });

    it("takes effect at once when gateway and set stay, also in the gateway", async function () {
      const { here, strong } = stage();
      const entry = next({ status: Status.Draining, finality: 1, refutable: false });
      await expect(bringEntry(here, strong, entry))
        .to.emit(here.directory, "EntryApplied")
        .withArgs(PAPER.strong, 2n, PAPER.gateway, 1n, Status.Draining, 1n, false);
      expect(await here.directory.entry(PAPER.strong)).to.deep.equal(valuesOfEntry(entry));
      expect((await here.gateway.source(PAPER.strong)).flags).to.equal(1n);
      expect(await here.directory.chainIds()).to.have.lengthOf(stage().parameters.firstEntries.length);
    });
  });

  describe("a new chain", function () {
    for (const version of [1n, 1_000n, 2n ** 64n - 1n]) {
      it(`is taken at once at version ${String(version)}`, async function () {
        const { here, strong } = stage();
        const entry = entryOf(NEW_CHAIN, PAPER.gateway, { version });
        const bringing = bringEntry(here, strong, entry);
        await expect(bringing).to.emit(here.directory, "EntryApplied");
        await expect(bringing).to.emit(here.gateway, "LaneOpened").withArgs(NEW_CHAIN, PAPER.gateway, 0n);
        expect((await here.directory.chainIds()).at(-1)).to.equal(NEW_CHAIN);
        expect((await here.gateway.lane(NEW_CHAIN)).status).to.equal(Status.Active);
      });
    }
  });
});

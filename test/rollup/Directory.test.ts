import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { Rollup as Entry } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";
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
        expect(await here.directory.entry(entry.chainId)).to.deep.equal(valuesOf(entry));
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

    for (const [title, spoil] of malformed()) {
      it(`refuses an entry with ${title}`, async function () {
        const entry = spoil(next());
        await expect(deploy(entry))
          .to.be.revertedWithCustomError(stage().here.directory, "EntryMalformed")
          .withArgs(entry.chainId, entry.gateway, entry.status, entry.finality);
      });
    }
  });

  describe("a later version", function () {
    for (const [title, spoil] of malformed()) {
      it(`is refused with ${title}`, async function () {
        const { here, strong } = stage();
        const entry = spoil(next());
        await expect(bringEntry(here, strong, entry))
          .to.be.revertedWithCustomError(here.directory, "EntryMalformed")
          .withArgs(entry.chainId, entry.gateway, entry.status, entry.finality);
      });
    }

    for (const found of [1n, 66n]) {
      it(`is refused when it is ${String(found)} and 1 is known`, async function () {
        const { here, strong } = stage();
        await expect(bringEntry(here, strong, next({ version: found })))
          .to.be.revertedWithCustomError(here.directory, "VersionOutOfReach")
          .withArgs(found, 1n, 64n);
      });
    }

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
      expect(await here.directory.entry(PAPER.strong)).to.deep.equal(valuesOf(entry));
      expect((await here.gateway.source(PAPER.strong)).flags).to.equal(1n);
      expect(await here.directory.chainIds()).to.have.lengthOf(stage().parameters.firstEntries.length);
    });
  });

  describe("a new chain", function () {
    for (const version of [1n, 1_000n, 2n ** 64n - 1n]) {
      it(`is taken at once at version ${String(version)}`, async function () {
        const { here, strong } = stage();
        const entry = entryOf(NEW_CHAIN, PAPER.gateway, { version });
        await expect(bringEntry(here, strong, entry)).to.emit(here.directory, "EntryApplied");
        expect((await here.directory.chainIds()).at(-1)).to.equal(NEW_CHAIN);
        expect((await here.gateway.lane(NEW_CHAIN)).status).to.equal(Status.Active);
      });
    }
  });

  describe("only the directory set", function () {
    it("speaks: another set's unanimous word about its own source is refused", async function () {
      const { here, weak } = stage();
      const entry = entryOf(PAPER.weak, PAPER.gateway, { operatorSetId: 2, version: 2n });
      await expect(bringEntry(here, weak, entry))
        .to.be.revertedWithCustomError(here.directory, "NotTheDirectorySet")
        .withArgs(2n, 1n);
    });

    it("speaks, whatever epoch another set names", async function () {
      const { here, strong } = stage();
      await expect(bringEntry(here, strong, next(), { operatorSetId: 9, epoch: 7 }))
        .to.be.revertedWithCustomError(here.directory, "NotTheDirectorySet")
        .withArgs(9n, 1n);
    });

    it("speaks in batches that hold the entry", async function () {
      const { here, strong } = stage();
      const statement = { kind: "Rollup", content: next() } as const;
      const [said, other] = [next({ version: 3n }), next()];
      const options = { issuedAt: await here.now() };
      const alone = await strong.certify([{ kind: "Rollup", content: said }], options);
      const { certificate, statements } = await strong.certify([statement], options);
      await expect(here.directory.update(certificate, said, []))
        .to.be.revertedWithCustomError(here.directory, "StatementNotInBatch")
        .withArgs(alone.statements.root, statements.root);
      await expect(here.directory.update(certificate, other, [])).to.emit(here.directory, "EntryApplied");
    });
  });

  describe("reports first", function () {
    it("the quorum before a statement that is not in the batch", async function () {
      const { here, strong } = stage();
      const { certificate } = await strong.certify([{ kind: "Rollup", content: next() }], {
        issuedAt: await here.now(),
        absent: [1, 2],
      });
      await expect(here.directory.update(certificate, next({ version: 9n }), []))
        .to.be.revertedWithCustomError(here.operatorTables, "HubQuorumNotReached")
        .withArgs(6_666n, 6_667n);
    });

    it("a statement that is not in the batch before a malformed entry", async function () {
      const { here, strong } = stage();
      const { certificate } = await strong.certify([{ kind: "Rollup", content: next() }], {
        issuedAt: await here.now(),
      });
      await expect(here.directory.update(certificate, next({ status: 0 }), [])).to.be.revertedWithCustomError(
        here.directory,
        "StatementNotInBatch",
      );
    });

    it("a malformed entry before its version", async function () {
      const { here, strong } = stage();
      await expect(bringEntry(here, strong, next({ status: 5, version: 66n })))
        .to.be.revertedWithCustomError(here.directory, "EntryMalformed")
        .withArgs(PAPER.strong, PAPER.gateway, 5n, 3n);
    });
  });
});

/** Every way in which an entry can hold what no registry holds. */
function malformed(): readonly (readonly [string, (entry: Entry) => Entry])[] {
  const gateway = address("0x0000000000000000000000000000000000000000");
  return [
    ["no chain", (entry) => Object.assign({ ...entry }, { chainId: 0n })],
    ["no gateway", (entry) => ({ ...entry, gateway })],
    ["no version", (entry) => ({ ...entry, version: 0n })],
    ["no status", (entry) => ({ ...entry, status: 0 })],
    ["an unknown status", (entry) => ({ ...entry, status: 5 })],
    ["no finality", (entry) => ({ ...entry, finality: 0 })],
    ["a finality above final", (entry) => ({ ...entry, finality: 4 })],
  ];
}

/** An entry as the contract returns it. */
function valuesOf(entry: Entry): readonly unknown[] {
  const { operatorSetId, status, finality } = entry;
  return [
    entry.chainId,
    entry.gateway,
    BigInt(operatorSetId),
    BigInt(status),
    BigInt(finality),
    entry.refutable,
    entry.version,
  ];
}

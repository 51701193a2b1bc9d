import { expect } from "chai";

import type { Rollup as Entry } from "#protocol/statements.ts";
import { MALFORMED_ENTRIES, valuesOfEntry } from "#support/entries.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { entryOf } from "#support/world.ts";

// Acceptance rule 4; rule 1 at `Directory.update` is in Acceptance.certificates.
describe("no weak set speaks for a strong source", function () {
  describe("rule 4: only the directory set, about well-formed entries, version by version", function () {
    const stage = staged(paperWorld);
    const next = (changes: Partial<Entry> = {}) => entryOf(PAPER.strong, PAPER.gateway, { version: 2n, ...changes });

    for (const [title, spoil] of MALFORMED_ENTRIES) {
      it(`refuses an entry with ${title}`, async function () {
        const { here, strong } = stage();
        const entry = spoil(next());
        await expect(bringEntry(here, strong, entry))
          .to.be.revertedWithCustomError(here.directory, "EntryMalformed")
          .withArgs(valuesOfEntry(entry));
      });
    }

    for (const found of [1n, 66n]) {
      it(`refuses version ${String(found)} when 1 is known`, async function () {
        const { here, strong } = stage();
        await expect(bringEntry(here, strong, next({ version: found })))
          .to.be.revertedWithCustomError(here.directory, "VersionOutOfReach")
          .withArgs(found, 1n, 64n);
      });
    }

    it("refuses a weak set that makes itself a strong source's", async function () {
      const { here, weak } = stage();
      await expect(bringEntry(here, weak, next({ operatorSetId: 2 })))
        .to.be.revertedWithCustomError(here.directory, "NotTheDirectorySet")
        .withArgs(2n, 1n);
    });

    it("refuses another set's unanimous word about its own source", async function () {
      const { here, weak } = stage();
      const entry = entryOf(PAPER.weak, PAPER.gateway, { operatorSetId: 2, version: 2n });
      await expect(bringEntry(here, weak, entry))
        .to.be.revertedWithCustomError(here.directory, "NotTheDirectorySet")
        .withArgs(2n, 1n);
    });

    it("refuses another set before it looks for the epoch that it names", async function () {
      const { here, strong } = stage();
      await expect(bringEntry(here, strong, next(), { operatorSetId: 9, epoch: 7 }))
        .to.be.revertedWithCustomError(here.directory, "NotTheDirectorySet")
        .withArgs(9n, 1n);
    });

    it("refuses an entry that the batch does not hold, and takes the one that it holds", async function () {
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
    it("reports the quorum before a statement that is not in the batch", async function () {
      const { here, strong } = stage();
      const { certificate } = await strong.certify([{ kind: "Rollup", content: next() }], {
        issuedAt: await here.now(),
        absent: [1, 2],
      });
      await expect(here.directory.update(certificate, next({ version: 9n }), []))
        .to.be.revertedWithCustomError(here.operatorTables, "HubQuorumNotReached")
        .withArgs(6_666n, 6_667n);
    });

    it("reports a statement that is not in the batch before a malformed entry", async function () {
      const { here, strong } = stage();
      const { certificate } = await strong.certify([{ kind: "Rollup", content: next() }], {
        issuedAt: await here.now(),
      });
      await expect(here.directory.update(certificate, next({ status: 0 }), [])).to.be.revertedWithCustomError(
        here.directory,
        "StatementNotInBatch",
      );
    });

    it("reports a malformed entry before its version", async function () {
      const { here, strong } = stage();
      const entry = next({ status: 5, version: 66n });
      await expect(bringEntry(here, strong, entry))
        .to.be.revertedWithCustomError(here.directory, "EntryMalformed")
        .withArgs(valuesOfEntry(entry));
    });
  });
});

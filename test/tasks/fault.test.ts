import { writeFileSync } from "node:fs";

import { expect } from "chai";
import { id } from "ethers";

import { equivocationBetween } from "#protocol/evidence/build.ts";
import { toJson } from "#protocol/schemas.ts";
import type { Statement } from "#protocol/statements.ts";
import { bytes32 } from "#protocol/types.ts";
import { court, SECOND_STAKE, STAKES, type Court } from "#support/court.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { HubTasks } from "#support/hubTasks.ts";

/** The guardian's account on the hub. */
const GUARDIAN = 2;

describe("The tasks fault and vault", function () {
  let stage: Court;
  let tasks: HubTasks;
  let file: string;
  let document: string;

  before(async function () {
    stage = await court(await startOwn("1.5"));
    tasks = await HubTasks.serving(stage.hub, stage.setId);
    const { committee, hub, epoch, setId } = stage;
    const said = async (word: string, absent: number) => {
      const content = { ...epoch.statement, epoch: 9, tableHash: bytes32(id(word)) };
      const statements: Statement[] = [{ kind: "Table", content }];
      const { certificate } = await committee.certify(statements, { issuedAt: await hub.now(), absent: [absent] });
      return { certificate, statements };
    };
    const tables = [{ operatorSetId: setId, epoch: 1, rows: epoch.rows }];
    const found = equivocationBetween({ domain: hub.domain, tables }, await said("one", 0), await said("other", 2));
    document = toJson(found);
    file = tasks.file("evidence.json");
    writeFileSync(file, document);
  });

  after(async function () {
    await tasks.close();
  });

  /** The guardian holds the case up, once, and nobody else can. */
  const holdUp = async () => {
    const hold = { case: "1", yes: true, account: GUARDIAN };
    expect((await tasks.run("admin pause")).stdout).to.match(/^case 1: can be held up until 20/);
    await tasks.expectRefused(
      "admin pause case",
      { ...hold, account: GUARDIAN + 1 },
      /^Slasher\.pause is 0x\w+'s to send/,
    );
    expect(await tasks.json("admin pause case", hold)).to.include({ outcome: "sent", caseId: "1" });
    expect((await tasks.run("admin pause")).stdout).to.match(/^case 1: held up until 20/);
    await tasks.expectFailed("fault execute", { case: "1" }, /^refused: CaseHeldUp\(/);
    await tasks.expectRefused("admin pause case", hold, /^refused: PauseOver\(/);
    await stage.hub.pass(stage.hub.windows.pause);
    expect((await tasks.run("admin pause")).stdout).to.match(/^no case is held up, or could be\n/);
  };

  it("judge a file without the hub, then with it, and take it all the way into the vault's books", async function () {
    const guilty = stage.operators[1].address;
    const alone = await tasks.json("fault verify", { file, offline: true });
    expect(alone).to.include({ fault: "Equivocation", operatorSetId: stage.setId });
    expect(alone).not.to.have.property("hub");
    const { hub } = await tasks.json("fault verify", { file });
    expect(hub).to.deep.include({ accused: [{ operator: guilty, rowA: 1, rowB: 1 }], isInTime: true, openedCases: [] });
    expect(await tasks.json("fault accuse", { file })).to.include({ caseId: "1" });
    expect(await tasks.json("fault show", { case: "1" }, 2)).to.deep.include({ slashes: [], fault: "Equivocation" });
    await holdUp();
    const { slashes } = await tasks.json("fault execute", { case: "1" });
    expect(slashes).to.have.lengthOf(1);
    expect((await tasks.json("fault list")).cases).to.have.lengthOf(1);
    const shown = await tasks.run("fault show", { case: "1" });
    expect([shown.exitCode, shown.stdout]).to.deep.equal([0, shown.stdout]);
    expect(shown.stdout).to.include(`  ${guilty}: slashed (1)`);
    expect((await tasks.json("vault collect")).collected).to.have.lengthOf(2);
    await tasks.expectFailed("vault collect", { slash: "7" }, /^no slash 7 took anything\n$/);
    const { books } = await tasks.json("vault show");
    const booked = (books as { booked: string; pending: string }[]).map((book) => [book.booked, book.pending]);
    const expected = [STAKES[1], SECOND_STAKE].map((tokens) => [String(tokens), "0"]);
    expect(booked).to.have.deep.members(expected);
  });

  it("refuse a file that shows nothing, and say where", async function () {
    const broken = tasks.file("broken.json");
    const failing = async (text: string, message: RegExp) => {
      writeFileSync(broken, text);
      for (const offline of [true, false]) await tasks.expectFailed("fault verify", { file: broken, offline }, message);
      await tasks.expectFailed("fault accuse", { file: broken }, message);
    };
    await failing(document.replace('"issuedAt":"', '"issuedAt":"1'), /\n$/);
    await failing(document.replace('"kind":"Table"', '"kind":"Tale"'), /^speeches\.0\.statement\.kind: |^speeches/);
    await failing("{", /is no JSON\n$/);
    await tasks.expectFailed("fault verify", { file: tasks.file("none") }, /cannot be read\n$/);
    await tasks.expectFailed("fault show", { case: "7" }, /^there is no case 7\n$/);
    await tasks.expectFailed("fault execute", { case: "7" }, /^there is no case 7\n$/);
    await tasks.expectFailed("fault execute", { case: "x" }, /^CASE: "x" is no number\n$/);
  });
});

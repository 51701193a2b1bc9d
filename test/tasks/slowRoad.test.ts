import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { id } from "ethers";
import { z } from "zod";

import { broughtOf, entryBroughtAt, sendEntry } from "#chain/bridge/news.ts";
import { isRefuted } from "#chain/bridge/refute.ts";
import { epochStatusOf, frozenSince, haltedUntil } from "#chain/brakes.ts";
import { StatementTree } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import { equivocationBetween, lieIn, type Publication } from "#protocol/evidence/build.ts";
import { refutationSchema, type Refutation } from "#protocol/evidence/refutation.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import type { Page, Statement } from "#protocol/statements.ts";
import { address, bytes32, ZERO_BYTES32, type Address } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { nextEpoch } from "#support/court.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { PAPER } from "#support/paper.ts";
import { meet, roadScene, type RoadScene } from "#support/roadScene.ts";
import type { Rollup } from "#support/rollup.ts";

const STRANGE = bytes32(id("something else"));
/** The court's account on the hub. */
const COURT = 5;

const news = z.object({
  ...{ sequence: z.string(), hubTime: z.string(), newestEpoch: z.number(), isRevoked: z.boolean() },
  table: z.object({
    ...{ operatorSetId: z.number(), epoch: z.number(), tableHash: z.string() },
    ...{ validFrom: z.string(), validUntil: z.string() },
  }),
});

describe("The tasks of brakes and of the slow road", function () {
  let scene: RoadScene;
  let tasks: HubTasks;
  let alpha: Rollup;
  let beta: Rollup;
  let site: { readonly hubEnd: Address; readonly rollupEnd: Address };

  // One after the other, as a liar's last days go.
  before(async function () {
    scene = await roadScene(await startOwn("1.13"));
    [alpha, beta] = [scene.alpha.rollup, scene.beta.rollup];
    const ends = await Promise.all(
      [scene.alpha, scene.beta].map(async ({ road: { hubEnd, rollupEnd } }) => ({
        hubEnd: address(await hubEnd.getAddress()),
        rollupEnd: address(await rollupEnd.getAddress()),
      })),
    );
    site = elementAt(ends, 0);
    tasks = await HubTasks.serving(scene.hub, scene.setId, [alpha, beta], ends);
    await meet(scene);
    const recipient = await beta.deployMock("NoOpRecipient");
    await burst(alpha, beta, times(258, { recipient }));
  });

  after(async function () {
    await tasks.close();
  });

  const certified = async (statements: readonly Statement[], absent: number): Promise<Publication> => {
    const { certificate } = await scene.committee.certify(statements, { issuedAt: await beta.now(), absent: [absent] });
    return { certificate, statements };
  };
  const parts = () => {
    const { hub, setId, epoch } = scene;
    return { domain: hub.domain, tables: [{ operatorSetId: setId, epoch: epoch.statement.epoch, rows: epoch.rows }] };
  };
  const written = (name: string, document: unknown): string => {
    writeFileSync(tasks.file(name), toJson(document));
    return tasks.file(name);
  };
  const pageFile = async (name: string, content: Page): Promise<string> => {
    const statement: Statement = { kind: "Page", content };
    return written(name, lieIn(parts(), await certified([statement], 2), statement));
  };
  const heardOnHub = (refutation: Refutation) =>
    isRefuted(elementAt(scene.hub.eigenLayer.chain.signers, 0), site, refutation);

  const expectInstall = async (outcome: string, exitCode: number, epoch = "", more = {}): Promise<void> => {
    const said = await tasks.json("epoch install", { rollup: "beta", epoch, ...more }, exitCode);
    expect(said.outcome).to.include(outcome);
  };

  it("has a page's own gateway say what is true: of a closed page, of an open one, and of one that is not there", async function () {
    const lane = alpha.laneTo(beta);
    const { page: closed, tree } = await alpha.page(lane, 0n);
    const { page: open } = await alpha.page(lane, 1n);
    const lies: readonly (readonly [string, Page, Partial<Refutation>])[] = [
      [
        "closed",
        { ...closed, count: 200, root: STRANGE, chainHead: tree.chainHead(200) },
        { count: 200, root: tree.root(200) },
      ],
      ["open", { ...open, chainHead: STRANGE }, { count: 2, chainHead: open.chainHead }],
      ["early", { ...open, count: 3 }, { isNotYet: true, count: 2 }],
    ];
    for (const [name, page, expected] of lies) {
      const out = tasks.file(`${name}-refuted.json`);
      const file = await pageFile(`${name}.json`, page);
      const said = await tasks.json("fault refute", { file, out });
      const refutation = parse(refutationSchema, said.refutation);
      expect(refutation).to.deep.include(expected);
      expect(said.sentence).to.equal(refutation.isNotYet ? "NotYet" : "Differs");
      expect(await heardOnHub(refutation)).to.equal(false);
      expect(await scene.alpha.road.carryUp()).to.equal(true);
      expect(await heardOnHub(refutation)).to.equal(true);
      const verdict = await tasks.json("fault verify", { file: out, offline: true });
      expect(verdict.fault).to.equal("FalsePage");
      expect(verdict.open).to.include(
        "whether the source's gateway said so, over the bridge that was recorded with it",
      );
      await tasks.expectFailed("fault refute", { file, out }, /exists\n$/);
    }
  });

  it("sends nothing against a page that is true, or of another second, and no other sentence than asked", async function () {
    const { page } = await alpha.page(alpha.laneTo(beta), 1n);
    const nonce = await elementAt(alpha.signers, 0).getNonce();
    const ahead = { ...page, count: 3, sourceTimestamp: page.sourceTimestamp + 1_000_000n };
    const refusals: readonly (readonly [Page, string, RegExp])[] = [
      [page, "", /says the same as the page/],
      [{ ...page, sourceTimestamp: page.sourceTimestamp + 1_000_000n }, "", /says the same as the page/],
      [ahead, "", /of a second that has not come/],
      [{ ...page, root: STRANGE }, "not-yet", /can only say Differs/],
      [{ ...page, count: 3, sourceTimestamp: page.sourceTimestamp - 1n }, "differs", /can only say NotYet/],
    ];
    for (const [at, [content, sentence, reason]] of refusals.entries()) {
      const file = await pageFile(`harmless-${String(at)}.json`, content);
      const out = tasks.file("never.json");
      expect((await tasks.json("fault refute", { file, sentence, out }, 2)).reason).to.match(reason);
      expect(existsSync(out)).to.equal(false);
    }
    const file = await pageFile("elsewhere.json", { ...page, sourceGateway: PAPER.stranger });
    await tasks.expectFailed("fault refute", { file }, /is not the gateway of alpha in the book\n$/);
    await tasks.expectFailed("fault refute", { file, sentence: "maybe" }, /^--sentence: "maybe" is none/);
    expect(await elementAt(alpha.signers, 0).getNonce()).to.equal(nonce);
  });

  it("opens a case with it, which waits for the court, and ends when the court says why", async function () {
    await meet(scene);
    const file = tasks.file("open-refuted.json");
    const { hub: seen } = await tasks.json("fault verify", { file });
    expect(seen).to.deep.include({ isInTime: true, evidenceFrom: "0" });
    expect(await tasks.json("fault accuse", { file })).to.include({ fault: "FalsePage", caseId: "1" });
    await tasks.expectFailed("fault execute", { case: "1" }, /CaseBeforeCourt\(.*the court may acquit until then/);
    const shown = await tasks.run("fault show", { case: "1" });
    expect([shown.exitCode, shown.stdout]).to.deep.equal([2, shown.stdout]);
    expect(shown.stdout).to.match(/before the court until 20/);
    const reason = "alpha's bridge was broken";
    await tasks.expectFailed("fault acquit", { case: "1", reason }, /NotTheCourt\(/);
    await tasks.expectFailed("fault acquit", { case: "1", reason: " " }, /^--reason: /);
    await tasks.expectFailed("fault acquit", { case: "9", reason }, /^there is no case 9\n$/);
    expect(await tasks.json("fault acquit", { case: "1", reason, account: COURT })).to.include({ caseId: "1", reason });
    expect(await tasks.json("fault show", { case: "1" })).to.include({ isAcquitted: true, acquittal: reason });
    expect((await tasks.json("fault verify", { file }, 2)).hub)
      .to.have.property("refusal")
      .that.matches(/Acquitted\(/);
  });

  it("halts a source where it is told to, and takes no other statement for a halt", async function () {
    const issued = await beta.now();
    const { chainId, addresses } = alpha;
    const content = { chainId, gateway: addresses.gateway, expiresAt: issued + 3_600n, reason: ZERO_BYTES32 };
    const statement: Statement = { kind: "Halt", content };
    const { certificate } = await certified([statement], 2);
    const batchProof = new StatementTree([statement]).proof(statement);
    const file = written("halt.json", { certificate, statement, batchProof });
    const { rollups } = await tasks.json("halt", { files: [file] });
    expect(rollups).to.have.lengthOf(1);
    expect(await haltedUntil(beta.deployer, beta.addresses.policy, chainId)).to.equal(content.expiresAt);
    const again = await tasks.run("halt", { files: [file], on: "beta" });
    expect(again.exitCode).to.equal(2);
    expect(again.stdout).to.match(/ {2}beta: refused: HaltUsed\(/);
    const table: Statement = { kind: "Table", content: scene.epoch.statement };
    const other = written("table.json", { ...(await certified([table], 2)), statement: table, batchProof: [] });
    await tasks.expectFailed("halt", { files: [other] }, /\n$/);
    await tasks.expectFailed(
      "halt",
      { files: [written("t.json", { certificate, statement: table, batchProof })] },
      /^a Table stops nothing\n$/,
    );
    // Whoever owns the rollup's policy ends it at once.
    const halted = / {2}alpha \(chain \d+\): halted by its operators until 20/;
    expect((await tasks.run("admin pause")).stdout).to.match(halted);
    expect(await tasks.json("admin pause end-halt", { rollup: "beta", source: "alpha", yes: true })).to.include({
      outcome: "sent",
    });
    expect(await haltedUntil(beta.deployer, beta.addresses.policy, chainId)).to.equal(0n);
    expect((await tasks.run("admin pause")).stdout).not.to.match(halted);
  });

  it("freezes a set that contradicts itself, once with one evidence", async function () {
    const said = async (word: string, absent: number) => {
      const content = { ...scene.epoch.statement, epoch: 9, tableHash: bytes32(id(word)) };
      return certified([{ kind: "Table", content }], absent);
    };
    const found = equivocationBetween(parts(), await said("one", 2), await said("other", 2));
    const file = written("equivocation.json", found);
    const { operatorTables } = beta.addresses;
    expect(await tasks.json("freeze", { file, on: "beta" })).to.deep.include({ operatorSetId: scene.setId });
    expect(await frozenSince(beta.deployer, operatorTables, scene.setId)).to.equal(await beta.now());
    expect(await epochStatusOf(beta.deployer, operatorTables, scene.setId, scene.epoch.statement.epoch)).to.equal(
      "Frozen",
    );
    const { rollups } = await tasks.json("freeze", { file }, 2);
    expect(rollups).to.have.lengthOf(2);
    expect(rollups).to.have.nested.property("[0].transactionHash");
    expect(rollups)
      .to.have.nested.property("[1].reason")
      .that.matches(/EvidenceUsed\(/);
  });

  it("revokes an epoch over the slow road once the hub does, and not before; its successor heals the rollup", async function () {
    const { hub, setId, epoch } = scene;
    const number = epoch.statement.epoch;
    const typed = { epoch: String(number), to: "beta" };
    const before = await tasks.run("epoch revoke", typed);
    expect(before.exitCode).to.equal(2);
    expect(before.stdout).to.match(
      /is not revoked: operators with 0 of its weight .* are convicted, .* revoke it\n.*nothing was sent\n$/,
    );
    await tasks.expectFailed("epoch revoke", { ...typed, epoch: "99" }, /has no epoch 99 on the hub\n$/);
    await tasks.expectFailed("epoch revoke", { ...typed, epoch: "0" }, /^EPOCH: "0" is none\n$/);
    await meet(scene);
    expect(await tasks.json("fault accuse", { file: tasks.file("equivocation.json") })).to.include({ caseId: "2" });
    expect((await tasks.json("fault execute", { case: "2" })).slashes).to.have.lengthOf(2);
    expect(await tasks.json("epoch revoke", typed)).to.include({ isRevoked: true });
    const end = scene.beta.road;
    expect(await end.carryDown()).to.equal(true);
    const { operatorTables, directory } = beta.addresses;
    expect(await epochStatusOf(beta.deployer, operatorTables, setId, number)).to.equal("Revoked");
    expect(await broughtOf(beta.deployer, operatorTables, setId, number)).to.deep.include({ isRevoked: true });

    // Who was honest goes on.
    const next = await nextEpoch(scene);
    const to = { hubEnd: address(await end.hubEnd.getAddress()) };
    const anybody = elementAt(hub.eigenLayer.chain.signers, 9);
    const { statement } = next.epoch;
    await expectInstall("is not there", 2);
    await expectInstall("is revoked", 2, String(number));
    const sender = elementAt(hub.eigenLayer.chain.signers, 0);
    const nonce = await sender.getNonce();
    const planned = await tasks.json("epoch send", { to: "beta", dryRun: true });
    expect(planned).to.have.nested.property("rollups[0].gas");
    expect(await sender.getNonce()).to.equal(nonce);
    const { table, rollups } = await tasks.json("epoch send", { to: "beta" });
    expect(table).to.deep.equal(JSON.parse(toJson(statement)));
    expect(rollups).to.have.nested.property("[0].transactionHash");
    await expectInstall("is not there", 2);
    expect(await end.carryDown()).to.equal(true);
    await meet(scene);
    await expectInstall("would be installed with", 0, "", { dryRun: true });
    expect(await epochStatusOf(beta.deployer, operatorTables, setId, statement.epoch)).to.equal(undefined);
    await expectInstall("is installed", 0);
    expect(await epochStatusOf(beta.deployer, operatorTables, setId, statement.epoch)).to.equal("Speaking");
    await expectInstall("was installed before", 0);
    const { news: entry } = await sendEntry(anybody, to, alpha.chainId);
    expect(entry.entry?.gateway).to.equal(alpha.addresses.gateway);
    expect(await end.carryDown()).to.equal(true);
    expect(await entryBroughtAt(beta.deployer, directory, alpha.chainId)).to.equal(entry.hubTime);
  });

  it("says what the owner announces of an epoch where no bridge brings it", async function () {
    const book = z.looseObject({ rollups: z.array(z.looseObject({})) });
    const { rollups, ...rest } = book.parse(JSON.parse(readFileSync(tasks.deployment, "utf8")));
    const deployment = tasks.file("bridgeless.json");
    writeFileSync(deployment, toJson({ ...rest, rollups: rollups.map(({ bridge: _, ...rollup }) => rollup) }));
    const said = await tasks.json("epoch send", { to: "alpha", deployment }, 2);
    const shape = z.object({ rollups: z.tuple([z.object({ announcement: z.object({ owner: z.string(), news }) })]) });
    const { owner, news: announced } = shape.parse(said).rollups[0].announcement;
    const policy = await alpha.ethers.getContractAt("Policy", alpha.addresses.policy);
    expect(owner).to.equal(await policy.owner());
    const { epoch } = announced.table;
    const { tableHash } = await scene.hub.tableBuilder.epoch(scene.setId, epoch);
    expect(announced.table).to.include({ operatorSetId: scene.setId, tableHash });
    expect(announced).to.include({ newestEpoch: epoch, isRevoked: false });
    await policy.announceEpoch(announced);
    const revoked = await tasks.run("epoch send", {
      ...{ epoch: String(scene.epoch.statement.epoch), to: "alpha", deployment },
    });
    expect([revoked.exitCode, revoked.stdout]).to.deep.equal([2, revoked.stdout]);
    expect(revoked.stdout).to.match(/^epoch \d+ of set \d+: revoked; .*\n {2}alpha: no canonical bridge.* true, \(/);
  });

  it("lets a frozen set speak again where the owner announced it, after the delay, and not where that was taken back", async function () {
    const { setId } = scene;
    const { operatorTables, policy } = alpha.addresses;
    const lift = { rollup: "alpha", set: String(setId), yes: true };
    expect((await tasks.run("admin pause")).stdout).to.match(
      /^alpha: its owner is 0x\w+\n {2}set \d+: frozen since 20.*Z\n/m,
    );
    expect(await tasks.json("admin pause lift", lift, 2)).to.include({ act: "announceLift", outcome: "sent" });
    expect(await tasks.json("admin pause lift", { ...lift, cancel: true })).to.include({ act: "cancelLift" });
    // What was taken back is announced anew, not waited for.
    expect(await tasks.json("admin pause lift", lift, 2)).to.include({ act: "announceLift" });
    expect(await tasks.json("admin pause lift", lift, 2)).to.include({ act: null, outcome: "nothing to send" });
    const delay = await (await alpha.ethers.getContractAt("Policy", policy)).looseningDelaySeconds();
    await alpha.helpers.time.increase(delay);
    expect(await tasks.json("admin pause lift", lift)).to.include({ act: "applyLift", frozen: null });
    expect(await frozenSince(alpha.deployer, operatorTables, setId)).to.equal(0n);
  });
});

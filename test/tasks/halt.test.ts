import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { decodeBytes32String } from "ethers";

import { haltedUntil } from "#chain/brakes.ts";
import { installTable } from "#chain/facts.ts";
import { keyPair } from "#protocol/bn254.ts";
import { elementAt } from "#protocol/errors.ts";
import { haltProposalSchema, proposeHalt, type HaltProposal } from "#protocol/halts/proposal.ts";
import { parse, toJson } from "#protocol/schemas.ts";
import type { Statement, Table } from "#protocol/statements.ts";
import { chainId } from "#protocol/types.ts";
import { nextEpoch } from "#support/court.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { quickKeystore } from "#support/keystores.ts";
import { PAPER } from "#support/paper.ts";
import { meet, roadScene, type RoadScene } from "#support/roadScene.ts";
import { deliver, sent } from "#support/roadStories.ts";
import type { LanePage } from "#support/rollup.ts";

const PASSWORD = "correct horse battery staple";
const REASON = "the bridge is drained";
/** Account of nobody in particular; the policy's owner has the first one. */
const ANYBODY = 7;
const HOUR = 3_600n;

describe("The tasks halt", function () {
  let scene: RoadScene;
  let tasks: HubTasks;
  let keystores: readonly string[];
  let passwordFile: string;
  let page: LanePage;
  const { isTTY } = process.stdin;

  // One after the other, as an emergency goes. Of 10 000, the operators have 4 000, 3 000 and 3 000.
  before(async function () {
    scene = await roadScene(await startOwn("1.13"));
    tasks = await HubTasks.serving(scene.hub, scene.setId, [scene.alpha.rollup, scene.beta.rollup]);
    passwordFile = tasks.file("password");
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    keystores = await Promise.all(
      scene.operators.map(({ key }, row) => quickKeystore(tasks.file(`operator-${row}.json`), key, PASSWORD)),
    );
    page = await sent(scene, scene.alpha, scene.beta);
    // Nobody is there to be asked, wherever this runs.
    process.stdin.isTTY = false;
  });

  after(async function () {
    process.stdin.isTTY = isTTY;
    await tasks.close();
  });

  const propose = async (name: string, more: Record<string, unknown> = {}) =>
    tasks.json("halt propose", { chain: "alpha", hours: 1, reason: REASON, out: tasks.file(name), ...more });
  const signature = (row: number) => ({ keystore: elementAt(keystores, row), passwordFile, yes: true });
  const sign = async (row: number, name: string, out = "") =>
    tasks.json("halt sign", { file: tasks.file(name), out: out && tasks.file(out), ...signature(row) });
  const proposalIn = (name: string) => parse(haltProposalSchema, JSON.parse(readFileSync(tasks.file(name), "utf8")));
  const written = (name: string, document: unknown): string => {
    writeFileSync(tasks.file(name), toJson(document));
    return tasks.file(name);
  };
  const until = () => haltedUntil(beta().deployer, beta().addresses.policy, alpha().chainId);
  const alpha = () => scene.alpha.rollup;
  const beta = () => scene.beta.rollup;
  const delivering = () => deliver(scene.beta, page, scene.committee);
  const expectHalted = async () =>
    expect(delivering())
      .to.be.revertedWithCustomError(beta().policy, "StillHalted")
      .withArgs(1_001, await until());

  it("propose what the source's own set can say on every rollup that hears it, and never over a file", async function () {
    const said = await propose("halt.json");
    const { domain, batch, statement, reason, signatures } = proposalIn("halt.json");
    const { epoch } = scene.epoch.statement;
    expect(domain).to.deep.equal(scene.hub.domain);
    expect(batch).to.include({ operatorSetId: scene.setId, tableEpoch: epoch, issuedAt: await scene.hub.now() });
    expect(statement.content).to.include({ chainId: alpha().chainId, gateway: alpha().addresses.gateway });
    expect(statement.content.expiresAt).to.equal(batch.issuedAt + HOUR);
    expect([reason, decodeBytes32String(statement.content.reason), signatures]).to.deep.equal([REASON, REASON, []]);
    expect(said).to.deep.include({ rollups: [{ rollup: "beta", haltQuorumBps: 3_334 }], silent: [] });

    const refusals: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{}, /^--out: .* exists\n$/],
      [{ out: tasks.file("no.json"), hours: 24.001 }, /^--hours: 24\.001, more than none and at most 24\n$/],
      [{ out: tasks.file("no.json"), hours: 0 }, /^--hours: 0, /],
      [{ out: tasks.file("no.json"), reason: "" }, /^--reason: everybody is told why\n$/],
      [{ out: tasks.file("no.json"), reason: "a\nb" }, /not a line of plain text\n$/],
      [{ out: tasks.file("no.json"), chain: "4711" }, /^no rollup of the book hears chain 4711\n$/],
    ];
    for (const [more, message] of refusals) {
      const args = { chain: "alpha", hours: 1, reason: REASON, out: tasks.file("halt.json"), ...more };
      await tasks.expectFailed("halt propose", args, message);
    }
    expect(existsSync(tasks.file("no.json"))).to.equal(false);
  });

  it("sign nothing but a halt that holds here and now, with a key that counts, and only when asked to", async function () {
    const honest = proposalIn("halt.json");
    const { issuedAt } = honest.batch;
    const { tableEpoch } = honest.batch;
    const { chainId: source, gateway } = honest.statement.content;
    const parts = { domain: honest.domain, chainId: source, gateway, operatorSetId: scene.setId, tableEpoch };
    const remade = (more: Partial<Parameters<typeof proposeHalt>[0]>): HaltProposal =>
      proposeHalt({ ...parts, issuedAt, seconds: HOUR, reason: REASON, ...more });
    const table = { kind: "Table", content: scene.epoch.statement };
    const refusals: readonly (readonly [unknown, RegExp])[] = [
      [{ ...honest, statement: table }, /^statement\.kind: /],
      [
        { ...honest, batch: { ...honest.batch, statementsRoot: scene.epoch.statement.tableHash } },
        /the halt alone has/,
      ],
      [remade({ domain: { ...honest.domain, hubChainId: chainId(2n) } }), /^made for .*not for/],
      [remade({ seconds: 24n * HOUR + 1n }), /^a halt until /],
      [remade({ issuedAt: issuedAt - 2n * HOUR }), /^issued at /],
      [remade({ tableEpoch: tableEpoch + 1 }), /^set 1 has no epoch 3 on the hub\n$/],
      [remade({ gateway: PAPER.stranger }), /^nobody would take this halt: beta: hears chain 1001 from/],
      [{ ...honest, reason: "maintenance" }, /^the halt says /],
    ];
    for (const [document, message] of refusals) {
      const file = written("wrong.json", document);
      const before = readFileSync(file, "utf8");
      await tasks.expectFailed("halt sign", { file, ...signature(0) }, message);
      expect(readFileSync(file, "utf8")).to.equal(before);
    }
    const file = tasks.file("halt.json");
    const stranger = await quickKeystore(tasks.file("stranger.json"), keyPair(4_711n), PASSWORD);
    const unasked: readonly (readonly [Record<string, unknown>, RegExp])[] = [
      [{ ...signature(0), keystore: stranger }, /^the key of .* has no row in epoch \d+ of set 1\n$/],
      [{ ...signature(0), keystore: "" }, /^--keystore: /],
      [{ ...signature(0), out: file }, /^--out: .* exists\n$/],
    ];
    for (const [typed, message] of unasked) await tasks.expectFailed("halt sign", { file, ...typed }, message);
    const shown = await tasks.run("halt sign", { file, ...signature(0), yes: false });
    expect([shown.exitCode, shown.stdout]).to.deep.equal([1, ""]);
    for (const told of [REASON, source, gateway, honest.batch.statementsRoot, honest.domain.serviceManager]) {
      expect(shown.stderr).to.include(String(told));
    }
    expect(shown.stderr).to.match(/no terminal to ask: look at what stands above, or at --dry-run, then use --yes\n$/);
    expect(proposalIn("halt.json").signatures).to.deep.equal([]);
  });

  it("say what is missing, and send nothing, while less than a third has signed", async function () {
    const [, operator] = scene.operators;
    const { rollups, ...signed } = await sign(1, "halt.json", "of-1.json");
    expect(signed).to.include({ row: 1, operator: operator.address, signedBps: 3_000 });
    expect(proposalIn("halt.json").signatures).to.deep.equal([]);
    expect(rollups).to.have.nested.property("[0].missingWeight", "33400000000000000000");
    const nonce = await elementAt(beta().signers, ANYBODY).getNonce();
    const { exitCode, stdout } = await tasks.run("halt send", { files: [tasks.file("of-1.json")], account: ANYBODY });
    expect(exitCode).to.equal(2);
    expect(stdout).to.match(/ {2}beta: weight 33400000000000000000 is missing, 3334 basis points halt it\n/);
    const none = await tasks.json("halt send", { files: [tasks.file("halt.json")], account: ANYBODY }, 2);
    expect(none).to.deep.include({ signers: [], signedBps: 0 });
    expect(await elementAt(beta().signers, ANYBODY).getNonce()).to.equal(nonce);
    expect(await until()).to.equal(0n);
  });

  it("stop the source with what several signed apart, drop and name who did not, and are used once", async function () {
    expect(await sign(2, "halt.json", "of-2.json")).to.include({ signedBps: 3_000 });
    const honest = proposalIn("of-2.json");
    const [theirs] = honest.signatures;
    const files = [tasks.file("of-1.json"), tasks.file("of-2.json")];
    const forged = written("forged.json", { ...honest, signatures: [{ ...theirs, row: 0 }] });
    const all = [...files, forged];
    const tried = await tasks.json("halt send", { files: all, dryRun: true, account: ANYBODY });
    expect(tried).to.deep.include({ signers: [1, 2], dropped: [0], rollups: [{ rollup: "beta" }] });
    expect(await until()).to.equal(0n);
    const { stdout, exitCode } = await tasks.run("halt send", { files: all, account: ANYBODY });
    expect(stdout).to.include(`dropped: row 0, ${scene.operators[0].address}: the signature does not hold`);
    expect(exitCode).to.equal(0);
    expect(await until()).to.equal(proposalIn("halt.json").statement.content.expiresAt);
    await expectHalted();
    const again = await tasks.run("halt", { files });
    expect([again.exitCode, again.stdout]).to.deep.equal([2, again.stdout]);
    expect(again.stdout).to.match(/ {2}beta: refused: HaltUsed\(.*\): it stopped the source here already\n$/);
    await tasks.expectFailed("halt", { files, on: "alpha" }, /^a source does not hear itself: /);
    await propose("other.json", { reason: "another one" });
    await tasks.expectFailed("halt", { files: [...files, tasks.file("other.json")] }, /they are not of one halt\n$/);
  });

  it("are lifted at once by the policy's owner and nobody else, and what waited is delivered", async function () {
    const refused = await tasks.run("halt lift", { chain: "alpha", account: ANYBODY });
    expect([refused.exitCode, refused.stdout]).to.deep.equal([2, refused.stdout]);
    expect(refused.stdout).to.match(/beta: refused: OwnableUnauthorizedAccount\(/);
    const { rollups } = await tasks.json("halt lift", { chain: "alpha", dryRun: true });
    expect(rollups).to.deep.equal([{ rollup: "beta", haltedUntil: String(await until()) }]);
    await expectHalted();
    await tasks.json("halt lift", { chain: "alpha", on: "beta" });
    expect(await until()).to.equal(0n);
    await expect(delivering()).to.emit(beta().gateway, "MessageDelivered");
    expect(await tasks.json("halt lift", { chain: "alpha" }, 2)).to.deep.include({ rollups: [] });
    const named = await tasks.json("halt clear", { chain: "alpha", on: "beta" }, 2);
    expect(named.rollups).to.deep.equal([{ rollup: "beta", reason: "not halted" }]);
  });

  it("stop again by two thirds what a third may not, though another rollup is down, until they end by themselves", async function () {
    page = await sent(scene, scene.alpha, scene.beta);
    const book: unknown = JSON.parse(readFileSync(tasks.deployment, "utf8"));
    const { rollups, ...rest } = book as { rollups: Record<string, unknown>[] };
    const down = { ...rollups[1], name: "gamma", chainId: 1_003, url: "http://127.0.0.1:9" };
    const deployment = written("book-with-gamma.json", { ...rest, rollups: [...rollups, down] });

    const { silent } = await propose("again.json", { deployment });
    expect(silent).to.deep.equal([{ rollup: "gamma", reason: 'nobody answers for network "gamma"' }]);
    const [file, one] = [tasks.file("again.json"), tasks.file("of-0.json")];
    await sign(0, "again.json", "of-0.json");
    expect((await tasks.run("halt", { files: [one] })).stdout).to.match(/beta: refused: HaltTooSoon\(/);
    for (const row of [0, 1, 2]) await tasks.json("halt sign", { file, deployment, ...signature(row) });
    const twice = await tasks.json("halt sign", { file, deployment, ...signature(1) });
    expect(twice).to.deep.include({ row: 1, signers: [0, 1, 2], dropped: [] });
    const sending = await tasks.json("halt", { files: [file], deployment }, 2);
    expect(sending).to.deep.include({ signers: [0, 1, 2], dropped: [] });
    expect(sending.rollups).to.have.nested.property("[0].transactionHash");
    expect(sending.rollups).to.have.nested.property("[1].reason", 'nobody answers for network "gamma"');
    const end = proposalIn("again.json").statement.content.expiresAt;
    expect(await until()).to.equal(end);
    await expectHalted();
    const early = await tasks.run("halt clear", { chain: "alpha", account: ANYBODY });
    expect([early.exitCode, early.stdout]).to.deep.equal([2, early.stdout]);
    expect(early.stdout).to.match(/beta: refused: StillHalted\(/);

    await beta().helpers.time.increaseTo(end + 1n);
    await meet(scene);
    await expect(delivering()).to.emit(beta().gateway, "MessageDelivered");
    await tasks.expectFailed("halt", { files: [file] }, /^a halt until /);
    await tasks.json("halt clear", { chain: "alpha", account: ANYBODY });
    expect(await until()).to.equal(0n);
  });

  it("propose with the newest epoch that a rollup and the hub have alike, and with none that is over", async function () {
    const proposed = async (name: string) => {
      await propose(name);
      return proposalIn(name).batch.tableEpoch;
    };
    const present = scene.epoch.statement.epoch;
    const next = await nextEpoch(scene);
    await meet(scene);
    const { statement: content, rows } = next.epoch;
    const install = async (table: Table) => {
      const statements: Statement[] = [{ kind: "Table", content: table }];
      const { certificate } = await scene.committee.certify(statements, { issuedAt: await beta().now() });
      await installTable(
        beta().relayer,
        beta().addresses.operatorTables,
        { certificate, content: table, proof: [] },
        rows,
      );
    };
    expect(await proposed("before.json")).to.equal(present);
    const snapshot = await beta().helpers.takeSnapshot();
    await install({ ...content, validUntil: content.validUntil + 1n });
    expect(await proposed("made-up.json")).to.equal(present);
    await snapshot.restore();
    await install(content);
    expect(await proposed("after.json")).to.equal(present + 1);
    await scene.hub.pass(content.validUntil - (await scene.hub.now()) + 1n);
    const over = { chain: "alpha", hours: 1, reason: REASON, out: tasks.file("over.json") };
    await tasks.expectFailed(
      "halt propose",
      over,
      /^no epoch of set 1 speaks everywhere now: beta has none; with --on/,
    );
    const file = tasks.file("after.json");
    await tasks.expectFailed("halt sign", { file, ...signature(0) }, /the epoch was over at \d+: propose anew\n$/);
  });
});

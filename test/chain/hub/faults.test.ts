import { expect } from "chai";
import { id } from "ethers";

import { casesOf } from "#chain/hub/cases.ts";
import { HubError } from "#chain/hub/errors.ts";
import { accuse, execute, judgeOnHub } from "#chain/hub/faults.ts";
import type { HubSite } from "#chain/hub/site.ts";
import { allTaken, booksOf, collect, takenOf } from "#chain/hub/vault.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";
import { elementAt } from "#protocol/errors.ts";
import { equivocationBetween, lieIn } from "#protocol/evidence/build.ts";
import type { Evidence } from "#protocol/evidence/evidence.ts";
import { judge } from "#protocol/evidence/verdict.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import { address, bytes32, ZERO_BYTES32 } from "#protocol/types.ts";
import { court, LANE, SECOND_STAKE, STAKES, type Court } from "#support/court.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { passResolution } from "#support/eigenlayer/service.ts";
import { siteOf } from "#support/hubSite.ts";
import { toldPage } from "#support/speeches.ts";
import { stagedOn } from "#support/stage.ts";
import { entryOf } from "#support/world.ts";

const HUB_FACT_SECONDS = 2 * 3_600;
const STRANGER: Statement = { kind: "Page", content: toldPage(LANE, ["a"]).page };

describeOnEach(hubOffers, "Evidence on the hub", function (start) {
  const stage = stagedOn(
    async (): Promise<Court & { site: HubSite }> => {
      const found = await court(await start());
      return { ...found, site: await siteOf(found.hub) };
    },
    ({ hub }) => [hub.eigenLayer],
  );
  const anybody = () => elementAt(stage().hub.eigenLayer.chain.signers, 9);

  /** Operators 1 and 2 say one thing, 2 and 3 another. */
  async function equivocation(one: Statement, other: Statement): Promise<Evidence> {
    const { committee, hub, epoch, setId } = stage();
    const issuedAt = await hub.now();
    const certified = async (statement: Statement, absent: number) => {
      const { certificate } = await committee.certify([statement, STRANGER], { issuedAt, absent: [absent] });
      return { certificate, statements: [statement, STRANGER] };
    };
    const tables = [{ operatorSetId: setId, epoch: epoch.statement.epoch, rows: epoch.rows }];
    const leaves = new Map([SHORT, LONG].map((told) => [statementLeaf(pageOf(told)), told.tree.leaves]));
    const parts = { domain: hub.domain, tables };
    const found = equivocationBetween(parts, await certified(one, 2), await certified(other, 0), leaves);
    if (found === undefined) throw new Error("no evidence");
    return found;
  }

  async function lie(statement: Statement): Promise<Evidence> {
    const { committee, hub, epoch, setId } = stage();
    const { certificate } = await committee.certify([statement], { issuedAt: await hub.now(), absent: [0] });
    const tables = [{ operatorSetId: setId, epoch: epoch.statement.epoch, rows: epoch.rows }];
    return lieIn({ domain: hub.domain, tables }, { certificate, statements: [statement] }, statement);
  }

  const SHORT = toldPage(LANE, ["a", "b"]);
  const LONG = toldPage(LANE, ["a", "x", "c"]);
  const pageOf = ({ page }: typeof SHORT): Statement => ({ kind: "Page", content: page });
  const tableOf = (word: string): Statement => ({
    kind: "Table",
    content: { ...stage().epoch.statement, epoch: 9, tableHash: bytes32(id(word)) },
  });
  const entryStatement = (finality: number): Statement => ({
    kind: "Rollup",
    content: entryOf(LANE.sourceChainId, LANE.sourceGateway, { finality }),
  });

  async function verdictOn(evidence: Evidence) {
    const verdict = judge(evidence, await mclVerifier());
    return judgeOnHub(stage().hub.eigenLayer.chain.ethers.provider, stage().site, evidence, verdict, 0);
  }

  it("opens a case for pages, tables and entries, and tells that it is open", async function () {
    const { site, operators } = stage();
    const pairs: readonly (readonly [Statement, Statement])[] = [
      [pageOf(SHORT), pageOf(LONG)],
      [tableOf("one"), tableOf("other")],
      [entryStatement(3), entryStatement(2)],
    ];
    for (const [at, [one, other]] of pairs.entries()) {
      const evidence = await equivocation(one, other);
      const before = await verdictOn(evidence);
      const guilty = { operator: operators[1].address, rowA: 1, rowB: 1 };
      expect(before).to.deep.include({ accused: [guilty], isInTime: true, openedCases: [] });
      expect(before).not.to.have.property("refusal");
      expect(await accuse(anybody(), site, evidence, guilty)).to.equal(BigInt(at + 1));
      expect((await verdictOn(evidence)).openedCases).to.deep.equal([BigInt(at + 1)]);
    }
  });

  it("opens a case for what the hub refutes, once it may say so", async function () {
    const { hub, site, operators } = stage();
    for (const statement of [tableOf("one"), entryStatement(3), STRANGER]) {
      const evidence = await lie(statement);
      const early = await verdictOn(evidence);
      expect(early.isInTime).to.equal(false);
      expect(early.refusal).to.match(/^refused: TooEarlyToJudge\(/);
      await hub.pass(HUB_FACT_SECONDS);
      const due = await verdictOn(evidence);
      expect(due.accused.map(({ operator }) => operator)).to.deep.equal([operators[1].address, operators[2].address]);
      expect(due.isInTime).to.equal(true);
      await accuse(anybody(), site, evidence, elementAt(due.accused, 0));
    }
    const { provider } = hub.eigenLayer.chain.ethers;
    const faults = (await casesOf(provider, site, 0)).map(({ fault }) => fault);
    expect(faults).to.deep.equal(["FalseTable", "FalseEntry", "Stranger"]);
  });

  it("takes no evidence of another hub or another table, and none that comes too late", async function () {
    const { hub, site } = stage();
    const honest = await equivocation(tableOf("one"), tableOf("other"));
    const failing = async (evidence: Evidence, message: RegExp) => {
      const verdict = judge(honest, await mclVerifier());
      const found = await judgeOnHub(hub.eigenLayer.chain.ethers.provider, site, evidence, verdict, 0).catch(
        (error: unknown) => error,
      );
      expect(found).to.be.instanceOf(HubError).with.property("message").that.matches(message);
    };
    const nobody = address(`0x${"0".repeat(39)}1`);
    await failing({ ...honest, domain: { ...hub.domain, serviceManager: nobody } }, /^the evidence is for hub/);
    const verdict = judge(honest, await mclVerifier());
    const speakers = verdict.speakers.map((speaker) => ({ ...speaker, tableHash: ZERO_BYTES32 }));
    const { provider } = hub.eigenLayer.chain.ethers;
    const found = await judgeOnHub(provider, site, honest, { ...verdict, speakers }, 0).catch(
      (error: unknown) => error,
    );
    expect(found)
      .to.be.instanceOf(HubError)
      .with.property("message")
      .that.matches(/^the hub's table of epoch 1 is/);
    await hub.pass(13n * 86_400n);
    const late = await verdictOn(honest);
    expect(late.isInTime).to.equal(false);
    expect(late.refusal).to.match(/^refused: EvidenceTooLate\(/);
  });

  it("is executed against all who are guilty, page by page, and the vault's books follow", async function () {
    const { hub, site, setId, operators, assets } = stage();
    const { provider } = hub.eigenLayer.chain.ethers;
    const evidence = await lie(tableOf("one"));
    await hub.pass(HUB_FACT_SECONDS);
    const { accused } = await verdictOn(evidence);
    const caseId = await accuse(anybody(), site, evidence, elementAt(accused, 0));
    const report = await execute(anybody(), site, caseId, 1);
    expect(report.slashes.map(({ operator, shares }) => [operator, shares.reduce((a, b) => a + b)])).to.deep.equal([
      [operators[1].address, STAKES[1] + SECOND_STAKE],
      [operators[2].address, STAKES[2]],
    ]);
    expect([report.nothingLeft, report.refused]).to.deep.equal([[], []]);
    const again = await execute(anybody(), site, caseId);
    expect(again.slashes).to.deep.equal([]);
    expect(again.nothingLeft).to.deep.equal([operators[1].address, operators[2].address]);

    const [history] = await casesOf(provider, site, 0, caseId);
    expect(history).to.deep.include({ caseId, fault: "FalseTable", accuser: anybody().address, accused });
    expect(history?.slashes).to.deep.equal(report.slashes);

    const taken = await allTaken(provider, site, 0);
    expect(taken).to.have.lengthOf(3);
    expect(taken.every(({ isCollected, tokens }) => !isCollected && tokens === 0n)).to.equal(true);
    const asset = assets[0];
    const which = { operatorSetId: setId, slashId: elementAt(report.slashes, 1).slashId, strategy: asset.strategy };
    await passResolution(hub.eigenLayer, hub.set(setId), which.slashId);
    const collected = await collect(anybody(), site, which);
    expect(collected).to.deep.equal({
      ...which,
      shares: STAKES[2],
      tokens: STAKES[2],
      token: asset.token,
      isCollected: true,
    });
    const [book] = await booksOf(provider, site, [asset.token]);
    expect(book).to.deep.equal({ token: asset.token, booked: STAKES[2], pending: 1n });
    const unknown = await takenOf(provider, site, { ...which, slashId: 99n }).catch((error: unknown) => error);
    expect(unknown).to.be.instanceOf(HubError).with.property("code", "Unknown");
  });

  it("knows no case that was never opened", async function () {
    const { site } = stage();
    const error = await execute(anybody(), site, 1n).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(HubError).with.property("code", "Unknown");
  });
});

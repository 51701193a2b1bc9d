import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { REASONS, type Reason } from "#chain/trace/diagnosis.ts";
import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress, type SourcePolicy } from "#deploy/rollup.ts";
import { encodeAttributes } from "#protocol/attributes.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Page } from "#protocol/statements.ts";
import { address, bytes32, type MessageId } from "#protocol/types.ts";
import { bringEntryNews, bringEpochNews, bringHalt, freeze, newsOf, pageConflict } from "#support/brakes.ts";
import { Committee, type CertifyOptions } from "#support/committee.ts";
import { bringEntry, bringTable, tableFact } from "#support/facts.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { roadWorld, type RoadWorld } from "#support/hubWorld.ts";
import { Publisher, pageStatement } from "#support/publisher.ts";
import { Rollup, startChain } from "#support/rollup.ts";
import { entryOf, Status } from "#support/world.ts";
import { SampleERC20__factory } from "#types/factories/contracts/mocks/openzeppelin/SampleERC20__factory.ts";

const STRANGER = address("0x00000000000000000000000000000000000bad00");
const PAYLOAD = "0x1234";

describe("The task message why", function () {
  let world: RoadWorld;
  let gamma: Rollup;
  let tasks: HubTasks;
  let aggregator: Publisher;
  let recipient: string;
  let rewind: () => Promise<void>;
  const produced = new Set<Reason>();

  before(async function () {
    world = await roadWorld();
    gamma = await strangerTo(world);
    recipient = await world.beta.deployMock("RecordingRecipient");
    const { hub, setId, alpha, beta, roads } = world;
    const bridges = roads.map(({ plan: { hubEnd, rollupEnd } }) => ({ hubEnd, rollupEnd }));
    tasks = await HubTasks.serving(hub, setId, [alpha, beta, gamma], bridges);
    aggregator = await Publisher.start();
    const chains = [hub.eigenLayer.chain, alpha, beta, gamma];
    let snapshots = await Promise.all(chains.map(({ helpers }) => helpers.takeSnapshot()));
    rewind = async () => {
      for (const snapshot of snapshots) await snapshot.restore();
      snapshots = await Promise.all(chains.map(({ helpers }) => helpers.takeSnapshot()));
    };
  });
  afterEach(async function () {
    aggregator.clear();
    for (const endpoint of tasks.endpoints) endpoint.tamper = (_method, _parameters, answer) => answer;
    await rewind();
  });
  after(async function () {
    await aggregator.close();
    await tasks.close();
  });

  /** A rollup that knows beta, which does not know it, nor does the hub. */
  async function strangerTo({ hub, setId, epoch, beta, alpha }: RoadWorld): Promise<Rollup> {
    const chain = await startChain(1_003, Number(await alpha.now()));
    const deployer = elementAt(chain.signers, 0);
    const own = gatewayAddress(address(deployer.address), await deployer.getNonce());
    const { statement: table, rows } = epoch;
    return Rollup.deploy(chain, {
      ...{ ...hub.domain, ...DEFAULT_WINDOWS, owner: address(deployer.address), directorySetId: setId },
      firstEntries: [entryOf(1_003n, own), entryOf(beta.chainId, beta.addresses.gateway)],
      firstTables: [{ table, rows }],
      defaultPolicy: DEFAULT_POLICY,
    });
  }

  const send = (to = recipient, attributes: Parameters<typeof encodeAttributes>[0] = {}) =>
    world.alpha.send(world.beta, to, PAYLOAD, encodeAttributes(attributes));

  /** Certifies alpha's first page, and has the aggregator tell. */
  async function certify(options: Partial<CertifyOptions> = {}, changes: Partial<Page> = {}, by = world.committee) {
    const { alpha, beta } = world;
    const { page } = await alpha.page(alpha.laneTo(beta));
    const now = await beta.now();
    const issuedAt = now > page.sourceTimestamp ? now : page.sourceTimestamp;
    const statement = pageStatement({ ...page, ...changes });
    const { certificate } = await by.certify([statement], { issuedAt, ...options });
    aggregator.publish({ certificate, statements: [statement] });
    return certificate;
  }

  const tighten = (changes: Partial<SourcePolicy>) =>
    world.beta.policy.tighten(world.alpha.chainId, { ...DEFAULT_POLICY, ...changes });

  const entryOfAlpha = (changes: Parameters<typeof entryOf>[2]) =>
    entryOf(world.alpha.chainId, world.alpha.addresses.gateway, { operatorSetId: world.setId, ...changes });

  const news = (entry: ReturnType<typeof entryOf>, hubTime: bigint) =>
    bringEntryNews(world.beta, { sequence: 1n, hubTime, entry });

  /** Asks, expects a reason and what its mend must be, and returns the document. */
  async function expectWhy(id: MessageId, code: Reason, command: RegExp | null, args: Record<string, unknown> = {}) {
    const found = await tasks.json("message why", { id, aggregator: aggregator.url, ...args }, 2);
    expect(found, JSON.stringify(found)).to.have.nested.property("reason.code", code);
    const mend = found.mend as { command: string | null; text: string };
    if (command === null) expect(mend.command).to.equal(null);
    else expect(mend.command).to.match(command);
    expect(mend.text).to.have.length.greaterThan(20);
    produced.add(code);
    return { ...found, text: JSON.stringify(found) };
  }

  it("names what the destination's books say of the source, and who can change that", async function () {
    const { alpha, beta, committee } = world;
    const id = await send();
    await tighten({ refused: true });
    await expectWhy(id, "SourceRefused", /^npx hardhat policy set beta alpha --refused false --deployment /);
    await rewind();
    const limited = await send();
    await tighten({ messagesPerHour: 0 });
    const over = await expectWhy(limited, "OverLimit", /policy set beta alpha --messages-per-hour none/);
    expect(over.text).to.include("no waiting helps");
    await rewind();
    const halted = await send();
    await bringHalt(beta, committee, { chainId: alpha.chainId, gateway: alpha.addresses.gateway });
    const halt = await expectWhy(halted, "SourceHalted", /^npx hardhat admin pause end-halt beta alpha/);
    expect(halt).to.have.nested.property("reason.endsAt", String((await beta.policy.haltedUntil(alpha.chainId)) + 1n));
    await rewind();
    const irrefutable = await send();
    await bringEntry(beta, committee, entryOfAlpha({ refutable: false, version: 3n }));
    await expectWhy(irrefutable, "SourceIrrefutable", /policy set beta alpha --accepts-irrefutable true/);
    await rewind();
    const retired = await send();
    await bringEntry(beta, committee, entryOfAlpha({ status: Status.Retired, version: 3n }));
    await expectWhy(retired, "SourceNotHeard", /^npx hardhat rollup activate alpha/);
  });

  it("names what the destination's books say of the gateway that sent", async function () {
    const { alpha, beta } = world;
    const replace = async () =>
      news(entryOf(alpha.chainId, STRANGER, { operatorSetId: world.setId, version: 3n }), await beta.now());
    const drained = await send();
    await replace();
    await beta.helpers.time.increase(91n * 86_400n);
    await expectWhy(drained, "GatewayDrained", null);
    await rewind();
    const refused = await send();
    await replace();
    await beta.policy.refuseGateway(alpha.chainId, alpha.addresses.gateway);
    await expectWhy(refused, "GatewayRefused", null);
    await rewind();
    const unknown = await send();
    await news(entryOfAlpha({ status: Status.Retired, version: 3n }), await beta.now());
    await news(entryOf(alpha.chainId, STRANGER, { operatorSetId: world.setId, version: 4n }), await beta.now());
    await expectWhy(unknown, "GatewayUnknown", /rollup show alpha/);
  });

  it("tells a source that nobody told the destination of from one that the hub does not have", async function () {
    const { beta, committee } = world;
    const id = await gamma.send(beta, recipient, PAYLOAD);
    await expectWhy(id, "SourceUnknown", /^npx hardhat rollup show gamma/);
    await bringEntry(beta, committee, entryOf(gamma.chainId, gamma.addresses.gateway, { operatorSetId: world.setId }));
    await expectWhy(id, "NotInRegistry", /^npx hardhat rollup show gamma/);
  });

  it("tells which table is missing, early, over, frozen or revoked", async function () {
    const { alpha, beta, committee, validUntil, setId, epoch } = world;
    const { domain } = committee;
    const next = Committee.of(domain, [10n], { operatorSetId: setId, epoch: 2, seed: 7n });
    const lacking = await send();
    await certify({ epoch: 2 }, {}, next);
    const found = await expectWhy(lacking, "NoTable", /^npx hardhat table carry beta --aggregator http/);
    expect(found).to.have.nested.property("reason.epoch", 2);
    await rewind();
    aggregator.clear();
    const unspoken = await send();
    await news(entryOf(alpha.chainId, alpha.addresses.gateway, { operatorSetId: 9, version: 3n }), await beta.now());
    await expectWhy(unspoken, "NoTable", null);
    await rewind();
    const late = await send();
    await beta.helpers.time.increaseTo(validUntil - 100n);
    await bringTable(beta, committee, tableFact(next, validUntil + 600n, validUntil + 1_000n));
    await beta.helpers.time.increaseTo(validUntil + 1n);
    const early = await expectWhy(late, "TableNotYet", null);
    expect(early).to.have.nested.property("reason.endsAt", String(validUntil + 600n));
    await rewind();
    const stale = await send();
    await beta.helpers.time.increaseTo(validUntil + 1n);
    await expectWhy(stale, "StaleTable", new RegExp(`^npx hardhat epoch send --to beta --set ${String(setId)}`));
    await rewind();
    const frozen = await send();
    await freeze(beta, await pageConflict(committee, { issuedAt: await beta.now() }));
    await expectWhy(frozen, "Frozen", new RegExp(`^npx hardhat admin pause lift beta ${String(setId)}`));
    await certify();
    await expectWhy(frozen, "Frozen", /admin pause lift/);
    await rewind();
    aggregator.clear();
    const revoked = await send();
    await bringEpochNews(beta, newsOf(epoch.statement, await beta.now(), { isRevoked: true }));
    await expectWhy(revoked, "Revoked", /^npx hardhat epoch send --to beta/);
  });

  it("tells what is wrong with the certificate that an aggregator has", async function () {
    const { beta, committee, setId } = world;
    const fresh = async () => {
      await rewind();
      aggregator.clear();
      return send();
    };
    let id = await send();
    await certify({ absent: [0, 1] });
    const weak = await expectWhy(id, "QuorumNotReached", /policy set beta alpha --quorum-bps 6667/);
    expect(weak.text).to.include("QuorumNotReached(5000, 6667)");
    id = await fresh();
    await certify({}, { finality: 2 });
    await expectWhy(id, "FinalityOutOfRange", /--min-finality/);
    id = await fresh();
    await certify();
    await tighten({ minTotalWeightLog2: 104 });
    await expectWhy(id, "TableTooLight", /--min-total-weight-log2/);
    id = await fresh();
    await certify();
    await tighten({ maxAgeSeconds: 60 });
    await beta.helpers.time.increase(100);
    const stale = await expectWhy(id, "CertificateStale", /^curl -X POST .*\/pages -d '\{"laneId":"0x/);
    expect(stale.text).to.include("CertificateTooOld");
    id = await fresh();
    await certify({ issuedAt: (await beta.now()) + 2_000n });
    await expectWhy(id, "ClockAhead", /message why/);
    id = await fresh();
    const strangers = Committee.of(
      committee.domain,
      committee.table.rows.map(({ weight }) => weight),
      {
        operatorSetId: setId,
        seed: 99n,
      },
    );
    await certify({}, {}, strangers);
    await expectWhy(id, "CertificateInvalid", /--aggregator AGGREGATOR_URL/);
    id = await fresh();
    const others = Committee.of(committee.domain, [10n], { operatorSetId: 2, seed: 3n });
    const now = await beta.now();
    await bringEpochNews(beta, newsOf(others.tableStatement(now, now + 3_600n), now));
    await beta.operatorTables.installBrought(2, 1, others.table.packed);
    await certify({}, {}, others);
    await expectWhy(id, "WrongOperatorSet", /--aggregator AGGREGATOR_URL/);
    id = await fresh();
    await certify({}, { root: bytes32(`0x${"11".repeat(32)}`) });
    await expectWhy(id, "FalsePage", /fault refute/);
    id = await fresh();
    await certify();
    const mute = await beta.deployMock("RevertingRecipient", "0x");
    const code = await beta.ethers.provider.getCode(mute);
    await beta.helpers.setCode(beta.addresses.certificateVerifier, code);
    await expectWhy(id, "Refused", /message why/);
  });

  it("tells what the recipient does, by doing it in the gateway's own frame", async function () {
    const { beta } = world;
    const moody = await beta.deployMock("MoodyRecipient");
    const paused = SampleERC20__factory.createInterface().encodeErrorResult("EnforcedPause");
    const cases: [Reason, string, RegExp, number?][] = [
      ["RecipientReverts", moody, /not in the mood/],
      ["RecipientReverts", await beta.deployMock("RevertingRecipient", paused), /EnforcedPause\(\)/],
      ["WrongSelector", await beta.deployMock("MisansweringRecipient", `0x${"12345678".padEnd(64, "0")}`), /12345678/],
      ["OutOfGas", recipient, /5000 gas/, 5_000],
      ["WaitsForRelayer", recipient, /relayer/],
    ];
    const ids: MessageId[] = [];
    for (const [, to, , gasLimit] of cases) ids.push(await send(to, gasLimit === undefined ? {} : { gasLimit }));
    await certify();
    for (const [at, [code, , said]] of cases.entries()) {
      const found = await expectWhy(elementAt(ids, at), code, /^npx hardhat message deliver 0x.* --aggregator http/);
      expect(found.text).to.match(said);
    }
    const nobody = await send(STRANGER);
    await expectWhy(nobody, "RecipientWithoutCode", /message deliver/);
  });

  it("names commands that do mend: what waits is delivered by hand, with more gas where it needs more", async function () {
    const { beta } = world;
    const moody = await beta.ethers.getContractAt("MoodyRecipient", await beta.deployMock("MoodyRecipient"));
    const [waits, thirsty, sulks] = [
      await send(),
      await send(recipient, { gasLimit: 5_000 }),
      await send(await moody.getAddress()),
    ];
    await certify();
    const by = { aggregator: aggregator.url, account: 3 };
    expect(await tasks.json("message deliver", { id: waits, ...by, dryRun: true })).to.have.property(
      "delivered",
      false,
    );
    expect(await tasks.json("message deliver", { id: waits, ...by })).to.have.property("delivered", true);
    expect(await tasks.json("message why", { id: waits })).to.have.property("reason", null);
    expect(await tasks.json("message deliver", { id: thirsty, ...by }, 2)).to.include({ delivered: false });
    expect(await tasks.json("message deliver", { id: thirsty, ...by, gas: 100_000 })).to.include({ delivered: true });
    expect(await tasks.json("message deliver", { id: sulks, ...by }, 2)).to.include({ delivered: false });
    await moody.setAccepting(true);
    expect(await tasks.json("message deliver", { id: sulks, ...by })).to.include({ delivered: true });
    expect(await tasks.json("message deliver", { id: sulks, ...by })).to.include({ transactionHash: null });
  });

  it("tells what nobody has certified from what nobody can know", async function () {
    const id = await send();
    aggregator.problems.push("lane rests: 3 of 4 abstain");
    const found = await expectWhy(id, "NotCertified", /^npx hardhat operator list/);
    expect(found.text).to.include("3 of 4 abstain");
    await expectWhy(id, "NobodyAsked", /--aggregator AGGREGATOR_URL/, { aggregator: "" });
    const alpha = elementAt(tasks.endpoints, 1);
    alpha.tamper = (method, parameters, answer) =>
      method === "eth_getBlockByNumber" && parameters[0] === "finalized"
        ? Object.assign({}, answer, { number: "0x1" })
        : answer;
    await expectWhy(id, "NotFinal", /message why/);
  });

  it("says that nothing mends what is over, or goes where the address book ends", async function () {
    const { alpha, beta } = world;
    // Clocks of the two chains differ a little.
    const deliverBefore = (await alpha.now()) + 600n;
    const id = await send(recipient, { deliverBefore });
    await beta.helpers.time.increaseTo(deliverBefore + 1n);
    await expectWhy(id, "Expired", null);
    const book = JSON.parse(readFileSync(tasks.deployment, "utf8")) as { rollups: { name: string }[] };
    const deployment = tasks.file("small.json");
    writeFileSync(deployment, JSON.stringify({ ...book, rollups: book.rollups.filter(({ name }) => name !== "beta") }));
    await expectWhy(id, "DestinationUnknown", null, { deployment });
    await tasks.expectFailed(
      "message why",
      { id: bytes32(`0x${"77".repeat(32)}`) },
      /^no gateway of the address book sent 0x7/,
    );
  });

  it("was made to give each of its reasons", function () {
    expect([...produced]).to.have.members([...REASONS]);
  });
});

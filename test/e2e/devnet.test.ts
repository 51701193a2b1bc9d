import { existsSync } from "node:fs";
import { createServer } from "node:net";

import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";
import { z } from "zod";

import { broughtOf, sendEpoch } from "#chain/bridge/news.ts";
import { isRefuted, refuteNotYet } from "#chain/bridge/refute.ts";
import { account } from "#devnet/accounts.ts";
import type { Certified } from "#devnet/chronicle.ts";
import { CHAINS, ROLLUP_NAMES } from "#devnet/chains.ts";
import { readDeployment, type Deployment } from "#devnet/deployment.ts";
import { startDevnet, type Devnet } from "#devnet/devnet.ts";
import { DevnetError } from "#devnet/errors.ts";
import type { Refused } from "#devnet/journal.ts";
import { isAbsent } from "#devnet/narrator.ts";
import { exitCodeOf, runDevnet } from "#devnet/run.ts";
import { report, type Report } from "#devnet/report.ts";
import { sendMessage, textPayload } from "#devnet/sending.ts";
import { sharesOf } from "#devnet/stories/burst.ts";
import { rollupOf, walletOn } from "#devnet/stories/stage.ts";
import { elementAt } from "#protocol/errors.ts";
import { parseEvmAddress } from "#protocol/erc7930.ts";
import { address, chainId, hex, type MessageId } from "#protocol/types.ts";
import { devnetOptions } from "#support/devnet.ts";
import { serveChain, type Endpoint } from "#support/rpc.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

const BURST = 60;
/** The operator from whom one log of gamma is hidden, and the lane that the log belongs to. */
const DECEIVED = "operator 4";
const HIDDEN = { source: BigInt(CHAINS.gamma.chainId), destination: BigInt(CHAINS.beta.chainId) };

const gatewayInterface = Gateway__factory.createInterface();
const logsSchema = z.array(z.looseObject({ topics: z.array(z.string()), data: z.string() }));

/** Hides the log of the first message from gamma to beta, and no other. */
function hideFirst(): (answer: unknown) => unknown {
  let hidden: string | undefined;
  return (answer) =>
    logsSchema.parse(answer).filter(({ topics, data }) => {
      const parsed = gatewayInterface.parseLog({ topics, data });
      if (parsed?.name !== "MessageSent") return true;
      const { chainId } = parseEvmAddress(hex(String(parsed.args.getValue("recipient"))));
      if (chainId !== HIDDEN.destination) return true;
      const id = String(parsed.args.getValue("sendId"));
      hidden ??= id;
      return id !== hidden;
    });
}

function hasHiddenLane({ statements }: Certified): boolean {
  return statements.some(
    ({ kind, content }) =>
      kind === "Page" && content.sourceChainId === HIDDEN.source && content.destinationChainId === HIDDEN.destination,
  );
}

function epochsOf(found: Report | undefined): Report["epochs"] {
  if (found === undefined) throw new Error("there is no report");
  return found.epochs;
}

describe("The devnet", function () {
  this.timeout(240_000);

  const options = devnetOptions();
  const endpoints: Endpoint[] = [];
  let exitCode: number;
  let undisturbed: Report;
  let final: Report | undefined;
  let dropped: MessageId;
  let crossings: Readonly<Record<"down" | "up", number>>;
  let certificates: readonly Certified[];
  let refused: readonly Refused[];
  let told: Deployment;

  // One run for all claims below: what its stories sent is reconciled first, then a message is sent that cannot arrive.
  before(async function () {
    exitCode = await runDevnet({
      ...options,
      burst: BURST,
      once: true,
      endpointOf: async (operator, name, url) => {
        if (operator !== DECEIVED || name !== "gamma") return url;
        const { ethers } = await network.create({ network: name, override: { url } });
        const endpoint = await serveChain({ ethers });
        const withoutHidden = hideFirst();
        endpoint.tamper = (method, _parameters, honest) => (method === "eth_getLogs" ? withoutHidden(honest) : honest);
        endpoints.push(endpoint);
        return endpoint.url;
      },
      beforeReport: async (devnet) => {
        undisturbed = await report(devnet, {});
        told = await readDeployment(options.deploymentFile);
        dropped = await sendIntoTheVoid(devnet);
        crossings = await crossSlowRoad(devnet);
        certificates = [...devnet.chronicle.certificates];
        refused = [...devnet.journal.refused];
      },
      onReport: (found) => {
        final = found;
      },
    });
  });

  after(async function () {
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  });

  async function sendIntoTheVoid(devnet: Devnet): Promise<MessageId> {
    const [source, destination] = [rollupOf(devnet, "alpha"), rollupOf(devnet, "gamma")];
    const { messageIds } = await sendMessage(walletOn(source, "visitor"), source.deployed, {
      destination: destination.deployed,
      recipient: address("0x000000000000000000000000000000000000dEaD"),
      payload: textPayload("nobody is there"),
    });
    return elementAt(messageIds, 0);
  }

  it("delivers what its stories sent on all six lanes, each message once, by the chains' own word", function () {
    expect(undisturbed.verdict).to.deep.include({ ok: true, missing: [], unexpected: [], repeated: [] });
    // A text, two token transfers, the burst, a text after the absent operator came back, and what flowed meanwhile.
    const sent = BURST + 4 + (final?.epochs.change?.messages ?? 0);
    expect(undisturbed.counts).to.deep.equal({ sent, certified: sent, delivered: sent });
    expect(undisturbed.lanes).to.have.length(6);
    expect(exitCodeOf(undisturbed)).to.equal(0);
  });

  /** Has the hub speak to beta, and beta's gateway to the hub, and says after how many seconds each was heard. */
  async function crossSlowRoad({ hub, rollups }: Devnet): Promise<typeof crossings> {
    const beta = rollupOf({ rollups }, "beta");
    const { bridge, contracts } = beta.deployed;
    const onHub = new Wallet(account("visitor").privateKey, hub.chain.provider);
    const sentMs = Date.now();
    const [, { refutation }] = await Promise.all([
      sendEpoch(onHub, bridge, 1, 1),
      refuteNotYet(
        walletOn(beta, "visitor"),
        bridge,
        { destinationChainId: chainId(CHAINS.alpha.chainId), destinationGateway: contracts.gateway },
        9n,
      ),
    ]);
    const after = async (heard: () => Promise<boolean>): Promise<number> => {
      while (!(await heard())) {
        if (Date.now() - sentMs > 30_000) throw new Error("nobody carried it");
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return (Date.now() - sentMs) / 1_000;
    };
    const { provider } = beta.chain;
    const [down, up] = await Promise.all([
      after(async () => (await broughtOf(provider, contracts.operatorTables, 1, 1)) !== undefined),
      after(() => isRefuted(hub.chain.provider, bridge, refutation)),
    ]);
    return { down, up };
  }

  it("carries what crosses the slow road, in both directions, after the delay of each", function () {
    const { downSeconds, upSeconds } = told.devnet.bridges;
    expect([downSeconds, upSeconds]).to.deep.equal([1, 2]);
    expect(crossings.down).to.be.greaterThan(downSeconds);
    expect(crossings.up).to.be.greaterThan(upSeconds);
    expect(options.paper.text).to.contain("hub → beta  news of epoch 1 of set 1");
    expect(options.paper.text).to.contain("beta → hub  the gateway's word that page 9 had no more than 0 messages");
  });

  it("fails, and names the message, when one does not arrive", function () {
    expect(exitCode).to.equal(1);
    expect(final?.verdict.ok).to.equal(false);
    expect(final?.verdict.missing).to.deep.equal([dropped]);
    expect(options.paper.text).to.contain("not delivered: 1").and.to.contain(dropped);
  });

  it("does without an operator that is down, says so in nonSigners, and hears it again afterwards", function () {
    const absentee = final?.burst?.absentee;
    expect(absentee).to.deep.include({ name: "operator 5", returned: true });
    const absences = certificates.filter((certified) => isAbsent(certified, "operator 5"));
    expect(absentee?.certificates).to.be.greaterThan(0);
    expect(absences.length).to.be.at.least(absentee?.certificates ?? 0);
    expect(absences.length).to.be.lessThan(certificates.length);
  });

  it("hides one log from one operator, which abstains, and its bit says so", function () {
    const withLane = certificates.filter(hasHiddenLane);
    const without = certificates.filter((certificate) => !hasHiddenLane(certificate));
    expect(withLane.length).to.be.greaterThan(0);
    for (const certified of withLane) expect(isAbsent(certified, DECEIVED)).to.equal(true);
    for (const certified of without) expect(isAbsent(certified, DECEIVED)).to.equal(false);
    expect(new Set(refused.map(({ operator }) => operator))).to.deep.equal(new Set([DECEIVED]));
    expect(refused.flatMap(({ reasons }) => reasons)).to.include("HeadMismatch");
  });

  it("shows on every rollup, by its own record, that one joined, one left and a stake grew", function () {
    const { change, hub, rollups, verdict } = epochsOf(final);
    expect(verdict).to.deep.equal({ ok: true, contradictions: [] });
    expect(change).to.deep.include({ joined: "operator 6", left: "operator 3", raised: "operator 1" });
    const weights = (at: number) =>
      (hub.at(at)?.operators ?? []).map(({ name, weight }) => `${name}: ${weight}`).sort();
    const kept = ["operator 2: 25", "operator 4: 15", "operator 5: 10"];
    expect(weights(0)).to.deep.equal(["operator 1: 30", "operator 2: 25", "operator 3: 20", ...kept.slice(1)]);
    expect(weights(-1)).to.deep.equal(["operator 1: 35", ...kept, "operator 6: 20"]);
    expect(hub.at(-1)?.slashableWeight).to.equal("105");
    for (const { installed } of rollups) expect(installed.slice(0, 3)).to.deep.equal([1, 2, 3]);
  });

  it("certifies pages under the first epoch and under later ones, signed by the one who came as well", function () {
    const pages = certificates.filter(({ statements }) => statements.some(({ kind }) => kind === "Page"));
    const epochs = new Set(pages.map(({ certificate }) => certificate.batch.tableEpoch));
    expect([...epochs]).to.include(1);
    expect(epochs.size).to.be.at.least(2);
    const withNewcomer = pages.filter(({ members }) => members.some(({ name }) => name === "operator 6"));
    expect(withNewcomer.some((certified) => !isAbsent(certified, "operator 6"))).to.equal(true);
  });

  it("fails when a rollup's epochs are not the hub's, also if every message arrived", function () {
    const verdict = { ok: false, contradictions: ["alpha, epoch 2: another table than the hub's"] };
    expect(exitCodeOf({ ...undisturbed, epochs: { ...undisturbed.epochs, verdict } })).to.equal(1);
  });

  it("traces a message from its outbox over five signatures and a certificate to its recipient", function () {
    const trace = final?.trace;
    expect(trace).to.deep.include({ source: "alpha", destination: "beta", nonce: 0 });
    expect(trace?.sent.gasUsed).to.be.greaterThan(40_000);
    expect(trace?.delivered.gasUsed).to.be.greaterThan(100_000);
    expect(trace?.certified.nonSigners).to.equal("0x0");
    expect(trace?.signed.map(({ operator }) => operator).sort()).to.deep.equal(
      [1, 2, 3, 4, 5].map((number) => `operator ${String(number)}`),
    );
    const certifiedAfter = trace?.certified.afterMs ?? 0;
    for (const { afterMs } of trace?.signed ?? []) expect(afterMs).to.be.at.most(certifiedAfter);
    expect(trace?.delivered.afterMs).to.be.at.least(certifiedAfter);
  });

  it("tells other processes where everything is as long as it runs, and has one gateway address everywhere", function () {
    expect(told.rollups.map(({ name, chainId }) => [name, chainId])).to.deep.equal(
      ROLLUP_NAMES.map((name) => [name, CHAINS[name].chainId]),
    );
    expect(new Set(told.rollups.map(({ contracts }) => contracts.gateway)).size).to.equal(1);
    expect(told.devnet.operators).to.have.length(6);
    expect(existsSync(options.deploymentFile)).to.equal(false);
  });

  it("shows what it did, without colours where no terminal is", function () {
    const { text } = options.paper;
    expect(text).to.match(/\d\d:\d\d:\d\d\.\d{3} {2}sent +alpha → beta {2}#0/);
    expect(text).to.contain(`beta read "Hello, beta! Greetings from alpha."`);
    expect(text).to.contain("came back: the user has 1000.0 tokens on alpha, 0.0 on beta");
    expect(text).to.contain("operator 4 abstains: HeadMismatch");
    expect(text).not.to.contain("\u001b[");
  });

  it("puts more than half of a burst of 600 on one lane, across a page border, and nothing is lost in rounding", function () {
    for (const total of [12, 60, 599, 600]) {
      const shares = sharesOf(total);
      expect(shares).to.have.length(6);
      expect(shares.reduce((sum, { count }) => sum + count, 0)).to.equal(total);
      expect(elementAt(shares, 0).count).to.be.at.least(total / 2);
    }
    expect(elementAt(sharesOf(600), 0).count).to.be.at.least(300);
  });

  it("does not start where a port is taken, and says which", async function () {
    const portBase = 28_545;
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(portBase + 2, "127.0.0.1", resolve));
    try {
      const failure: unknown = await startDevnet({ ...devnetOptions(), portBase }).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(DevnetError).with.property("code", "PortTaken");
      expect(String(failure)).to.contain(`127.0.0.1:${portBase + 2} is in use`);
    } finally {
      await new Promise((resolve) => blocker.close(resolve));
    }
  });
});

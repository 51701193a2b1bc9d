import { expect } from "chai";
import { BrowserProvider } from "ethers";
import { z } from "zod";

import { readPage } from "#chain/bridge/plan.ts";
import { knownTable } from "#chain/hub/tables.ts";
import { findMessage } from "#chain/trace/find.ts";
import { deliveryOf, refusalOf } from "#chain/trace/simulate.ts";
import { decodeReason } from "#chain/reasons.ts";
import type { RollupSite } from "#chain/trace/site.ts";
import type { LocalChain } from "#deploy/local/chain.ts";
import { GROUND_LAYER } from "#deploy/local/grounds.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { siteOf } from "#deploy/steps/read.ts";
import { elementAt } from "#protocol/errors.ts";
import { chainId, messageIdOf, type MessageId } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { runTask, type Outcome } from "#support/devnet.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";
import { standingTestnets } from "#support/standingTestnets.ts";
import type { Testnets } from "#support/testnets.ts";
import { DelayedMessenger__factory } from "#types/factories/contracts/mocks/bridges/DelayedMessenger__factory.ts";

/** Indices of accounts. */
const [OPERATORS, ANYBODY] = [3, 17];

const documentSchema = z.object({
  isJoined: z.boolean(),
  sent: z.array(z.string()),
  pending: z.array(z.object({ id: z.string() })).default([]),
  lacks: z.array(z.string()).default([]),
  capabilities: z.array(z.object({ id: z.string(), isThere: z.boolean() })),
  waits: z.array(z.object({ for: z.string(), what: z.string(), who: z.string() })),
  greetings: z.array(z.object({ source: z.string(), messageId: z.string().optional(), isDelivered: z.boolean() })),
});

describe("rollup join", function () {
  let testnets: Testnets;

  const join = (rollup: string, more: object = {}): Promise<Outcome> =>
    runTask(["rollup", "join"], { ...testnets.args, rollup, yes: true, json: true, ...more });
  const told = ({ stdout }: Outcome) => documentSchema.parse(JSON.parse(stdout));

  /** Runs it, and holds it to its exit code. */
  async function expectJoin(exitCode: number, rollup: string, more: object = {}) {
    const outcome = await join(rollup, more);
    expect(outcome.exitCode, outcome.stderr + outcome.stdout).to.equal(exitCode);
    return told(outcome);
  }

  const chainOf = (name: string): LocalChain =>
    elementAt(
      testnets.chains.filter((chain) => chain.name === name),
      0,
    );

  /** What a canonical bridge does by itself: carries every letter down, once. */
  async function carry(name: string): Promise<number> {
    const messengers = testnets.nets.grounds.messengers.get(name);
    if (messengers === undefined) throw new Error(`${name} has no messengers`);
    const above = DelayedMessenger__factory.connect(messengers.hub, await testnets.signer(GROUND_LAYER));
    const below = DelayedMessenger__factory.connect(
      messengers.rollup,
      await testnets.signer(GROUND_LAYER, chainOf(name)),
    );
    let carried = 0;
    for (const { args } of await above.queryFilter(above.filters.SentMessage())) {
      const { messageNonce, sender, target, gasLimit, message } = args;
      const hash = await below.hashOf(messageNonce, sender, target, gasLimit, message);
      if ((await below.relayableAt(hash)) !== 0n) continue;
      await (await below.prove(hash)).wait();
      await testnets.pass(3, chainOf(name));
      const options = { gasLimit: 4_000_000 };
      await (await below.relayMessage(messageNonce, sender, target, gasLimit, message, options)).wait();
      carried++;
    }
    return carried;
  }

  function siteOfRollup(name: string): RollupSite {
    const { provider, chainId: id } = chainOf(name);
    const rollup = testnets.config.rollups[name];
    if (rollup === undefined) throw new Error(`no rollup ${name}`);
    const { gateway } = plannedRollup(testnets.config, rollup).contracts;
    const reader = new BrowserProvider(provider, id, { staticNetwork: true, cacheTimeout: -1 });
    return { name, chainId: chainId(id), gateway, fromBlock: 0, provider: reader };
  }

  /** What operators, an aggregator and a relayer do: the operators sign the page, and anybody delivers. */
  async function deliver(from: string, to: string, id: MessageId): Promise<void> {
    const [source, destination] = [siteOfRollup(from), siteOfRollup(to)];
    const { hub } = testnets.nets;
    const found = await findMessage([source], id);
    if (found === undefined) throw new Error(`${id} was not sent`);
    const block = await source.provider.getBlock("latest");
    if (block === null) throw new Error("no block");
    const tree = await readPage(source.provider, found.message, 0n, { fromBlock: 0, toBlock: block.number });
    if (tree === undefined) throw new Error("no page");
    const told = await knownTable(await testnets.signer(0), siteOf(testnets.config), 1);
    const keys = Array.from({ length: OPERATORS }, (_, index) => namedKey(`operator ${String(index)}`));
    const members = told.table.rows.map(({ key, weight }) => ({
      key: elementAt(
        keys.filter(({ g1 }) => g1.x === key.x),
        0,
      ),
      weight,
    }));
    const domain = { hubChainId: chainId(hub.chainId), serviceManager: plannedHub(testnets.config).serviceManager };
    const committee = Committee.speaking(domain, 1, told.statement.epoch, members);
    const { sourceChainId, sourceGateway, destinationChainId, destinationGateway } = found.message;
    const page = {
      ...{ sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex: 0n },
      ...{ ...tree.stated(), finality: 3 },
      ...{ blockNumber: BigInt(block.number), sourceTimestamp: BigInt(block.timestamp) },
    };
    const now = await destination.provider.getBlock("latest");
    // The later of both clocks: a page is told after it was, and within what the destination tolerates.
    const issuedAt = BigInt(Math.max(now?.timestamp ?? 0, block.timestamp));
    const { certificate } = await committee.certifyPages([page], { issuedAt });
    const published = { certificate, statements: [{ kind: "Page" as const, content: page }] };
    const delivery = await deliveryOf(found, published);
    const refusal = await refusalOf(destination.provider, delivery);
    expect(refusal && decodeReason(refusal).text).to.equal(undefined);
    const { to: gateway, data, gasLimit } = delivery;
    const signer = await testnets.signer(ANYBODY, chainOf(to));
    await (await signer.sendTransaction({ to: gateway, data, gasLimit })).wait();
  }

  before(async function () {
    testnets = await standingTestnets();
  });

  it("says what a rollup waits for and who can bring it about, and goes on when that is there", async function () {
    const { config } = testnets.nets;
    const { one } = config.rollups;
    if (one === undefined) throw new Error("no rollup one");
    const registrar = `0x${"12".repeat(20)}`;
    testnets.describe({ ...config, roles: { ...config.roles, registrar }, rollups: { one } });
    const first = await expectJoin(2, "one");
    expect(first.capabilities.every(({ isThere }) => isThere)).to.equal(true);
    expect(first.sent).to.include.members(["one/gateway", "one/propose"]).and.not.include("one/accept");
    const accept = first.waits.find((wait) => wait.for === "one/accept");
    expect(accept?.who).to.contain(registrar).and.contain("npx hardhat deploy apply try");
    testnets.describe({ ...config, rollups: { one } });
    const accepted = await expectJoin(2, "one");
    expect(accepted.sent).to.deep.equal(["one/accept"]);
    const [wait] = accepted.waits;
    expect(wait?.for).to.equal("one/apply");
    expect(wait?.what).to.contain("notice");
    await testnets.pass(testnets.config.hub.notices.first + 1);
    const second = await expectJoin(2, "one");
    expect(second.sent).to.deep.equal([]);
    expect(second.waits[0]?.who).to.contain("npx hardhat operator optin one");
    await testnets.optInto("one");
    const third = await expectJoin(2, "one");
    expect(third.sent).to.deep.equal(["one/apply"]);
    expect(third.waits[0]?.what).to.contain("canonical bridge");
    expect(await carry("one")).to.equal(1);
    expect(await expectJoin(0, "one")).to.include({ isJoined: true });
  });

  it("has a further rollup join, killed in between, up to a message each way; then does nothing", async function () {
    testnets.describe(testnets.nets.config);
    const dry = await expectJoin(2, "two", { dryRun: true });
    expect(dry.pending.map(({ id }) => id)).to.include.members(["two/createx", "two/gateway", "two/apply"]);
    const two = chainOf("two");
    let sent = 0;
    two.onAnswer = (method) => {
      if (/^eth_send(Raw)?Transaction$/.test(method)) sent += 1;
      if (sent >= 5) throw new Error("nobody answers");
    };
    const killed = await join("two").then(
      ({ exitCode }) => exitCode,
      () => 1,
    );
    expect(killed).to.equal(1);
    two.onAnswer = () => undefined;
    expect((await expectJoin(2, "two")).waits[0]?.for).to.equal("two/apply");
    await testnets.optInto("two");

    // Who searches finds nothing; who asks about the very block of a transaction does.
    const isSearch = (params: readonly unknown[]) => {
      const { fromBlock, toBlock } = z.object({ fromBlock: z.string(), toBlock: z.string() }).parse(params[0]);
      return fromBlock !== toBlock;
    };
    const hiding = async <T>(work: () => Promise<T>): Promise<T> => {
      for (const chain of testnets.chains) {
        chain.onResult = (method, result, params) => (method === "eth_getLogs" && isSearch(params) ? [] : result);
      }
      try {
        return await work();
      } finally {
        for (const chain of testnets.chains) chain.onResult = (_, result) => result;
      }
    };
    // Whoever waits while endpoints hide what was sent sends it once all the same: below, one letter is carried to each.
    const news = await hiding(() => expectJoin(2, "two", { wait: 1 }));
    expect(news.waits.map((wait) => wait.for.split(",")[0])).to.have.members([
      `one: the entry of chain ${two.chainId}`,
      `two: the entry of chain ${two.chainId}`,
    ]);
    const hubHead = () => testnets.nets.hub.provider.request({ method: "eth_blockNumber" });
    const before: unknown = await hubHead();
    expect((await expectJoin(2, "two")).waits).to.have.length(2);
    expect(await hubHead(), "news are on their way, and sent once").to.equal(before);
    for (const name of ["one", "two"]) expect(await carry(name)).to.equal(1);

    const sentBy = async (name: string) =>
      siteOfRollup(name).provider.getTransactionCount(testnets.config.roles.deployer);
    const [sentByOne, sentByTwo] = [await sentBy("one"), await sentBy("two")];
    const greeted = await hiding(() => expectJoin(2, "two", { wait: 1 }));
    // Somebody to greet, and a message, each once.
    expect([await sentBy("one"), await sentBy("two")]).to.deep.equal([sentByOne + 2, sentByTwo + 2]);
    expect(greeted.waits.map((wait) => wait.for)).to.deep.equal(["two → one", "one → two"]);
    for (const { who } of greeted.waits) expect(who).to.match(/npx hardhat message why 0x[0-9a-f]{64} --deployment/);
    const again = await expectJoin(2, "two");
    expect(again.greetings, "no second message").to.deep.equal(greeted.greetings);

    const { lead } = testnets.config.hub.windows;
    for (const name of ["one", "two"]) await testnets.pass(lead + 10, chainOf(name));
    for (const { source, messageId } of greeted.greetings) {
      await deliver(source, source === "one" ? "two" : "one", messageIdOf(String(messageId)));
    }
    const state = await testnets.state();
    expect(await expectJoin(0, "two"))
      .to.include({ isJoined: true })
      .and.deep.include({ sent: [], waits: [] });
    expect(await expectJoin(0, "two", { yes: false })).to.include({ isJoined: true });
    expect(await testnets.state()).to.deep.equal(state);
  });

  it("refuses a chain that cannot do what is needed, before anything is sent", async function () {
    const { config } = testnets.nets;
    const { one } = config.rollups;
    if (one === undefined) throw new Error("no rollup one");
    testnets.describe({ ...config, rollups: { one: { ...one, salt: "anew" } } });
    const chain = chainOf("one");
    const methods: string[] = [];
    chain.onAsk = (method) => {
      methods.push(method);
      if (method === "eth_getProof") throw new Error("no");
    };
    const { exitCode, stderr } = await join("one");
    chain.onAsk = () => undefined;
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain("one cannot join").and.contain("storageProofs").and.not.contain("subgroupCheck");
    expect(methods).to.not.include("eth_sendTransaction");
  });
});

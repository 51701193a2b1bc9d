import { expect } from "chai";
import { toBeHex } from "ethers";

import type { SignRequest, SignResponse } from "#nodes/shared/api.ts";
import type { RunningNode } from "#nodes/shared/node.ts";
import { StatementTree } from "#protocol/batches.ts";
import { elementAt } from "#protocol/errors.ts";
import { statementLeaf, type Page, type Rollup as Entry, type Statement, type Table } from "#protocol/statements.ts";
import { address, bytes32, chainId } from "#protocol/types.ts";
import { hubConfig } from "#support/hubNet.ts";
import { hubWorld, presentEntry, type HubWorld } from "#support/hubWorld.ts";
import { askToSign, Net } from "#support/nodes.ts";
import type { Endpoint } from "#support/rpc.ts";

const SOME_BYTES = bytes32(`0x${"ab".repeat(32)}`);
const STRANGER = address(`0x${"77".repeat(20)}`);

const tableOf = (content: Table): Statement => ({ kind: "Table", content });
const entryOf = (content: Entry): Statement => ({ kind: "Rollup", content });
const pageOf = (content: Page): Statement => ({ kind: "Page", content });

describe("An operator that follows the hub", function () {
  let world: HubWorld;
  let net: Net;
  let endpoint: Endpoint;
  let operator: RunningNode;
  let entry: Entry;

  before(async function () {
    world = await hubWorld();
    net = await Net.of(world, world.clock);
    endpoint = await net.serve(world.hub.eigenLayer.chain);
    operator = await net.operator(0, { hub: hubConfig(world.hub, [endpoint.url]) });
    entry = await presentEntry(world.hub, world.alpha.chainId);
  });
  afterEach(function () {
    endpoint.tamper = (_method, _parameters, answer) => answer;
  });
  after(async function () {
    await net.stop();
  });

  function request(...statements: Statement[]): SignRequest {
    const { operatorSetId, epoch } = world.committee;
    const { root } = new StatementTree(statements);
    const issuedAt = world.clock.nowSeconds();
    return { batch: { operatorSetId, tableEpoch: epoch, issuedAt, statementsRoot: root }, statements };
  }
  const ask = (...statements: Statement[]) => askToSign(operator, request(...statements));
  const doubts = (response: SignResponse) =>
    response.status === "signed" ? [] : response.statements.map(({ leaf, code }) => [leaf, code]);
  /** What is said of each: the code, or that it is signed. */
  const verdicts = async (...statements: Statement[]) => {
    const found = new Map(doubts(await ask(...statements)).map(([leaf, code]) => [leaf, code]));
    return statements.map((statement) => found.get(statementLeaf(statement)) ?? "signed");
  };

  it("signs the hub's tables and every version of its entries, and says the same again", async function () {
    const first = await world.hub.registry.rollupAt(entry.chainId, 1n);
    expect(first.status).to.equal(1n);
    const proposed = entryOf({ ...entry, status: 1, version: 1n });
    for (const _ of [1, 2]) {
      const response = await ask(tableOf(world.epoch.statement), entryOf(entry), proposed);
      expect(response.status).to.equal("signed");
    }
  });

  it("doubts a table of which one field is not the hub's", async function () {
    const { statement } = world.epoch;
    const lies: Partial<Table>[] = [
      { operatorSetId: statement.operatorSetId + 1 },
      { epoch: statement.epoch + 1 },
      { tableHash: SOME_BYTES },
      { validFrom: statement.validFrom + 1n },
      { validUntil: statement.validUntil + 1n },
    ];
    const altered = lies.map((lie) => tableOf({ ...statement, ...lie }));
    expect(lies.flatMap((lie) => Object.keys(lie)).sort()).to.deep.equal(Object.keys(statement).sort());
    expect(await verdicts(...altered)).to.deep.equal(altered.map(() => "HubFactMismatch"));
  });

  it("doubts an entry of which one field is not the registry's", async function () {
    const lies: Partial<Entry>[] = [
      { chainId: chainId(7_777) },
      { gateway: STRANGER },
      { operatorSetId: entry.operatorSetId + 1 },
      { status: 3 },
      { finality: 2 },
      { refutable: false },
      { version: entry.version + 1n },
    ];
    const altered = lies.map((lie) => entryOf({ ...entry, ...lie }));
    expect(lies.flatMap((lie) => Object.keys(lie)).sort()).to.deep.equal(Object.keys(entry).sort());
    expect(await verdicts(...altered)).to.deep.equal(altered.map(() => "HubFactMismatch"));
  });

  it("doubts what is true, but in no final block yet", async function () {
    const { hub, beta } = world;
    const finalBlock = toBeHex(await hub.eigenLayer.blockNumber()).replace(/^0x0+/, "0x");
    const owner = elementAt(hub.eigenLayer.chain.signers, 5);
    const before = await presentEntry(hub, beta.chainId);
    await hub.pass(60);
    await hub.registry.connect(owner).update(beta.chainId, 3, "ipfs://elsewhere");
    const fresh = entryOf(await presentEntry(hub, beta.chainId));
    const served: unknown = await hub.eigenLayer.chain.ethers.provider.send("eth_getBlockByNumber", [
      finalBlock,
      false,
    ]);
    endpoint.tamper = (method, parameters, answer) =>
      method === "eth_getBlockByNumber" && parameters[0] === "finalized" ? served : answer;
    const held = await net.operator(1, { hub: hubConfig(hub, [endpoint.url]) });
    const asked = request(entryOf(before), fresh);
    expect(doubts(await askToSign(held, asked))).to.deep.equal([[statementLeaf(fresh), "HubFactMismatch"]]);
    endpoint.tamper = (_method, _parameters, answer) => answer;
    expect((await askToSign(held, asked)).status).to.equal("signed");
  });

  it("abstains while endpoints of the hub disagree, or too few answer", async function () {
    const { hub } = world;
    const liar = await net.serve(hub.eigenLayer.chain);
    const careful = await net.operator(2, { hub: hubConfig(hub, [endpoint.url, liar.url]) });
    const fact = tableOf(world.epoch.statement);
    const honest = world.epoch.statement.tableHash.slice(2);
    liar.tamper = (method, _parameters, answer) =>
      method === "eth_call" && typeof answer === "string" ? answer.replace(honest, SOME_BYTES.slice(2)) : answer;
    expect(doubts(await askToSign(careful, request(fact)))).to.deep.equal([[statementLeaf(fact), "HubUnavailable"]]);
    liar.tamper = (method, _parameters, answer) => {
      if (method === "eth_call") throw new Error("down");
      return answer;
    };
    expect(doubts(await askToSign(careful, request(fact)))).to.deep.equal([[statementLeaf(fact), "HubUnavailable"]]);
    liar.tamper = (_method, _parameters, answer) => answer;
    expect((await askToSign(careful, request(fact))).status).to.equal("signed");
  });

  it("signs a lane only while the registry lets both its ends speak, whatever directories say", async function () {
    const { hub, alpha, beta } = world;
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    const page = pageOf((await alpha.page(alpha.laneTo(beta))).page);
    expect(await verdicts(page)).to.deep.equal(["signed"]);

    const { chain } = hub.eigenLayer;
    const snapshot = await chain.helpers.takeSnapshot();
    const owner = elementAt(chain.signers, 5);
    await hub.registry.connect(owner).drain(beta.chainId);
    expect(await verdicts(page)).to.deep.equal(["signed"]);
    await hub.pass(hub.parameters.notices.draining);
    await hub.registry.connect(owner).retire(beta.chainId);
    expect(await verdicts(page)).to.deep.equal(["LaneNotInRegistry"]);
    await snapshot.restore();

    const judged = hub.registry.interface.getFunction("judgeOf").selector;
    endpoint.tamper = (method, parameters, answer) =>
      method === "eth_call" && JSON.stringify(parameters).includes(judged + toBeHex(alpha.chainId, 32).slice(2))
        ? `0x${"00".repeat(64)}`
        : answer;
    const fresh = await net.operator(3, { hub: hubConfig(hub, [endpoint.url]) });
    expect(doubts(await askToSign(fresh, request(page)))).to.deep.equal([[statementLeaf(page), "LaneNotInRegistry"]]);
  });

  it("signs no Halt, and without a hub no fact of it", async function () {
    const { alpha } = world;
    const content = { chainId: alpha.chainId, gateway: alpha.addresses.gateway, expiresAt: 1n, reason: SOME_BYTES };
    expect(await verdicts({ kind: "Halt", content })).to.deep.equal(["KindNotSupported"]);
    const deaf = await net.operator(3);
    const fact = tableOf(world.epoch.statement);
    expect(doubts(await askToSign(deaf, request(fact)))).to.deep.equal([[statementLeaf(fact), "KindNotSupported"]]);
  });

  it("is not started with the hub of another domain", async function () {
    const domain = { hubChainId: "901", serviceManager: world.hub.addresses.serviceManager };
    const hub = hubConfig(world.hub, [endpoint.url]);
    const failure = await net.operator(0, { hub, domain }).catch((error: unknown) => error);
    expect(String(failure)).to.contain("hub and domain differ");
  });
});

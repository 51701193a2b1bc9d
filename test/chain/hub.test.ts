import { expect } from "chai";

import { HubClient } from "#chain/hub.ts";
import { hubConfigSchema } from "#nodes/shared/config.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";
import { hubConfig } from "#support/hubNet.ts";
import { hubWorld, type HubWorld } from "#support/hubWorld.ts";
import { Net } from "#support/nodes.ts";
import type { Endpoint } from "#support/rpc.ts";

describe("A client of the hub", function () {
  let world: HubWorld;
  let net: Net;
  let endpoints: readonly Endpoint[];
  let hub: HubClient;

  before(async function () {
    world = await hubWorld();
    net = await Net.of(world, world.clock);
    const { chain } = world.hub.eigenLayer;
    endpoints = await Promise.all([net.serve(chain), net.serve(chain)]);
    const urls = endpoints.map(({ url }) => url);
    hub = new HubClient(parse(hubConfigSchema, hubConfig(world.hub, urls)));
  });
  afterEach(function () {
    for (const endpoint of endpoints) endpoint.tamper = (_method, _parameters, answer) => answer;
  });
  after(async function () {
    hub.close();
    await net.stop();
  });

  const shortenRows = (endpoint: Endpoint) => {
    const { rows } = world.epoch;
    endpoint.tamper = (method, _parameters, answer) =>
      method === "eth_call" && typeof answer === "string" ? answer.replace(rows.slice(2, 66), "11".repeat(32)) : answer;
  };

  it("takes the rows of a table from whichever endpoint has those of its hash, and no others", async function () {
    const { statement, rows } = world.epoch;
    shortenRows(elementAt(endpoints, 0));
    expect(await hub.rows(statement)).to.equal(rows);
    shortenRows(elementAt(endpoints, 1));
    const failure = await hub.rows(statement).catch((error: unknown) => error);
    expect(String(failure)).to.contain("not the rows of epoch 1 of set 1");
  });

  it("does not go back behind a final block that it has seen", async function () {
    const before = await hub.final();
    for (const endpoint of endpoints) {
      endpoint.tamper = (method, parameters, answer) =>
        method === "eth_getBlockByNumber" && parameters[0] === "finalized"
          ? Object.assign({}, answer, { number: "0x1" })
          : answer;
    }
    expect((await hub.final()).block).to.deep.equal(before.block);
  });

  it("keeps of what operators say about themselves only what can be asked, each place once", async function () {
    const said = ["https://ada.example/node/", "http://10.0.0.7:8080", "ftp://cyd.example", "https://a:b@dee.example/"];
    const { serviceManager } = world.hub;
    const named = async (texts: readonly string[]) => {
      for (const [at, text] of texts.entries()) {
        await serviceManager.connect(elementAt(world.members, at).signer).setEndpoint(text);
      }
      return hub.endpointsOf(world.setId);
    };
    expect(await named(said)).to.have.members(["https://ada.example/node", "http://10.0.0.7:8080"]);
    const more = ["nothing", "", "http://x.example/?q=1", "http://x.example/#a"];
    expect(await named(more)).to.deep.equal([]);
    expect(await named(["http://x.example", "http://X.example/", "http://x.example//", ""])).to.deep.equal([
      "http://x.example",
    ]);
    // Who left still has a row, so it is asked.
    await elementAt(world.members, 0).leave(world.hub.set(world.setId));
    expect(await named(["http://left.example", "", "", ""])).to.deep.equal(["http://left.example"]);
  });
});

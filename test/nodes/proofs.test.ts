import { expect } from "chai";

import { Endpoints } from "#chain/endpoints.ts";
import { ChainError } from "#chain/errors.ts";
import { agreedHeader, headNumber, type Header } from "#chain/headers.ts";
import { provenChainHead } from "#chain/heads.ts";
import { chainHeadSlot } from "#chain/layout.ts";
import { parseProof, proofParameters, provenSlot, type StorageProof } from "#chain/proofs.ts";
import { laneId, type Lane } from "#protocol/messages.ts";
import { elementAt } from "#protocol/errors.ts";
import { bytes32, hex, type Bytes32, type Hex } from "#protocol/types.ts";
import { Net } from "#support/nodes.ts";
import type { Endpoint } from "#support/rpc.ts";

function codeOf(error: unknown): string {
  return error instanceof ChainError ? error.code : String(error);
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(() => "nothing", codeOf);
}

describe("A chain head read by storage proof", function () {
  let net: Net;
  let lane: Lane;
  let header: Header;
  let slot: Bytes32;
  let proof: StorageProof;
  let liar: Endpoint;
  const opened: Endpoints[] = [];

  function open(urls: readonly string[], minAgreeing = urls.length): Endpoints {
    const endpoints = new Endpoints({ chainId: net.world.alpha.chainId, urls, minAgreeing, timeoutMs: 2_000 });
    opened.push(endpoints);
    return endpoints;
  }

  before(async function () {
    net = await Net.start();
    const { alpha, beta } = net.world;
    liar = await net.serve(alpha);
    await alpha.send(beta, beta.addresses.gateway, "0x01");
    await alpha.send(beta, beta.addresses.gateway, "0x02");
    lane = alpha.laneTo(beta);
    slot = chainHeadSlot(lane.destinationChainId, lane.destinationGateway);
    const endpoints = open([elementAt(net.endpoints, 0).url]);
    header = await agreedHeader(endpoints, await headNumber(endpoints, 3));
    const provider = elementAt(endpoints.providers, 0);
    proof = parseProof(await provider.send("eth_getProof", proofParameters(lane.sourceGateway, slot, header.number)));
  });
  afterEach(function () {
    liar.tamper = (_method, _parameters, honest) => honest;
  });
  after(async function () {
    for (const endpoints of opened) endpoints.close();
    await net.stop();
  });

  it("is the head that the gateway tells", async function () {
    const { alpha } = net.world;
    const { chainHead } = await alpha.gateway.laneOf(lane.destinationChainId, lane.destinationGateway);
    expect(await provenSlot(header.stateRoot, lane.sourceGateway, slot, proof)).to.equal(chainHead);
    expect(await provenChainHead(open([elementAt(net.endpoints, 0).url]), lane, header)).to.equal(chainHead);
  });

  it("is the lane's id while nothing was sent on it", async function () {
    const unused = { ...lane, destinationGateway: net.world.alpha.addresses.policy };
    expect(await provenChainHead(open([elementAt(net.endpoints, 0).url]), unused, header)).to.equal(laneId(unused));
  });

  it("is refused with any node of the proof changed, missing or of another slot", async function () {
    const flip = (node: Hex) => hex(`${node.slice(0, -2)}${node.endsWith("00") ? "01" : "00"}`);
    const storage = elementAt(proof.storageProof, 0).proof;
    const withStorage = (nodes: Hex[]): StorageProof => ({ ...proof, storageProof: [{ proof: nodes }] });
    const forgeries: [string, StorageProof][] = [
      ...proof.accountProof.map((_, at): [string, StorageProof] => [
        `account node ${String(at)}`,
        { ...proof, accountProof: proof.accountProof.map((node, i) => (i === at ? flip(node) : node)) },
      ]),
      ...storage.map((_, at): [string, StorageProof] => [
        `storage node ${String(at)}`,
        withStorage(storage.map((node, i) => (i === at ? flip(node) : node))),
      ]),
      ["last storage node missing", withStorage(storage.slice(0, -1))],
      ["no storage nodes", withStorage([])],
      ["no account nodes", { ...proof, accountProof: [] }],
      ["the account's proof as the slot's", withStorage(proof.accountProof)],
    ];
    for (const [name, forged] of forgeries) {
      const result = provenSlot(header.stateRoot, lane.sourceGateway, slot, forged);
      expect(await failure(result), name).to.equal("InvalidProof");
    }
  });

  it("is refused under another state root or for another account", async function () {
    const { policy } = net.world.alpha.addresses;
    expect(await failure(provenSlot(bytes32(slot), lane.sourceGateway, slot, proof))).to.equal("InvalidProof");
    expect(await failure(provenSlot(header.stateRoot, policy, slot, proof))).to.equal("InvalidProof");
  });

  it("comes from the next endpoint when one tampers with its proof", async function () {
    liar.tamper = (method, _parameters, honest) => {
      if (method !== "eth_getProof") return honest;
      return { ...parseProof(honest), storageProof: [{ proof: [] }] };
    };
    const { chainHead } = await net.world.alpha.gateway.laneOf(lane.destinationChainId, lane.destinationGateway);
    expect(await failure(provenChainHead(open([liar.url]), lane, header))).to.equal("InvalidProof");
    const both = open([liar.url, elementAt(net.endpoints, 0).url]);
    expect(await provenChainHead(both, lane, header)).to.equal(chainHead);
  });

  it("is not looked for when endpoints disagree on the header", async function () {
    const block = { number: `0x${header.number.toString(16)}`, hash: slot, stateRoot: slot, timestamp: "0x1" };
    liar.tamper = (method, _parameters, honest) => (method === "eth_getBlockByNumber" ? block : honest);
    const both = open([liar.url, elementAt(net.endpoints, 0).url]);
    expect(await failure(agreedHeader(both, header.number))).to.equal("EndpointsDisagree");
  });

  it("is not looked for when fewer endpoints answer than must agree; an url given twice counts once", async function () {
    liar.tamper = () => {
      throw new Error("down");
    };
    const honest = elementAt(net.endpoints, 0).url;
    expect(await failure(agreedHeader(open([liar.url, honest]), header.number))).to.equal("EndpointUnavailable");
    expect(await failure(agreedHeader(open([honest, honest]), header.number))).to.equal("EndpointUnavailable");
    expect((await agreedHeader(open([liar.url, honest], 1), header.number)).hash).to.equal(header.hash);
  });

  it("belongs to the block that as many endpoints have reached as must agree", async function () {
    const ahead = { number: "0xffff", hash: slot, stateRoot: slot, timestamp: "0x1" };
    liar.tamper = (method, _parameters, honest) => (method === "eth_getBlockByNumber" ? ahead : honest);
    const honest = elementAt(net.endpoints, 0).url;
    expect(await headNumber(open([liar.url, honest]), 3)).to.equal(header.number);
  });
});

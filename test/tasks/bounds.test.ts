import { expect } from "chai";
import { parseEther, Transaction, Wallet } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { reasonOf } from "#support/reasons.ts";
import { serveChain, type Endpoint } from "#support/rpc.ts";

const KEY = `0x${"5a".repeat(32)}`;
const CHAIN_ID = 11_155_111;
const TO = `0x${"11".repeat(20)}`;

describe("What our keys sign", function () {
  let simulation: NetworkConnection;
  let endpoint: Endpoint;
  let connection: NetworkConnection;
  const raw: string[] = [];

  before(async function () {
    simulation = await network.create({ network: "localSimulation", override: { chainId: CHAIN_ID } });
    const [rich] = await simulation.ethers.getSigners();
    await (await rich?.sendTransaction({ to: new Wallet(KEY).address, value: parseEther("100") }))?.wait();
    endpoint = await serveChain(simulation);
  });

  beforeEach(async function () {
    raw.length = 0;
    endpoint.tamper = (method, params, honest) => {
      if (method === "eth_sendRawTransaction") raw.push(String(params[0]));
      return honest;
    };
    connection = await network.create({ network: "sepolia", override: { url: endpoint.url, accounts: [KEY] } });
  });

  afterEach(async function () {
    await connection.close();
    delete process.env.PARLEY_MOST_FEE_GWEI;
  });

  after(async function () {
    await endpoint.close();
    await simulation.close();
  });

  const sendRaw = (transaction: object) =>
    connection.provider.request({
      method: "eth_sendTransaction",
      params: [{ from: new Wallet(KEY).address, to: TO, ...transaction }],
    });
  const lying = (answers: Readonly<Record<string, (honest: unknown) => unknown>>) => {
    const { tamper } = endpoint;
    endpoint.tamper = (method, params, honest) => (answers[method] ?? ((same) => same))(tamper(method, params, honest));
  };

  it("is for the network's chain, whatever the endpoint says after it was asked once", async function () {
    let asked = 0;
    lying({ eth_chainId: (honest) => (++asked === 1 ? honest : "0x1") });
    const [signer] = await connection.ethers.getSigners();
    await signer?.sendTransaction({ to: TO, value: 1n });
    expect(raw.map((one) => Number(Transaction.from(one).chainId))).to.deep.equal([CHAIN_ID]);
    expect(await reasonOf(sendRaw({ chainId: "0x1" }))).to.match(/a transaction for chain 1 on sepolia, 11155111/);
  });

  it("pays no tip and no fee beyond what is usual, unless somebody says so", async function () {
    lying({ eth_maxPriorityFeePerGas: () => `0x${(11n * 10n ** 9n).toString(16)}` });
    expect(await reasonOf(sendRaw({}))).to.match(
      /maxPriorityFeePerGas 11000000000, at most 10000000000; PARLEY_MOST_FEE_GWEI/,
    );
    process.env.PARLEY_MOST_FEE_GWEI = "14";
    expect(await reasonOf(sendRaw({}))).to.equal("");
    expect(raw.map((one) => Transaction.from(one).maxPriorityFeePerGas)).to.deep.equal([11n * 10n ** 9n]);
  });

  it("is held to the same where a library has set the fees, or a price", async function () {
    const much = `0x${(201n * 10n ** 9n).toString(16)}`;
    const priced = { gas: "0x5208", maxFeePerGas: much, maxPriorityFeePerGas: "0x1" };
    expect(await reasonOf(sendRaw(priced))).to.match(/maxFeePerGas 201000000000, at most 200000000000/);
    expect(await reasonOf(sendRaw({ gas: "0x5208", gasPrice: much }))).to.match(/gasPrice 201000000000/);
    expect(raw).to.deep.equal([]);
  });

  it("has no more gas than a transaction may have, whatever the endpoint estimates", async function () {
    lying({ eth_estimateGas: () => "0x1000001" });
    expect(await reasonOf(sendRaw({}))).to.match(/gas 16777217, at most 16777216/);
    expect(raw).to.deep.equal([]);
  });
});

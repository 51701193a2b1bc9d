import { expect } from "chai";

import { MAINNET_DELAYS } from "#deploy/eigenLayer.ts";
import { elementAt } from "#protocol/errors.ts";
import { chainId } from "#protocol/types.ts";
import { startFork } from "#support/eigenlayer/fork.ts";
import { describeOn, FOURTEEN_DAYS, hubOffers, liveOffers, verdictOf } from "#support/eigenlayer/offers.ts";
import { expectSlashCleared, served, type ServedEigenLayer } from "#support/eigenlayer/served.ts";

// What MAINNET_RPC_URL and SEPOLIA_RPC_URL start, tried on a chain of our own behind the same kind of endpoint.
describeOn(elementAt(hubOffers, 0), "A live fork", function (start) {
  let stage: ServedEigenLayer;
  before(async function () {
    stage = await served(await start());
  });
  after(async function () {
    await stage.endpoint.close();
  });

  it("finds out release and delays, slashes and clears, and leaves the chain that it forks alone", async function () {
    const { eigenLayer, site, endpoint } = stage;
    const blockNumber = await eigenLayer.blockNumber();
    endpoint.calls.length = 0;
    const fork = await startFork({ backend: "fork", url: endpoint.url, site, blockNumber });
    expect(fork.release).to.equal(eigenLayer.release);
    expect(fork.delays).to.deep.equal(eigenLayer.delays);
    expect(fork.assets).to.deep.equal(eigenLayer.assets);
    await expectSlashCleared(fork);
    expect(await eigenLayer.blockNumber()).to.equal(blockNumber);
    expect(endpoint.calls.filter((method) => /^(eth_send|hardhat_|evm_)/.test(method))).to.deep.equal([]);
  });

  it("is not made of another chain than it is called by", async function () {
    const { site, endpoint } = stage;
    const other = startFork({ backend: "live sepolia", url: endpoint.url, site: { ...site, chainId: 11_155_111 } });
    const told = await other.then(String, String);
    expect(told).to.equal("Error: live sepolia: the endpoint is of chain 1, not 11155111");
  });
});

describe("Backends of EigenLayer", function () {
  const on = (id: number, deallocation: number) => ({
    chain: { chainId: chainId(id) },
    delays: { ...MAINNET_DELAYS, deallocation },
  });
  const required = { variable: "V", required: true };
  const optional = { variable: "V", required: false };

  it("are skipped where they are missing, and fail where they must not be", function () {
    expect(verdictOf(optional, undefined, [])).to.deep.equal({ reason: "V is not set", isFatal: false });
    expect(verdictOf(required, undefined, [])).to.deep.equal({ reason: "V is not set", isFatal: true });
    expect(liveOffers("sepolia", "V", undefined)).to.deep.equal([]);
    expect(liveOffers("sepolia", "V", "http://127.0.0.1:1").map((offer) => offer.required)).to.deep.equal([true]);
  });

  it("may lack what tests need by name on test networks, and nothing on mainnet", function () {
    const reason = "it lacks a deallocation delay of 14 days";
    expect(verdictOf(required, on(11_155_111, 50), [FOURTEEN_DAYS])).to.deep.equal({ reason, isFatal: false });
    expect(verdictOf(required, on(1, 50), [FOURTEEN_DAYS])).to.deep.equal({ reason, isFatal: true });
    const fine = { reason: undefined, isFatal: false };
    expect(verdictOf(required, on(1, 50), [])).to.deep.equal(fine);
    expect(verdictOf(required, on(1, 100_800), [FOURTEEN_DAYS])).to.deep.equal(fine);
  });
});

import { mkdtempSync, existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { dataSlice, id } from "ethers";
import { z } from "zod";

import { Endpoints } from "#chain/endpoints.ts";
import { parseSite, type EigenLayerSite } from "#chain/snapshot/addresses.ts";
import { parseSnapshot } from "#chain/snapshot/format.ts";
import { takeSnapshot, type TakenSnapshot } from "#chain/snapshot/take.ts";
import { knownSite, takeToFile } from "#deploy/snapshot.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId, type Address } from "#protocol/types.ts";
import { runTask } from "#support/devnet.ts";
import { describeOn, hubOffers } from "#support/eigenlayer/offers.ts";
import { served, type ServedEigenLayer } from "#support/eigenlayer/served.ts";
import { serveChain, type Endpoint, type Tamper } from "#support/rpc.ts";

const EMPTY = address(`0x${"e0".repeat(20)}`);
const proofsSchema = z.looseObject({
  storageProof: z.array(z.looseObject({ key: z.string(), value: z.string(), proof: z.array(z.string()) })),
});
type SlotProof = z.output<typeof proofsSchema>["storageProof"][number];

/** Changes every proof of a slot of one account that is not zero. */
function withSlots(of: Address, change: (one: SlotProof, all: readonly SlotProof[]) => SlotProof): Tamper {
  return (method, [account], answer) => {
    if (method !== "eth_getProof" || account !== of) return answer;
    const { storageProof, ...rest } = proofsSchema.parse(answer);
    const changed = storageProof.map((one) => (BigInt(one.value) === 0n ? one : change(one, storageProof)));
    return { ...rest, storageProof: changed };
  };
}

const onMethod =
  (name: string, answerOf: (answer: unknown) => unknown): Tamper =>
  (method, _parameters, answer) =>
    method === name ? answerOf(answer) : answer;

/** Two snapshots compared without their bytecode on the terminal. */
function fingerprint(snapshot: TakenSnapshot): string {
  return id(JSON.stringify(snapshot));
}

/** The code of what an attempt was refused with. */
async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  const error: unknown = await attempt.then(
    () => ({ code: "nothing was refused" }),
    (reason: unknown) => reason,
  );
  return typeof error === "object" && error !== null && "code" in error ? error.code : error;
}

describeOn(elementAt(hubOffers, 0), "What snapshot take does not believe", function (start) {
  let stage: ServedEigenLayer;
  let second: Endpoint;
  let blockNumber: number;
  let truth: TakenSnapshot;
  const pauses: number[] = [];

  const take = async (
    site: EigenLayerSite = stage.site,
    urls = [stage.endpoint.url],
    at = blockNumber,
  ): Promise<TakenSnapshot> => {
    const options = { chainId: chainId(site.chainId), urls, minAgreeing: urls.length, timeoutMs: 10_000 };
    const endpoints = new Endpoints(options);
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    try {
      // Always of the same block: some tests make new ones.
      return await takeSnapshot({ endpoints, site, pause, blockNumber: at });
    } finally {
      endpoints.close();
    }
  };
  const file = (args: Partial<Parameters<typeof takeToFile>[0]>) =>
    takeToFile(
      { rpc: stage.endpoint.url, out: join(tmpdir(), "never"), addresses: "", block: "", ...args },
      () => undefined,
    );

  before(async function () {
    stage = await served(await start());
    second = await serveChain(stage.eigenLayer.chain);
    blockNumber = await stage.eigenLayer.blockNumber();
    truth = await take();
  });
  afterEach(function () {
    for (const endpoint of [stage.endpoint, second]) endpoint.tamper = (_method, _parameters, answer) => answer;
    pauses.length = 0;
  });
  after(async function () {
    await stage.endpoint.close();
    await second.close();
  });

  describe("from an endpoint that gives proofs", function () {
    it("does not read what the endpoint says that a slot holds", async function () {
      stage.endpoint.tamper = withSlots(stage.site.contracts.StrategyManager, (one) => ({ ...one, value: "0x0" }));
      expect(fingerprint(await take())).to.equal(fingerprint(truth));
    });

    it("refuses a proof of another value in one slot, and one that hides a slot", async function () {
      const { StrategyManager } = stage.site.contracts;
      stage.endpoint.tamper = withSlots(StrategyManager, (one) => ({ ...one, proof: one.proof.map(lastByteChanged) }));
      expect(await refusal(take())).to.equal("InvalidProof");
      stage.endpoint.tamper = withSlots(StrategyManager, (one) => ({ ...one, proof: one.proof.slice(0, -1) }));
      expect(await refusal(take())).to.equal("InvalidProof");
    });

    it("refuses code that is truncated, and a state root that is not the block's", async function () {
      stage.endpoint.tamper = onMethod("eth_getCode", (code) => dataSlice(String(code), 0, 100));
      expect(await refusal(take())).to.equal("InvalidProof");
      const root = `0x${"12".repeat(32)}`;
      stage.endpoint.tamper = onMethod("eth_getBlockByNumber", (block) =>
        Object.assign({}, block, { stateRoot: root }),
      );
      expect(await refusal(take())).to.equal("InvalidProof");
    });

    it("takes no account on trust because its proof does not come", async function () {
      stage.endpoint.tamper = (method, [account], answer) => {
        if (method === "eth_getProof" && account === stage.site.contracts.StrategyManager)
          throw new Error("method not found");
        return answer;
      };
      expect(await refusal(take())).to.equal("EndpointUnavailable");
    });
  });

  it("believes no endpoint that another contradicts: on the block, and on any slot without proofs", async function () {
    const both = [stage.endpoint.url, second.url];
    const hash = `0x${"13".repeat(32)}`;
    second.tamper = onMethod("eth_getBlockByNumber", (block) => Object.assign({}, block, { hash }));
    expect(await refusal(take(stage.site, both))).to.equal("EndpointsDisagree");
    const unproven: Tamper = (method, _parameters, answer) => {
      if (method === "eth_getProof") throw new Error("Unsupported method: eth_getProof");
      return answer;
    };
    stage.endpoint.tamper = unproven;
    const one = `0x${"00".repeat(31)}01`;
    second.tamper = (method, parameters, answer) =>
      method === "eth_getStorageAt" ? one : unproven(method, parameters, answer);
    expect(await refusal(take(stage.site, both))).to.equal("EndpointsDisagree");
  });

  it("asks busy endpoints again, each time after a longer pause, and not for ever", async function () {
    let refusals = 3;
    const busy: Tamper = (method, _parameters, answer) => {
      if (method === "eth_getProof" && refusals-- > 0) throw new Error("429: rate limit exceeded");
      return answer;
    };
    stage.endpoint.tamper = busy;
    expect(fingerprint(await take())).to.equal(fingerprint(truth));
    expect(pauses).to.deep.equal([500, 1_000, 2_000]);
    pauses.length = 0;
    refusals = Infinity;
    expect(await refusal(take())).to.equal("EndpointUnavailable");
    expect(pauses).to.deep.equal([500, 1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it("names what is no EigenLayer", async function () {
    const { site, eigenLayer } = stage;
    const { AllocationManager, DelegationManager } = site.contracts;
    const withContracts = (contracts: Partial<EigenLayerSite["contracts"]>) =>
      refusal(take(parseSite({ ...site, contracts: { ...site.contracts, ...contracts } })));
    const { strategy, token } = elementAt(eigenLayer.assets, 0);
    expect(await withContracts({ KeyRegistrar: EMPTY })).to.equal("CodeMissing");
    expect(await withContracts({ AllocationManager: DelegationManager })).to.equal("NotEigenLayer");
    expect(await withContracts({ DelegationManager: AllocationManager })).to.equal("NotEigenLayer");
    expect(await withContracts({ KeyRegistrar: strategy })).to.equal("NotEigenLayer");
    expect(await refusal(take({ ...site, strategies: { none: token } }))).to.equal("NotEigenLayer");
    stage.endpoint.tamper = onMethod("eth_chainId", () => "0x2a");
    expect(await refusal(file({}))).to.equal("UnknownChain");
    expect(await refusal(file({ addresses: "deployments/parameters/eigenlayer-sepolia.json" }))).to.equal("WrongChain");
    expect((await knownSite(11_155_111)).contracts.AllocationManager).not.to.equal(AllocationManager);
  });

  it("refuses strategies that take no deposits", async function () {
    const { site, eigenLayer } = stage;
    // Answers as a strategy does, and is on no whitelist.
    const stranger = await eigenLayer.chain.ethers.deployContract("Strategy", [
      site.contracts.StrategyManager,
      elementAt(eigenLayer.assets, 0).token,
    ]);
    const strategies = { stranger: address(await stranger.getAddress()) };
    const latest = await eigenLayer.blockNumber();
    expect(await refusal(take({ ...site, strategies }, [stage.endpoint.url], latest))).to.equal(
      "StrategyNotWhitelisted",
    );
  });

  it("tells what is wrong with options and endpoints by a code and without the url, and writes nothing", async function () {
    const folder = mkdtempSync(join(tmpdir(), "parley-snapshot-"));
    const out = join(folder, "snapshot.json");
    expect(await refusal(file({ out: "" }))).to.equal("InvalidOption");
    expect(await refusal(file({ out, block: "latest" }))).to.equal("InvalidOption");
    for (const rpc of ["ftp://secret", "http://user:secret@127.0.0.1:1"]) {
      const told = await file({ out, rpc }).then(String, String);
      expect(told).to.include("--rpc").and.not.include("secret");
    }
    stage.endpoint.tamper = () => {
      throw new Error("no");
    };
    const rpc = `${stage.endpoint.url}/v2/secret?key=secret`;
    const outcome = await runTask(["snapshot", "take"], { rpc, out, addresses: "", block: "", json: true });
    expect(outcome.exitCode).to.equal(1);
    expect(outcome.stdout).to.equal("");
    expect(outcome.stderr).to.match(/^EndpointUnavailable: the endpoint does not answer: .*no/m);
    expect(outcome.stderr).not.to.include("secret");
    expect(existsSync(out)).to.equal(false);
    rmSync(folder, { recursive: true });
  });

  describe("A snapshot's file", function () {
    const parsed = async (change: (snapshot: TakenSnapshot) => unknown) =>
      refusal(Promise.resolve().then(() => parseSnapshot(JSON.stringify(change(truth)))));

    it("is refused in another format, without a contract's code, and with code that was truncated", async function () {
      const [at, account] = elementAt(Object.entries(truth.accounts), 0);
      const withCode = (code: string) => ({ ...truth, accounts: { ...truth.accounts, [at]: { ...account, code } } });
      expect(await parsed(({ format: _, ...rest }) => ({ ...rest, format: "eigenlayer-snapshot/2" }))).to.equal(
        "InvalidSnapshot",
      );
      expect(await parsed(() => withCode("0x"))).to.equal("InvalidSnapshot");
      expect(await parsed(() => withCode(dataSlice(account.code, 0, 100)))).to.equal("InvalidSnapshot");
      expect(await parsed(() => "text")).to.equal("InvalidSnapshot");
      expect(await parsed((snapshot) => snapshot)).to.equal("nothing was refused");
    });
  });
});

function lastByteChanged(node: string, at: number, nodes: readonly string[]): string {
  if (at < nodes.length - 1) return node;
  return `${node.slice(0, -2)}${node.endsWith("07") ? "08" : "07"}`;
}

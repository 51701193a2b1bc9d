import { readFileSync } from "node:fs";

import { expect } from "chai";
import { artifacts, network } from "hardhat";
import type { NetworkManager } from "hardhat/types/network";
import { z } from "zod";

import { parseSnapshot } from "#chain/snapshot/format.ts";
import { stepArtifacts } from "#deploy/artifacts.ts";
import { WAD } from "#deploy/config/parts.ts";
import { networkNamed, readConfig } from "#deploy/config/read.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import { presignedCreateX } from "#deploy/createX.ts";
import { requireSimulated } from "#deploy/rehearse/chain.ts";
import { PHASES } from "#deploy/rehearse/ledger.ts";
import { ASSUMED_PRICES, rehearse, type RehearsalOptions } from "#deploy/rehearse/rehearse.ts";
import { elementAt } from "#protocol/errors.ts";
import { hex } from "#protocol/types.ts";
import { describeOn, snapshotOffer } from "#support/eigenlayer/offers.ts";
import { serveJson } from "#support/jsonServer.ts";

const RECEIPT = z.object({ gasUsed: z.coerce.bigint(), to: z.string().nullable() });
const SENT = z.object({ data: z.string().default("0x"), to: z.string().optional() });
/** `mint(address,uint256)`: stakes are a gift. */
const MINT = "0x40c10f19";

const mainnet = async (...rollups: readonly string[]): Promise<NetworkConfig> => {
  const config = networkNamed(await readConfig(), "mainnet");
  const kept = Object.entries(config.rollups).filter(([name]) => rollups.includes(name));
  return { ...config, rollups: Object.fromEntries(kept) };
};

const optionsOn = async (
  hub: RehearsalOptions["hub"],
  networks: Pick<NetworkManager, "create"> = network,
): Promise<RehearsalOptions> => {
  const readArtifact = (name: string) => artifacts.readArtifact(name);
  return {
    ...{ network: networks, hub, readArtifact, prices: new Map([["op", 7n]]), report: () => undefined },
    ...{ artifacts: await stepArtifacts(readArtifact), presigned: await presignedCreateX() },
    readCode: async (name) => hex((await artifacts.readArtifact(name)).deployedBytecode),
  };
};

/** Hardhat's networks; before they close, the gas of every transaction but of preparations is summed up by chain ids. */
function watched(gas: Map<number, bigint>): Pick<NetworkManager, "create"> {
  const create: NetworkManager["create"] = async (asked) => {
    const connection = await network.create(asked);
    const { provider } = connection;
    const sent: string[] = [];
    const [request, close] = [provider.request.bind(provider), connection.close.bind(connection)];
    provider.request = async (call) => {
      const answer: unknown = await request(call);
      if (call.method !== "eth_sendTransaction") return answer;
      const { data, to } = SENT.parse(elementAt(z.array(z.unknown()).parse(call.params), 0));
      if (to !== undefined && !data.startsWith(MINT)) sent.push(String(answer));
      return answer;
    };
    connection.close = async () => {
      let sum = 0n;
      for (const hash of sent) {
        sum += RECEIPT.parse(await request({ method: "eth_getTransactionReceipt", params: [hash] })).gasUsed;
      }
      gas.set(Number(await request({ method: "eth_chainId" })), sum);
      await close();
    };
    return connection;
  };
  return { create };
}

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "nothing",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
}

describeOn(snapshotOffer, "A rehearsal of mainnet", function () {
  const hub = () => ({ snapshot: parseSnapshot(readFileSync(process.env.EIGENLAYER_SNAPSHOT ?? "", "utf8")) });

  it("plays the whole life, fills the vault with what the fraction says, and tells what every receipt says it costs", async function () {
    const config = await mainnet("op", "arbitrum");
    // Half of it, so that a fraction is seen to be taken.
    const operatorSets = config.hub.operatorSets.map((set) => ({ ...set, fullFraction: WAD / 2n }));
    const gas = new Map<number, bigint>();
    const options = await optionsOn(hub(), watched(gas));
    const { phases, prices, loss, retired, rotations } = await rehearse(
      { ...config, hub: { ...config.hub, operatorSets } },
      options,
    );
    expect(phases.map(({ phase }) => phase)).to.deep.equal(PHASES);
    for (const { phase, costs } of phases) expect(costs, phase).not.to.deep.equal([]);
    expect([loss.liars.length, loss.expected, loss.collected]).to.deep.equal([2, 350n * WAD, 350n * WAD]);
    expect([retired, rotations]).to.deep.equal(["arbitrum", 2]);

    const ids = { hub: 1, op: 10, arbitrum: 42_161 };
    for (const [chain, id] of Object.entries(ids)) {
      const own = phases.flatMap(({ costs }) => costs.filter((cost) => cost.chain === chain));
      const told = own.reduce((sum, cost) => sum + cost.gas, 0n);
      expect(told, chain).to.equal(gas.get(id));
      const price = prices.get(chain)?.price ?? 0n;
      expect(own.reduce((sum, { cost }) => sum + cost, 0n)).to.equal(told * price);
    }
    expect(prices.get("op")).to.deep.equal({ price: 7n, isLive: true });
    expect(prices.get("hub")).to.deep.equal({ price: ASSUMED_PRICES.hub, isLive: false });
    // Bonds, for two rollups.
    const sentAlong = phases.flatMap(({ costs }) => costs).reduce((sum, { value }) => sum + value, 0n);
    expect(sentAlong).to.equal(2n * config.hub.bond);
    const { shapingSeconds, notices } = config.hub;
    const delayOf = (phase: string) => Number(phases.find((one) => one.phase === phase)?.seconds);
    expect(delayOf("operator sets")).to.be.within(shapingSeconds - 60, shapingSeconds);
    expect(delayOf("drain")).to.equal(notices.draining);
  });

  it("refuses a snapshot of another chain", async function () {
    const config = await mainnet("op", "base");
    const { snapshot } = hub();
    const options = await optionsOn({ snapshot: { ...snapshot, chainId: 5 } });
    expect(await refusalOf(rehearse(config, options))).to.equal("the snapshot is of chain 5, not 1");
  });
});

describe("Rehearsals", function () {
  it("are refused by whatever is not simulated here, and by a network of one rollup; and tell no endpoint", async function () {
    const connection = await network.create({ network: "localSimulation" });
    const { provider, networkConfig } = connection;
    await requireSimulated("hub", connection);
    const refused = /hub: a rehearsal is sent to simulated chains only/;
    expect(await refusalOf(requireSimulated("hub", { provider, networkConfig: { type: "http" } }))).to.match(refused);
    const mute = { request: async () => Promise.reject(new Error("no such method")) };
    expect(await refusalOf(requireSimulated("hub", { provider: mute, networkConfig }))).to.match(refused);
    await connection.close();
    const server = await serveJson(() => ({ no: "chain" }));
    const options = await optionsOn({ url: `${server.url}/key-of-an-account` });
    expect(await refusalOf(rehearse(await mainnet("op"), options))).to.equal("a message needs two rollups");
    const told = await refusalOf(rehearse(await mainnet("op", "base"), options));
    await server.close();
    expect(told).to.equal("hub: the endpoint of its network cannot be forked");
  });
});

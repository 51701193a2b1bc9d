import { expect } from "chai";

import { statementLeaf } from "#protocol/statements.ts";
import { address, chainId } from "#protocol/types.ts";
import {
  BRIDGE,
  CHAIN,
  DAY,
  entryFrom,
  GATEWAY,
  HOUR,
  NEXT_GATEWAY,
  NOBODY,
  OTHER_BRIDGE,
  proposalOf,
  RegistryStage,
  Statuses,
  valuesOf,
  type Entry,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

const NOTHING: Entry = {
  gateway: NOBODY,
  operatorSetId: 0n,
  status: 0n,
  finality: 0n,
  refutable: false,
  bridge: NOBODY,
  version: 0n,
  owner: NOBODY,
  since: 0n,
  metadataURI: "",
};

describe("History", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );

  /** A whole life with everything that makes a version, twice, and what each version must say. */
  async function live(): Promise<Entry[]> {
    const { registry, owner, other } = stage();
    const expected: Entry[] = [];
    const record = async (entry: Omit<Entry, "version" | "since">) => {
      const version = BigInt(expected.length + 1);
      expected.push({ ...NOTHING, ...entry, version, since: await stage().now() });
      expect(await registry.entryOf(CHAIN)).to.deep.equal(valuesOf(last(expected)));
    };
    const again = (changes: Partial<Entry>) => record({ ...last(expected), ...changes });

    const first = proposalOf();
    await stage().accepted(first);
    await record(entryFrom(first, { status: Statuses.Proposed, owner: owner.address, version: 0n, since: 0n }));
    await stage().optIn(first);
    await stage().applyDue();
    await again({ status: Statuses.Active });
    await registry.connect(owner).update(CHAIN, 2, "ipfs://second");
    await again({ finality: 2n, metadataURI: "ipfs://second" });
    await stage().handOver(owner, other);
    await again({ owner: other.address });
    const change = proposalOf({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE });
    await stage().accepted(change, other);
    await stage().optIn(change);
    await stage().applyDue();
    await again({ gateway: NEXT_GATEWAY, bridge: OTHER_BRIDGE, finality: 3n, metadataURI: first.metadataURI });
    await registry.connect(other).declareIrrefutable(CHAIN);
    await again({ refutable: false });
    await stage().retire(CHAIN, other);
    const retired = await registry.entryOf(CHAIN);
    expected.push({ ...last(expected), status: Statuses.Draining, version: 7n, since: retired.since - 30n * DAY });
    await again({ status: Statuses.Retired });
    const anew = proposalOf({ gateway: address(`0x${"c3".repeat(20)}`), operatorSetId: 1n, metadataURI: "" });
    await stage().accepted(anew);
    await record(entryFrom(anew, { status: Statuses.Proposed, owner: owner.address, version: 0n, since: 0n }));
    await stage().optIn(anew);
    await stage().applyDue();
    await again({ status: Statuses.Active });
    return expected;
  }

  it("keeps every version readable for ever, and counts on over retirement and registration anew", async function () {
    const { registry } = stage();
    const expected = await live();
    expect(expected.map(({ version }) => version)).to.deep.equal(Array.from({ length: 10 }, (_, at) => BigInt(at + 1)));
    for (const entry of expected) expect(await registry.entryAt(CHAIN, entry.version)).to.deep.equal(valuesOf(entry));
    for (const version of [0n, 11n]) {
      expect(await registry.entryAt(CHAIN, version)).to.deep.equal(valuesOf(NOTHING));
    }
    expect(await registry.entryAt(CHAIN + 1n, 1n)).to.deep.equal(valuesOf(NOTHING));
    expect(await registry.chainIds(0, 10)).to.deep.equal([CHAIN]);
  });

  it("tells every version by an event, in order", async function () {
    const { registry } = stage();
    const expected = await live();
    const told = (await registry.queryFilter(registry.filters.EntryChanged())).map(({ args }) => args);
    expect(told.map(({ chainId: id, version }) => [id, version])).to.deep.equal(
      expected.map(({ version }) => [CHAIN, version]),
    );
    expect(told.map(({ entry }) => [...entry])).to.deep.equal(expected.map(valuesOf));
  });

  it("is the very statements that operators sign", async function () {
    const { registry, chain } = stage();
    const expected = await live();
    const deployed = await chain.ethers.deployContract("ProtocolHarness");
    const harness = await chain.ethers.getContractAt("ProtocolHarness", await deployed.getAddress());
    const leaves = new Set<string>();
    for (const { gateway, operatorSetId, status, finality, refutable, version } of expected) {
      const content = {
        chainId: chainId(CHAIN),
        gateway,
        operatorSetId: Number(operatorSetId),
        status: Number(status),
        finality: Number(finality),
        refutable,
        version,
      };
      const read = await registry.rollupAt(CHAIN, version);
      expect([...read]).to.deep.equal([CHAIN, gateway, operatorSetId, status, finality, refutable, version]);
      const leaf = await harness.leafOfRollup({
        chainId: read.chainId,
        gateway: read.gateway,
        operatorSetId: read.operatorSetId,
        status: read.status,
        finality: read.finality,
        refutable: read.refutable,
        version: read.version,
      });
      expect(leaf).to.equal(statementLeaf({ kind: "Rollup", content }));
      leaves.add(leaf);
    }
    expect(leaves.size).to.equal(expected.length);
    for (const [id, version] of [
      [CHAIN, 0n],
      [CHAIN, 11n],
      [CHAIN + 1n, 1n],
    ] as const) {
      expect([...(await registry.rollupAt(id, version))]).to.deep.equal([0n, NOBODY, 0n, 0n, 0n, false, 0n]);
    }
  });

  it("keeps every judge that there ever was", async function () {
    const { registry } = stage();
    const expected = await live();
    const since = (version: number) => expected[version - 1]?.since;
    expect(await registry.judgeOf(CHAIN, GATEWAY)).to.deep.equal([BRIDGE, since(2)]);
    expect(await registry.judgeOf(CHAIN, NEXT_GATEWAY)).to.deep.equal([OTHER_BRIDGE, since(5)]);
    const told = (await registry.queryFilter(registry.filters.GatewayActivated())).map(({ args }) => [...args]);
    expect(told).to.deep.equal([
      [CHAIN, GATEWAY, BRIDGE, since(2)],
      [CHAIN, NEXT_GATEWAY, OTHER_BRIDGE, since(5)],
      [CHAIN, expected[9]?.gateway, BRIDGE, since(10)],
    ]);
  });

  it("lists chains in their order, each once, by pages", async function () {
    const { registry, registrar } = stage();
    for (const id of [7n, 5n, 6n]) await stage().accepted(proposalOf({ chainId: id }));
    await registry.connect(registrar).withdrawAcceptance(5n);
    await stage().after(HOUR);
    await stage().accepted(proposalOf({ chainId: 5n }));
    expect(await registry.chainCount()).to.equal(3n);
    const pages = [
      [0n, 3n],
      [0n, 100n],
      [0n, 2n],
      [1n, 1n],
      [2n, 2n],
      [1n, 0n],
      [3n, 1n],
      [2n ** 256n - 1n, 1n],
    ] as const;
    const found = await Promise.all(pages.map(async ([first, most]) => [...(await registry.chainIds(first, most))]));
    expect(found).to.deep.equal([[7n, 5n, 6n], [7n, 5n, 6n], [7n, 5n], [5n], [6n], [], [], []]);
  });

  it("tells which version was in force at any second: the last one that began by then", async function () {
    const { registry } = stage();
    const versions = await live();
    const starts = versions.map(({ since }) => since);
    const inForce = async (second: bigint) => registry.entryInForce(CHAIN, second);
    const lastBy = (second: bigint) => versions.filter(({ since }) => since <= second).at(-1) ?? NOTHING;
    for (const start of starts) {
      for (const second of [start - 1n, start, start + 1n]) {
        expect(await inForce(second), String(second)).to.deep.equal(valuesOf(lastBy(second)));
      }
    }
    expect(await inForce(0n)).to.deep.equal(valuesOf(NOTHING));
    expect(await inForce(2n ** 64n - 1n)).to.deep.equal(valuesOf(last(versions)));
    expect(await registry.entryInForce(CHAIN + 1n, 2n ** 64n - 1n)).to.deep.equal(valuesOf(NOTHING));
  });
});

function last(entries: readonly Entry[]): Entry {
  return entries.at(-1) ?? NOTHING;
}

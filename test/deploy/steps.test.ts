import { expect } from "chai";
import { artifacts as compiled } from "hardhat";

import { stepArtifacts } from "#deploy/artifacts.ts";
import { networkNamed, readConfig } from "#deploy/config/read.ts";
import type { NetworkConfig } from "#deploy/config/schema.ts";
import { CREATE_X_FUNDS, presignedCreateX } from "#deploy/createX.ts";
import { DeployError } from "#deploy/errors.ts";
import { requireOwnRoles } from "#deploy/fit.ts";
import type { Actual, ActualHub, Artifacts } from "#deploy/steps/actual.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { stepsOf } from "#deploy/steps/list.ts";
import { setCalls, setCallsFrom } from "#deploy/steps/sets.ts";
import { readySteps, type Step } from "#deploy/steps/step.ts";
import { elementAt } from "#protocol/errors.ts";
import { hex, ZERO_BYTES32, type Address, type Bytes32, type Hex } from "#protocol/types.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";

describe("The steps of a deployment", function () {
  let config: NetworkConfig;
  let artifacts: Artifacts;
  let presigned: Hex;

  before(async function () {
    config = networkNamed(await readConfig(), "sepolia");
    artifacts = await stepArtifacts((name) => compiled.readArtifact(name));
    presigned = await presignedCreateX();
  });

  const chains = (there: readonly Address[], hasCreateX: boolean, createXFunds = 0n): Actual["chains"] =>
    new Map(
      ["hub", ...Object.keys(config.rollups)].map((name) => [
        name,
        { there: new Set(there), hasCreateX, createXFunds },
      ]),
    );
  const steps = (actual: Actual): Step[] => stepsOf(config, { artifacts, presigned, actual });
  const stepNamed = (list: readonly Step[], id: string): Step => {
    const found = list.find((step) => step.id === id);
    if (found === undefined) throw new Error(`there is no step ${id}`);
    return found;
  };
  const ids = (list: readonly Step[]) => list.map(({ id }) => id);
  const hubContracts = (): Address[] => Object.values({ ...plannedHub(config) });
  const hubThat = (says: Partial<ActualHub>): Actual => ({
    chains: chains(hubContracts(), true),
    hub: {
      ...{ time: 1_000n, setCount: 0, shapes: [], announced: new Map(), tables: [], entries: [], rollups: new Map() },
      ...says,
    },
    policies: new Map(),
  });

  it("are in an order in which each comes after what it needs, and none twice", function () {
    const list = ids(steps({ chains: chains([], false), hub: undefined, policies: new Map() }));
    expect(new Set(list)).to.have.length(list.length);
    for (const [place, { id, needs }] of steps({
      chains: chains([], false),
      hub: undefined,
      policies: new Map(),
    }).entries()) {
      for (const need of needs) expect(list.slice(0, place), `${id} needs ${need}`).to.include(need);
    }
  });

  it("put the same contract at the same address on every rollup, and another salt at another", function () {
    const at = Object.values(config.rollups).map((rollup) => plannedRollup(config, rollup));
    expect(new Set(at.map(({ contracts }) => JSON.stringify(contracts)))).to.have.length(1);
    expect(new Set(at.map(({ bridge }) => bridge.rollupEnd))).to.have.length(1);
    expect(new Set(at.map(({ bridge }) => bridge.hubEnd))).to.have.length(3);
    const base = config.rollups.base;
    if (base === undefined) throw new Error("there is no base");
    const again = plannedRollup(config, { ...base, salt: "parley.sepolia.2" });
    expect(again.contracts.gateway).to.not.equal(elementAt(at, 1).contracts.gateway);
  });

  it("bring CreateX where it is missing, with exactly the ether that is", function () {
    const missing = steps({ chains: chains([], false, 1n), hub: undefined, policies: new Map() });
    expect(stepNamed(missing, "base/createx-funds")).to.deep.include({ value: CREATE_X_FUNDS - 1n, isDone: false });
    expect(ids(readySteps(missing)).filter((id) => id.startsWith("base/"))).to.deep.equal(["base/createx-funds"]);
    const funded = steps({ chains: chains([], false, CREATE_X_FUNDS), hub: undefined, policies: new Map() });
    expect(ids(readySteps(funded)).filter((id) => id.startsWith("base/"))).to.deep.equal(["base/createx"]);
    expect(ids(steps({ chains: chains([], true), hub: undefined, policies: new Map() }))).to.not.include(
      "base/createx",
    );
  });

  it("create a set and allow its founders in one breath, so that nobody joins before them", function () {
    const { inner } = stepNamed(steps(hubThat({})), "hub/set-1/schedule");
    expect(inner?.map(({ call }) => call)).to.deep.equal(["createSet", "allow"]);
    expect(inner?.[1]?.args.map(({ value }) => value)).to.deep.equal([1n, config.hub.operatorSets[0]?.founders, true]);
  });

  it("cancel and announce anew what has lapsed, and wait while it does not", function () {
    const { id } = elementAt(setCalls(config, artifacts), 0);
    const announced = (readyAt: bigint) =>
      hubThat({ announced: new Map([[id, { readyAt, lapsesAfter: readyAt + 900n }]]) });
    const open = (actual: Actual) => ids(readySteps(steps(actual)).filter((step) => step.id.startsWith("hub/set-1")));
    expect(open(hubThat({}))).to.deep.equal(["hub/set-1/schedule"]);
    expect(open(announced(1_001n))).to.deep.equal([]);
    expect(open(announced(1_000n))).to.deep.equal(["hub/set-1/execute"]);
    expect(open(announced(100n))).to.deep.equal(["hub/set-1/execute"]);
    expect(open(announced(99n))).to.deep.equal(["hub/set-1/cancel"]);
    expect(open(hubThat({ setCount: 1 }))).to.deep.equal([]);
  });

  it("add a set below which others changed, and go on with it however it was announced", function () {
    const [set] = config.hub.operatorSets;
    if (set === undefined) throw new Error("there is one");
    const two = (minimumWeight: bigint): NetworkConfig => ({
      ...config,
      hub: { ...config.hub, operatorSets: [{ ...set, minimumWeight }, set] },
    });
    const [same, edited] = [two(set.minimumWeight), two(set.minimumWeight + 1n)];
    const idOf = (of: NetworkConfig, first: number, number: number) =>
      elementAt(setCallsFrom(of, artifacts, first), number - first).id;
    const at = (of: NetworkConfig, setCount: number, announced: readonly (readonly [Bytes32, bigint])[]) => {
      const found = announced.map(([id, readyAt]) => [id, { readyAt, lapsesAfter: 9_000n }] as const);
      const actual = hubThat({ setCount, announced: new Map(found) });
      return stepsOf(of, { artifacts, presigned, actual }).filter(({ id }) => id.startsWith("hub/set-2/"));
    };
    const ready = (list: readonly Step[]) => ids(readySteps(list));
    const follows = (list: readonly Step[]) => list[0]?.args.find(({ name }) => name === "predecessor")?.value;
    const done = [idOf(same, 1, 1), 1n] as const;
    expect(follows(at(same, 0, [])), "before the one below is there").to.equal(idOf(same, 1, 1));
    const added = at(edited, 1, [done]);
    expect([ready(added), follows(added)]).to.deep.equal([["hub/set-2/schedule"], ZERO_BYTES32]);
    expect(ready(at(edited, 1, [done, [idOf(edited, 2, 2), 1_000n]]))).to.deep.equal(["hub/set-2/execute"]);
    const together = at(same, 1, [done, [idOf(same, 1, 2), 1_000n]]);
    expect([ready(together), follows(together)]).to.deep.equal([["hub/set-2/execute"], idOf(same, 1, 1)]);
    // What nobody will ever carry out, because what it follows is not what was carried out.
    const stuck = at(edited, 1, [done, [idOf(edited, 1, 2), 1_000n]]);
    expect([ready(stuck), follows(stuck)]).to.deep.equal([["hub/set-2/schedule"], ZERO_BYTES32]);
  });

  it("let a rollup wait for a table that is valid and weighs what its policy asks for", function () {
    const rows = {
      rows: [],
      packed: hex("0x"),
      tableHash: ZERO_BYTES32,
      aggregateKey: namedKey("any").g1,
      totalWeight: 1n << 70n,
    };
    const table = (validUntil: bigint) => ({
      statement: { operatorSetId: 1, epoch: 7, tableHash: ZERO_BYTES32, validFrom: 0n, validUntil },
      ...{ table: rows, operators: [], readBlock: 0, lookAheadBlock: 0, evidenceUntil: 0n },
    });
    const base = config.rollups.base;
    if (base === undefined) throw new Error("there is no base");
    const asking = (minTotalWeightLog2: number): NetworkConfig => ({
      ...config,
      rollups: { ...config.rollups, base: { ...base, policy: { ...base.policy, minTotalWeightLog2 } } },
    });
    const wait = (tables: ActualHub["tables"], of = config) =>
      stepNamed(stepsOf(of, { artifacts, presigned, actual: hubThat({ tables }) }), "base/operator-tables").waitsUntil
        ?.what;
    expect(wait([])).to.match(/first table of operator set 1/);
    expect(wait([table(999n)])).to.match(/epoch 7 is over/);
    expect(wait([table(1_000n)])).to.equal(undefined);
    expect(wait([table(1_000n)], asking(70))).to.equal(undefined);
    expect(wait([table(1_000n)], asking(71))).to.match(/2\^71.*epoch 7 has/);
  });

  it("are refused by apply while a role is the example's, and say which", function () {
    expect(() => {
      requireOwnRoles("sepolia", config);
    })
      .to.throw(DeployError, "networks.sepolia.roles.deployer")
      .with.property("message")
      .that.includes("networks.sepolia.hub.operatorSets[0].founders[0]");
  });
});

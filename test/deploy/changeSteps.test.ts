import { AbiCoder, keccak256, ZeroAddress } from "ethers";
import { expect } from "chai";
import { artifacts as compiled } from "hardhat";

import type { AnnouncedPolicy, SourceDemand } from "#chain/admin/policies.ts";
import type { Entry } from "#chain/hub/entries.ts";
import type { Wads } from "#chain/hub/fractions.ts";
import { isIdOf } from "#chain/hub/proposalIds.ts";
import type { OpenProposal, Proposal } from "#chain/hub/proposals.ts";
import { stepArtifacts } from "#deploy/artifacts.ts";
import { WAD } from "#deploy/config/parts.ts";
import { networkNamed, readConfig } from "#deploy/config/read.ts";
import type { NetworkConfig, RollupConfig } from "#deploy/config/schema.ts";
import { presignedCreateX } from "#deploy/createX.ts";
import { DeployError } from "#deploy/errors.ts";
import { DEFAULT_POLICY, type SourcePolicy } from "#deploy/rollup.ts";
import type { Actual, ActualEntry, ActualHub, Announced, Artifacts, SetShape } from "#deploy/steps/actual.ts";
import { isMissing } from "#deploy/join/outlook.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { foreignCode } from "#deploy/steps/foreign.ts";
import { stepsOf } from "#deploy/steps/list.ts";
import { proposalFor } from "#deploy/steps/registry.ts";
import { reshapings } from "#deploy/steps/shapes.ts";
import { readySteps, type Step } from "#deploy/steps/step.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, type Address, type Bytes32, type Hex } from "#protocol/types.ts";

const NOW = 1_000_000n;
const TIGHTER: SourcePolicy = { ...DEFAULT_POLICY, quorumBps: 8_000 };
const LOOSER: SourcePolicy = { ...DEFAULT_POLICY, maxAgeSeconds: 100_000 };
const OWNER = address(`0x${"0".repeat(38)}99`);
const [DRAINING, RETIRED] = [3, 4];
/** The contract's struct. */
const PROPOSAL = `tuple(uint64 chainId, address gateway, uint32 operatorSetId, uint8 finality, bool refutable, address bridge,
  uint64 refuteWad, uint64 softWad, string metadataURI)`;

describe("The steps that change what is there", function () {
  let config: NetworkConfig;
  let base: RollupConfig;
  let artifacts: Artifacts;
  let presigned: Hex;

  before(async function () {
    const sepolia = networkNamed(await readConfig(), "sepolia");
    const { base: one, op } = sepolia.rollups;
    if (one === undefined || op === undefined) throw new Error("there is no base");
    [base, config] = [one, { ...sepolia, rollups: { base: one, op } }];
    artifacts = await stepArtifacts((name) => compiled.readArtifact(name));
    presigned = await presignedCreateX();
  });

  /** The registry as it is described, but for what is said otherwise. */
  const entryThat = (says: Partial<Entry> = {}, more: Partial<ActualEntry> = {}): ActualEntry => {
    const { refuteWad, softWad, ...proposed } = proposalFor(config, base);
    const entry = { ...proposed, status: 2, version: 3n, owner: OWNER, since: NOW - 10_000n, ...says };
    const held = { refuteWad, softWad };
    return { entry, fractions: { held, coming: held }, activation: { stage: "nothing" }, proposed: [], ...more };
  };
  const shapeOf = ({ hub }: NetworkConfig): SetShape => elementAt(hub.operatorSets, 0);
  /** Everything is there, and as it is described, but for what is said otherwise. */
  const steps = (
    says: {
      entry?: ActualEntry;
      hub?: Partial<ActualHub>;
      sources?: readonly SourceDemand[];
      foreign?: string | undefined;
    } = {},
    wished = config,
  ): Step[] => {
    const contracts = Object.values(config.rollups).flatMap((rollup): Address[] => {
      const { contracts: own, bridge } = plannedRollup(config, rollup);
      return [...Object.values({ ...own }), bridge.hubEnd, bridge.rollupEnd];
    });
    const there = new Set([...Object.values({ ...plannedHub(config) }), ...contracts]);
    const chain = { there, hasCreateX: true, createXFunds: 0n };
    const sources = says.sources ?? [0n, BigInt(base.chainId)].map((id) => ({ chainId: id, policy: DEFAULT_POLICY }));
    const actual: Actual = {
      chains: new Map(["hub", "base", "op"].map((name) => [name, chain])),
      hub: {
        ...{ time: NOW, setCount: 1, shapes: [shapeOf(config)], announced: new Map(), tables: [], entries: [] },
        ...{ rollups: new Map([["base", says.entry ?? entryThat()]]), ...says.hub },
      },
      foreign: new Map(says.foreign === undefined ? [] : [["base", says.foreign]]),
      policies: new Map([["base", { owner: OWNER, looseningDelaySeconds: 60, now: NOW, sources }]]),
    };
    return stepsOf(wished, { artifacts, presigned, actual }).filter(({ id }) => !id.startsWith("op/"));
  };
  const wishing = (changes: Partial<RollupConfig>): NetworkConfig => ({
    ...config,
    rollups: { ...config.rollups, base: { ...base, ...changes } },
  });
  const open = (list: readonly Step[]) => list.flatMap(({ id, isDone }) => (isDone ? [] : [id]));
  const ready = (list: readonly Step[]) => readySteps(list).map(({ id }) => id);
  const told = (list: readonly Step[], id: string) =>
    list.find((step) => step.id === id)?.changes?.map(({ field, from, to }) => [field, from, to]);

  it("are none where the chains say what is described, nor on a rollup that drains or is retired", function () {
    expect(open(steps())).to.deep.equal([]);
    const other = wishing({
      entry: { ...base.entry, finality: 1, refuteWad: WAD, operatorSetId: 2 },
      policy: { ...base.policy, quorumBps: 9_000 },
    });
    for (const status of [DRAINING, RETIRED]) expect(open(steps({ entry: entryThat({ status }) }, other))).to.deep.equal([]); // prettier-ignore
    expect(open(steps({}, other))).to.have.length.above(4);
  });

  describe("of policies", function () {
    const announced = (policy: SourcePolicy, stage: AnnouncedPolicy["stage"]): AnnouncedPolicy => ({
      ...{ policy, stage, effectiveAt: NOW + 5n, lastSecond: NOW + 65n },
    });
    const demand = (policy: SourcePolicy, says?: AnnouncedPolicy): SourceDemand[] => [
      { chainId: 0n, policy, ...(says === undefined ? {} : { announced: says }) },
    ];
    const loose = () => wishing({ policy: { ...base.policy, ...LOOSER } });

    it("tighten at once and announce what is looser, by whom the policy belongs to, and apply it after the delay", function () {
      const wished = wishing({ policy: { ...base.policy, ...LOOSER, quorumBps: 8_000 } });
      const list = steps({ sources: demand(DEFAULT_POLICY) }, wished);
      expect(open(list)).to.deep.equal(["base/policy/tighten", "base/policy/announce", "base/policy/apply"]);
      expect(ready(list)).to.deep.equal(["base/policy/tighten"]);
      expect(
        list.filter((step) => isMissing(step) && step.id.startsWith("base/policy/")),
        "to join",
      ).to.have.length(1);
      expect(told(list, "base/policy/tighten")).to.deep.equal([["quorumBps", 6_667, 8_000]]);
      expect(told(list, "base/policy/announce")).to.deep.equal([["maxAgeSeconds", 86_400, 100_000]]);
      expect(list.find(({ id }) => id === "base/policy/tighten")?.from).to.deep.equal([OWNER]);
      expect(ready(steps({ sources: demand(DEFAULT_POLICY) }, loose()))).to.deep.equal(["base/policy/announce"]);
    });

    it("announce nothing twice, apply what is ready, and announce anew what has lapsed", function () {
      const at = (stage: AnnouncedPolicy["stage"]) =>
        steps({ sources: demand(DEFAULT_POLICY, announced(LOOSER, stage)) }, loose());
      expect(open(at("waiting"))).to.deep.equal(["base/policy/apply"]);
      expect(ready(at("waiting"))).to.deep.equal([]);
      expect(at("waiting").at(-1)?.waitsUntil?.until).to.equal(NOW + 5n);
      expect(ready(at("ready"))).to.deep.equal(["base/policy/apply"]);
      expect(ready(at("lapsed"))).to.deep.equal(["base/policy/announce"]);
    });

    it("say which announcement of somebody's they drop", function () {
      const list = steps({ sources: demand(DEFAULT_POLICY, announced(LOOSER, "ready")) });
      expect(ready(list)).to.deep.equal(["base/policy/cancel"]);
      expect(told(list, "base/policy/cancel")).to.deep.equal([["announced maxAgeSeconds", 100_000, undefined]]);
      const tight = wishing({ policy: { ...base.policy, ...TIGHTER } });
      const both = steps({ sources: demand(DEFAULT_POLICY, announced(LOOSER, "ready")) }, tight);
      expect(open(both)).to.deep.equal(["base/policy/tighten"]);
      expect(told(both, "base/policy/tighten")).to.deep.include(["announced maxAgeSeconds", 100_000, undefined]);
    });

    it("wait for a source that is described by its name until the directory has it, and for no other", function () {
      const wished = wishing({ sources: { op: TIGHTER } });
      const before = steps({ sources: demand(DEFAULT_POLICY) }, wished);
      expect(open(before)).to.deep.equal(["base/policy-of-op/tighten"]);
      expect(before.filter(isMissing), "to join").to.have.length(0);
      expect(ready(before)).to.deep.equal([]);
      const op = { chainId: BigInt(config.rollups.op?.chainId ?? 0), policy: DEFAULT_POLICY };
      expect(ready(steps({ sources: [...demand(DEFAULT_POLICY), op] }, wished))).to.deep.equal(["base/policy-of-op/tighten"]); // prettier-ignore
      // Whoever is not named gets what all get.
      expect(ready(steps({ sources: [...demand(DEFAULT_POLICY), { ...op, policy: LOOSER }] }))).to.deep.equal(["base/policy-of-op/tighten"]); // prettier-ignore
    });
  });

  describe("of entries", function () {
    it("know a proposal by its id: of no other, of nobody else and of nothing else", function () {
      const proposal = proposalFor(config, base);
      const id = (count: number, proposer: Address, of: Proposal) =>
        BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "address", PROPOSAL], [count, proposer, of])));
      const found: OpenProposal = { proposalId: id(300, OWNER, proposal), proposer: OWNER, proposal };
      expect(isIdOf(found, 300)).to.equal(true);
      expect(isIdOf(found, 299)).to.equal(false);
      for (const lie of [{ proposer: base.entry.owner }, { proposal: { ...proposal, gateway: OWNER } }]) {
        expect(isIdOf({ ...found, ...lie }, 300)).to.equal(false);
      }
    });

    const wished = (changes: Partial<RollupConfig["entry"]>) => wishing({ entry: { ...base.entry, ...changes } });
    const fractions = (refuteWad: bigint, coming = refuteWad) => {
      const wads = (wad: bigint): Wads => ({ refuteWad: wad, softWad: 0n });
      const until = coming === refuteWad ? {} : { until: NOW + 9n };
      return entryThat({}, { fractions: { held: wads(refuteWad), coming: wads(coming), ...until } });
    };

    it("say anew what needs no proposal, at the registry's pace, and that lies cannot be proven", function () {
      const other = wished({ finality: 2, refutable: false });
      expect(ready(steps({}, other))).to.deep.equal(["base/irrefutable", "base/update"]);
      expect(told(steps({}, other), "base/update")).to.deep.equal([["finality", 3, 2]]);
      const soon = steps({ entry: entryThat({ since: NOW - 59n }) }, other);
      expect(ready(soon)).to.deep.equal(["base/irrefutable"]);
      expect(soon.find(({ id }) => id === "base/update")?.waitsUntil?.until).to.equal(NOW + 1n);
    });

    it("propose another set with what lies take now, and never another bridge of the same gateway", function () {
      const list = steps({ entry: fractions(WAD / 2n) }, wished({ operatorSetId: 2 }));
      expect(open(list)).to.include.members(["base/propose", "base/accept", "base/apply"]);
      expect(list.find(({ id }) => id === "base/propose")).to.have.nested.property("args[0].value.refuteWad", WAD / 2n);
      expect(told(list, "base/propose")).to.deep.equal([["operatorSetId", 1, 2]]);
      expect(open(steps({ entry: entryThat({ bridge: address(ZeroAddress), refutable: false }) }))).to.deep.equal([]);
    });

    it("withdraw what was accepted and is not described, and leave alone what is", function () {
      const proposed = (operatorSetId: number, finality = 3): ActualEntry =>
        entryThat({}, {
          activation: {
            stage: "notice",
            accepted: {
              ...{ proposalId: 7n, proposer: OWNER, effectiveAt: NOW + 5n, optedInBps: 0 },
              proposal: { ...proposalFor(config, base), operatorSetId, finality },
            },
          },
        }); // prettier-ignore
      expect(open(steps({ entry: proposed(2) }, wished({ operatorSetId: 2 })))).to.deep.equal(["base/apply"]);
      const list = steps({ entry: proposed(2) });
      expect(open(list)).to.deep.equal(["base/withdraw"]);
      expect(told(list, "base/withdraw")).to.deep.equal([["accepted operatorSetId", 2, undefined]]);
      expect(list.find(({ id }) => id === "base/withdraw")).to.have.property("undoes", true);
      expect(told(steps({ entry: proposed(1, 2) }), "base/withdraw")).to.deep.equal([
        ["accepted finality", 2, undefined],
      ]);
      expect(ready(steps({ entry: proposed(3) }, wished({ operatorSetId: 2 })))).to.include("base/withdraw");
    });

    it("finish no stranger's registration, and take nothing for the owner's that leads elsewhere", function () {
      const PROPOSED = 1;
      const registering = (proposer: Address, says: Partial<Proposal> = {}, status = PROPOSED) => {
        const accepted = {
          ...{ proposalId: 7n, proposer, effectiveAt: NOW, optedInBps: 10_000 },
          proposal: { ...proposalFor(config, base), ...says },
        };
        const entry = entryThat(
          { status, owner: proposer },
          { fractions: undefined, activation: { stage: "ready", accepted } },
        );
        return steps({ entry });
      };
      const { owner } = base.entry;
      expect(ready(registering(owner))).to.deep.equal(["base/apply"]);
      expect(ready(registering(owner, { refutable: false }))).to.deep.equal(["base/apply"]);
      for (const says of [{ operatorSetId: 2 }, { bridge: OWNER }, { gateway: OWNER }]) {
        const list = registering(owner, says);
        expect(ready(list)).to.deep.equal(["base/withdraw", "base/propose"]);
        expect(list.find(({ id }) => id === "base/withdraw")).to.have.property("undoes", true);
      }
      expect(() => registering(OWNER))
        .to.throw(DeployError, `proposal 7 of ${OWNER}`)
        .with.property("message")
        .that.includes(`has one of ${owner}`);
      expect(open(registering(OWNER, {}, RETIRED)), "what left is let be").to.deep.equal([]);
    });

    it("are not proposed, accepted or applied for contracts of another release", function () {
      const at = plannedRollup(config, base).contracts.gateway;
      const code = artifacts.Gateway?.deployedBytecode;
      if (code === undefined) throw new Error("there is a gateway");
      const own = [{ at, contract: "Gateway" }];
      const found = (there: string) => foreignCode(own, new Map([[at, there]]), artifacts);
      expect(found(code)).to.equal(undefined);
      expect(found("0x")).to.equal(undefined);
      const foreign = found(`0x61${code.slice(4)}`);
      expect(foreign).to.match(/^Gateway at 0x.* is of another one: the code differs at byte 0$/);
      expect(ready(steps({}, wished({ operatorSetId: 2 })))).to.deep.equal(["base/propose"]);
      const refused = steps({ foreign }, wished({ operatorSetId: 2 }));
      expect(ready(refused)).to.deep.equal([]);
      for (const verb of ["propose", "accept", "apply"]) {
        expect(refused.find(({ id }) => id === `base/${verb}`)?.waitsUntil?.what).to.include(foreign);
      }
      expect(ready(steps({ foreign }, wished({ finality: 2 }))), "what needs no proposal").to.deep.equal([
        "base/update",
      ]);
    });

    it("lower what lies take at once, raise it after the notice, and void a raise that is not described", function () {
      const tenth = base.entry.refuteWad;
      expect(open(steps({ entry: fractions(2n * tenth) }))).to.deep.equal(["base/fractions"]);
      expect(open(steps({ entry: fractions(tenth / 2n) }))).to.deep.equal(["base/fractions", "base/raised"]);
      const waiting = steps({ entry: fractions(tenth / 2n, tenth) });
      expect([open(waiting), ready(waiting)]).to.deep.equal([["base/raised"], []]);
      expect(waiting.at(-1)?.waitsUntil?.until).to.equal(NOW + 9n);
      const byHand = steps({ entry: fractions(tenth, WAD) });
      expect(ready(byHand)).to.deep.equal(["base/fractions"]);
      expect(told(byHand, "base/fractions")).to.deep.equal([["announced refuteWad", WAD, undefined]]);
      expect(ready(steps({ entry: fractions(tenth / 2n, WAD) }))).to.deep.equal(["base/fractions-void"]);
    });
  });

  it("are marked where they loosen, or undo what somebody did by hand, and nowhere else", function () {
    const undoing = (says: Parameters<typeof steps>[0], wished = config) =>
      steps(says, wished).flatMap(({ id, undoes, isDone }) => (undoes === true && !isDone ? [id] : []));
    const policy = (found: Partial<SourcePolicy>, stage?: AnnouncedPolicy["stage"]) => ({
      sources: [
        {
          ...{ chainId: 0n, policy: { ...DEFAULT_POLICY, ...found } },
          ...(stage && { announced: { policy: LOOSER, stage, effectiveAt: NOW + 5n, lastSecond: NOW + 65n } }),
        },
      ],
    });
    const loosening = ["base/policy/announce", "base/policy/apply"];
    expect(undoing(policy({ refused: true }))).to.deep.equal(loosening);
    expect(undoing(policy({ messagesPerHour: 3 }))).to.deep.equal(loosening);
    expect(undoing(policy({ refused: true }), wishing({ policy: { ...base.policy, ...TIGHTER } }))).to.deep.equal(loosening); // prettier-ignore
    expect(undoing(policy({}), wishing({ policy: { ...base.policy, ...TIGHTER } }))).to.deep.equal([]);
    expect(undoing(policy({}, "waiting"))).to.deep.equal(["base/policy/cancel"]);
    expect(undoing(policy({}, "lapsed"))).to.deep.equal([]);
    const dropping = wishing({ policy: { ...base.policy, ...TIGHTER } });
    expect(undoing(policy({}, "ready"), dropping)).to.deep.equal(["base/policy/tighten"]);
    expect(steps(policy({}, "ready"), dropping).filter(isMissing), "to join").to.have.length(0);

    const tenth = base.entry.refuteWad;
    const entry = (held: bigint, coming = held, says: Partial<Entry> = {}) => {
      const [now, then] = [held, coming].map((refuteWad) => ({ refuteWad, softWad: 0n }));
      if (now === undefined || then === undefined) throw new Error("there are two");
      return { entry: entryThat(says, { fractions: { held: now, coming: then } }) };
    };
    expect(undoing(entry(tenth / 2n))).to.deep.equal([]);
    expect(undoing(entry(2n * tenth))).to.deep.equal(["base/fractions"]);
    expect(undoing(entry(tenth, WAD))).to.deep.equal(["base/fractions"]);
    expect(undoing(entry(tenth / 2n, WAD))).to.deep.equal(["base/fractions-void"]);
    expect(undoing(entry(tenth), wishing({ entry: { ...base.entry, finality: 2, refutable: false } }))).to.deep.equal([
      ...["base/irrefutable", "base/update"],
    ]);
    expect(undoing(entry(tenth, tenth, { finality: 2, refutable: false }))).to.deep.equal([]);

    const shape = shapeOf(config);
    const shaped = (says: Partial<SetShape>) => undoing({ hub: { shapes: [{ ...shape, ...says }] } });
    const both = ["hub/set-1/shape-schedule", "hub/set-1/shape-execute"];
    expect(shaped({ minimumWeight: shape.minimumWeight + 1n })).to.deep.equal(both);
    expect(shaped({ strategies: shape.strategies.slice(1) })).to.deep.equal(both);
    expect(shaped({ minimumWeight: shape.minimumWeight - 1n })).to.deep.equal([]);
  });

  describe("of operator sets", function () {
    const shaping = (minimumWeight: bigint): SetShape => ({ ...shapeOf(config), minimumWeight });
    const at = (announced: readonly (readonly [Bytes32, bigint])[]) =>
      steps({
        hub: {
          shapes: [shaping(1n)],
          announced: new Map(
            announced.map(([id, readyAt]): [Bytes32, Announced] => [id, { readyAt, lapsesAfter: readyAt + 900n }]),
          ),
        },
      });
    const idOf = (time: number) => elementAt(reshapings(config, artifacts, [shaping(1n)]), 0).call(time).id;

    it("are announced, carried out by anybody after the delay, and cancelled first where they lapsed", function () {
      expect(ready(at([]))).to.deep.equal(["hub/set-1/shape-schedule"]);
      expect(told(at([]), "hub/set-1/shape-execute")).to.deep.equal([["minimumWeight", 1n, shapeOf(config).minimumWeight]]); // prettier-ignore
      expect(ready(at([[idOf(0), NOW + 1n]]))).to.deep.equal([]);
      expect(ready(at([[idOf(0), NOW]]))).to.deep.equal(["hub/set-1/shape-execute"]);
      expect(ready(at([[idOf(0), NOW - 901n]]))).to.deep.equal(["hub/set-1/shape-cancel"]);
    });

    it("tell of each strategy what becomes of its multiplier, and of nothing else", function () {
      const [first, second] = shapeOf(config).strategies;
      if (first === undefined || second === undefined) throw new Error("there are two");
      const shapes = [{ ...shapeOf(config), strategies: [{ ...first, multiplier: 7n }] }];
      expect(told(steps({ hub: { shapes } }), "hub/set-1/shape-schedule")).to.deep.equal([
        [`multiplier of ${first.strategy}`, 7n, first.multiplier],
        [`multiplier of ${second.strategy}`, undefined, second.multiplier],
      ]);
    });

    it("have another id each time that a set becomes what it was before, and for each other shape", function () {
      const [again] = readySteps(at([[idOf(0), 1n]]));
      expect(again?.id).to.equal("hub/set-1/shape-schedule");
      expect(ready(at([[idOf(0), 1n], [idOf(1), NOW]]))).to.deep.equal(["hub/set-1/shape-execute"]); // prettier-ignore
      const { hub } = config;
      const wished = {
        ...config,
        hub: { ...hub, operatorSets: [{ ...elementAt(hub.operatorSets, 0), minimumWeight: 5n }] },
      };
      expect(elementAt(reshapings(wished, artifacts, [shaping(1n)]), 0).call(0).id).to.not.equal(idOf(0));
    });

    it("allow founders where an allow-list begins, and nobody where there is one", function () {
      const began = steps({ hub: { shapes: [{ ...shaping(1n), hasAllowList: false }] } });
      const inner = (list: readonly Step[]) => list.find(({ id }) => id === "hub/set-1/shape-schedule")?.inner?.map(({ call }) => call); // prettier-ignore
      expect(inner(began)).to.deep.equal(["shapeSet", "allow"]);
      expect(inner(at([]))).to.deep.equal(["shapeSet"]);
    });
  });
});

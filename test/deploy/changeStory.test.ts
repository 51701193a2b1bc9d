import { expect } from "chai";

import { Policy__factory } from "#chain/contracts.ts";
import type { Difference } from "#deploy/check/difference.ts";
import { WAD } from "#deploy/config/parts.ts";
import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { LOCAL_ROLES } from "#deploy/local/describe.ts";
import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { plannedRollup } from "#deploy/steps/addresses.ts";
import { elementAt } from "#protocol/errors.ts";
import { runTask } from "#support/devnet.ts";
import { LOOSEST_POLICY } from "#support/policies.ts";
import { standingTestnets } from "#support/standingTestnets.ts";
import type { Testnets } from "#support/testnets.ts";

/** Subjects that apply brings into line: what relayers bring, and what never changes, is not its business. */
const ALIGNED = /^(entry of|policy of|operator set)/;

describe("A network whose description changes", function () {
  let testnets: Testnets;

  before(async function () {
    testnets = await standingTestnets();
  });

  const apply = async (undo = true) => {
    const { exitCode, stdout, stderr } = await runTask(["deploy", "apply"], {
      ...testnets.args,
      yes: true,
      undo,
      json: true,
    });
    expect(exitCode, stderr).to.be.oneOf([0, 2]);
    const { sent, pending } = JSON.parse(stdout) as { sent: string[]; pending: { id: string }[] };
    expect(exitCode).to.equal(pending.length === 0 ? 0 : 2);
    return { sent, pending: pending.map(({ id }) => id) };
  };
  /** What differs, as `subject: field`. */
  const differing = async () => {
    const { stdout } = await runTask(["deploy", "check"], { ...testnets.args, json: true });
    const { differences } = JSON.parse(stdout) as { differences: Difference[] };
    return differences.flatMap(({ chain, subject, field }) =>
      ALIGNED.test(subject) ? [`${chain}, ${subject}: ${field}`] : [],
    );
  };
  /** The first rollup as it begins, and as it is later; the second is new then, and trusts the first one less than others. */
  const described = (isLater: boolean): NetworkConfigInput => {
    const { hub, rollups, ...rest } = testnets.nets.config;
    const { one, two } = rollups;
    if (one === undefined || two === undefined) throw new Error("there are two");
    const set = elementAt(hub.operatorSets, 0);
    if (!isLater) return { ...rest, hub, rollups: { one: { ...one, entry: { ...one.entry, refutable: false } } } };
    const strategies = set.strategies.map((counted) => ({ ...counted, multiplier: 2n * WAD }));
    const entry = { ...one.entry, finality: 2, metadataURI: "https://example.org/moved.json", refuteWad: WAD / 5n };
    return {
      ...rest,
      hub: { ...hub, operatorSets: [{ ...set, strategies, minimumWeight: 2n * WAD }] },
      rollups: {
        one: { ...one, entry, policy: { ...one.policy, quorumBps: 7_000, maxAgeSeconds: 100_000 } },
        two: { ...two, sources: { one: { ...DEFAULT_POLICY, messagesPerHour: 100 } } },
      },
    };
  };

  it("is as it is described again after apply and its delays, and check says the same as apply before and after", async function () {
    const { nets } = testnets;
    const [one, two] = [elementAt(nets.rollups, 0), elementAt(nets.rollups, 1)];
    const { hub } = testnets.config;
    testnets.describe(described(false));
    await apply();
    await testnets.optInto("one");
    expect(await apply()).to.deep.equal({ sent: ["one/apply"], pending: [] });

    testnets.describe(described(true));
    const { stdout: plan } = await runTask(["deploy", "plan"], { ...testnets.args, safeExport: "" });
    expect(plan).to.include("changes metadataURI: https://example.org/one.json → https://example.org/moved.json\n");
    const first = await apply();
    // What can be done at once: tighter, announced, proposed.
    expect(first.sent.filter((id) => !/^two\/(?!policy-of)/.test(id)).sort()).to.deep.equal([
      "hub/set-1/shape-schedule",
      "one/accept",
      "one/fractions",
      "one/policy/announce",
      "one/policy/tighten",
      "one/propose",
      "two/policy-of-one/tighten",
    ]);
    const atOnce = ["hub/set-1/shape-execute", "one/apply", "one/policy/apply", "one/raised", "one/update"];
    expect(first.pending.sort()).to.deep.equal([...atOnce, "two/apply"]);
    expect(await differing()).to.deep.equal([
      ...["strategies", "minimumWeight"].map((field) => `hub, operator set 1: ${field}`),
      ...["finality", "refutable", "metadataURI", "refuteWad", "accepted"].map(
        (field) => `hub, entry of one: ${field}`,
      ),
      ...["maxAgeSeconds", "announced"].map((field) => `one, policy of later sources: ${field}`),
      ...["status", "accepted"].map((field) => `hub, entry of two: ${field}`),
    ]);

    const { stdout } = await runTask(["rollup", "join"], { ...testnets.args, rollup: "one", dryRun: true, json: true });
    expect(JSON.parse(stdout), "whoever joined does not wait for changes").to.deep.include({ pending: [] });

    await testnets.optInto("two");
    await testnets.pass(hub.notices.change - hub.notices.first);
    await testnets.pass(testnets.config.rollups.one?.policy.looseningDelaySeconds ?? 0, one);
    const second = await apply();
    expect(second.sent.sort()).to.deep.equal(["one/apply", "one/policy/apply", "one/update", "two/apply"]);
    expect(second.pending).to.deep.equal(["hub/set-1/shape-execute", "one/raised"]);

    // Somebody announces what the description does not say.
    const { rollups } = testnets.config;
    if (rollups.two === undefined) throw new Error("there is no two");
    const { policy } = plannedRollup(testnets.config, rollups.two).contracts;
    const owner = await testnets.signer(LOCAL_ROLES.rollupOwner, two);
    await (await Policy__factory.connect(policy, owner).announceLoosening(0, LOOSEST_POLICY)).wait();
    expect(await differing()).to.include("two, policy of later sources: announced");
    await testnets.pass(hub.shapingSeconds + 1);
    const undoing = ["hub/set-1/shape-execute", "two/policy/cancel"];
    expect(await apply(false), "nobody agreed to it").to.deep.equal({ sent: [], pending: undoing });
    expect(await apply()).to.deep.equal({ sent: undoing, pending: [] });
    expect(await differing()).to.deep.equal([]);
    expect(await apply()).to.deep.equal({ sent: [], pending: [] });
  });
});

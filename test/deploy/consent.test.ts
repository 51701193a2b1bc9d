import { expect } from "chai";

import { approvalOf } from "#deploy/apply/approval.ts";
import { roundOf, type Consent } from "#deploy/apply/round.ts";
import type { Step } from "#deploy/steps/step.ts";
import { address, hex } from "#protocol/types.ts";

import { planLines } from "../../tasks/deploy/lines.ts";

const TO = address(`0x${"0".repeat(38)}99`);
const OTHER = address(`0x${"0".repeat(38)}98`);

describe("What was agreed to", function () {
  const stepThat = (id: string, says: Partial<Step> = {}): Step => ({
    ...{ id, chain: "hub", contract: "RollupRegistry", call: "accept", args: [], to: TO, data: hex("0x12345678") },
    ...{ value: 0n, kind: "call", by: "anyone", from: [], needs: [], isDone: false },
    ...says,
  });
  /** Whose data rests on what is not there yet. */
  const unknown = (id: string): Step => {
    const { data: _, ...step } = stepThat(id);
    return step;
  };
  const round = (steps: readonly Step[], consent: Consent) => {
    const { ours, forOthers, changed } = roundOf(steps, consent, ({ by }) => by === "anyone");
    return {
      ours: ours.map(({ id }) => id),
      others: forOthers.map(({ id }) => id),
      changed: changed.map(({ id }) => id),
    };
  };

  it("is all that is sent: whoever, whatever or how much changes stops everything that would have been sent", function () {
    const shown = [stepThat("one"), stepThat("two", { needs: ["one"] }), unknown("three")];
    const approval = approvalOf(shown);
    const next = (second: Step) => round([stepThat("one", { isDone: true }), second, stepThat("three")], { approval });
    expect(next(stepThat("two"))).to.deep.equal({ ours: ["two", "three"], others: [], changed: [] });
    const others: Partial<Step>[] = [{ to: OTHER }, { data: hex("0x12345679") }, { value: 1n }, { chain: "base" }];
    for (const says of others) {
      expect(next(stepThat("two", says))).to.deep.equal({ ours: [], others: [], changed: ["two"] });
    }
    expect(next(stepThat("two/again")), "never shown").to.deep.equal({ ours: [], others: [], changed: ["two/again"] });
    expect(next(stepThat("new", { by: "registrar" })).ours, "nothing is sent of it here").to.deep.equal(["three"]);
  });

  it("undoes nothing unless it says so, not even for others to send", function () {
    const steps = [
      stepThat("one", { undoes: true }),
      stepThat("two"),
      stepThat("three", { by: "registrar", undoes: true }),
    ];
    expect(round(steps, {})).to.deep.equal({ ours: ["two"], others: [], changed: [] });
    expect(round(steps, { approval: approvalOf(steps) }).ours).to.deep.equal(["two"]);
    expect(round(steps, { undoes: true })).to.deep.equal({ ours: ["one", "two"], others: ["three"], changed: [] });
  });

  it("was shown in full: a line for each field of a struct, whatever its length; of bytecode only how long it is", function () {
    const metadataURI = `https://example.org/${"x".repeat(900)}.json`;
    const proposal = { chainId: 8_453n, gateway: TO, bridge: OTHER, metadataURI };
    const step = stepThat("base/propose", {
      undoes: true,
      args: [
        { name: "proposal", type: "struct", value: proposal },
        { name: "shapers", type: "address[]", value: Array.from({ length: 9 }, () => OTHER) },
        { name: "code", type: "bytes", value: `0x${"ab".repeat(100)}` },
      ],
    });
    const priced = { step, isReady: true, gas: 1n, isExact: true, cost: 1n };
    const lines = planLines("sepolia", { done: 0, pending: [priced], chains: [] });
    expect(lines).to.include.members([
      ...["    proposal.chainId: 8453", `    proposal.gateway: ${TO}`, `    proposal.bridge: ${OTHER}`],
      ...[`    proposal.metadataURI: ${metadataURI}`, `    shapers[8]: ${OTHER}`],
      `    code: 0x${"ab".repeat(79)}… (202 characters)`,
      "  loosens, or undoes what was done by hand: needs --undo",
    ]);
  });
});

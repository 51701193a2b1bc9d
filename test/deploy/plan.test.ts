import { expect } from "chai";

import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { elementAt } from "#protocol/errors.ts";
import { runTask } from "#support/devnet.ts";
import { Testnets } from "#support/testnets.ts";

describe("deploy plan", function () {
  let testnets: Testnets;
  let asked: Set<string>;

  before(async function () {
    testnets = await Testnets.start(["one"]);
    asked = new Set();
    for (const chain of testnets.chains) chain.onAsk = (method) => asked.add(method);
  });

  after(async function () {
    await testnets.close();
  });

  it("prints one document with every transaction, its arguments, gas and cost, and has nothing signed or sent", async function () {
    const { exitCode, stdout } = await runTask(["deploy", "plan"], { ...testnets.args, json: true });
    expect(exitCode).to.equal(2);
    const plan: unknown = JSON.parse(stdout);
    expect(plan).to.have.property("pending").with.length(25);
    expect(plan).to.have.nested.property("pending[0].id", "hub/createx-funds");
    expect(plan).to.have.nested.property("pending[0].isExact", true);
    expect(plan).to.have.nested.property("pending[2].contract", "Shaper");
    expect(plan).to.have.nested.property("pending[2].args[0]").that.deep.equals({ name: "leastSeconds", type: "uint256", value: "130" }); // prettier-ignore
    expect(plan)
      .to.have.nested.property("pending[2].gas")
      .that.matches(/^[1-9][0-9]{5,6}$/);
    expect([...asked].filter((method) => /sign|send/i.test(method))).to.deep.equal([]);
  });

  it("is all that a dry run of apply does", async function () {
    const { exitCode } = await runTask(["deploy", "apply"], { ...testnets.args, dryRun: true });
    expect(exitCode).to.equal(2);
    expect([...asked].filter((method) => /sign|send/i.test(method))).to.deep.equal([]);
  });

  const nobody = "0x00000000000000000000000000000000000000ff";
  const refusals: Record<string, [change: (config: NetworkConfigInput) => NetworkConfigInput, told: RegExp]> = {
    "an endpoint of another chain": [
      (config) => ({ ...config, hub: { ...config.hub, chainId: 7 } }),
      /^hub: network "local" is chain 7358000, not 7/,
    ],
    "EigenLayer where nothing is": [
      (config) => ({
        ...config,
        hub: { ...config.hub, eigenLayer: { ...config.hub.eigenLayer, keyRegistrar: nobody } },
      }),
      /^EigenLayer's keyRegistrar on the hub: there is no code at/,
    ],
    "windows longer than EigenLayer holds stake": [
      (config) => ({ ...config, hub: { ...config.hub, windows: { ...config.hub.windows, evidence: 300 } } }),
      /^the windows take 382 blocks, stake leaves after 120/,
    ],
    "a messenger where nothing is": [
      ({ rollups, ...config }) => {
        const one = rollups.one;
        if (one?.bridge?.stack !== "op-stack") throw new Error("there is no such rollup");
        return { ...config, rollups: { one: { ...one, bridge: { ...one.bridge, hubMessenger: nobody } } } };
      },
      /^one's L1CrossDomainMessenger on the hub: there is no code at/,
    ],
  };
  for (const [what, [change, told]] of Object.entries(refusals)) {
    it(`refuses ${what} in one line`, async function () {
      const honest = testnets.nets.config;
      testnets.describe(change(honest));
      const { exitCode, stdout, stderr } = await runTask(["deploy", "plan"], testnets.args);
      testnets.describe(honest);
      expect([exitCode, stdout]).to.deep.equal([1, ""]);
      expect(stderr.trim()).to.match(told);
      expect(elementAt(stderr.trim().split("\n"), 0)).to.equal(stderr.trim());
    });
  }
});

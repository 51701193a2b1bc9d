import { readFileSync } from "node:fs";

import { expect } from "chai";
import { z } from "zod";

import { entryOf } from "#chain/hub/entries.ts";
import { ROLLUP_GAS } from "#deploy/bridge.ts";
import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { siteOf } from "#deploy/steps/read.ts";
import { elementAt } from "#protocol/errors.ts";
import { chainId } from "#protocol/types.ts";
import { runTask } from "#support/devnet.ts";
import { deployOrbitBridge, type OrbitBridge } from "#support/stacks/orbit.ts";
import { ticketIn } from "#support/stacks/tickets.ts";
import { standingTestnets } from "#support/standingTestnets.ts";
import type { Testnets } from "#support/testnets.ts";
import { OrbitHubEnd__factory } from "#types/factories/contracts/bridges/OrbitHubEnd__factory.ts";
import { OrbitRollupEnd__factory } from "#types/factories/contracts/bridges/OrbitRollupEnd__factory.ts";

/** Index of the account that deploys the stack's contracts. */
const NITRO = 18;
/** What the rollup's proofs take, in seconds. */
const [UNCONTESTED, CONTESTED] = [240, 86_400];
/** What pays for a ticket and for gas on the rollup. */
const TICKET_WEI = 10n ** 16n;

const stepSchema = z.object({
  id: z.string(),
  contract: z.string(),
  to: z.string().optional(),
  deploys: z.string().optional(),
  args: z.array(z.object({ name: z.string(), value: z.unknown() })),
});
const planSchema = z.object({ pending: z.array(stepSchema) });
const joinedSchema = z.object({
  isJoined: z.boolean(),
  waits: z.array(z.object({ for: z.string(), what: z.string() })),
});
const differencesSchema = z.object({ differences: z.array(z.object({ subject: z.string(), field: z.string() })) });

describe("The deployment of an Orbit rollup", function () {
  let testnets: Testnets;
  let nitro: OrbitBridge;

  before(async function () {
    testnets = await standingTestnets();
    nitro = await deployOrbitBridge(await testnets.signer(NITRO));
    testnets.describe(networkOver(nitro.inbox.address));
  });

  /** One rollup, over that Inbox. */
  function networkOver(inbox: string): NetworkConfigInput {
    const { config } = testnets.nets;
    const { two } = config.rollups;
    if (two === undefined) throw new Error("no rollup");
    const delays = { uncontestedDelaySeconds: UNCONTESTED, contestedDelaySeconds: CONTESTED };
    const bridge = { stack: "orbit" as const, inbox, rollupGas: ROLLUP_GAS, ...delays };
    return { ...config, rollups: { two: { ...two, bridge } } };
  }

  const run = async (command: string, args: object = {}) =>
    runTask(command.split(" "), { ...testnets.args, json: true, ...args });
  const apply = async (exitCode: number) => {
    const outcome = await run("deploy apply", { yes: true });
    expect(outcome.exitCode, outcome.stderr).to.equal(exitCode);
  };
  const pending = async () => planSchema.parse(JSON.parse((await run("deploy plan")).stdout)).pending;
  const planned = () => {
    const { two } = testnets.config.rollups;
    if (two === undefined) throw new Error("no rollup");
    return { ...plannedRollup(testnets.config, two).bridge, id: chainId(two.chainId) };
  };

  it("is planned with both ends, which name each other and the Inbox, before anything is there", async function () {
    const steps = new Map((await pending()).map((step) => [step.id, step]));
    const { gateway, hubEnd, rollupEnd } = planned();
    const { tableBuilder, slasher, registry } = plannedHub(testnets.config);
    const above = steps.get("two/hub-end");
    expect([above?.contract, above?.deploys]).to.deep.equal(["OrbitHubEnd", hubEnd]);
    expect(above?.args.map(({ value }) => value)).to.deep.equal([
      {
        ...{ tableBuilder, slasher, registry, gateway, rollupEnd, rollupGas: ROLLUP_GAS },
        ...{ rollupChainId: String(planned().id), uncontestedDelaySeconds: UNCONTESTED },
        contestedDelaySeconds: CONTESTED,
      },
      nitro.inbox.address,
    ]);
    const below = steps.get("two/rollup-end");
    expect([below?.contract, below?.deploys]).to.deep.equal(["OrbitRollupEnd", rollupEnd]);
    expect(below?.args.map(({ value }) => value)).to.deep.equal([gateway, hubEnd]);
  });

  it("deploys both ends over nitro's own Inbox, and has the registry name them", async function () {
    await apply(2);
    await testnets.optInto("two");
    await apply(0);
    const { gateway, hubEnd, rollupEnd, id } = planned();
    const hub = await testnets.signer(0);
    const entry = await entryOf(hub, siteOf(testnets.config), id);
    expect(entry).to.deep.include({ gateway, bridge: hubEnd });
    const above = OrbitHubEnd__factory.connect(hubEnd, hub);
    expect([await above.gateway(), await above.rollupEnd()]).to.deep.equal([gateway, rollupEnd]);
    expect([await above.inbox(), await above.bridge()]).to.deep.equal([nitro.inbox.address, nitro.bridge.address]);
    const below = OrbitRollupEnd__factory.connect(
      rollupEnd,
      await testnets.signer(0, elementAt(testnets.nets.rollups, 1)),
    );
    expect([await below.gateway(), await below.hubEnd()]).to.deep.equal([gateway, hubEnd]);
    const book: unknown = JSON.parse(readFileSync(testnets.book, "utf8"));
    expect(book).to.have.nested.property("rollups[0].bridge").that.deep.equals({ stack: "orbit", hubEnd, rollupEnd });
  });

  it("says what a ticket takes, and has it carry the registry's word down; then nothing differs", async function () {
    const join = async (exitCode: number, args: object = {}) => {
      const outcome = await run("rollup join", { rollup: "two", yes: true, ...args });
      expect(outcome.exitCode, outcome.stderr + outcome.stdout).to.equal(exitCode);
      return joinedSchema.parse(JSON.parse(outcome.stdout));
    };
    const unpaid = await join(2);
    expect(unpaid.waits[0]?.what).to.match(/^what the stack takes: .*FeeMismatch/);
    const sent = await join(2, { value: String(TICKET_WEI) });
    const [hash] = /0x[0-9a-f]{64}/.exec(sent.waits[0]?.what ?? "") ?? [];
    if (hash === undefined) throw new Error("nothing was sent");
    const above = await testnets.signer(0);
    const ticket = ticketIn(nitro, (await above.provider?.getTransactionReceipt(hash)) ?? null);
    const { provider } = elementAt(testnets.nets.rollups, 1);
    await provider.request({ method: "hardhat_impersonateAccount", params: [ticket.from] });
    await provider.request({ method: "hardhat_setBalance", params: [ticket.from, "0xde0b6b3a7640000"] });
    const redeemed = { from: ticket.from, to: ticket.to, data: ticket.data, gas: `0x${ticket.gasLimit.toString(16)}` };
    await provider.request({ method: "eth_sendTransaction", params: [redeemed] });
    expect(await join(0)).to.include({ isJoined: true });
    const checked = await run("deploy check");
    expect(JSON.parse(checked.stdout), checked.stderr).to.include({ ok: true });
    expect(checked.exitCode).to.equal(0);
    testnets.describe(networkOver(nitro.outbox.address));
    const { differences } = differencesSchema.parse(JSON.parse((await run("deploy check")).stdout));
    expect(differences.map(({ subject, field }) => `${subject}: ${field}`)).to.deep.equal(["hub's end of two: inbox"]);
  });
});

import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { Hub, WAD } from "#support/hub.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { Rollup, startChain } from "#support/rollup.ts";
import { entryOf } from "#support/world.ts";

/** Indices of accounts on every chain. */
const [REGISTRAR, OWNER, OPERATOR] = [4, 8, 10];
const NOTICE = 2 * 86_400;
const PASSWORD = "correct horse battery";

describe("The tasks operator, table and rollup", function () {
  this.timeout(60_000);

  let hub: Hub;
  let setId: number;
  let tasks: HubTasks;
  let alpha: Rollup;
  let passwordFile: string;

  // One after the other, as an operator and a rollup's owner live them.
  before(async function () {
    const eigenLayer = await startOwn("1.13");
    const asset = elementAt(eigenLayer.assets, 0);
    hub = await Hub.deploy(eigenLayer, { bond: 7n });
    setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: WAD });
    const operator = new Operator(eigenLayer, elementAt(eigenLayer.chain.signers, OPERATOR), namedKey("unused"));
    await operator.deposit(asset, 100n * WAD);
    tasks = await HubTasks.serving(hub, setId);
    passwordFile = tasks.file("password");
    writeFileSync(passwordFile, `${PASSWORD}\n`);
  });

  after(async function () {
    await tasks.close();
  });

  it("make a key that is never shown nor overwritten", async function () {
    const file = tasks.file("operator.json");
    const made = await tasks.json("operator keys new", { file, passwordFile });
    const before = readFileSync(file, "utf8");
    expect(Object.keys(made)).to.deep.equal(["file", "publicKey", "g1", "g2"]);
    await tasks.expectFailed("operator keys new", { file, passwordFile }, /it is not overwritten/);
    expect(readFileSync(file, "utf8")).to.equal(before);
    const shown = await tasks.json("operator keys show", { file, passwordFile, open: true });
    expect(shown).to.deep.equal({ ...made, opened: true });
    const wrong = tasks.file("wrong");
    writeFileSync(wrong, "another password");
    const refusal = /^the password does not open .*operator\.json\n$/;
    await tasks.expectFailed("operator keys show", { file, passwordFile: wrong, open: true }, refusal);
    await tasks.expectFailed("operator join", { keystore: file, passwordFile: wrong, account: OPERATOR }, refusal);
  });

  it("bring an operator into a set and its next table", async function () {
    const join = {
      keystore: tasks.file("operator.json"),
      passwordFile,
      account: OPERATOR,
      endpoint: "https://op.example",
    };
    const joined = await tasks.json("operator join", join);
    expect(joined.steps).to.deep.equal(["operator", "key", "allocation", "set", "endpoint"]);
    expect((await tasks.json("operator join", join)).steps).to.deep.equal([]);
    const { operators } = await tasks.json("operator list");
    expect(operators).to.have.lengthOf(1);
    const built = await tasks.json("table build");
    expect(built).to.deep.include({ operators: [joined.operator] });
    expect(await tasks.json("table build", {}, 2)).to.have.keys("operatorSetId", "earliest");
    const { exitCode, stdout } = await tasks.run("table show");
    expect(exitCode).to.equal(0);
    expect(stdout).to.include(`row 0: ${100n * WAD}, ${String(joined.operator)}`);
    await tasks.expectFailed("table show", { epoch: 9 }, /^set 1 has no epoch 9 on the hub\n$/);
    expect(
      (await tasks.run("operator show", { operator: elementAt(hub.eigenLayer.chain.signers, 0).address })).exitCode,
    ).to.equal(2);
  });

  it("take a rollup through its life, and say what it waits for", async function () {
    alpha = await deployAlpha();
    await tasks.close();
    tasks = await HubTasks.serving(hub, setId, [alpha]);
    const proposed = await tasks.json("rollup propose", { chain: "alpha", account: OWNER, refuteWad: "0" });
    const activate = { chain: "alpha", account: REGISTRAR };
    await tasks.expectFailed(
      "rollup activate",
      { ...activate, account: OWNER },
      /^refused: OwnableUnauthorizedAccount/,
    );
    await tasks.json("rollup propose", { chain: "alpha", account: OWNER + 1, refuteWad: "1" });
    await tasks.expectFailed("rollup activate", activate, /^--proposal: chain 1001 has several/);
    const verified = await tasks.json("rollup verify", { subject: String(proposed.proposalId) });
    expect(verified).to.deep.include({ ok: true, profile: verified.profile, differences: [] });
    const chosen = { ...activate, proposal: String(proposed.proposalId) };
    expect(await tasks.json("rollup activate", chosen, 2)).to.include({ stage: "notice" });
    await hub.pass(NOTICE);
    expect(await tasks.json("rollup activate", activate, 2)).to.include({ stage: "table" });
    await hub.build(setId);
    expect(await tasks.json("rollup activate", activate, 2)).to.include({ stage: "optIn" });
    expect(await tasks.json("operator optin", { chain: "alpha", account: OPERATOR })).to.include({ isNew: true });
    expect(await tasks.json("rollup activate", activate)).to.include({ stage: "applied" });
    await hub.pass(3_600);
    expect(await tasks.json("rollup update", { chain: "alpha", account: OWNER, metadata: "ipfs://x" })).to.include({
      metadataURI: "ipfs://x",
      finality: 3,
    });
    expect(await tasks.json("rollup show", { chain: "1001" })).to.have.keys("entry", "pending", "cost");
    expect(await tasks.json("rollup drain", { chain: "alpha", account: OWNER })).to.include({ status: 3 });
    await tasks.expectFailed("rollup retire", { chain: "alpha", account: OWNER }, /^refused: DrainingTooShort\(/);
    expect((await tasks.json("rollup list")).entries).to.have.lengthOf(1);
    await tasks.expectFailed("rollup show", { chain: "delta" }, /^"delta" is no chain id and no rollup of the book/);
    await tasks.expectFailed("rollup show", { chain: "77" }, /^the registry has no entry of chain 77\n$/);
  });

  it("tell whatever a gateway has that was not announced", async function () {
    const { addresses } = alpha;
    const stranger = address(`0x${"0".repeat(38)}99`);
    const receiver = await tasks.json("rollup verify", { subject: "alpha", receiver: stranger }, 2);
    expect(receiver.differences).to.deep.equal([`Gateway.canonicalReceiver is 0x${"0".repeat(40)}, not ${stranger}`]);
    // Other code, and code whose immutables do not agree with themselves.
    const code = await alpha.ethers.provider.getCode(addresses.policy);
    await alpha.helpers.setCode(addresses.policy, `${code.slice(0, -2)}ff`);
    const { differences } = await tasks.json("rollup verify", { subject: "alpha" }, 2);
    expect(String(differences)).to.match(/^Policy at 0x[0-9a-fA-F]{40}: the code differs at byte \d+ \(/);
    await alpha.helpers.setCode(addresses.policy, code);
    const gateway = await alpha.ethers.provider.getCode(addresses.gateway);
    const word = addresses.directory.slice(2).toLowerCase();
    const at = gateway.indexOf(word);
    await alpha.helpers.setCode(addresses.gateway, `${gateway.slice(0, at)}${"9".repeat(40)}${gateway.slice(at + 40)}`);
    const forged = await tasks.json("rollup verify", { subject: "alpha" }, 2);
    expect(String(forged.differences)).to.match(/one immutable has several values: 0x/);
    await alpha.helpers.setCode(addresses.gateway, gateway);
    expect(await tasks.json("rollup verify", { subject: "alpha" })).to.include({ ok: true });
  });

  it("let an operator leave", async function () {
    const { slashableUntilBlock } = await tasks.json("operator leave", { account: OPERATOR });
    expect(slashableUntilBlock).to.equal((await hub.eigenLayer.blockNumber()) + hub.eigenLayer.delays.deallocation);
  });

  it("say in one line what a person can mend", async function () {
    await tasks.expectFailed("rollup list", { deployment: tasks.file("none.json") }, /none\.json does not exist\n$/);
    await tasks.expectFailed(
      "rollup drain",
      { chain: "alpha", account: 99 },
      /^--account 99: the network has 20 accounts\n$/,
    );
    await tasks.expectFailed("operator join", {}, /^--keystore: /);
    await tasks.expectFailed("table carry", { rollup: "alpha" }, /^--aggregator: /);
  });

  /** A rollup that knows the hub's first table. */
  async function deployAlpha(): Promise<Rollup> {
    const { statement, rows } = await hub.epoch(setId);
    const chain = await startChain(1_001, Number(await hub.now()));
    const deployer = elementAt(chain.signers, 0);
    const gateway = gatewayAddress(address(deployer.address), await deployer.getNonce());
    return Rollup.deploy(chain, {
      ...hub.domain,
      ...DEFAULT_WINDOWS,
      owner: address(deployer.address),
      directorySetId: setId,
      firstEntries: [entryOf(1_001n, gateway)],
      firstTables: [{ table: statement, rows }],
      defaultPolicy: DEFAULT_POLICY,
    });
  }
});

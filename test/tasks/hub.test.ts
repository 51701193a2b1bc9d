import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { openKeystore } from "#nodes/shared/keystore.ts";
import { elementAt } from "#protocol/errors.ts";
import type { Statement } from "#protocol/statements.ts";
import { address } from "#protocol/types.ts";
import { Committee } from "#support/committee.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { startOwn } from "#support/eigenlayer/own.ts";
import { Hub, WAD } from "#support/hub.ts";
import { HubTasks } from "#support/hubTasks.ts";
import { serveJson } from "#support/jsonServer.ts";
import { Rollup, startChain } from "#support/rollup.ts";
import { entryOf } from "#support/world.ts";

/** Indices of accounts on every chain. */
const [REGISTRAR, OWNER, OPERATOR] = [4, 8, 10];
const NOTICE = 2 * 86_400;
const PASSWORD = "correct horse battery";

describe("The tasks operator, table and rollup", function () {
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

  it("give a member that lost its seat a free one", async function () {
    const { allocationManager, chain } = hub.eigenLayer;
    const member = elementAt(chain.signers, OPERATOR).address;
    const isSeated = async () => (await tasks.json("operator show", { operator: member })).isSeated;
    const manager = await allocationManager.getAddress();
    await chain.helpers.setBalance(manager, WAD);
    await chain.helpers.impersonateAccount(manager);
    // The seat goes, and EigenLayer still counts the member, as it does whom a heavier one has replaced.
    const asEigenLayer = hub.serviceManager.connect(await chain.ethers.getSigner(manager));
    await asEigenLayer.deregisterOperator(member, hub.addresses.serviceManager, [setId]);
    expect(await isSeated()).to.equal(false);
    expect(await tasks.json("operator seat", { member })).to.include({ member, incumbent: null });
    expect(await isSeated()).to.equal(true);
    await tasks.expectFailed("operator seat", { member }, /^refused: SeatedAlready\(operatorSetId 1, operator 0x/);
  });

  it("carry a certified table to a rollup that lacks it, and show it there", async function () {
    alpha = await deployAlpha();
    const keystore = tasks.file("operator.json");
    await tasks.close();
    tasks = await HubTasks.serving(hub, setId, [alpha]);
    const { earliest } = await tasks.json("table build", {}, 2);
    await hub.pass(BigInt(String(earliest)) - (await hub.now()));
    await tasks.json("table build");
    await alpha.helpers.time.increaseTo(await hub.now());
    expect(await tasks.json("table show", { on: "alpha" })).to.deep.include({ on: "alpha", isTheHubs: true });

    const key = await openKeystore(keystore, PASSWORD);
    const committee = Committee.speaking(hub.domain, setId, 1, [{ key, weight: 100n * WAD }]);
    const { statement: content } = await hub.epoch(setId);
    const statements: Statement[] = [{ kind: "Table", content }];
    const { certificate } = await committee.certify(statements, { issuedAt: await hub.now() });
    const published = { seq: 1, certificate, statements };
    const aggregator = await serveJson((path) => {
      if (path === `/certificates/${certificate.batch.statementsRoot}`) return published;
      return { certificates: path === "/certificates?after=0" ? [published] : [] };
    });
    try {
      const carry = { rollup: "alpha", aggregator: aggregator.url };
      const { carried } = await tasks.json("table carry", { ...carry, root: certificate.batch.statementsRoot });
      expect(carried).to.have.lengthOf(1);
      expect(carried).to.have.nested.property("[0].subject", "set 1, epoch 2");
      const shown = await tasks.run("table show", { on: "alpha" });
      expect([shown.exitCode, shown.stdout]).to.deep.equal([0, shown.stdout]);
      expect(shown.stdout).to.match(/^set 1, epoch 2: 1 rows,[^]* seconds left\n {2}as the hub has it\n$/);
      expect((await tasks.run("table carry", carry)).stdout).to.equal("nothing that alpha does not have\n");
    } finally {
      await aggregator.close();
    }
  });

  it("take a rollup through its life, and say what it waits for", async function () {
    const propose = { chain: "alpha", account: OWNER, refuteWad: "0", metadata: "ipfs://a\u001b[2K\u202eb" };
    expect(await tasks.json("rollup propose", { ...propose, dryRun: true })).to.include({ proposalId: null });
    await tasks.expectRefused("rollup propose", propose, /^no terminal to ask/);
    const proposed = await tasks.json("rollup propose", { ...propose, yes: true });
    expect((await tasks.json("rollup show", { chain: "alpha" }, 2)).open).to.have.lengthOf(1);
    const unnamed = new RegExp(`name the proposal, such as ${String(proposed.proposalId)}\n$`);
    await tasks.expectFailed("rollup verify", { subject: "alpha" }, unnamed);
    const activate = { chain: "alpha", account: REGISTRAR, yes: true };
    await tasks.expectRefused(
      "rollup activate",
      { ...activate, account: OWNER },
      /^RollupRegistry\.accept is 0x[0-9a-fA-F]{40}'s to send, not 0x/,
    );
    // The only one is shown, without what its author hid in it, and nothing happens before somebody agrees.
    const unasked = await tasks.run("rollup activate", { ...activate, yes: false });
    const by = elementAt(hub.eigenLayer.chain.signers, OWNER).address;
    expect([unasked.exitCode, unasked.stdout]).to.deep.equal([1, ""]);
    expect(unasked.stderr).to.match(new RegExp(`^proposal \\d+ by ${by}, who becomes its owner\n`));
    expect(unasked.stderr).to.include(
      `chain 1001: gateway ${alpha.addresses.gateway}\n  set 1, finality 3, no bridge,`,
    );
    expect(unasked.stderr).to.include("takes 0 of 1e18, one below final 0\n  metadata ipfs://a[2Kb\n");
    expect(unasked.stderr).to.match(/no terminal to ask: [^\n]*\n$/);
    expect((await tasks.json("rollup show", { chain: "alpha" }, 2)).pending).to.deep.equal({ stage: "nothing" });
    await tasks.json("rollup propose", { chain: "alpha", account: OWNER + 1, refuteWad: "1", yes: true });
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
    // The other one is left. It is not the owner's.
    await tasks.expectFailed(
      "rollup activate",
      activate,
      /^--proposal: \d+ is of 0x\w+, who is not the owner of the entry/,
    );
    await hub.pass(3_600);
    const owned = { chain: "alpha", account: OWNER, yes: true };
    expect(await tasks.json("rollup update", { ...owned, metadata: "ipfs://x" })).to.include({
      metadataURI: "ipfs://x",
      finality: 3,
    });
    expect(await tasks.json("rollup show", { chain: "1001" })).to.have.keys(
      "entry",
      "pending",
      "open",
      "cost",
      "delays",
    );
    expect(await tasks.json("rollup drain", { ...owned, dryRun: true })).to.include({
      status: 2,
      outcome: "would be sent",
    });
    await tasks.expectRefused("rollup drain", { ...owned, yes: false }, /^no terminal to ask/);
    expect(await tasks.json("rollup drain", owned)).to.include({ status: 3 });
    await tasks.expectRefused("rollup retire", owned, /^refused: DrainingTooShort\(timestamp 20\d\d-/);
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
    await tasks.expectFailed(
      "rollup list",
      { deployment: tasks.file("none.json") },
      /none\.json does not exist\. No devnet is running/,
    );
    await tasks.expectFailed("operator leave", { account: 99 }, /^--account 99: the network has 20 accounts\n$/);
    const [keystore, folder] = [tasks.file("none.json"), tasks.file("none/operator.json")];
    await tasks.expectFailed("operator join", {}, /^--keystore: /);
    await tasks.expectFailed("operator join", { keystore }, /none\.json does not exist\n$/);
    await tasks.expectFailed(
      "operator join",
      { keystore, endpoint: "op.example:80" },
      /^--endpoint: aggregators cannot ask/,
    );
    await tasks.expectFailed("operator keys new", { file: folder, passwordFile }, /its folder does not exist\n$/);
    await tasks.expectFailed("operator list", { set: 9 }, /^--set: the hub has no set 9; the book names 1\n$/);
    await tasks.expectFailed("rollup update", { chain: "alpha", account: OWNER }, /^name what is new: /);
    await tasks.expectFailed("rollup propose", { chain: "alpha", finality: 4 }, /^--finality is 1 \(latest\)/);
    await tasks.expectFailed("table carry", { rollup: "alpha" }, /^--aggregator: /);
    await tasks.expectFailed(
      "table carry",
      { rollup: "alpha", aggregator: "here" },
      /^--aggregator: "here" is no http URL/,
    );
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

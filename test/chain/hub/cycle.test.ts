import { expect } from "chai";

import { drain, entriesOf, entryOf, retire, update } from "#chain/hub/entries.ts";
import { HubError, type HubErrorCode } from "#chain/hub/errors.ts";
import { join } from "#chain/hub/join.ts";
import { operatorsOf, operatorState } from "#chain/hub/members.ts";
import { allocate, leave, registerKey, seat, setAllocationDelay, setEndpoint } from "#chain/hub/operators.ts";
import { accept, activation, applyAccepted, openProposals, optIn, propose } from "#chain/hub/proposals.ts";
import type { HubSite } from "#chain/hub/site.ts";
import { buildTable, knownTable, readBuild, readTable } from "#chain/hub/tables.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";
import { describeOnEach, hubOffers } from "#support/eigenlayer/offers.ts";
import { namedKey } from "#support/eigenlayer/keys.ts";
import { Operator } from "#support/eigenlayer/operator.ts";
import { Hub, WAD } from "#support/hub.ts";
import { siteOf } from "#support/hubSite.ts";
import { stagedOn } from "#support/stage.ts";
import { Status } from "#support/world.ts";

const CHAIN = chainId(2_001);
const BOND = 12_345n;
const GATEWAY = address("0x00000000000000000000000000000000000000a1");
const BRIDGE = address("0x00000000000000000000000000000000000000b1");
const NOTICE = 2 * 86_400;
const DRAINING = 30 * 86_400;

const PROPOSAL = {
  chainId: CHAIN,
  gateway: GATEWAY,
  operatorSetId: 1,
  finality: 3,
  refutable: true,
  bridge: BRIDGE,
  refuteWad: WAD / 10n,
  softWad: 0n,
  metadataURI: "ipfs://rollup",
};

interface Scene {
  readonly hub: Hub;
  readonly site: HubSite;
  readonly setId: number;
  readonly operators: readonly Operator[];
}

/** Expects an action to fail with a code; of a refusal, with the contract's error and its arguments. */
async function expectFailed(action: Promise<unknown>, code: HubErrorCode, name?: string, args?: readonly unknown[]) {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HubError)) throw new Error(`no HubError: ${String(error)}`);
  expect(error.code).to.equal(code);
  expect(error.revert?.name).to.equal(name);
  if (args !== undefined) expect(error.revert?.args).to.deep.equal(args);
}

describeOnEach(hubOffers, "Actions on the hub", function (start) {
  const stage = stagedOn(
    async (): Promise<Scene> => {
      const eigenLayer = await start();
      const asset = elementAt(eigenLayer.assets, 0);
      const hub = await Hub.deploy(eigenLayer, { bond: BOND });
      const setId = await hub.createSet({ counted: [{ asset, multiplier: WAD }], minimumWeight: WAD });
      const operators: Operator[] = [];
      for (const name of ["one", "two", "three"]) {
        const operator = await Operator.named(eigenLayer, name);
        await operator.deposit(asset, 100n * WAD);
        operators.push(operator);
      }
      return { hub, site: await siteOf(hub), setId, operators };
    },
    ({ hub }) => [hub.eigenLayer],
  );

  const orderOf = (operator: Operator) => ({
    operatorSetId: stage().setId,
    key: operator.key,
    endpoint: "https://operator.example.org",
  });

  async function joined(): Promise<void> {
    const { hub, site, operators } = stage();
    for (const operator of operators) await join(operator.signer, site, orderOf(operator));
    if (hub.eigenLayer.capabilities.instantAllocationDelay) return;
    await hub.eigenLayer.pass(hub.eigenLayer.delays.allocationConfiguration + 1);
    for (const operator of operators) await join(operator.signer, site, orderOf(operator));
  }

  it("joins step by step, says what it waits for, and does nothing twice", async function () {
    const { hub, site, setId, operators } = stage();
    const { capabilities, delays, chain } = hub.eigenLayer;
    const operator = elementAt(operators, 0);
    const first = await join(operator.signer, site, orderOf(operator));
    if (!capabilities.instantAllocationDelay) {
      const blocks = delays.allocationConfiguration + 1;
      expect(first).to.deep.equal({
        operator: operator.address,
        steps: ["operator", "key"],
        waitingFor: { what: "allocation delay", blocks },
      });
      await hub.eigenLayer.pass(blocks);
      const second = await join(operator.signer, site, orderOf(operator));
      expect(second).to.deep.equal({ operator: operator.address, steps: ["allocation", "set", "endpoint"] });
    } else {
      expect(first.steps).to.deep.equal(["operator", "key", "allocation", "set", "endpoint"]);
    }
    const again = await join(operator.signer, site, orderOf(operator));
    expect(again).to.deep.equal({ operator: operator.address, steps: [] });

    const state = await operatorState(chain.ethers.provider, site, setId, operator.address);
    expect(state).to.deep.include({ isOperator: true, isMember: true, isSeated: true, key: operator.key.g1 });
    expect(state.endpoint).to.equal("https://operator.example.org");
    expect(state.stakes).to.have.lengthOf(1);
    expect(state.stakes[0]).to.include({ magnitude: WAD, pending: 0n, slashableShares: 100n * WAD });
    expect(state).not.to.have.property("row");
  });

  it("waits for an allocation that is not in effect yet", async function () {
    const { hub, site, operators } = stage();
    const { capabilities, delays } = hub.eigenLayer;
    const operator = elementAt(operators, 0);
    const order = { ...orderOf(operator), allocationDelay: 40 };
    if (!capabilities.instantAllocationDelay) {
      await join(operator.signer, site, order);
      await hub.eigenLayer.pass(delays.allocationConfiguration + 1);
    }
    const { waitingFor } = await join(operator.signer, site, order);
    expect(waitingFor).to.deep.equal({ what: "allocation", blocks: 40 });
    await hub.eigenLayer.pass(40);
    expect((await join(operator.signer, site, order)).steps).to.deep.equal(["set", "endpoint"]);
  });

  it("refuses another key than the one that is registered, and nothing to allocate", async function () {
    const { hub, site, setId, operators } = stage();
    await joined();
    const { signer } = elementAt(operators, 0);
    await expectFailed(registerKey(signer, site, setId, namedKey("another")), "OtherKey");
    const strategy = elementAt(hub.eigenLayer.assets, 1).strategy;
    await expectFailed(allocate(signer, site, setId, [{ strategy, magnitude: 0n }]), "NothingToAllocate");
  });

  it("tells a contract's own error with its arguments", async function () {
    const { site, setId, operators } = stage();
    await joined();
    const { signer, address: member } = elementAt(operators, 0);
    await expectFailed(seat(signer, site, setId, member), "Refused", "SeatedAlready", [BigInt(setId), member]);
    await expectFailed(setEndpoint(signer, site, "x".repeat(257)), "Refused", "EndpointTooLong", [257n, 256n]);
  });

  it("builds a table in many small transactions, goes on with a build that runs, and reads it from its code", async function () {
    const { hub, site, setId, operators } = stage();
    const { provider } = hub.eigenLayer.chain.ethers;
    await joined();
    expect(await readTable(provider, site, setId)).to.equal(undefined);
    await expectFailed(knownTable(provider, site, setId, 1), "Unknown");
    const { signer } = elementAt(operators, 0);
    await hub.tableBuilder.begin(setId);
    await hub.tableBuilder.proceed(setId, 1);
    expect(await readBuild(provider, site, setId)).to.include({ done: 1, members: 3 });
    const built = await buildTable(signer, site, setId, 1);
    expect(built.operators).to.deep.equal(operators.map((operator) => operator.address));
    expect(built.table.rows.map(({ key }) => key)).to.deep.equal(operators.map(({ key }) => key.g1));
    expect(built.table.totalWeight).to.equal(300n * WAD);
    const told = await hub.epoch(setId);
    expect(built.statement).to.deep.equal(told.statement);
    expect(built.table.packed).to.equal(told.rows);
    expect(built.evidenceUntil).to.equal(await hub.tableBuilder.evidenceUntil(setId, 1));
    expect(await readBuild(provider, site, setId)).to.equal(undefined);
    const earliest = built.statement.validUntil - BigInt(hub.windows.lead);
    const now = (await hub.now()) + 1n;
    await expectFailed(buildTable(signer, site, setId), "Refused", "BuildTooEarly", [now, earliest]);
    const rows = (await operatorsOf(provider, site, setId)).map(({ row }) => row);
    expect(rows).to.deep.equal([0, 1, 2].map((row) => ({ epoch: 1, row, weight: 100n * WAD })));
  });

  it("takes a rollup from proposal to retirement, saying at each step what it waits for", async function () {
    const { hub, site, setId, operators } = stage();
    const { chain } = hub.eigenLayer;
    const { provider } = chain.ethers;
    const [registrar, owner] = [elementAt(chain.signers, 4), elementAt(chain.signers, 5)];
    await joined();
    await buildTable(owner, site, setId);

    expect(await activation(provider, site, CHAIN)).to.deep.equal({ stage: "nothing" });
    const proposalId = await propose(owner, site, PROPOSAL);
    expect(await provider.getBalance(site.contracts.registry)).to.equal(BOND);
    const open = { proposalId, proposal: PROPOSAL, proposer: address(owner.address) };
    expect(await openProposals(provider, site, CHAIN, 0)).to.deep.equal([open]);
    expect(await openProposals(provider, site, chainId(2_002), 0)).to.deep.equal([]);
    await expectFailed(accept(owner, site, proposalId), "Refused", "OwnableUnauthorizedAccount", [owner.address]);
    const effectiveAt = await accept(registrar, site, proposalId);
    expect(effectiveAt).to.equal((await hub.now()) + BigInt(NOTICE));
    const waiting = await activation(provider, site, CHAIN);
    expect(waiting).to.deep.equal({ stage: "notice", accepted: { ...open, effectiveAt, optedInBps: 0 } });
    await hub.pass(NOTICE);
    expect(await activation(provider, site, CHAIN)).to.include({ stage: "table" });
    const now = (await hub.now()) + 1n;
    const { validUntil } = await hub.tableBuilder.epoch(setId, 1);
    await expectFailed(applyAccepted(owner, site, CHAIN), "Refused", "TableExpired", [now, validUntil]);
    await buildTable(owner, site, setId);
    expect(await activation(provider, site, CHAIN)).to.include({ stage: "optIn" });
    await expectFailed(applyAccepted(owner, site, CHAIN), "Refused", "OptInMissing", [0n, 6_667n]);
    for (const { signer } of operators) expect(await optIn(signer, site, PROPOSAL)).to.equal(true);
    expect(await optIn(elementAt(operators, 0).signer, site, PROPOSAL)).to.equal(false);
    expect(await activation(provider, site, CHAIN)).to.include({ stage: "ready" });
    const active = await applyAccepted(owner, site, CHAIN);
    expect(active).to.include({ status: Status.Active, version: 2n, gateway: GATEWAY, bridge: BRIDGE, finality: 3 });

    await expectFailed(
      update(registrar, site, CHAIN, { finality: 2, metadataURI: "" }),
      "Refused",
      "NotTheEntrysOwner",
      [CHAIN, registrar.address, owner.address],
    );
    await hub.pass(3_600);
    const updated = await update(owner, site, CHAIN, { finality: 2, metadataURI: "ipfs://other" });
    expect(updated).to.include({ finality: 2, metadataURI: "ipfs://other", version: 3n });
    expect((await drain(owner, site, CHAIN)).status).to.equal(Status.Draining);
    await hub.pass(DRAINING);
    const retired = await retire(owner, site, CHAIN);
    expect(retired).to.include({ status: Status.Retired, version: 5n });
    expect(await entriesOf(provider, site)).to.deep.equal([retired]);
    expect(await entryOf(provider, site, CHAIN, 2n)).to.deep.equal(active);
    expect(await entryOf(provider, site, chainId(2_002))).to.equal(undefined);
  });

  it("leaves, and says until when that is a risk", async function () {
    const { hub, site, setId, operators } = stage();
    const { chain, delays } = hub.eigenLayer;
    await joined();
    const { signer, address: member } = elementAt(operators, 0);
    await setAllocationDelay(signer, site, 7);
    const { slashableUntilBlock } = await leave(signer, site, setId);
    expect(slashableUntilBlock).to.equal((await hub.eigenLayer.blockNumber()) + delays.deallocation);
    const state = await operatorState(chain.ethers.provider, site, setId, member);
    expect(state).to.include({ isMember: false, isSeated: false });
    await expectFailed(leave(signer, site, setId), "Refused", "NotMemberOfSet", []);
  });
});

import { expect } from "chai";
import { id, toBeHex, ZeroAddress, ZeroHash } from "ethers";

import { address } from "#protocol/types.ts";
import {
  expectArrived,
  expectRefused,
  itObeysOnlyItsCounterpart,
  neighbourhood,
  reasonOf,
} from "#support/crosschain.ts";
import { callData, single, SINGLE_CALL, type Call } from "#support/erc7579.ts";
import { relay } from "#support/relay.ts";
import { staged } from "#support/stage.ts";

const TIMELOCK_SECONDS = 3_600;
const VOTES = 100n;
/** Of GovernorCountingSimple. */
const FOR = 1;
/** TimelockController's state of an operation whose delay is over. */
const READY = 2;

/** A governor with votes and a timelock on alpha, its executor on beta, and a target there that obeys the executor. */
async function governed() {
  const stage = await neighbourhood();
  const { alpha, beta } = stage;
  const votes = await alpha.ethers.deployContract("SampleVotes", [VOTES]);
  const { address: admin } = alpha.deployer;
  const timelock = await alpha.ethers.deployContract("TimelockController", [
    TIMELOCK_SECONDS,
    [],
    [ZeroAddress],
    admin,
  ]);
  const governor = await alpha.ethers.deployContract("SampleGovernor", [votes, timelock, VOTES / 2n]);
  await timelock.grantRole(await timelock.PROPOSER_ROLE(), governor);
  await timelock.renounceRole(await timelock.DEFAULT_ADMIN_ROLE(), admin);
  await votes.transfer(alpha.user, VOTES);
  await votes.connect(alpha.user).delegate(alpha.user);
  await alpha.helpers.mine();

  const executor = await beta.ethers.deployContract("CrosschainRemoteExecutor", [
    beta.gateway,
    alpha.interoperable(await governor.getAddress()),
  ]);
  const target = await beta.ethers.deployContract("ShutTarget", [executor]);
  return { ...stage, governor, timelock, executor, target };
}

describe("GovernorCrosschain", function () {
  const stage = staged(governed);

  const state = async () => ({ number: await stage().target.number() });

  const setTo = async (number: bigint): Promise<Call> => {
    const { target } = stage();
    return { target: await target.getAddress(), data: target.interface.encodeFunctionData("set", [number]) };
  };

  /** A proposal that the executor on beta does `call`. */
  const proposal = async (call: Call, description: string) => {
    const { alpha, beta, governor, executor } = stage();
    const relayed = governor.interface.encodeFunctionData("relayCrosschain", [
      alpha.addresses.gateway,
      beta.interoperable(await executor.getAddress()),
      SINGLE_CALL,
      callData(call),
    ]);
    return { actions: [[await governor.getAddress()], [0n], [relayed]] as const, description };
  };

  type Proposal = Awaited<ReturnType<typeof proposal>>;

  const vote = async ({ actions: [targets, values, calls], description }: Proposal) => {
    const { alpha, governor } = stage();
    const voter = governor.connect(alpha.user);
    await voter.propose([...targets], [...values], [...calls], description);
    await alpha.helpers.mine(2);
    await voter.castVote(await governor.getProposalId([...targets], [...values], [...calls], id(description)), FOR);
    await alpha.helpers.mine(5);
  };

  const queue = async ({ actions: [targets, values, calls], description }: Proposal) =>
    stage().governor.queue([...targets], [...values], [...calls], id(description));

  const execute = async ({ actions: [targets, values, calls], description }: Proposal) =>
    stage().governor.execute([...targets], [...values], [...calls], id(description));

  /** On all chains. */
  const wait = async (seconds: number) => {
    for (const { helpers } of stage().rollups) await helpers.time.increase(seconds);
  };

  const decide = async (number: bigint) => {
    const decided = await proposal(await setTo(number), `Set the number to ${String(number)}`);
    await vote(decided);
    await queue(decided);
    await wait(TIMELOCK_SECONDS);
    return execute(decided);
  };

  it("acts on the other chain as a vote decided", async function () {
    const { alpha, beta, governor, target } = stage();
    await target.open();
    const execution = await decide(42n);
    await expect(execution).to.emit(alpha.gateway, "MessageSent");

    const delivery = await relay(stage(), alpha, beta);
    await expectArrived(delivery);
    expect(delivery.messages.map(({ sender }) => sender)).to.deep.equal([address(await governor.getAddress())]);
    expect(await state()).to.deep.equal({ number: 42n });
  });

  it("says nothing before the timelock's delay is over", async function () {
    const { alpha, beta, governor, timelock } = stage();
    const decided = await proposal(await setTo(1n), "Too early");
    await vote(decided);
    await queue(decided);

    const salt = toBeHex(BigInt(id(decided.description)) ^ (BigInt(await governor.getAddress()) << 96n), 32);
    const [targets, values, calls] = decided.actions;
    const operation = await timelock.hashOperationBatch([...targets], [...values], [...calls], ZeroHash, salt);
    await expect(execute(decided))
      .to.be.revertedWithCustomError({ interface: timelock.interface }, "TimelockUnexpectedOperationState")
      .withArgs(operation, toBeHex(1 << READY, 32));
    expect((await alpha.gateway.laneOf(beta.chainId, beta.addresses.gateway)).count).to.equal(0n);
  });

  it("says nothing because one voter asks", async function () {
    const { alpha, beta, governor, executor } = stage();
    const direct = governor
      .connect(alpha.user)
      .relayCrosschain(
        alpha.gateway,
        beta.interoperable(await executor.getAddress()),
        SINGLE_CALL,
        callData(await setTo(1n)),
      );
    await expect(direct).to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor").withArgs(alpha.user.address);
  });

  it("changes nothing while the decided call fails, and takes effect once that is mended, without another vote", async function () {
    const { alpha, beta, target } = stage();
    await decide(42n);

    await expectRefused(await relay(stage(), alpha, beta), reasonOf(target.interface, "StillShut", []));
    expect(await state()).to.deep.equal({ number: 0n });

    await target.open();
    await expectArrived(await relay(stage(), alpha, beta));
    expect(await state()).to.deep.equal({ number: 42n });
  });

  it("gives its executor's power to no one else", async function () {
    const { beta, executor, target } = stage();
    await expect(target.connect(beta.user).set(1n))
      .to.be.revertedWithCustomError(target, "NotTheMaster")
      .withArgs(beta.user.address, await executor.getAddress());
  });

  itObeysOnlyItsCounterpart("the executor of GovernorCrosschain", async () => {
    const { governor, executor, target } = stage();
    await target.open();
    return {
      ...stage(),
      listensOn: "beta",
      interface: executor.interface,
      recipient: address(await executor.getAddress()),
      counterpart: address(await governor.getAddress()),
      payload: single(await setTo(9n)),
      state,
    };
  });
});

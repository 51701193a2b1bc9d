import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { FickleHub, Manner, operatorNamed, SET, shapeOf, STAKE, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

const FIRST = operatorNamed(0);

describe("ServiceManager: no seat grab", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(256),
    ({ chain }) => [chain],
  );
  const RICH = operatorNamed("rich");
  const DUST = (STAKE * 256n) / 10n;

  it("gives the 257th that joins no seat, and ejects nobody", async function () {
    const hub = stage();
    const { serviceManager } = hub;
    await hub.join([RICH], 10n * STAKE);
    expect(await serviceManager.isSeated(SET, RICH)).to.equal(false);
    expect(await serviceManager.seats(SET)).to.have.length(256);
    await expect(serviceManager.seat(SET, RICH, ZeroAddress))
      .to.be.revertedWithCustomError(serviceManager, "SeatsFull")
      .withArgs(256);
  });

  it("gives a seat that became free to a member that has none, at anyone's word", async function () {
    const hub = stage();
    const { serviceManager, stranger } = hub;
    await hub.join([RICH]);
    await hub.leave(operatorNamed(7));
    await expect(serviceManager.connect(stranger).seat(SET, RICH, ZeroAddress))
      .to.emit(serviceManager, "SeatTaken")
      .withArgs(SET, RICH);
    await expect(serviceManager.seat(SET, RICH, ZeroAddress))
      .to.be.revertedWithCustomError(serviceManager, "SeatedAlready")
      .withArgs(SET, RICH);
  });

  it("gives an incumbent's seat for 1.5 times its weight, and not for a wei less", async function () {
    const hub = stage();
    const { restaking, serviceManager } = hub;
    await hub.build();
    const held = STAKE + 1n;
    const required = (3n * STAKE) / 2n + 2n;
    await hub.stake(FIRST, held);
    await hub.join([RICH], required - 1n);
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "WeightTooLow")
      .withArgs(required - 1n, required);
    await hub.stake(RICH, required);
    const sent = await serviceManager.seat(SET, RICH, FIRST);
    await expect(sent).to.emit(serviceManager, "SeatLost").withArgs(SET, FIRST);
    await expect(sent).to.emit(serviceManager, "SeatTaken").withArgs(SET, RICH);
    await expect(sent).not.to.emit(serviceManager, "OperatorEjected");
    const set = { avs: await serviceManager.getAddress(), id: SET };
    expect(await restaking.isMemberOfOperatorSet(FIRST, set)).to.equal(true);
  });

  it("gives a seat only to a member with a key and enough stake, and takes it only from who has one", async function () {
    const hub = stage();
    const { asShaper, restaking, serviceManager } = hub;
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "NotAMember")
      .withArgs(SET, RICH);
    await hub.join([RICH], 10n * STAKE);
    await expect(serviceManager.seat(SET, RICH, operatorNamed("nobody")))
      .to.be.revertedWithCustomError(serviceManager, "NotSeated")
      .withArgs(SET, operatorNamed("nobody"));
    await hub.stake(RICH, WAD - 1n);
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "WeightTooLow")
      .withArgs(WAD - 1n, WAD);
    await restaking.setKey(RICH, { x: 0, y: 0 });
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "KeyMissing")
      .withArgs(SET, RICH);
    await asShaper.shapeSet(SET, shapeOf(1, WAD, true));
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "NotAllowed")
      .withArgs(SET, RICH);
  });

  it("moves nobody before the first table, but who weighs nothing", async function () {
    const hub = stage();
    const { asOwner, serviceManager } = hub;
    await hub.join([RICH], 10n * STAKE);
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(STAKE, 0);
    await expect(asOwner.eject(SET, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(STAKE, 0);
    await hub.stake(FIRST, 0n);
    await serviceManager.seat(SET, RICH, FIRST);
    expect(await serviceManager.isSeated(SET, RICH)).to.equal(true);
  });

  it("moves a tenth of the last table's weight in an epoch, by take-overs and ejections together", async function () {
    const hub = stage();
    const { asOwner, serviceManager } = hub;
    await hub.build();
    // 25 of 256 equal ones are the most that fit a tenth.
    for (let at = 0; at < 24; ++at) {
      await expect(asOwner.eject(SET, operatorNamed(at)))
        .to.emit(serviceManager, "OperatorEjected")
        .withArgs(SET, operatorNamed(at));
    }
    await hub.join([operatorNamed("rich")], 10n * STAKE);
    // There are free seats by now, so it got one; another one takes over.
    for (let at = 0; at < 23; ++at) await hub.join([operatorNamed(`filler ${String(at)}`)]);
    const other = operatorNamed("other");
    await hub.join([other], 10n * STAKE);
    await serviceManager.seat(SET, other, operatorNamed(24));
    const limit = DUST;
    await expect(asOwner.eject(SET, operatorNamed(25)))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(26n * STAKE, limit);
    const third = operatorNamed("third");
    await hub.join([third], 10n * STAKE);
    await expect(serviceManager.seat(SET, third, operatorNamed(25)))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(26n * STAKE, limit);
    // The next epoch has its own tenth.
    await hub.passUntilDue();
    await hub.build();
    await serviceManager.seat(SET, third, operatorNamed(25));
  });

  it("moves no more because a conviction brought the next table early", async function () {
    const hub = stage();
    const { asOwner, asSlasher, chain, serviceManager, windows } = hub;
    await hub.build();
    for (let at = 0; at < 25; ++at) await asOwner.eject(SET, operatorNamed(at));
    const since = await chain.helpers.time.latest();
    await asSlasher.convicted(SET, operatorNamed(30));
    await hub.build();
    expect(await hub.tableBuilder.newestEpoch(SET)).to.equal(2n);
    await expect(asOwner.eject(SET, operatorNamed(31)))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(26n * STAKE, (231n * STAKE) / 10n);
    await chain.helpers.time.increaseTo(since + windows.validity);
    await asOwner.eject(SET, operatorNamed(31));
  });

  it("counts one with its weight of the last table, when EigenLayer sees nothing of it now", async function () {
    const hub = stage();
    const { asOwner, restaking, serviceManager } = hub;
    await hub.stake(FIRST, 100n * STAKE);
    await hub.build();
    await restaking.behave(FIRST, Manner.Revert);
    const limit = (355n * STAKE) / 10n;
    await expect(asOwner.eject(SET, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(100n * STAKE, limit);
    await hub.join([RICH], 10n * STAKE);
    await expect(serviceManager.seat(SET, RICH, FIRST))
      .to.be.revertedWithCustomError(serviceManager, "TooMuchMoved")
      .withArgs(100n * STAKE, limit);
    await hub.passUntilDue();
    await hub.build();
    await serviceManager.seat(SET, RICH, FIRST);
  });

  it("counts one with its weight now, when it grew since the last table", async function () {
    const hub = stage();
    await hub.build();
    await hub.stake(FIRST, 100n * STAKE);
    await expect(hub.asOwner.eject(SET, FIRST))
      .to.be.revertedWithCustomError(hub.serviceManager, "TooMuchMoved")
      .withArgs(100n * STAKE, DUST);
  });

  it("lets the shaper eject whoever it is", async function () {
    const hub = stage();
    const { asShaper, restaking, serviceManager } = hub;
    await hub.stake(FIRST, 1_000n * STAKE);
    await hub.build();
    const sent = await asShaper.ejectAny(SET, FIRST);
    await expect(sent).to.emit(serviceManager, "OperatorEjected").withArgs(SET, FIRST);
    await expect(sent).to.emit(serviceManager, "SeatLost").withArgs(SET, FIRST);
    await expect(asShaper.ejectAny(SET, FIRST)).to.be.revertedWithCustomError(restaking, "Fickle");
    expect(elementAt(await serviceManager.seats(SET), 0)).to.equal(operatorNamed(255));
  });
});

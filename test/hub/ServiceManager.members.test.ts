import { expect } from "chai";

import { FickleHub, Manner, operatorNamed, SET, shapeOf, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";

const [FIRST, SECOND, THIRD, FOURTH] = [operatorNamed(0), operatorNamed(1), operatorNamed(2), operatorNamed(3)];

describe("ServiceManager: who joins and who leaves", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(3),
    ({ chain }) => [chain],
  );

  it("gives a seat to who joins with a key and enough stake", async function () {
    const hub = stage();
    const { restaking, serviceManager } = hub;
    await restaking.setKey(FOURTH, { x: 1, y: 2 });
    await hub.stake(FOURTH, WAD);
    await expect(restaking.join(serviceManager, SET, FOURTH))
      .to.emit(serviceManager, "SeatTaken")
      .withArgs(SET, FOURTH);
    expect(await serviceManager.isSeated(SET, FOURTH)).to.equal(true);
    expect(await serviceManager.seats(SET)).to.deep.equal([FIRST, SECOND, THIRD, FOURTH]);
  });

  it("refuses who has no key, too little stake, or an unknown set", async function () {
    const hub = stage();
    const { restaking, serviceManager } = hub;
    await hub.stake(FOURTH, WAD - 1n);
    await expect(restaking.join(serviceManager, SET, FOURTH))
      .to.be.revertedWithCustomError(serviceManager, "KeyMissing")
      .withArgs(SET, FOURTH);
    await restaking.setKey(FOURTH, { x: 1, y: 2 });
    await expect(restaking.join(serviceManager, SET, FOURTH))
      .to.be.revertedWithCustomError(serviceManager, "WeightTooLow")
      .withArgs(WAD - 1n, WAD);
    await expect(restaking.join(serviceManager, 2, FOURTH))
      .to.be.revertedWithCustomError(serviceManager, "SetUnknown")
      .withArgs(2);
    expect(await serviceManager.isSeated(SET, FOURTH)).to.equal(false);
  });

  it("takes only who is on the allow-list, where there is one", async function () {
    const hub = stage();
    const { asShaper, restaking, serviceManager } = hub;
    await asShaper.shapeSet(SET, shapeOf(1, WAD, true));
    await expect(hub.join([operatorNamed(3)]))
      .to.be.revertedWithCustomError(serviceManager, "NotAllowed")
      .withArgs(SET, FOURTH);
    const sent = await asShaper.allow(SET, [FOURTH, FIRST], true);
    for (const operator of [FOURTH, FIRST]) {
      await expect(sent).to.emit(serviceManager, "OperatorAllowed").withArgs(SET, operator, true);
      expect(await serviceManager.isAllowed(SET, operator)).to.equal(true);
    }
    await hub.join([operatorNamed(3)]);
    await asShaper.allow(SET, [FOURTH], false);
    expect(await serviceManager.isAllowed(SET, FOURTH)).to.equal(false);
    // Who is in stays in, unless the shaper ejects.
    expect(await serviceManager.isSeated(SET, FOURTH)).to.equal(true);
    await hub.leave(operatorNamed(3));
    await expect(restaking.join(serviceManager, SET, FOURTH)).to.be.revertedWithCustomError(
      serviceManager,
      "NotAllowed",
    );
  });

  it("listens to the AllocationManager alone, and only about itself", async function () {
    const { addresses, restaking, serviceManager, stranger } = stage();
    const abi = serviceManager.interface;
    for (const name of ["registerOperator", "deregisterOperator"] as const) {
      const data = (avs: string) =>
        name === "registerOperator"
          ? abi.encodeFunctionData(name, [FIRST, avs, [SET], "0x"])
          : abi.encodeFunctionData(name, [FIRST, avs, [SET]]);
      await expect(stranger.sendTransaction({ to: serviceManager, data: data(addresses.serviceManager) }))
        .to.be.revertedWithCustomError(serviceManager, "NotTheAllocationManager")
        .withArgs(stranger.address, await restaking.getAddress());
      await expect(restaking.callBack(serviceManager, data(stranger.address)))
        .to.be.revertedWithCustomError(serviceManager, "NotThisService")
        .withArgs(stranger.address, addresses.serviceManager);
    }
  });

  it("seats an operator once, though EigenLayer tells twice that it joined", async function () {
    const { restaking, serviceManager } = stage();
    await restaking.join(serviceManager, SET, SECOND);
    expect(await serviceManager.seats(SET)).to.deep.equal([FIRST, SECOND, THIRD]);
  });

  it("gives the place of who leaves to the last", async function () {
    const hub = stage();
    const { serviceManager } = hub;
    await expect(hub.leave(operatorNamed(0)))
      .to.emit(serviceManager, "SeatLost")
      .withArgs(SET, FIRST);
    expect(await serviceManager.seats(SET)).to.deep.equal([THIRD, SECOND]);
    await hub.leave(operatorNamed(1));
    await hub.leave(operatorNamed(2));
    expect(await serviceManager.seats(SET)).to.deep.equal([]);
    for (const operator of [FIRST, SECOND, THIRD]) {
      expect(await serviceManager.isSeated(SET, operator)).to.equal(false);
    }
    await hub.join([operatorNamed(1), operatorNamed(0)]);
    expect(await serviceManager.seats(SET)).to.deep.equal([SECOND, FIRST]);
  });

  it("never fails when somebody leaves: not without seat, set, key or stake, nor when EigenLayer's answers fail", async function () {
    const hub = stage();
    const { restaking, serviceManager } = hub;
    const abi = serviceManager.interface;
    const told = async (operator: string, sets: number[]) =>
      restaking.callBack(
        serviceManager,
        abi.encodeFunctionData("deregisterOperator", [operator, await serviceManager.getAddress(), sets]),
      );
    await expect(told(FOURTH, [SET])).not.to.emit(serviceManager, "SeatLost");
    await expect(told(FIRST, [9, 0, 2 ** 32 - 1])).not.to.emit(serviceManager, "SeatLost");
    await told(FIRST, []);
    await restaking.behave(SECOND, Manner.Burn);
    await restaking.setKey(SECOND, { x: 0, y: 0 });
    await hub.stake(operatorNamed(1), 0n);
    await restaking.upgrade(0, true);
    await expect(told(SECOND, [9, SET, SET]))
      .to.emit(serviceManager, "SeatLost")
      .withArgs(SET, SECOND);
    expect(await serviceManager.seats(SET)).to.deep.equal([FIRST, THIRD]);
  });

  it("publishes where operators' nodes can be reached", async function () {
    const { serviceManager, stranger } = stage();
    const endpoint = "x".repeat(256);
    const asStranger = serviceManager.connect(stranger);
    await expect(asStranger.setEndpoint(endpoint))
      .to.emit(serviceManager, "EndpointChanged")
      .withArgs(stranger.address, endpoint);
    expect(await serviceManager.endpointOf(stranger.address)).to.equal(endpoint);
    await expect(asStranger.setEndpoint(`${endpoint}y`))
      .to.be.revertedWithCustomError(serviceManager, "EndpointTooLong")
      .withArgs(257, 256);
    await asStranger.setEndpoint("");
    expect(await serviceManager.endpointOf(stranger.address)).to.equal("");
  });

  it("asks for no operator's stake with too little gas to hear the answer", async function () {
    const hub = stage();
    const { restaking, serviceManager } = hub;
    await hub.leave(operatorNamed(0));
    await restaking.behave(FIRST, Manner.Labour);
    await expect(
      restaking.join.staticCall(serviceManager, SET, FIRST, { gasLimit: 430_000n }),
    ).to.be.revertedWithCustomError(hub.tableBuilder, "InsufficientGas");
  });
});

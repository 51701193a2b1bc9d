import { expect } from "chai";
import { AbiCoder, id, keccak256, toBeHex, ZeroHash } from "ethers";

import { FickleHub, operatorNamed, SET, shapeOf, WAD } from "#support/fickle.ts";
import { stagedOn } from "#support/stage.ts";
import type { ServiceManager } from "#types/index.ts";

const DAY = 86_400;
const SHAPING_SECONDS = 17 * DAY;

/** EIP-1967: where a proxy's implementation and admin stand. */
const IMPLEMENTATION_SLOT = slotBefore("eip1967.proxy.implementation");
const ADMIN_SLOT = slotBefore("eip1967.proxy.admin");

describe("ServiceManager: no captured table", function () {
  const stage = stagedOn(
    () => FickleHub.withMembers(2),
    ({ chain }) => [chain],
  );

  /** Everything that shapes a table. */
  const shaping = ({ interface: abi }: ServiceManager) => ({
    createSet: abi.encodeFunctionData("createSet", [shapeOf(2), WAD]),
    shapeSet: abi.encodeFunctionData("shapeSet", [SET, shapeOf(2)]),
    allow: abi.encodeFunctionData("allow", [SET, [operatorNamed(0)], true]),
    ejectAny: abi.encodeFunctionData("ejectAny", [SET, operatorNamed(0)]),
  });

  it("lets only the shaper shape", async function () {
    const { addresses, owner, serviceManager, slasher, stranger } = stage();
    for (const data of Object.values(shaping(serviceManager))) {
      for (const caller of [owner, slasher, stranger]) {
        await expect(caller.sendTransaction({ to: serviceManager, data }))
          .to.be.revertedWithCustomError(serviceManager, "NotTheShaper")
          .withArgs(caller.address, addresses.shaper);
      }
    }
  });

  it("has everything wait 17 days, to the second", async function () {
    const { chain, owner, serviceManager, timelock } = stage();
    const announcer = timelock.connect(owner);
    for (const [name, data] of Object.entries(shaping(serviceManager))) {
      const call = [serviceManager, 0, data, ZeroHash, id(name)] as const;
      await expect(announcer.schedule(...call, SHAPING_SECONDS - 1))
        .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
        .withArgs(SHAPING_SECONDS - 1, SHAPING_SECONDS);
      await announcer.schedule(...call, SHAPING_SECONDS);
      const ready = BigInt(await chain.helpers.time.latest()) + BigInt(SHAPING_SECONDS);
      await stage().at(ready - 1n);
      await expect(timelock.execute(...call)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
      await stage().at(ready);
      await timelock.execute(...call);
    }
    expect(await serviceManager.setCount()).to.equal(2n);
    expect(await serviceManager.seats(SET)).to.deep.equal([operatorNamed(1)]);
  });

  it("lets what was announced lapse as long after it was ready as everything waits, to the second", async function () {
    const { chain, owner, serviceManager, timelock } = stage();
    const data = shaping(serviceManager).createSet;
    for (const late of [0n, 1n]) {
      const call = [serviceManager, 0, data, ZeroHash, toBeHex(late, 32)] as const;
      const batch = [[serviceManager], [0], [data], ZeroHash, toBeHex(late, 32)] as const;
      for (const [announce, carryOut] of [
        [() => timelock.connect(owner).schedule(...call, SHAPING_SECONDS + DAY), () => timelock.execute(...call)],
        [
          () =>
            timelock
              .connect(owner)
              .scheduleBatch([...batch[0]], [...batch[1]], [...batch[2]], batch[3], batch[4], SHAPING_SECONDS + DAY),
          () => timelock.executeBatch([...batch[0]], [...batch[1]], [...batch[2]], batch[3], batch[4]),
        ],
      ] as const) {
        await announce();
        const ready = BigInt(await chain.helpers.time.latest()) + BigInt(SHAPING_SECONDS + DAY);
        const lastSecond = ready + BigInt(SHAPING_SECONDS);
        await stage().at(lastSecond + late);
        if (late === 0n) await expect(carryOut()).to.emit(serviceManager, "SetCreated");
        else
          await expect(carryOut())
            .to.be.revertedWithCustomError(timelock, "ShapingLapsed")
            .withArgs(lastSecond + late, lastSecond);
      }
    }
    expect(await serviceManager.setCount()).to.equal(3n);
  });

  it("lets nobody announce but who was named", async function () {
    const { serviceManager, stranger, timelock } = stage();
    const call = [serviceManager, 0, shaping(serviceManager).shapeSet, ZeroHash, ZeroHash, SHAPING_SECONDS] as const;
    await expect(timelock.connect(stranger).schedule(...call)).to.be.revertedWithCustomError(
      timelock,
      "AccessControlUnauthorizedAccount",
    );
  });

  it("fails closed when the shaper's delay is shorter than it was built for", async function () {
    const { chain, serviceManager, shaper, timelock } = stage();
    // What no transaction can do: the shaper refuses, see below. Were it another one, nothing could be shaped.
    const slot = await delaySlot(stage());
    await chain.helpers.setStorageAt(await timelock.getAddress(), slot, toBeHex(SHAPING_SECONDS - 1, 32));
    expect(await timelock.getMinDelay()).to.equal(SHAPING_SECONDS - 1);
    for (const data of Object.values(shaping(serviceManager))) {
      await expect(shaper.sendTransaction({ to: serviceManager, data }))
        .to.be.revertedWithCustomError(serviceManager, "ShapingTooFast")
        .withArgs(SHAPING_SECONDS - 1, SHAPING_SECONDS);
    }
  });

  it("has a shaper whose delay may grow, and never falls below what it was built with", async function () {
    const { chain, owner, shaper, timelock } = stage();
    for (const [delay, salt] of [
      [SHAPING_SECONDS - 1, id("shorter")],
      [SHAPING_SECONDS + DAY, id("longer")],
    ] as const) {
      const data = timelock.interface.encodeFunctionData("updateDelay", [delay]);
      const call = [timelock, 0, data, ZeroHash, salt] as const;
      await timelock.connect(owner).schedule(...call, SHAPING_SECONDS);
      await chain.helpers.time.increase(SHAPING_SECONDS);
      if (delay >= SHAPING_SECONDS) await timelock.execute(...call);
      else
        await expect(timelock.execute(...call))
          .to.be.revertedWithCustomError(timelock, "ShapingTooFast")
          .withArgs(delay, SHAPING_SECONDS);
    }
    expect(await timelock.getMinDelay()).to.equal(SHAPING_SECONDS + DAY);
    // And back to where it began, but not further.
    await timelock.connect(shaper).updateDelay(SHAPING_SECONDS);
    await expect(timelock.connect(owner).updateDelay(SHAPING_SECONDS))
      .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
      .withArgs(owner.address);
  });

  it("is upgraded through the shaper alone, and keeps what it knew", async function () {
    const { addresses, chain, owner, serviceManager, stranger, tableBuilder, timelock, restaking } = stage();
    const { ethers } = chain;
    const slotOf = async (slot: string) =>
      ethers.getAddress(`0x${(await ethers.provider.getStorage(addresses.serviceManager, slot)).slice(26)}`);
    const admin = await ethers.getContractAt("ProxyAdmin", await slotOf(ADMIN_SLOT));
    expect(await admin.owner()).to.equal(addresses.shaper);
    const next = await ethers.deployContract("ServiceManager", [
      restaking,
      restaking,
      tableBuilder,
      addresses.slasher,
      addresses.vault,
      addresses.shaper,
      SHAPING_SECONDS,
    ]);
    for (const caller of [owner, stranger]) {
      await expect(admin.connect(caller).upgradeAndCall(serviceManager, next, "0x"))
        .to.be.revertedWithCustomError(admin, "OwnableUnauthorizedAccount")
        .withArgs(caller.address);
    }
    const data = admin.interface.encodeFunctionData("upgradeAndCall", [
      addresses.serviceManager,
      await next.getAddress(),
      "0x",
    ]);
    const call = [admin, 0, data, ZeroHash, ZeroHash] as const;
    await timelock.connect(owner).schedule(...call, SHAPING_SECONDS);
    await expect(timelock.execute(...call)).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
    await chain.helpers.time.increase(SHAPING_SECONDS);
    await timelock.execute(...call);
    expect(await slotOf(IMPLEMENTATION_SLOT)).to.equal(await next.getAddress());
    expect(await serviceManager.seats(SET)).to.deep.equal([operatorNamed(0), operatorNamed(1)]);
    expect(await serviceManager.owner()).to.equal(owner.address);
  });

  it("keeps its state where ERC-7201 says", async function () {
    const { addresses, chain } = stage();
    const abi = AbiCoder.defaultAbiCoder();
    const rootOf = (name: string) => BigInt(keccak256(slotBefore(name))) & ~0xffn;
    const inMapping = (type: string, key: unknown, slot: bigint) =>
      BigInt(keccak256(abi.encode([type, "uint256"], [key, slot])));
    const read = async (at: bigint) => BigInt(await chain.ethers.provider.getStorage(addresses.serviceManager, at));
    const root = rootOf("parley.ServiceManager");
    expect(toBeHex(root, 32)).to.equal("0x1f44847595487f12f4658eca28bee0186b1f623c0f388e8a0b767cf1dc83f400");
    expect(await read(root), "setCount").to.equal(1n);
    // sets[1]: a place for strategies, then minimum and allow-list, then the full fraction.
    const set = inMapping("uint256", SET, root + 1n);
    expect(await read(set), "strategies").to.equal(1n);
    expect(await read(set + 1n), "minimumWeight and hasAllowList").to.equal(WAD);
    expect(await read(set + 2n), "fullFraction").to.equal(WAD);
    const seats = rootOf("parley.Seats");
    expect(toBeHex(seats, 32)).to.equal("0xe5c7a8390a07358ca7a20f00e03722f0a254ae2126891d6bf1ea83b4bf0e3f00");
    const seatsOfSet = inMapping("uint256", SET, seats);
    expect(await read(seatsOfSet), "seats").to.equal(2n);
    expect(await read(inMapping("address", operatorNamed(1), seatsOfSet + 1n)), "placeOf").to.equal(2n);
    for (let ordinary = 0n; ordinary < 8n; ++ordinary) expect(await read(ordinary), "ordinary slots").to.equal(0n);
  });
});

/** keccak256 of a name, minus one: of EIP-1967 a slot, of ERC-7201 half the way to one. */
function slotBefore(name: string): string {
  return toBeHex(BigInt(id(name)) - 1n, 32);
}

/** Where a timelock keeps its delay. */
async function delaySlot({ chain, timelock }: FickleHub): Promise<string> {
  for (let slot = 0; slot < 8; ++slot) {
    const value = BigInt(await chain.ethers.provider.getStorage(timelock, slot));
    if (value === BigInt(SHAPING_SECONDS)) return toBeHex(slot);
  }
  throw new Error("the delay is nowhere");
}

import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import { MAINNET_CLAIMS_SECONDS } from "#deploy/hub.ts";
import { elementAt } from "#protocol/errors.ts";
import { startChain } from "#support/rollup.ts";
import { stagedOn } from "#support/stage.ts";

const CLAIMS_SECONDS = BigInt(MAINNET_CLAIMS_SECONDS);
const HELD = 1_000n;

describe("CompensationVault: the way out", function () {
  const stage = stagedOn(
    async () => {
      const chain = await startChain(31_337);
      const { ethers, helpers, signers } = chain;
      const [announcer, stranger] = [elementAt(signers, 1), elementAt(signers, 2)];
      const args = [CLAIMS_SECONDS, [announcer.address], [ZeroAddress]] as const;
      const timelock = await ethers.deployContract("Shaper", [...args]);
      const vault = await ethers.deployContract("CompensationVault", [
        stranger.address,
        stranger.address,
        stranger.address,
        await timelock.getAddress(),
        CLAIMS_SECONDS,
      ]);
      const token = await ethers.deployContract("FreeERC20");
      await token.mint(vault, HELD);
      await vault.bookSurplus(token);
      // Any contract: what it pays for is not the point here.
      const claims = await ethers.deployContract("FiveAnswering");
      const impersonated = async (contract: { getAddress(): Promise<string> }) => {
        await helpers.setBalance(await contract.getAddress(), 10n ** 21n);
        return ethers.getImpersonatedSigner(await contract.getAddress());
      };
      const [asClaims, asTimelock] = [await impersonated(claims), await impersonated(timelock)];
      return { chain, announcer, stranger, timelock, vault, token, claims, asClaims, asTimelock };
    },
    ({ chain }) => [chain],
  );

  it("is appointed through the timelock, 30 days after everyone could know", async function () {
    const { chain, announcer, timelock, vault, claims } = stage();
    const data = vault.interface.encodeFunctionData("appointClaims", [await claims.getAddress()]);
    const call = [await vault.getAddress(), 0, data, ZeroHash, id("claims")] as const;
    await timelock.connect(announcer).schedule(...call, CLAIMS_SECONDS);
    const ready = BigInt(await chain.helpers.time.latest()) + CLAIMS_SECONDS;
    await chain.helpers.time.setNextBlockTimestamp(ready - 1n);
    await expect(timelock.execute(...call)).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
    await chain.helpers.time.setNextBlockTimestamp(ready);
    await expect(timelock.execute(...call))
      .to.emit(vault, "ClaimsAppointed")
      .withArgs(await claims.getAddress());
    expect(await vault.claims()).to.equal(await claims.getAddress());
  });

  it("is appointed by nobody but the timelock", async function () {
    const { announcer, stranger, timelock, vault, claims } = stage();
    for (const caller of [announcer, stranger]) {
      await expect(vault.connect(caller).appointClaims(claims))
        .to.be.revertedWithCustomError(vault, "NotTheClaimsTimelock")
        .withArgs(caller.address, await timelock.getAddress());
    }
  });

  it("is appointed once, for ever", async function () {
    const { vault, claims, token, asTimelock } = stage();
    await vault.connect(asTimelock).appointClaims(claims);
    for (const next of [token, claims]) {
      await expect(vault.connect(asTimelock).appointClaims(next))
        .to.be.revertedWithCustomError(vault, "ClaimsAppointedAlready")
        .withArgs(await claims.getAddress());
    }
  });

  it("is a contract", async function () {
    const { vault, stranger, asTimelock } = stage();
    for (const found of [stranger.address, ZeroAddress]) {
      await expect(vault.connect(asTimelock).appointClaims(found))
        .to.be.revertedWithCustomError(vault, "ClaimsWithoutCode")
        .withArgs(found);
    }
  });

  it("is not appointed by a timelock that waits a second too little, and a vault without delay is not built", async function () {
    const { chain, vault, claims, timelock, stranger } = stage();
    const { address } = stranger;
    const args = [address, address, address, await timelock.getAddress()] as const;
    const strict = await chain.ethers.deployContract("CompensationVault", [...args, CLAIMS_SECONDS + 1n]);
    await expect(strict.connect(stage().asTimelock).appointClaims(claims))
      .to.be.revertedWithCustomError(vault, "ClaimsTooFast")
      .withArgs(CLAIMS_SECONDS, CLAIMS_SECONDS + 1n);
    await expect(chain.ethers.deployContract("CompensationVault", [...args, 0n])).to.be.revertedWithCustomError(
      vault,
      "ClaimsDelayMissing",
    );
  });

  it("lets nobody else take anything, before there is one and after", async function () {
    const { vault, token, claims, announcer, asTimelock, asClaims } = stage();
    for (const caller of [announcer, asTimelock, asClaims]) {
      await expect(vault.connect(caller).release(token, 0n))
        .to.be.revertedWithCustomError(vault, "NotTheClaims")
        .withArgs(caller.address, ZeroAddress);
    }
    await vault.connect(asTimelock).appointClaims(claims);
    for (const caller of [announcer, asTimelock]) {
      await expect(vault.connect(caller).release(token, 1n))
        .to.be.revertedWithCustomError(vault, "NotTheClaims")
        .withArgs(caller.address, await claims.getAddress());
    }
  });

  it("takes what is booked and no more, and the books follow", async function () {
    const { vault, token, claims, asTimelock, asClaims } = stage();
    const released = vault.connect(asClaims);
    await vault.connect(asTimelock).appointClaims(claims);
    // What lies beside the books is nobody's until it is booked.
    await token.mint(vault, 7n);
    await expect(released.release(token, HELD + 1n))
      .to.be.revertedWithCustomError(vault, "NotBooked")
      .withArgs(await token.getAddress(), HELD + 1n, HELD);
    await expect(released.release(token, 400n))
      .to.emit(vault, "TokensReleased")
      .withArgs(await token.getAddress(), await claims.getAddress(), 400n);
    expect(await token.balanceOf(claims)).to.equal(400n);
    expect(await vault.bookedOf(token)).to.equal(600n);
    await expect(released.release(token, 601n))
      .to.be.revertedWithCustomError(vault, "NotBooked")
      .withArgs(await token.getAddress(), 601n, 600n);
    await released.release(token, 600n);
    await expect(vault.bookSurplus(token))
      .to.emit(vault, "SurplusBooked")
      .withArgs(await token.getAddress(), 7n);
    expect([await vault.bookedOf(token), await token.balanceOf(vault)]).to.deep.equal([7n, 7n]);
  });

  it("lets no token call back into a release", async function () {
    const { chain, vault, token, claims, asTimelock, asClaims } = stage();
    await vault.connect(asTimelock).appointClaims(claims);
    const code = await chain.ethers.provider.getCode(
      await (await chain.ethers.deployContract("ReentrantERC20")).getAddress(),
    );
    await chain.helpers.setCode(await token.getAddress(), code);
    const armed = await chain.ethers.getContractAt("ReentrantERC20", await token.getAddress());
    for (const data of [
      vault.interface.encodeFunctionData("bookSurplus", [await token.getAddress()]),
      vault.interface.encodeFunctionData("release", [await token.getAddress(), 1n]),
    ]) {
      await armed.arm(vault, data);
      await expect(vault.connect(asClaims).release(token, 1n)).to.be.revertedWithCustomError(
        vault,
        "ReentrancyGuardReentrantCall",
      );
    }
    await armed.arm(ZeroAddress, "0x");
    await vault.connect(asClaims).release(token, HELD);
    expect(await vault.bookedOf(token)).to.equal(0n);
  });
});

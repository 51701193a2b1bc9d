import { expect } from "chai";
import { AbiCoder } from "ethers";

import { hex } from "#protocol/types.ts";
import {
  bridgeAs,
  expectArrived,
  expectRefused,
  itObeysOnlyItsCounterpart,
  neighbourhood,
  reasonOf,
} from "#support/crosschain.ts";
import { relay } from "#support/relay.ts";
import { staged } from "#support/stage.ts";

const SUPPLY = 1_000n;

/** A token on alpha, its minted form on beta, and the bridges between them. */
async function bridged() {
  const stage = await neighbourhood();
  const { alpha, beta } = stage;
  const token = await alpha.ethers.deployContract("SampleERC20");
  const locking = await alpha.ethers.deployContract("LockingERC20Bridge", [token]);
  const minted = await beta.ethers.deployContract("SampleERC7802");
  const minting = await beta.ethers.deployContract("MintingERC20Bridge", [minted]);

  await minted.grantRole(await minted.TOKEN_BRIDGE(), minting);
  await locking.link(alpha.gateway, beta.interoperable(await minting.getAddress()));
  await minting.link(beta.gateway, alpha.interoperable(await locking.getAddress()));
  await token.mint(alpha.user, SUPPLY);
  await token.connect(alpha.user).approve(locking, SUPPLY);
  return { ...stage, token, locking, minted, minting };
}

describe("BridgeERC20 and BridgeERC7802", function () {
  const stage = staged(bridged);

  const state = async () => {
    const { alpha, beta, token, locking, minted } = stage();
    return {
      locked: await token.balanceOf(locking),
      atHome: await token.balanceOf(alpha.user),
      supply: await minted.totalSupply(),
      abroad: await minted.balanceOf(beta.user),
    };
  };

  const send = async (amount: bigint, recipient?: string) => {
    const { alpha, beta, locking } = stage();
    const to = beta.interoperable(recipient ?? beta.user.address);
    return locking.connect(alpha.user).crosschainTransfer(to, amount);
  };

  const sendBack = async (amount: bigint) => {
    const { alpha, beta, minting } = stage();
    return minting.connect(beta.user).crosschainTransfer(alpha.interoperable(alpha.user.address), amount);
  };

  it("carries tokens there and back, and never are more minted than locked", async function () {
    const { alpha, beta, locking, minting } = stage();

    await send(400n);
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 0n, abroad: 0n });

    const there = await relay(stage(), alpha, beta);
    const id = await expectArrived(there);
    await expect(there.receipt)
      .to.emit(minting, "CrosschainFungibleTransferReceived")
      .withArgs(id, alpha.interoperable(alpha.user.address), beta.user.address, 400n);
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 400n, abroad: 400n });

    await sendBack(150n);
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 250n, abroad: 250n });

    const back = await relay(stage(), beta, alpha);
    const idBack = await expectArrived(back);
    await expect(back.receipt)
      .to.emit(locking, "CrosschainFungibleTransferReceived")
      .withArgs(idBack, beta.interoperable(beta.user.address), alpha.user.address, 150n);
    expect(await state()).to.deep.equal({ locked: 250n, atHome: 750n, supply: 250n, abroad: 250n });
  });

  it("tells its sender the id under which the message arrives", async function () {
    const { alpha, beta, locking } = stage();
    const transfer = await send(1n);
    const [sent] = await alpha.gateway.queryFilter(alpha.gateway.filters.MessageSent());
    await expect(transfer)
      .to.emit(locking, "CrosschainFungibleTransferSent")
      .withArgs(sent?.args.sendId, alpha.user.address, beta.interoperable(beta.user.address), 1n);
    expect(await expectArrived(await relay(stage(), alpha, beta))).to.equal(sent?.args.sendId);
  });

  it("mints nothing while its token does not know the bridge, and delivers once it does", async function () {
    const { alpha, beta, minted, minting } = stage();
    const role = await minted.TOKEN_BRIDGE();
    await minted.revokeRole(role, minting);
    await send(400n);

    await expectRefused(
      await relay(stage(), alpha, beta),
      reasonOf(minted.interface, "AccessControlUnauthorizedAccount", [await minting.getAddress(), role]),
    );
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 0n, abroad: 0n });

    await minted.grantRole(role, minting);
    await expectArrived(await relay(stage(), alpha, beta));
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 400n, abroad: 400n });
  });

  it("releases nothing while the locked token is paused, and delivers once it is not", async function () {
    const { alpha, beta, token } = stage();
    await send(400n);
    await relay(stage(), alpha, beta);
    await sendBack(150n);
    await token.pause();

    await expectRefused(await relay(stage(), beta, alpha), reasonOf(token.interface, "EnforcedPause", []));
    expect(await state()).to.deep.equal({ locked: 400n, atHome: 600n, supply: 250n, abroad: 250n });

    await token.unpause();
    await expectArrived(await relay(stage(), beta, alpha));
    expect(await state()).to.deep.equal({ locked: 250n, atHome: 750n, supply: 250n, abroad: 250n });
  });

  it("loses no neighbour's tokens to a transfer that can never succeed", async function () {
    const { alpha, beta, minted } = stage();
    const nobody = "0x0000000000000000000000000000000000000000";
    await send(100n);
    await send(200n, nobody);
    await send(50n);

    const delivery = await relay(stage(), alpha, beta);

    expect(delivery.delivered).to.have.lengthOf(2);
    expect(delivery.failed.map(({ reason }) => reason)).to.deep.equal([
      reasonOf(minted.interface, "ERC20InvalidReceiver", [nobody]),
    ]);
    expect(await state()).to.deep.equal({ locked: 350n, atHome: 650n, supply: 150n, abroad: 150n });
  });

  it("sends nothing to a chain that is not linked", async function () {
    const { alpha, gamma, locking } = stage();
    const to = gamma.interoperable(gamma.user.address);
    await expect(locking.connect(alpha.user).crosschainTransfer(to, 1n)).to.be.revertedWithoutReason(alpha.ethers);
    expect(await state()).to.deep.equal({ locked: 0n, atHome: SUPPLY, supply: 0n, abroad: 0n });
  });

  const payload = (from: string, to: string) =>
    hex(AbiCoder.defaultAbiCoder().encode(["bytes", "bytes", "uint256"], [from, to, 7n]));

  itObeysOnlyItsCounterpart("BridgeERC7802", async () => {
    const { locking, minting } = stage();
    return bridgeAs(stage(), "beta", { here: minting, there: locking }, payload, state);
  });

  itObeysOnlyItsCounterpart("BridgeERC20", async () => {
    const { alpha, beta, locking, minting } = stage();
    await send(400n);
    await relay(stage(), alpha, beta);
    return bridgeAs(stage(), "alpha", { here: locking, there: minting }, payload, state);
  });
});

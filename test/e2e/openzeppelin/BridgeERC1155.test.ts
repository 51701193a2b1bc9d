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

const GOLD = 1n;
const WOOD = 2n;
const SINGLE = "crosschainTransferFrom(address,bytes,uint256,uint256)";
const BATCH = "crosschainTransferFrom(address,bytes,uint256[],uint256[])";

/** Tokens on alpha with BridgeERC1155, and ERC1155Crosschain, the token with the bridge inside, on beta. */
async function bridged() {
  const stage = await neighbourhood();
  const { alpha, beta } = stage;
  const token = await alpha.ethers.deployContract("SampleERC1155");
  const locking = await alpha.ethers.deployContract("LockingERC1155Bridge", [token]);
  const minted = await beta.ethers.deployContract("SampleERC1155Crosschain");

  await locking.link(alpha.gateway, beta.interoperable(await minted.getAddress()));
  await minted.link(beta.gateway, alpha.interoperable(await locking.getAddress()));
  await token.mint(alpha.user, GOLD, 100n);
  await token.mint(alpha.user, WOOD, 50n);
  await token.connect(alpha.user).setApprovalForAll(locking, true);
  return { ...stage, token, locking, minted };
}

describe("BridgeERC1155 and ERC1155Crosschain", function () {
  const stage = staged(bridged);

  /** Of gold and of wood. */
  const state = async () => {
    const { alpha, beta, token, locking, minted } = stage();
    const of = async (read: (id: bigint) => Promise<bigint>) => [await read(GOLD), await read(WOOD)];
    return {
      locked: await of((id) => token.balanceOf(locking, id)),
      atHome: await of((id) => token.balanceOf(alpha.user, id)),
      supply: await of((id) => minted["totalSupply(uint256)"](id)),
      abroad: await of((id) => minted.balanceOf(beta.user, id)),
    };
  };

  it("carries several kinds there and one back, and never are more minted than locked", async function () {
    const { alpha, beta, locking, minted } = stage();

    const to = beta.interoperable(beta.user.address);
    await locking.connect(alpha.user)[BATCH](alpha.user, to, [GOLD, WOOD], [30n, 20n]);
    expect(await state()).to.deep.equal({ locked: [30n, 20n], atHome: [70n, 30n], supply: [0n, 0n], abroad: [0n, 0n] });

    const there = await relay(stage(), alpha, beta);
    await expect(there.receipt)
      .to.emit(minted, "CrosschainMultiTokenTransferReceived")
      .withArgs(
        await expectArrived(there),
        alpha.interoperable(alpha.user.address),
        beta.user.address,
        [GOLD, WOOD],
        [30n, 20n],
        "0x",
      );
    expect(await state()).to.deep.equal({
      locked: [30n, 20n],
      atHome: [70n, 30n],
      supply: [30n, 20n],
      abroad: [30n, 20n],
    });

    const home = alpha.interoperable(alpha.user.address);
    await minted.connect(beta.user)[SINGLE](beta.user, home, GOLD, 10n);
    const back = await relay(stage(), beta, alpha);
    await expect(back.receipt)
      .to.emit(locking, "CrosschainMultiTokenTransferReceived")
      .withArgs(
        await expectArrived(back),
        beta.interoperable(beta.user.address),
        alpha.user.address,
        [GOLD],
        [10n],
        "0x",
      );
    expect(await state()).to.deep.equal({
      locked: [20n, 20n],
      atHome: [80n, 30n],
      supply: [20n, 20n],
      abroad: [20n, 20n],
    });
  });

  it("takes no tokens from somebody who did not agree", async function () {
    const { alpha, beta, locking, token } = stage();
    const to = beta.interoperable(beta.user.address);
    await expect(locking.connect(alpha.relayer)[SINGLE](alpha.user, to, GOLD, 1n))
      .to.be.revertedWithCustomError({ interface: token.interface }, "ERC1155MissingApprovalForAll")
      .withArgs(alpha.relayer.address, alpha.user.address);
  });

  it("mints nothing to a receiver that refuses, and delivers once it does not", async function () {
    const { alpha, beta, locking, minted } = stage();
    const receiver = await beta.ethers.deployContract("ShutERC1155Receiver");
    const to = beta.interoperable(await receiver.getAddress());
    await locking.connect(alpha.user)[SINGLE](alpha.user, to, GOLD, 30n);

    await expectRefused(await relay(stage(), alpha, beta), reasonOf(receiver.interface, "StillShut", []));
    expect(await minted["totalSupply(uint256)"](GOLD)).to.equal(0n);

    await receiver.open();
    await expectArrived(await relay(stage(), alpha, beta));
    expect(await minted.balanceOf(receiver, GOLD)).to.equal(30n);
    expect(await minted["totalSupply(uint256)"](GOLD)).to.equal(30n);
  });

  it("releases nothing to a receiver that refuses, and delivers once it does not", async function () {
    const { alpha, beta, locking, minted, token } = stage();
    await locking.connect(alpha.user)[SINGLE](alpha.user, beta.interoperable(beta.user.address), GOLD, 30n);
    await relay(stage(), alpha, beta);
    const receiver = await alpha.ethers.deployContract("ShutERC1155Receiver");
    const to = alpha.interoperable(await receiver.getAddress());
    await minted.connect(beta.user)[SINGLE](beta.user, to, GOLD, 30n);

    await expectRefused(await relay(stage(), beta, alpha), reasonOf(receiver.interface, "StillShut", []));
    expect(await token.balanceOf(locking, GOLD)).to.equal(30n);

    await receiver.open();
    await expectArrived(await relay(stage(), beta, alpha));
    expect(await token.balanceOf(receiver, GOLD)).to.equal(30n);
    expect(await token.balanceOf(locking, GOLD)).to.equal(0n);
  });

  const payload = (from: string, to: string) =>
    hex(
      AbiCoder.defaultAbiCoder().encode(
        ["bytes", "bytes", "uint256[]", "uint256[]", "bytes"],
        [from, to, [GOLD], [5n], "0x"],
      ),
    );

  itObeysOnlyItsCounterpart("ERC1155Crosschain", async () => {
    const { locking, minted } = stage();
    return bridgeAs(stage(), "beta", { here: minted, there: locking }, payload, state);
  });

  itObeysOnlyItsCounterpart("BridgeERC1155", async () => {
    const { alpha, beta, locking, minted } = stage();
    await locking.connect(alpha.user)[SINGLE](alpha.user, beta.interoperable(beta.user.address), GOLD, 30n);
    await relay(stage(), alpha, beta);
    return bridgeAs(stage(), "alpha", { here: locking, there: minted }, payload, state);
  });
});

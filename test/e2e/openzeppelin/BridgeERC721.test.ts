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

const TOKEN = 7n;
const UNBACKED = 8n;

/** One collection on each chain, and bridges that hold here what is there. */
async function bridged() {
  const stage = await neighbourhood();
  const { alpha, beta } = stage;
  const [home, abroad] = [
    await alpha.ethers.deployContract("SampleERC721"),
    await beta.ethers.deployContract("SampleERC721"),
  ];
  const homeBridge = await alpha.ethers.deployContract("LockingERC721Bridge", [home]);
  const abroadBridge = await beta.ethers.deployContract("LockingERC721Bridge", [abroad]);

  await homeBridge.link(alpha.gateway, beta.interoperable(await abroadBridge.getAddress()));
  await abroadBridge.link(beta.gateway, alpha.interoperable(await homeBridge.getAddress()));
  await home.mint(alpha.user, TOKEN);
  await home.mint(alpha.user, UNBACKED);
  await abroad.mint(abroadBridge, TOKEN);
  await home.connect(alpha.user).setApprovalForAll(homeBridge, true);
  await abroad.connect(beta.user).setApprovalForAll(abroadBridge, true);
  return { ...stage, home, homeBridge, abroad, abroadBridge };
}

describe("BridgeERC721", function () {
  const stage = staged(bridged);

  /** Who has the token, by name; at most one of the two user names may stand there. */
  const state = async () => {
    const { alpha, beta, home, homeBridge, abroad, abroadBridge } = stage();
    const names = new Map([
      [alpha.user.address, "user"],
      [beta.user.address, "user"],
      [await homeBridge.getAddress(), "bridge"],
      [await abroadBridge.getAddress(), "bridge"],
    ]);
    return { home: names.get(await home.ownerOf(TOKEN)), abroad: names.get(await abroad.ownerOf(TOKEN)) };
  };

  const send = async (tokenId = TOKEN) => {
    const { alpha, beta, homeBridge } = stage();
    const to = beta.interoperable(beta.user.address);
    return homeBridge.connect(alpha.user).crosschainTransferFrom(alpha.user, to, tokenId);
  };

  const sendBack = async () => {
    const { alpha, beta, abroadBridge } = stage();
    const to = alpha.interoperable(alpha.user.address);
    return abroadBridge.connect(beta.user).crosschainTransferFrom(beta.user, to, TOKEN);
  };

  it("carries a token there and back, and it is never in two hands", async function () {
    const { alpha, beta, homeBridge, abroadBridge } = stage();
    expect(await state()).to.deep.equal({ home: "user", abroad: "bridge" });

    await send();
    expect(await state()).to.deep.equal({ home: "bridge", abroad: "bridge" });

    const there = await relay(stage(), alpha, beta);
    await expect(there.receipt)
      .to.emit(abroadBridge, "CrosschainNonFungibleTransferReceived")
      .withArgs(await expectArrived(there), alpha.interoperable(alpha.user.address), beta.user.address, TOKEN);
    expect(await state()).to.deep.equal({ home: "bridge", abroad: "user" });

    await sendBack();
    expect(await state()).to.deep.equal({ home: "bridge", abroad: "bridge" });

    const back = await relay(stage(), beta, alpha);
    await expect(back.receipt)
      .to.emit(homeBridge, "CrosschainNonFungibleTransferReceived")
      .withArgs(await expectArrived(back), beta.interoperable(beta.user.address), alpha.user.address, TOKEN);
    expect(await state()).to.deep.equal({ home: "user", abroad: "bridge" });
  });

  it("takes no token from somebody who did not agree", async function () {
    const { alpha, beta, homeBridge } = stage();
    const theft = homeBridge
      .connect(alpha.relayer)
      .crosschainTransferFrom(alpha.user, beta.interoperable(beta.user.address), TOKEN);
    await expect(theft)
      .to.be.revertedWithCustomError({ interface: stage().home.interface }, "ERC721InsufficientApproval")
      .withArgs(alpha.relayer.address, TOKEN);
    expect(await state()).to.deep.equal({ home: "user", abroad: "bridge" });
  });

  it("gives out no token that the other bridge does not hold, and delivers once it does", async function () {
    const { alpha, beta, abroad, abroadBridge } = stage();
    await send(UNBACKED);

    await expectRefused(
      await relay(stage(), alpha, beta),
      reasonOf(abroad.interface, "ERC721NonexistentToken", [UNBACKED]),
    );
    await expect(abroad.ownerOf(UNBACKED)).to.be.revertedWithCustomError(abroad, "ERC721NonexistentToken");

    await abroad.mint(abroadBridge, UNBACKED);
    await expectArrived(await relay(stage(), alpha, beta));
    expect(await abroad.ownerOf(UNBACKED)).to.equal(beta.user.address);
  });

  it("releases nothing to the zero address, and harms no neighbour with it", async function () {
    const { alpha, beta, abroad, abroadBridge, homeBridge } = stage();
    const nobody = "0x0000000000000000000000000000000000000000";
    await abroad.mint(abroadBridge, UNBACKED);
    await homeBridge.connect(alpha.user).crosschainTransferFrom(alpha.user, beta.interoperable(nobody), UNBACKED);
    await send();

    const delivery = await relay(stage(), alpha, beta);

    expect(delivery.failed.map(({ reason }) => reason)).to.deep.equal([
      reasonOf(abroad.interface, "ERC721InvalidReceiver", [nobody]),
    ]);
    expect(await abroad.ownerOf(UNBACKED)).to.equal(await abroadBridge.getAddress());
    expect(await state()).to.deep.equal({ home: "bridge", abroad: "user" });
  });

  const payload = (from: string, to: string) =>
    hex(AbiCoder.defaultAbiCoder().encode(["bytes", "bytes", "uint256"], [from, to, TOKEN]));

  itObeysOnlyItsCounterpart("BridgeERC721 abroad", async () => {
    const { homeBridge, abroadBridge } = stage();
    return bridgeAs(stage(), "beta", { here: abroadBridge, there: homeBridge }, payload, state);
  });

  itObeysOnlyItsCounterpart("BridgeERC721 at home", async () => {
    const { homeBridge, abroadBridge } = stage();
    await send();
    return bridgeAs(stage(), "alpha", { here: homeBridge, there: abroadBridge }, payload, state);
  });
});

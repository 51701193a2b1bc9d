import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { encodeAttributes, type Attributes } from "#protocol/attributes.ts";
import { address, type Hex } from "#protocol/types.ts";
import {
  expectArrived,
  expectRefused,
  itObeysOnlyItsCounterpart,
  neighbourhood,
  reasonOf,
} from "#support/crosschain.ts";
import { attempt, batch, single, type Call } from "#support/erc7579.ts";
import { relay } from "#support/relay.ts";
import { staged } from "#support/stage.ts";

/** A remote account on beta that alpha's user controls, and two targets that obey it alone; the second is shut. */
async function remoteControl() {
  const stage = await neighbourhood();
  const { alpha, beta } = stage;
  const controller = alpha.user.address;
  const executor = await beta.ethers.deployContract("CrosschainRemoteExecutor", [
    beta.gateway,
    alpha.interoperable(controller),
  ]);
  const open = await beta.ethers.deployContract("ShutTarget", [executor]);
  const shut = await beta.ethers.deployContract("ShutTarget", [executor]);
  await open.open();
  return { ...stage, controller, executor, open, shut };
}

describe("CrosschainRemoteExecutor", function () {
  const stage = staged(remoteControl);

  const state = async () => {
    const { executor, open, shut } = stage();
    return {
      open: await open.number(),
      shut: await shut.number(),
      gateway: await executor.gateway(),
      controller: await executor.controller(),
    };
  };

  const setTo = async (which: "open" | "shut", number: bigint): Promise<Call> => {
    const target = stage()[which];
    return { target: await target.getAddress(), data: target.interface.encodeFunctionData("set", [number]) };
  };

  const command = async (payload: Hex, attributes: Partial<Attributes> = {}) => {
    const { alpha, beta, executor } = stage();
    await alpha.send(beta, await executor.getAddress(), payload, [...encodeAttributes(attributes)]);
    return relay(stage(), alpha, beta);
  };

  it("acts on the other chain as its controller says", async function () {
    await expectArrived(await command(single(await setTo("open", 42n))));
    expect(await state()).to.include({ open: 42n, shut: 0n });
  });

  it("does several calls in one message", async function () {
    await expectArrived(await command(batch([await setTo("open", 1n), await setTo("open", 2n)])));
    expect(await state()).to.include({ open: 2n, shut: 0n });
  });

  it("does nothing at all when one of several calls fails, and everything once that is mended", async function () {
    const { alpha, beta, shut } = stage();
    const delivery = await command(batch([await setTo("open", 1n), await setTo("shut", 2n)]));

    await expectRefused(delivery, reasonOf(shut.interface, "StillShut", []));
    expect(await state()).to.include({ open: 0n, shut: 0n });

    await shut.open();
    await expectArrived(await relay(stage(), alpha, beta));
    expect(await state()).to.include({ open: 1n, shut: 2n });
  });

  // Documented, not wished for: docs/threat-model.md, B13.
  it("in try mode answers well when its call ran dry: the message is over, unless it asked for enough gas", async function () {
    const target = await stage().beta.ethers.deployContract("ThirstyTarget");
    const data = target.interface.encodeFunctionData("set", [7n]);
    const payload = attempt({ target: await target.getAddress(), data });
    await expectArrived(await command(payload));
    expect(await target.number()).to.equal(0n);
    await expectArrived(await command(payload, { gasLimit: 500_000 }));
    expect(await target.number()).to.equal(7n);
  });

  it("obeys a new controller from the message on that names it, and the old one no more", async function () {
    const { alpha, beta, executor } = stage();
    const next = alpha.interoperable(alpha.relayer.address);
    const target = await executor.getAddress();
    const data = executor.interface.encodeFunctionData("reconfigure", [beta.addresses.gateway, next]);
    await expectArrived(await command(single({ target, data })));
    expect(await state()).to.include({ controller: next });

    const sender = alpha.interoperable(alpha.user.address);
    await expectRefused(
      await command(single(await setTo("open", 1n))),
      reasonOf(executor.interface, "ERC7786RecipientUnauthorizedGateway", [beta.addresses.gateway, sender]),
    );
    expect(await state()).to.include({ open: 0n });
  });

  it("lets nobody reconfigure it directly", async function () {
    const { beta, executor } = stage();
    await expect(executor.connect(beta.user).reconfigure(ZeroAddress, "0x")).to.be.revertedWithCustomError(
      executor,
      "AccessRestricted",
    );
  });

  itObeysOnlyItsCounterpart("CrosschainRemoteExecutor", async () => {
    const { executor, controller } = stage();
    return {
      ...stage(),
      listensOn: "beta",
      interface: executor.interface,
      recipient: address(await executor.getAddress()),
      counterpart: address(controller),
      payload: single(await setTo("open", 9n)),
      state,
    };
  });
});

import { expect } from "chai";
import { toUtf8Bytes } from "ethers";

import { certifyPage, runOf, world } from "#support/world.ts";

describe("The first message", function () {
  it("is sent, certified and delivered once, bit for bit", async function () {
    const { alpha, beta, committee } = await world({ weights: [1n, 1n, 1n] });
    const recipient = await beta.deployMock("RecordingRecipient");
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", recipient);
    const payload = toUtf8Bytes("hello from alpha");

    const id = await alpha.send(beta, recipient, payload);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPage({ committee }, beta, page);
    const delivery = beta.gateway.connect(beta.relayer).deliver(certified.certificate, [runOf(page, certified)]);

    await expect(delivery).to.emit(beta.gateway, "MessageDelivered").withArgs(id);
    await expect(delivery)
      .to.emit(recorder, "Received")
      .withArgs(
        beta.addresses.gateway,
        id,
        alpha.interoperable(alpha.user.address),
        payload,
        (gas: bigint) => gas > 170_000n,
      );
    expect(await recorder.count()).to.equal(1n);
    expect(await beta.gateway.isDelivered(alpha.chainId, alpha.addresses.gateway, 0n)).to.equal(true);
  });
});

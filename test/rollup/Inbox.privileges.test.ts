import { expect } from "chai";

import { messageId } from "#protocol/messages.ts";
import { address } from "#protocol/types.ts";
import { burst } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import type { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

/** The one function that messages call: ERC-7786's `receiveMessage(bytes32,bytes,bytes)`. */
const SELECTOR = "0x2432ef26";

/** The gateway and all that know it: some of them obey its calls. */
const household = ({ gateway, directory, operatorTables, policy, certificateVerifier }: Rollup) =>
  Object.entries({ gateway, directory, operatorTables, policy, certificateVerifier });

describe("Inbox: a message makes the gateway call something privileged", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const neighbour = await beta.deployMock("RecordingRecipient");
    const members = await Promise.all(household(beta).map(async ([, member]) => address(await member.getAddress())));
    const payload = beta.policy.interface.encodeFunctionData("charge", [alpha.chainId, 1n]);
    await burst(alpha, beta, [
      ...members.map((recipient) => ({ recipient, payload })),
      { recipient: neighbour, payload: "0x01" },
    ]);
    const page = await alpha.page(alpha.laneTo(beta));
    return { rollups, beta, neighbour, page, certified: await certifyPages(committee, beta, [page]) };
  });

  it("fails at the gateway and at each of its books, and leaves nothing but a log of the gateway", async function () {
    const { beta, neighbour, page, certified } = stage();
    const refused = page.messages.slice(0, -1);
    const { delivered, failed, receipt } = await deliver(beta, certified.certificate, [runOf(page, certified)]);
    expect(failed).to.deep.equal(refused.map((message) => ({ messageId: messageId(message), reason: "0x" })));
    expect(delivered).to.have.length(1);
    await expectUnseen(beta, refused);
    await expectDelivered(beta, ...page.messages.slice(-1));
    const speakers = new Set(receipt.logs.map((log) => log.address));
    expect([...speakers].filter((speaker) => address(speaker) !== neighbour)).to.deep.equal([beta.addresses.gateway]);
  });

  it("finds no function there: none of them has the one that messages call, nor one for calls of any kind", function () {
    for (const [name, { interface: abi }] of household(stage().beta)) {
      const selectors = abi.fragments.flatMap((fragment) => ("selector" in fragment ? [fragment.selector] : []));
      expect(selectors, name).to.have.length.greaterThan(0).and.not.include(SELECTOR);
      expect([abi.fallback, abi.receive], name).to.deep.equal([null, false]);
    }
  });
});

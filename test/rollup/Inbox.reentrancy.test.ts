import { expect } from "chai";
import { concat } from "ethers";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { hex, type Address } from "#protocol/types.ts";
import { burst } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import type { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

const GAS = 3_000_000;
/** What an attacker would like the gateway to believe. */
const LOOSE = { ...DEFAULT_POLICY, maxAgeSeconds: 16_777_215 };
const EPOCH = { validFrom: 0n, validitySeconds: 16_777_215, graceSeconds: 16_777_215, status: 0 };

describe("Inbox: recipients that call back", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const attacker = await beta.ethers.deployContract("ReentrantRecipient", [], beta.deployer);
    const recipient = await attacker.getAddress();
    const neighbour = await beta.deployMock("NoOpRecipient");
    await burst(alpha, beta, [{ recipient, gasLimit: GAS }, { recipient: neighbour }, { recipient: neighbour }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    const run = runOf(page, certified, { first: 0, count: 2 });
    return { rollups, alpha, beta, attacker, recipient, page, certified, run };
  });

  /** What the gateway answered to each of the attacker's calls while it received its message. */
  async function answersTo(calls: string[]): Promise<readonly (readonly [boolean, string])[]> {
    const { beta, attacker, certified, run } = stage();
    await attacker.plan(calls);
    await deliver(beta, certified.certificate, [run]);
    const answers = await attacker.queryFilter(attacker.filters.Answered());
    return answers.map(({ args }) => [args.success, args.answer]);
  }

  it("enter no inbox function while a run executes, and each message is delivered once", async function () {
    const { beta, page, certified, run } = stage();
    const { interface: abi } = beta.gateway;
    await beta.gateway.confirm(certified.certificate);
    const others = runOf(page, certified, { first: 2, count: 1 });

    const answers = await answersTo([
      abi.encodeFunctionData("deliver", [certified.certificate, [run]]),
      abi.encodeFunctionData("deliver", [certified.certificate, [others]]),
      abi.encodeFunctionData("deliver", [certified.certificate, []]),
      abi.encodeFunctionData("deliverConfirmed", [[others]]),
      abi.encodeFunctionData("deliverConfirmed", [[]]),
      abi.encodeFunctionData("confirm", [certified.certificate]),
    ]);

    const guarded = abi.encodeErrorResult("ReentrancyGuardReentrantCall");
    expect(answers).to.deep.equal(Array.from({ length: 6 }, () => [false, guarded]));
    await expectDelivered(beta, ...page.messages.slice(0, 2));
    await expectUnseen(beta, page.messages.slice(2));
  });

  it("open no frame of their own", async function () {
    const { beta, recipient } = stage();
    const { interface: abi } = beta.gateway;
    const frame = abi.encodeFunctionData("wrapInFrame", [recipient, 100_000n]);
    const refused = [false, abi.encodeErrorResult("NotSelf", [recipient])];
    expect(await answersTo([frame, concat([frame, "0x01020304"])])).to.deep.equal([refused, refused]);
  });

  it("write no hot copy of a book", async function () {
    const { alpha, beta, recipient } = stage();
    const { interface: abi } = beta.gateway;
    const answers = await answersTo([
      abi.encodeFunctionData("copyEntry", [alpha.chainId, recipient, 1, 2, true]),
      abi.encodeFunctionData("copyPolicy", [alpha.chainId, LOOSE, false]),
      abi.encodeFunctionData("copyEpoch", [1, 1, { table: recipient, ...EPOCH }]),
    ]);
    expect(answers).to.deep.equal([
      [false, abi.encodeErrorResult("NotTheBook", [recipient, beta.addresses.directory])],
      [false, abi.encodeErrorResult("NotTheBook", [recipient, beta.addresses.policy])],
      [false, abi.encodeErrorResult("NotTheBook", [recipient, beta.addresses.operatorTables])],
    ]);
  });

  it("may send a message: the outbox stays open", async function () {
    const { alpha, beta, recipient } = stage();
    const to = alpha.interoperable(recipient);
    const answers = await answersTo([beta.gateway.interface.encodeFunctionData("sendMessage", [to, "0x01", []])]);
    const sent = await beta.sent(beta.laneTo(alpha));
    expect(sent.map(({ sender, nonce }) => [sender, nonce])).to.deep.equal([[recipient, 0n]]);
    expect(answers).to.deep.equal([[true, messageId(elementAt(sent, 0))]]);
  });

  it("may ask what is certified", async function () {
    const { beta, page, certified, run } = stage();
    const { interface: abi } = beta.gateway;
    await beta.gateway.confirm(certified.certificate);
    const answers = await answersTo([abi.encodeFunctionData("isCertified", [page.page, run.batchProof])]);
    expect(answers).to.deep.equal([[true, abi.encodeFunctionResult("isCertified", [1, 10_000, 3])]]);
  });
});

describe("Inbox: Parley's own contracts as recipients", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipients = Object.entries<Address>({ ...beta.addresses });
    // The payload of each is a call that its recipient would obey if the gateway said it in its own words.
    const payload = hex(beta.gateway.interface.encodeFunctionData("copyPolicy", [alpha.chainId, LOOSE, false]));
    await burst(
      alpha,
      beta,
      recipients.map(([, recipient]) => ({ recipient, payload })),
    );
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    return { rollups, alpha, beta, page, certified, names: recipients.map(([name]) => name) };
  });

  it("refuse every message, and not one slot of any of them changes", async function () {
    const { beta, page, certified } = stage();
    const before = await storageRoots(beta);

    const { delivered, failed, receipt } = await deliver(beta, certified.certificate, [runOf(page, certified)]);

    expect(delivered).to.deep.equal([]);
    expect(failed).to.deep.equal(page.messages.map((message) => ({ messageId: messageId(message), reason: "0x" })));
    expect(receipt.logs).to.have.length(page.messages.length);
    await expectUnseen(beta, page.messages);
    expect(await storageRoots(beta)).to.deep.equal(before);
  });

  for (const name of ["gateway", "directory", "operatorTables", "policy", "certificateVerifier"]) {
    it(`the ${name} among them harms nobody when it is called alone`, async function () {
      const { beta, page, certified, names } = stage();
      const message = elementAt(page.messages, names.indexOf(name));
      const before = await storageRoots(beta);
      const run = runOf(page, certified, { first: Number(message.nonce), count: 1 });
      const { failed } = await deliver(beta, certified.certificate, [run]);
      expect(failed).to.deep.equal([{ messageId: messageId(message), reason: "0x" }]);
      expect(await storageRoots(beta)).to.deep.equal(before);
    });
  }
});

/** Root of each of Parley's storages on a rollup. */
async function storageRoots({ addresses, ethers }: Rollup): Promise<readonly string[]> {
  const rootOf = async (account: Address): Promise<string> => {
    const proof: unknown = await ethers.provider.send("eth_getProof", [account, [], "latest"]);
    if (typeof proof !== "object" || proof === null || !("storageHash" in proof)) throw new Error("no proof");
    return String(proof.storageHash);
  };
  return Promise.all(Object.values<Address>({ ...addresses }).map(rootOf));
}

import { expect } from "chai";
import { toUtf8Bytes } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { hex } from "#protocol/types.ts";
import { publishedStage } from "#support/publishedStage.ts";

describe("The task message send, where no devnet is", function () {
  const stage = publishedStage();

  it("sends by an account of the source's network what the destination may receive", async function () {
    const { world, tasks, recipient } = stage();
    const { alpha, beta } = world;
    const sent = await tasks.json("message send", { recipient, text: "hello", account: 3, gasLimit: "250000" });
    expect(sent).to.deep.include({ source: "alpha", destination: "beta", recipient, gasLimit: 250_000 });
    const [event] = await alpha.gateway.queryFilter(alpha.gateway.filters.MessageSent);
    expect(event?.args.sendId).to.equal(sent.messageId);
    expect(event?.args.payload).to.equal(hex(toUtf8Bytes("hello")));
    expect(elementAt(alpha.signers, 3).address).to.equal((await event?.getTransaction())?.from);
    expect(Number(beta.chainId)).to.be.greaterThan(0);
  });

  it("names the command that follows it, with the address book", async function () {
    const { tasks, recipient } = stage();
    const { stdout } = await tasks.run("message send", { recipient });
    const id = elementAt(stdout.split("\n"), 0);
    expect(stdout).to.include(`npx hardhat message trace ${id} --deployment ${tasks.deployment}\n`);
  });

  it("guesses no recipient, account or rollup", async function () {
    const { tasks, recipient } = stage();
    await tasks.expectFailed("message send", {}, /^--recipient: which contract/);
    await tasks.expectFailed("message send", { recipient, account: 99 }, /^--account 99: the network has /);
    await tasks.expectFailed(
      "message send",
      { recipient, to: "delta" },
      /^the book has no rollup "delta"|^"delta" is no/,
    );
  });
});

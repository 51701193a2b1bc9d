import { expect } from "chai";
import { AbiCoder, concat, dataSlice, id, Interface, toBeHex, zeroPadBytes } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import { address, hex, type Address } from "#protocol/types.ts";
import { burst, type Order } from "#support/burst.ts";
import { expectDelivered, expectUnseen, Obstacle } from "#support/expectations.ts";
import { certifyPages, deliver } from "#support/relayer.ts";
import type { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

const REASONS = new Interface([
  "error WrongSelector(bytes32)",
  "error RecipientHasNoCode(address)",
  "error InsufficientGas(uint256,uint256)",
  "error FrameFailed(bytes)",
  "error Odd(uint256)",
]);
const SELECTOR = "0x2432ef26";
const MOST_GAS = 16_700_000n;

const wrongSelector = (answer: string) => REASONS.encodeErrorResult("WrongSelector", [answer]);
const text = (words: string) => concat(["0x08c379a0", AbiCoder.defaultAbiCoder().encode(["string"], [words])]);
const mock =
  (name: string, ...args: unknown[]) =>
  (beta: Rollup) =>
    beta.deployMock(name, ...args);
const noCode = (account: string) => REASONS.encodeErrorResult("RecipientHasNoCode", [account]);

/** Raw code at an address of nobody's. */
const rawCode = (code: string) => async (beta: Rollup) => {
  const account = address(dataSlice(id(code), 12));
  await beta.helpers.setCode(account, code);
  await beta.helpers.mine();
  return account;
};

interface Adversary {
  readonly title: string;
  readonly deploy: (beta: Rollup) => Promise<Address>;
  readonly gasLimit?: number;
  readonly reason: string;
  readonly obstacle?: bigint;
}

const EOA = address("0x00000000000000000000000000000000000c0ffe");
const PRECOMPILE = address("0x0000000000000000000000000000000000000004");
const LONG = text("a reason that is longer than what is kept of it, ".repeat(20));

const ADVERSARIES: readonly Adversary[] = [
  { title: "reverts with a text", deploy: mock("RevertingRecipient", text("no")), reason: text("no") },
  {
    title: "reverts with an error of its own",
    deploy: mock("RevertingRecipient", REASONS.encodeErrorResult("Odd", [7n])),
    reason: REASONS.encodeErrorResult("Odd", [7n]),
  },
  { title: "reverts without a reason", deploy: mock("RevertingRecipient", "0x"), reason: "0x" },
  {
    title: "reverts with 256 bytes",
    deploy: mock("RevertingRecipient", dataSlice(LONG, 0, 256)),
    reason: dataSlice(LONG, 0, 256),
  },
  {
    title: "reverts with more than 256 bytes",
    deploy: mock("RevertingRecipient", LONG),
    gasLimit: 500_000,
    reason: dataSlice(LONG, 0, 256),
  },
  {
    title: "pretends that the relayer gave too little gas",
    deploy: mock("RevertingRecipient", REASONS.encodeErrorResult("InsufficientGas", [0n, 1n])),
    reason: REASONS.encodeErrorResult("InsufficientGas", [0n, 1n]),
  },
  {
    title: "pretends to be a frame that failed",
    deploy: mock("RevertingRecipient", REASONS.encodeErrorResult("FrameFailed", ["0x1234"])),
    reason: REASONS.encodeErrorResult("FrameFailed", ["0x1234"]),
  },
  {
    title: "reverts with a megabyte",
    deploy: mock("ReturnBombRecipient", true),
    gasLimit: 3_000_000,
    reason: concat([SELECTOR, new Uint8Array(252)]),
  },
  { title: "eats all gas", deploy: mock("GasEaterRecipient"), reason: "0x" },
  {
    title: "returns another selector",
    deploy: mock("MisansweringRecipient", zeroPadBytes("0xdeadbeef", 32)),
    reason: wrongSelector(zeroPadBytes("0xdeadbeef", 32)),
  },
  {
    title: "returns the selector's four bytes and no more",
    deploy: mock("MisansweringRecipient", SELECTOR),
    reason: wrongSelector(toBeHex(0, 32)),
  },
  {
    title: "returns 31 bytes",
    deploy: mock("MisansweringRecipient", zeroPadBytes(SELECTOR, 31)),
    reason: wrongSelector(toBeHex(0, 32)),
  },
  { title: "returns nothing", deploy: mock("MisansweringRecipient", "0x"), reason: wrongSelector(toBeHex(0, 32)) },
  {
    title: "returns the selector with a stray bit behind it",
    deploy: mock("MisansweringRecipient", concat([SELECTOR, toBeHex(1, 28)])),
    reason: wrongSelector(concat([SELECTOR, toBeHex(1, 28)])),
  },
  {
    title: "returns the selector at the word's other end",
    deploy: mock("MisansweringRecipient", concat([toBeHex(0, 28), SELECTOR])),
    reason: wrongSelector(concat([toBeHex(0, 28), SELECTOR])),
  },
  { title: "destroys itself", deploy: rawCode("0x33ff"), reason: wrongSelector(toBeHex(0, 32)) },
  { title: "has a STOP for code", deploy: rawCode("0x00"), reason: wrongSelector(toBeHex(0, 32)) },
  {
    title: "has no code",
    deploy: async () => EOA,
    reason: noCode(EOA),
    obstacle: Obstacle.RecipientWithoutCode,
  },
  {
    title: "is a precompile",
    deploy: async () => PRECOMPILE,
    reason: noCode(PRECOMPILE),
    obstacle: Obstacle.RecipientWithoutCode,
  },
];

describe("Inbox: recipients that misbehave", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const neighbour = await beta.deployMock("RecordingRecipient");
    const recorder = await beta.ethers.getContractAt("RecordingRecipient", neighbour);
    const adversaries = await Promise.all(
      ADVERSARIES.map(async (adversary) => ({ ...adversary, recipient: await adversary.deploy(beta) })),
    );
    // A neighbour before each of them, and one behind the last.
    const orders = adversaries.flatMap(({ recipient, gasLimit }): Order[] => [
      { recipient: neighbour },
      gasLimit === undefined ? { recipient } : { recipient, gasLimit },
    ]);
    await burst(alpha, beta, [...orders, { recipient: neighbour }]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    const benign = await beta.ethers.provider.getCode(await beta.deployMock("NoOpRecipient"));
    return { rollups, alpha, beta, committee, recorder, adversaries, page, certified, benign };
  });

  const isNeighbour = (_: unknown, at: number) => at % 2 === 0;

  for (const [at, { title, reason, obstacle }] of ADVERSARIES.entries()) {
    it(`one that ${title} harms no neighbour and stays deliverable`, async function () {
      const { beta, recorder, adversaries, page, certified, benign } = stage();
      const run = runOf(page, certified, { first: 2 * at, count: 3 });
      const [before, message, behind] = [0, 1, 2].map((step) => elementAt(page.messages, 2 * at + step));
      if (before === undefined || message === undefined || behind === undefined) throw new Error("three of a run");

      const { delivered, failed } = await deliver(beta, certified.certificate, [run], { gasLimit: MOST_GAS });

      expect(delivered).to.deep.equal([before, behind].map(messageId));
      expect(failed).to.deep.equal([{ messageId: messageId(message), reason: hex(reason) }]);
      await expectDelivered(beta, before, behind);
      await expectUnseen(beta, [message], obstacle);
      expect(await recorder.count()).to.equal(2n);

      const { recipient } = elementAt(adversaries, at);
      if (recipient === PRECOMPILE) return; // Nobody can put code there.
      await beta.helpers.setCode(recipient, benign);
      await beta.helpers.mine();
      const later = await deliver(beta, certified.certificate, [run], { gasLimit: MOST_GAS });
      expect(later.delivered).to.deep.equal([messageId(message)]);
      await expectDelivered(beta, message);
    });
  }

  it("all of them in one run harm no neighbour", async function () {
    const { beta, recorder, adversaries, page, certified } = stage();
    const { delivered, failed } = await deliver(beta, certified.certificate, [runOf(page, certified)], {
      gasLimit: MOST_GAS,
    });
    const neighbours = page.messages.filter(isNeighbour);
    const others = page.messages.filter((message, at) => !isNeighbour(message, at));
    expect(delivered).to.deep.equal(neighbours.map(messageId));
    expect(failed).to.deep.equal(
      others.map((message, at) => ({ messageId: messageId(message), reason: hex(elementAt(ADVERSARIES, at).reason) })),
    );
    await expectDelivered(beta, ...neighbours);
    expect(await recorder.count()).to.equal(BigInt(neighbours.length));
    for (const { recipient, title } of adversaries) {
      expect(await beta.ethers.provider.getStorage(recipient, 0n), title).to.equal(toBeHex(0, 32));
    }
  });

  it("one that destroys itself gave nobody anything", async function () {
    const { beta, adversaries, page, certified } = stage();
    const at = ADVERSARIES.findIndex(({ title }) => title === "destroys itself");
    const { recipient } = elementAt(adversaries, at);
    await beta.helpers.setBalance(recipient, 5n);
    await beta.helpers.mine();
    await deliver(beta, certified.certificate, [runOf(page, certified, { first: 2 * at + 1, count: 1 })]);
    expect(await beta.ethers.provider.getBalance(recipient)).to.equal(5n);
    expect(await beta.ethers.provider.getBalance(beta.addresses.gateway)).to.equal(0n);
  });

  it("one that answers with a megabyte behind the right selector costs the relayer nothing more, and is delivered", async function () {
    const { alpha, beta, committee, page } = stage();
    const bomb = await beta.deployMock("ReturnBombRecipient", false);
    await burst(alpha, beta, [{ recipient: bomb, gasLimit: 3_000_000 }]);
    const grown = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [grown]);
    const run = runOf(grown, certified, { first: page.messages.length });
    const { delivered, receipt } = await deliver(beta, certified.certificate, [run], { gasLimit: MOST_GAS });
    expect(delivered).to.have.length(1);
    // The megabyte cost the recipient 2.2 million of its own gas; copying it would have cost as much once more.
    expect(receipt.gasUsed).to.be.lessThan(3_000_000n);
  });

  it("an account that delegates to code by EIP-7702 receives like a contract", async function () {
    const { alpha, beta, committee, recorder, page } = stage();
    const account = address("0x0000000000000000000000000000000000007702");
    await beta.helpers.setCode(account, concat(["0xef0100", await recorder.getAddress()]));
    await beta.helpers.mine();
    await burst(alpha, beta, [{ recipient: account }]);
    const grown = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [grown]);
    const run = runOf(grown, certified, { first: page.messages.length });
    const { delivered } = await deliver(beta, certified.certificate, [run]);
    expect(delivered).to.have.length(1);
    expect(await beta.ethers.provider.getStorage(account, 0n)).to.equal(toBeHex(1, 32));
  });
});

import { expect } from "chai";
import { concat, Interface } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { messageId } from "#protocol/messages.ts";
import type { Run } from "#protocol/runs.ts";
import { address, ZERO_BYTES32 } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages, deliverConfirmed } from "#support/relayer.ts";
import type { Rollup } from "#support/rollup.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

/** What a transaction may have at most on these chains. */
const MOST_GAS = 16_777_216n;
/** What a recipient spends before it can look at its gas. */
const ENTRY_GAS = 800;
/** How far above the least sufficient gas each sweep looks, and how closely. */
const SWEEP = { reach: 4_000n, step: 80n };

/** An account whose code is another's, by EIP-7702. */
const DELEGATING = address("0x0000000000000000000000000000000000007702");

const RECIPIENT = new Interface(["function receiveMessage(bytes32,bytes,bytes)"]);

const PAYLOADS = [0, 256, 24_576] as const;

/** A promise to a message: by its sender, by the relayer, or by both. */
const PROMISES = [
  { gasLimit: 200_000, gasPerMessage: 0 },
  { gasLimit: 10_000_000, gasPerMessage: 0 },
  { gasLimit: 0, gasPerMessage: 50_000 },
  { gasLimit: 200_000, gasPerMessage: 300_000 },
] as const;

describe("Inbox: no relayer's thrift reaches a recipient", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const eater = await beta.deployMock("GasEaterRecipient");
    const cases = PROMISES.flatMap((promise) => PAYLOADS.map((size) => ({ ...promise, size })));
    const orders = await Promise.all(
      cases.map(async ({ gasLimit, gasPerMessage, size }) => {
        const required = Math.max(gasLimit, gasPerMessage) - ENTRY_GAS;
        const recipient = await beta.deployMock("MeteringRecipient", required);
        return { recipient, gasLimit, payload: new Uint8Array(size) };
      }),
    );
    const metered = elementAt(orders, 0);
    // The costliest way to a recipient: much memory is in use already, and its account delegates its code elsewhere.
    const refuser = await beta.deployMock("RevertingRecipient", new Uint8Array(300));
    await beta.helpers.setCode(DELEGATING, concat(["0xef0100", elementAt(orders, 0).recipient]));
    await beta.helpers.mine();
    await burst(alpha, beta, [
      ...[...orders, { recipient: eater }, metered, { recipient: eater, gasLimit: 0 }],
      ...times(40, { recipient: refuser, gasLimit: 60_000 }),
      { recipient: DELEGATING, payload: new Uint8Array(24_576) },
    ]);
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    await beta.gateway.confirm(certified.certificate);
    return { rollups, beta, cases, page, certified };
  });

  /** The least gas with which a delivery does not revert. */
  async function leastGas({ gateway }: Rollup, run: Run): Promise<bigint> {
    let [tooLittle, enough] = [21_000n, MOST_GAS];
    while (enough - tooLittle > 1n) {
      const gasLimit = (tooLittle + enough) / 2n;
      const isEnough = await gateway.deliverConfirmed.staticCall([run], { gasLimit }).then(
        () => true,
        () => false,
      );
      if (isEnough) enough = gasLimit;
      else tooLittle = gasLimit;
    }
    return enough;
  }

  /** Gas to try: closely above the least that does, then coarsely up to the most. */
  function* sweepFrom(least: bigint): Generator<bigint> {
    for (let gas = least; gas < least + SWEEP.reach; gas += SWEEP.step) yield gas;
    for (let gas = least + SWEEP.reach; gas < MOST_GAS; gas += (MOST_GAS - least) / 7n) yield gas;
    yield MOST_GAS;
  }

  for (const { gasLimit, gasPerMessage } of PROMISES) {
    for (const size of PAYLOADS) {
      const promised = Math.max(gasLimit, gasPerMessage);
      it(`reverts or gives a recipient its ${promised} gas, with a payload of ${size} bytes (${gasLimit} asked, ${gasPerMessage} added)`, async function () {
        const { beta, cases, page, certified } = stage();
        const at = cases.findIndex(
          (other) => other.gasLimit === gasLimit && other.gasPerMessage === gasPerMessage && other.size === size,
        );
        const run = runOf(page, certified, { first: at, count: 1, gasPerMessage });
        const expected = [messageId(elementAt(page.messages, at))];
        const least = await leastGas(beta, run);
        expect(least).to.be.greaterThan(BigInt(promised));
        // Below that the call itself refuses, unless the chain would not even take so long a transaction.
        if (size <= 256 || promised >= 200_000) {
          await expect(beta.gateway.deliverConfirmed([run], { gasLimit: least - 1n }))
            .to.be.revertedWithCustomError(beta.gateway, "InsufficientGas")
            .withArgs(
              (found: bigint) => found < MOST_GAS,
              (required: bigint) => required > BigInt(promised),
            );
        }

        const snapshot = await beta.helpers.takeSnapshot();
        const metered = new Set<bigint>();
        for (const gas of sweepFrom(least)) {
          const { delivered, failed, receipt } = await deliverConfirmed(beta, [run], { gasLimit: gas });
          expect(failed, `with ${gas.toString()} gas`).to.deep.equal([]);
          expect(delivered, `with ${gas.toString()} gas`).to.deep.equal(expected);
          for (const log of receipt.logs) {
            if (log.address !== beta.addresses.gateway) metered.add(BigInt(log.data));
          }
          await snapshot.restore();
        }
        expect(metered, "always the same gas, to the unit").to.have.property("size", 1);
      });
    }
  }

  it("a gas eater burns its own limit and starves no neighbour, whatever gas the relayer gave", async function () {
    const { beta, cases, page, certified } = stage();
    const run = runOf(page, certified, { first: cases.length, count: 2 });
    const [eater, metered] = [0, 1].map((step) => messageId(elementAt(page.messages, cases.length + step)));
    const least = await leastGas(beta, run);
    const snapshot = await beta.helpers.takeSnapshot();
    for (const gas of sweepFrom(least)) {
      const { delivered, failed } = await deliverConfirmed(beta, [run], { gasLimit: gas });
      expect(delivered, `with ${gas.toString()} gas`).to.deep.equal([metered]);
      expect(failed).to.deep.equal([{ messageId: eater, reason: "0x" }]);
      await snapshot.restore();
    }
  });

  it("a delegating account behind forty failures gets all it was promised, whatever gas the relayer gave", async function () {
    const { beta, cases, page, certified } = stage();
    const run = runOf(page, certified, { first: cases.length + 3 });
    const expected = [messageId(elementAt(page.messages, page.messages.length - 1))];
    const least = await leastGas(beta, run);
    const snapshot = await beta.helpers.takeSnapshot();
    for (const gas of sweepFrom(least)) {
      const { delivered, failed } = await deliverConfirmed(beta, [run], { gasLimit: gas });
      expect(delivered, `with ${gas.toString()} gas`).to.deep.equal(expected);
      expect(failed).to.have.length(40);
      await snapshot.restore();
    }
  });

  it("a frame that was opened with too little looks again, and reverts before it calls the recipient", async function () {
    const { beta, page } = stage();
    const { recipient, gasLimit } = elementAt(page.messages, 0);
    const self = await beta.ethers.getImpersonatedSigner(beta.addresses.gateway);
    const data = concat([
      beta.gateway.interface.encodeFunctionData("wrapInFrame", [recipient, gasLimit]),
      RECIPIENT.encodeFunctionData("receiveMessage", [ZERO_BYTES32, "0x", "0x"]),
    ]);
    const ends = new Set<string>();
    for (let gas = 225_000n; gas < 240_000n; gas += 100n) {
      const frame = self.call({ to: beta.addresses.gateway, data, gasLimit: gas });
      ends.add(
        await frame.then(
          () => "accepted",
          (error: unknown) => /custom error '(\w+)/.exec(String(error))?.[1] ?? "no reason",
        ),
      );
    }
    expect([...ends]).to.deep.equal(["InsufficientGas", "accepted"]);
  });

  it("a message that was promised nothing fails for its own limit, and arrives once a relayer adds to it", async function () {
    const { beta, cases, page, certified } = stage();
    const at = cases.findIndex(({ gasLimit, size }) => gasLimit === 0 && size === 0);
    const message = elementAt(page.messages, at);
    const bare = await deliverConfirmed(beta, [runOf(page, certified, { first: at, count: 1 })], {
      gasLimit: MOST_GAS,
    });
    expect(bare.failed).to.deep.equal([{ messageId: messageId(message), reason: "0x" }]);
    await expectUnseen(beta, [message]);

    const generous = runOf(page, certified, { first: at, count: 1, gasPerMessage: 50_000 });
    await deliverConfirmed(beta, [generous]);
    await expectDelivered(beta, message);
  });

  it("a promise that no transaction can keep is refused as a whole, with what came before it", async function () {
    const { beta, cases, page, certified } = stage();
    const good = runOf(page, certified, { first: 0, count: 1 });
    const greedy = runOf(page, certified, { first: 1, count: 1, gasPerMessage: 2 ** 32 - 1 });
    await expect(beta.gateway.deliverConfirmed([good, greedy], { gasLimit: MOST_GAS }))
      .to.be.revertedWithCustomError(beta.gateway, "InsufficientGas")
      .withArgs(
        (found: bigint) => found < MOST_GAS,
        (required: bigint) => required > 2n ** 32n - 1n,
      );
    await expectUnseen(beta, page.messages.slice(0, cases.length));
  });

  it("a gas eater costs the relayer at most what its sender asked for", async function () {
    const { beta, cases, page, certified } = stage();
    const snapshot = await beta.helpers.takeSnapshot();
    // Others that cost more to call than to carry lift the delivery above the floor price of its calldata (EIP-7623).
    const others = runOf(page, certified, { first: cases.length + 3, count: 10 });
    const gasOf = async (first: number) => {
      const run = runOf(page, certified, { first, count: 1 });
      const { receipt } = await deliverConfirmed(beta, [run, others], { gasLimit: MOST_GAS });
      await snapshot.restore();
      return receipt.gasUsed;
    };
    const [withLimit, withoutLimit] = [await gasOf(cases.length), await gasOf(cases.length + 2)];
    expect(withLimit - withoutLimit).to.be.within(199_000n, 200_000n + 1_000n);
  });
});

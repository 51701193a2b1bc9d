import { expect } from "chai";
import { concat, dataLength, dataSlice, toBeHex, ZeroHash } from "ethers";

import { burst, times } from "#support/burst.ts";
import { expectDelivered, expectUnseen } from "#support/expectations.ts";
import { certifyPages } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { runOf, world } from "#support/world.ts";

/** Bytes of a certificate before its hint: batch 4 words, nonSigners, signature 2, aggregate key 4, where the hint lies. */
const CERTIFICATE_HEAD = 12 * 32;
/** Bytes before the first argument's contents: where the two arguments lie. */
const HEAD = 2 * 32;

const word = (value: number): string => toBeHex(value, 32);

describe("Inbox: calldata of deliver", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee } = await world();
    const recipient = await beta.deployMock("NoOpRecipient");
    await burst(alpha, beta, times(3, { recipient, payload: "0x1234" }));
    const page = await alpha.page(alpha.laneTo(beta));
    const certified = await certifyPages(committee, beta, [page]);
    const call = beta.gateway.interface.encodeFunctionData("deliver", [
      certified.certificate,
      [runOf(page, certified)],
    ]);
    const selector = dataSlice(call, 0, 4);
    const [certificateAt, runsAt] = [0, 1].map((at) => Number(dataSlice(call, 4 + 32 * at, 36 + 32 * at)));
    const certificate = dataSlice(call, 4 + (certificateAt ?? 0), 4 + (runsAt ?? 0));
    const runs = dataSlice(call, 4 + (runsAt ?? 0));
    const send = (...parts: string[]) =>
      beta.relayer.sendTransaction({ to: beta.gateway, data: concat([selector, ...parts]), gasLimit: 2_000_000 });
    return { rollups, beta, page, certificate, runs, send };
  });

  it("may hold the certificate behind the runs", async function () {
    const { beta, page, certificate, runs, send } = stage();
    await send(word(HEAD + dataLength(runs)), word(HEAD), runs, certificate);
    await expectDelivered(beta, ...page.messages);
  });

  it("may hold a gap before the certificate, before the runs, and at the end", async function () {
    const { beta, page, certificate, runs, send } = stage();
    const gap = concat(["0xdeadbeef", ZeroHash]);
    const first = HEAD + dataLength(gap);
    const second = first + dataLength(certificate) + dataLength(gap);
    await send(word(first), word(second), gap, certificate, gap, runs, gap);
    await expectDelivered(beta, ...page.messages);
  });

  it("is refused where the certificate's hint lies behind the runs, apart from the rest of it", async function () {
    const { beta, page, certificate, runs, send } = stage();
    const hint = dataSlice(certificate, CERTIFICATE_HEAD);
    const points = dataSlice(certificate, 0, CERTIFICATE_HEAD - 32);
    const apart = concat([points, word(CERTIFICATE_HEAD + dataLength(runs))]);
    const attempt = send(word(HEAD), word(HEAD + CERTIFICATE_HEAD), apart, runs, hint);
    await expect(attempt).to.be.revertedWithoutReason(beta.ethers);
    await expectUnseen(beta, page.messages);
  });

  it("is refused where it ends in the middle of a certificate, wherever that is", async function () {
    const { beta, page, certificate, runs, send } = stage();
    for (let words = 0; words < dataLength(certificate) / 32; words++) {
      const cut = dataSlice(certificate, 0, 32 * words);
      const attempt = send(word(HEAD + dataLength(runs)), word(HEAD), runs, cut);
      await expect(attempt, `${String(words)} words`).to.be.revertedWithoutReason(beta.ethers);
    }
    await expectUnseen(beta, page.messages);
  });

  it("is refused with dirty bits in any number of the batch that is narrower than a word", async function () {
    const { beta, page, certificate, runs, send } = stage();
    for (const at of [0, 1, 2]) {
      const dirty = concat([dataSlice(certificate, 0, 32 * at), "0x01", dataSlice(certificate, 32 * at + 1)]);
      const attempt = send(word(HEAD), word(HEAD + dataLength(dirty)), dirty, runs);
      await expect(attempt, `word ${String(at)}`).to.be.revertedWithoutReason(beta.ethers);
    }
    await expectUnseen(beta, page.messages);
  });
});

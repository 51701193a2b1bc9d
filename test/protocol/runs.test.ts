import { expect } from "chai";
import fc from "fast-check";

import { StatementTree } from "#protocol/batches.ts";
import { laneId, messageId, type Message } from "#protocol/messages.ts";
import { packMessages, unpackMessages } from "#protocol/packing.ts";
import { PageTree } from "#protocol/pages.ts";
import { buildRun, messagesOfRun, verifyRun, type Run } from "#protocol/runs.ts";
import type { Page } from "#protocol/statements.ts";
import { hex, ZERO_BYTES32 } from "#protocol/types.ts";
import { anyBody, anyLane, anyPage, anyStatement, anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";

/** The page with index 1 of a lane, some of its messages, and a batch that certifies it. */
const anyDelivery = fc
  .record({
    lane: anyLane,
    bodies: fc.array(anyBody, { minLength: 3, maxLength: 12 }),
    page: anyPage,
    other: anyStatement,
    gasPerMessage: fc.nat(1_000_000),
  })
  .map(({ lane, bodies, page, other, gasPerMessage }) => {
    const messages = bodies.map((body, index): Message => ({ ...lane, ...body, nonce: 256n + BigInt(index) }));
    const pageTree = new PageTree(laneId(lane), messages.map(messageId));
    const certified: Page = { ...page, ...lane, pageIndex: 1n, ...pageTree.stated() };
    const statements = new StatementTree([{ kind: "Page", content: certified }, other]);
    return { messages, pageTree, page: certified, statements, gasPerMessage };
  });

describe("runs", function () {
  it("bring the messages they were built from, proven by the batch's root alone", function () {
    fc.assert(
      fc.property(anyDelivery, fc.nat(), fc.nat(), (delivery, start, length) => {
        const from = start % delivery.messages.length;
        const to = from + 1 + (length % (delivery.messages.length - from));
        const messages = delivery.messages.slice(from, to);
        const run = buildRun({ ...delivery, messages });
        expect(run.firstIndex).to.equal(from);
        expect(run.gasPerMessage).to.equal(delivery.gasPerMessage);
        expect(messagesOfRun(run)).to.deep.equal(messages);
        expect(verifyRun(run, delivery.statements.root)).to.deep.equal(messages);
      }),
      { numRuns: 50 },
    );
  });

  it("are refused with any one part changed", function () {
    fc.assert(
      fc.property(anyDelivery, anyWord, (delivery, word) => {
        const run = buildRun({ ...delivery, messages: delivery.messages.slice(1, 2) });
        const { root } = delivery.statements;
        const refuse = (change: Partial<Run>, code: Parameters<typeof expectRefusal>[1]) => {
          expectRefusal(() => verifyRun({ ...run, ...change }, root), code);
        };
        expectRefusal(() => verifyRun(run, word), "StatementNotInBatch");
        refuse({ page: { ...run.page, root: word } }, "StatementNotInBatch");
        refuse({ page: { ...run.page, pageIndex: 2n } }, "StatementNotInBatch");
        refuse({ batchProof: [] }, "StatementNotInBatch");
        refuse({ batchProof: [word] }, "StatementNotInBatch");
        refuse({ firstIndex: 0 }, "PageMismatch");
        refuse({ firstIndex: delivery.messages.length }, "RangeOutsidePage");
        refuse({ rangeProof: run.rangeProof.with(0, word) }, "PageMismatch");
        refuse({ rangeProof: run.rangeProof.slice(1) }, "ProofLengthMismatch");
        refuse({ rangeProof: [...run.rangeProof, word] }, "ProofLengthMismatch");
        refuse({ messages: hex("0x") }, "NoMessages");
        refuse({ messages: hex(`${run.messages}00`) }, "TruncatedMessages");
        const [body] = unpackMessages(run.messages);
        if (body === undefined) return;
        refuse({ messages: packMessages([{ ...body, deliverBefore: body.deliverBefore ^ 1n }]) }, "PageMismatch");
        refuse({ messages: packMessages([{ ...body, payload: hex(`${body.payload}00`) }]) }, "PageMismatch");
      }),
      { numRuns: 20 },
    );
  });

  it("cannot be built of messages with a gap, in another order, of another page, or of none", function () {
    fc.assert(
      fc.property(anyDelivery, (delivery) => {
        const [first, second, third] = delivery.messages;
        if (first === undefined || second === undefined || third === undefined) return;
        const build = (messages: readonly Message[]) => () => buildRun({ ...delivery, messages });
        expectRefusal(build([]), "NoMessages");
        expectRefusal(build([first, third]), "PageMismatch");
        expectRefusal(build([second, first]), "PageMismatch");
        expectRefusal(build([{ ...first, payload: hex("0x1234567890") }]), "PageMismatch");
        expectRefusal(build([{ ...first, nonce: first.nonce - 256n }]), "RangeOutsidePage");
      }),
      { numRuns: 20 },
    );
  });

  it("cannot be built beyond the certified count, for an uncertified page, or outside the batch", function () {
    fc.assert(
      fc.property(anyDelivery, (delivery) => {
        const { messages, page, pageTree, statements } = delivery;
        const earlier: Page = { ...page, ...pageTree.stated(1) };
        const own = new StatementTree([{ kind: "Page", content: earlier }]);
        const first = messages.slice(0, 1);
        expect(buildRun({ page: earlier, pageTree, messages: first, statements: own }).gasPerMessage).to.equal(0);
        expectRefusal(() => buildRun({ page: earlier, pageTree, messages, statements: own }), "RangeOutsidePage");
        expectRefusal(() => buildRun({ page: earlier, pageTree, messages: first, statements }), "StatementNotInBatch");
        const wrong = { ...page, chainHead: ZERO_BYTES32 };
        expectRefusal(() => buildRun({ page: wrong, pageTree, messages: first, statements }), "PageMismatch");
      }),
      { numRuns: 10 },
    );
  });
});

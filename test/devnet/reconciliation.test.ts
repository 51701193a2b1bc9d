import { expect } from "chai";

import { reconcile, type ChainRecords, type LaneRecord } from "#devnet/reconciliation.ts";
import { messageIdOf, type MessageId } from "#protocol/types.ts";

const id = (number: number): MessageId => messageIdOf(`0x${number.toString(16).padStart(64, "0")}`);

function lane(changes: Partial<LaneRecord> = {}): LaneRecord {
  return {
    source: "alpha",
    destination: "beta",
    count: 2n,
    sent: [
      { messageId: id(1), nonce: 0n },
      { messageId: id(2), nonce: 1n },
    ],
    words: [0b11n],
    ...changes,
  };
}

function records(changes: Partial<LaneRecord> = {}, beta: readonly MessageId[] = [id(1), id(2)]): ChainRecords {
  return { lanes: [lane(changes)], delivered: { alpha: [], beta, gamma: [] } };
}

describe("The final reconciliation", function () {
  it("is content when what arrived is what was sent, each once", function () {
    expect(reconcile(records(), [id(1), id(2)])).to.deep.equal({
      ok: true,
      sent: 2,
      delivered: 2,
      missing: [],
      unexpected: [],
      repeated: [],
      contradictions: [],
    });
  });

  it("names a message that did not arrive", function () {
    const verdict = reconcile(records({ words: [0b01n] }, [id(1)]));
    expect(verdict.ok).to.equal(false);
    expect(verdict.missing).to.deep.equal([id(2)]);
    expect(verdict.contradictions).to.deep.equal([]);
  });

  it("names a message that nobody sent", function () {
    const verdict = reconcile(records({}, [id(1), id(2), id(3)]));
    expect(verdict.ok).to.equal(false);
    expect(verdict.unexpected).to.deep.equal([id(3)]);
  });

  it("names a message that arrived somewhere else", function () {
    const { lanes } = records();
    const verdict = reconcile({ lanes, delivered: { alpha: [], beta: [id(1)], gamma: [id(2)] } });
    expect(verdict.ok).to.equal(false);
    expect(verdict.missing).to.deep.equal([id(2)]);
    expect(verdict.unexpected).to.deep.equal([id(2)]);
  });

  it("names a message that arrived twice", function () {
    const verdict = reconcile(records({}, [id(1), id(2), id(2)]));
    expect(verdict.ok).to.equal(false);
    expect(verdict.repeated).to.deep.equal([id(2)]);
  });

  it("does not believe an event without its bit in the replay word, nor a bit without its event", function () {
    const withoutBit = reconcile(records({ words: [0b01n] }));
    expect(withoutBit.ok).to.equal(false);
    expect(withoutBit.contradictions).to.deep.equal([
      "alpha → beta: message 1 is not marked in its replay word, with an event",
    ]);
    const withoutEvent = reconcile(records({}, [id(1)]));
    expect(withoutEvent.missing).to.deep.equal([id(2)]);
    expect(withoutEvent.contradictions).to.deep.equal([
      "alpha → beta: message 1 is marked in its replay word, with no event",
      "alpha → beta: 2 bits are set for 1 delivered messages",
    ]);
  });

  it("sees a bit beyond the lane's last message", function () {
    const verdict = reconcile(records({ words: [0b11n, 0b1n] }));
    expect(verdict.ok).to.equal(false);
    expect(verdict.contradictions).to.deep.equal(["alpha → beta: 3 bits are set for 2 delivered messages"]);
  });

  it("sees that the source hides an event", function () {
    const verdict = reconcile(records({ count: 3n }));
    expect(verdict.ok).to.equal(false);
    expect(verdict.contradictions).to.deep.equal(["alpha → beta: 2 events, the outbox counts 3"]);
  });

  it("sees that nonces do not follow each other", function () {
    const sent = [
      { messageId: id(1), nonce: 0n },
      { messageId: id(2), nonce: 2n },
    ];
    const verdict = reconcile(records({ sent, words: [0b101n] }));
    expect(verdict.ok).to.equal(false);
    expect(verdict.contradictions).to.deep.equal(["alpha → beta: nonce 2 stands at place 1"]);
  });

  it("misses a message that somebody sent and no outbox has", function () {
    const verdict = reconcile(records(), [id(9)]);
    expect(verdict.ok).to.equal(false);
    expect(verdict.contradictions).to.deep.equal([`${id(9)} was sent, and no outbox has it`]);
  });

  it("is not content when nothing was sent at all", function () {
    const verdict = reconcile({ lanes: [], delivered: { alpha: [], beta: [], gamma: [] } });
    expect(verdict.ok).to.equal(false);
    expect(verdict.contradictions).to.deep.equal(["nothing was sent"]);
  });
});

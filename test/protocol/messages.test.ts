import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import fc from "fast-check";
import { z } from "zod";

import {
  foldChain,
  laneId,
  LANE_STEP,
  LANE_TYPEHASH,
  MESSAGE_TYPEHASH,
  messageId,
  nextChainHead,
  nonceAt,
  nonceOf,
  placeOf,
} from "#protocol/messages.ts";
import { packMessages, unpackMessages } from "#protocol/packing.ts";
import { byteLength, hex, ZERO_BYTES32 } from "#protocol/types.ts";
import { anyBody, anyLane, anyMessage, anyUint, anyWord } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const laneShape = {
  sourceChainId: field.chainId,
  sourceGateway: field.address,
  destinationChainId: field.chainId,
  destinationGateway: field.address,
};
const vectors = readVectors("messages", {
  cases: z.array(
    z.object({
      ...laneShape,
      nonce: field.big,
      sender: field.address,
      recipient: field.address,
      gasLimit: field.number,
      deliverBefore: field.big,
      payload: field.hex,
      id: field.word,
      laneId: field.word,
      packedHeader: field.hex,
      chainHeadBefore: field.word,
      chainHeadAfter: field.word,
    }),
  ),
  sequences: z.array(
    z.object({ ...laneShape, firstNonce: field.big, ids: field.words, packed: field.hex, chainHead: field.word }),
  ),
  truncated: z.array(z.object({ name: field.text, packed: field.hex })),
  messageTypeHash: field.word,
  laneTypeHash: field.word,
  laneStep: field.word,
});
const coder = AbiCoder.defaultAbiCoder();

describe("messages", function () {
  it("hash the type strings of the protocol's reference", function () {
    const message =
      "ParleyMessage(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 nonce,address sender,address recipient,uint32 gasLimit,uint64 deliverBefore,bytes payload)";
    const lane =
      "ParleyLane(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway)";
    expect([MESSAGE_TYPEHASH, LANE_TYPEHASH, LANE_STEP]).to.deep.equal([id(message), id(lane), id("ParleyLaneStep")]);
    expect([MESSAGE_TYPEHASH, LANE_TYPEHASH, LANE_STEP]).to.deep.equal([
      vectors.messageTypeHash,
      vectors.laneTypeHash,
      vectors.laneStep,
    ]);
  });

  it("have the id that the words of abi.encode hash to", function () {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const numbers = [message.sourceChainId, message.sourceGateway, message.destinationChainId];
        const more = [message.destinationGateway, message.nonce, message.sender, message.recipient];
        const rest = [message.gasLimit, message.deliverBefore, keccak256(message.payload)];
        const words = [MESSAGE_TYPEHASH, ...numbers, ...more, ...rest].map(BigInt);
        expect(messageId(message)).to.equal(keccak256(coder.encode(Array(11).fill("uint256"), words)));
      }),
      { numRuns: 100 },
    );
  });

  it("have another id when any one field differs", function () {
    fc.assert(
      fc.property(anyMessage, anyMessage, (message, other) => {
        for (const [name, value] of new Map<string, unknown>(Object.entries(other))) {
          const changed = { ...message, [name]: value };
          const isSame = Object.entries(message).some(([key, old]) => key === name && old === value);
          expect(messageId(changed) === messageId(message), name).to.equal(isSame);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keep the ids, lanes and chain heads of the vectors", function () {
    for (const {
      id: messageHash,
      laneId: lane,
      packedHeader,
      chainHeadBefore,
      chainHeadAfter,
      ...message
    } of vectors.cases) {
      expect(messageId(message)).to.equal(messageHash);
      expect(laneId(message)).to.equal(lane);
      expect(nextChainHead(chainHeadBefore, messageHash)).to.equal(chainHeadAfter);
      expect(packMessages([message])).to.equal(packedHeader + message.payload.slice(2));
    }
  });
});

describe("lanes", function () {
  it("begin with a head that hashes their four fields", function () {
    fc.assert(
      fc.property(anyLane, (lane) => {
        const words = [LANE_TYPEHASH, lane.sourceChainId, lane.sourceGateway];
        const more = [lane.destinationChainId, lane.destinationGateway];
        const encoded = coder.encode(Array(5).fill("uint256"), [...words, ...more].map(BigInt));
        expect(laneId(lane)).to.equal(keccak256(encoded));
      }),
      { numRuns: 50 },
    );
  });

  it("are other lanes in the other direction", function () {
    fc.assert(
      fc.property(anyLane, (lane) => {
        fc.pre(lane.sourceChainId !== lane.destinationChainId);
        const reverse = {
          sourceChainId: lane.destinationChainId,
          sourceGateway: lane.destinationGateway,
          destinationChainId: lane.sourceChainId,
          destinationGateway: lane.sourceGateway,
        };
        expect(laneId(reverse)).not.to.equal(laneId(lane));
      }),
      { numRuns: 50 },
    );
  });

  it("fold message by message: every prefix has its head, and order counts", function () {
    fc.assert(
      fc.property(anyWord, fc.uniqueArray(anyWord, { minLength: 2, maxLength: 6 }), (head, ids) => {
        let expected: string = head;
        for (const message of ids) {
          expected = keccak256(coder.encode(["bytes32", "bytes32", "bytes32"], [LANE_STEP, expected, message]));
        }
        expect(foldChain(head, ids)).to.equal(expected);
        expect(foldChain(foldChain(head, ids.slice(0, 1)), ids.slice(1))).to.equal(expected);
        expect(foldChain(head, ids.toReversed())).not.to.equal(expected);
      }),
      { numRuns: 50 },
    );
    expect(foldChain(ZERO_BYTES32, [])).to.equal(ZERO_BYTES32);
  });

  it("number messages as page · 256 + index, both ways", function () {
    fc.assert(
      fc.property(anyUint(64), (nonce) => {
        const { pageIndex, index } = placeOf(nonce);
        expect(index).to.be.within(0, 255);
        expect(nonceAt(pageIndex, index)).to.equal(nonce);
      }),
    );
    expect(placeOf(255n)).to.deep.equal({ pageIndex: 0n, index: 255 });
    expect(placeOf(256n)).to.deep.equal({ pageIndex: 1n, index: 0 });
    expectRefusal(() => nonceAt(1n << 56n, 0), "NumberOutOfRange");
    expectRefusal(() => nonceAt(0n, 256), "NumberOutOfRange");
    expectRefusal(() => placeOf(1n << 64n), "NumberOutOfRange");
  });
});

describe("packed messages", function () {
  it("unpack to what was packed", function () {
    fc.assert(
      fc.property(fc.array(anyBody, { maxLength: 5 }), (bodies) => {
        expect(unpackMessages(packMessages(bodies))).to.deep.equal(bodies);
      }),
      { numRuns: 500 },
    );
  });

  it("have one encoding: what unpacks packs to the same bytes, and what is cut or extended does not unpack", function () {
    fc.assert(
      fc.property(fc.array(anyBody, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(54), (bodies, cut, extra) => {
        const packed = packMessages(bodies);
        expect(packMessages(unpackMessages(packed))).to.equal(packed);
        const boundaries = bodies.map((_, i) => byteLength(packMessages(bodies.slice(0, i))));
        const length = cut % byteLength(packed);
        const head = hex(packed.slice(0, 2 + 2 * length));
        if (boundaries.includes(length)) expect(unpackMessages(head)).to.have.lengthOf(boundaries.indexOf(length));
        else expectRefusal(() => unpackMessages(head), "TruncatedMessages");
        if (extra > 0) expectRefusal(() => unpackMessages(hex(packed + "00".repeat(extra))), "TruncatedMessages");
      }),
      { numRuns: 200 },
    );
  });

  it("are found in their lane by their id alone, among the last million", function () {
    fc.assert(
      fc.property(anyMessage, fc.nat({ max: 50 }), ({ nonce, ...message }, later) => {
        const small = nonce % (1n << 40n);
        const id = messageId({ ...message, nonce: small });
        expect(nonceOf(message, message, id, small + 1n + BigInt(later))).to.equal(small);
        expect(nonceOf(message, { ...message, deliverBefore: message.deliverBefore ^ 1n }, id, small % 50n)).to.equal(
          undefined,
        );
      }),
      { numRuns: 20 },
    );
  });

  it("keep the sequences of the vectors", function () {
    for (const { packed, ids, firstNonce, chainHead, ...lane } of vectors.sequences) {
      const bodies = unpackMessages(packed);
      const found = bodies.map((body, offset) => messageId({ ...lane, ...body, nonce: firstNonce + BigInt(offset) }));
      expect(found).to.deep.equal(ids);
      expect(foldChain(laneId(lane), found)).to.equal(chainHead);
      expect(packMessages(bodies)).to.equal(packed);
    }
  });

  for (const { name, packed } of vectors.truncated) {
    it(`are refused: ${name}`, function () {
      expectRefusal(() => unpackMessages(packed), "TruncatedMessages");
    });
  }

  it("refuse numbers that do not fit their bytes", function () {
    fc.assert(
      fc.property(anyBody, (body) => {
        expectRefusal(() => packMessages([{ ...body, gasLimit: 2 ** 32 }]), "NumberOutOfRange");
        expectRefusal(() => packMessages([{ ...body, deliverBefore: 1n << 64n }]), "NumberOutOfRange");
      }),
      { numRuns: 5 },
    );
  });
});

import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import {
  decodeAttributes,
  DELIVER_BEFORE_KEY,
  encodeAttributes,
  MAX_GAS_LIMIT,
  MIN_GAS_LIMIT_KEY,
} from "#protocol/attributes.ts";
import { hex } from "#protocol/types.ts";
import { anyUint } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const { attributes } = readVectors("messages", {
  attributes: z.array(z.object({ deliverBefore: field.big, gasLimit: field.number, list: z.array(field.hex) })),
});
const word = (value: bigint) => value.toString(16).padStart(64, "0");

describe("attributes", function () {
  it("have the keys of ERC-7985", function () {
    expect([MIN_GAS_LIMIT_KEY, DELIVER_BEFORE_KEY]).to.deep.equal(["0x39f87ba1", "0x3e97d7ee"]);
  });

  it("may be absent: 200 000 gas and no deadline", function () {
    expect(decodeAttributes([])).to.deep.equal({ gasLimit: 200_000, deliverBefore: 0n });
    expect(encodeAttributes({})).to.deep.equal([]);
  });

  it("decode to what was encoded, in any order", function () {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_GAS_LIMIT }), anyUint(64), (gasLimit, deliverBefore) => {
        const list = encodeAttributes({ gasLimit, deliverBefore });
        expect(decodeAttributes(list)).to.deep.equal({ gasLimit, deliverBefore });
        expect(decodeAttributes(list.toReversed())).to.deep.equal({ gasLimit, deliverBefore });
      }),
    );
  });

  it("keep the vectors", function () {
    for (const { list, ...wanted } of attributes) {
      expect(decodeAttributes(list)).to.deep.equal(wanted);
      expect(encodeAttributes(wanted)).to.deep.equal(list);
    }
  });

  it("refuse an unknown key, a repeated key and what is too short for a key", function () {
    const gas = hex(MIN_GAS_LIMIT_KEY + word(1n));
    expectRefusal(() => decodeAttributes([hex(`0xde986d7f${word(1n)}`)]), "UnsupportedAttribute");
    expectRefusal(() => decodeAttributes([gas, gas]), "UnsupportedAttribute");
    expectRefusal(() => decodeAttributes([hex("0x")]), "UnsupportedAttribute");
    expectRefusal(() => decodeAttributes([hex("0x39f87b")]), "UnsupportedAttribute");
  });

  it("refuse a value that is not exactly one word", function () {
    expectRefusal(() => decodeAttributes([MIN_GAS_LIMIT_KEY]), "InvalidAttribute");
    expectRefusal(() => decodeAttributes([hex(`${MIN_GAS_LIMIT_KEY}${word(1n)}00`)]), "InvalidAttribute");
    expectRefusal(() => decodeAttributes([hex(`${DELIVER_BEFORE_KEY}${word(1n).slice(2)}`)]), "InvalidAttribute");
  });

  it("refuse more gas than the limit and a deadline beyond 64 bits", function () {
    expect(decodeAttributes([hex(MIN_GAS_LIMIT_KEY + word(10_000_000n))]).gasLimit).to.equal(10_000_000);
    expectRefusal(() => decodeAttributes([hex(MIN_GAS_LIMIT_KEY + word(10_000_001n))]), "GasLimitTooHigh");
    expectRefusal(() => encodeAttributes({ gasLimit: 10_000_001 }), "GasLimitTooHigh");
    expectRefusal(() => decodeAttributes([hex(DELIVER_BEFORE_KEY + word(1n << 64n))]), "NumberOutOfRange");
    expectRefusal(() => encodeAttributes({ deliverBefore: 1n << 64n }), "NumberOutOfRange");
  });
});

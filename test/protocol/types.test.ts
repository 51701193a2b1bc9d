import { expect } from "chai";
import fc from "fast-check";

import { elementAt } from "#protocol/errors.ts";
import { address, byteLength, bytes32, bytesOf, chainId, hex, sliceHex, smallUint, uint } from "#protocol/types.ts";
import { anyHex } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";

describe("branded values", function () {
  it("are numbers that fit their bits", function () {
    expect(uint(255, 8)).to.equal(255n);
    expect(uint(0n, 8)).to.equal(0n);
    expect(smallUint(65_535n, 16)).to.equal(65_535);
    for (const value of [256, -1, 256n, -1n, 1.5, Number.NaN, Infinity, 2 ** 53]) {
      expectRefusal(() => uint(value, 8), "NumberOutOfRange");
    }
  });

  it("are chain ids from 1 to 2⁶⁴ − 1", function () {
    expect(chainId(1)).to.equal(1n);
    expect(chainId((1n << 64n) - 1n)).to.equal((1n << 64n) - 1n);
    for (const value of [0, 0n, 1n << 64n]) expectRefusal(() => chainId(value), "NumberOutOfRange");
  });

  it("are addresses of 20 bytes, from bytes or text", function () {
    const zero = `0x${"00".repeat(20)}`;
    expect(address(new Uint8Array(20))).to.equal(zero);
    for (const value of [new Uint8Array(19), new Uint8Array(21), "0x", zero.slice(2), `${zero}00`, "0x1"]) {
      expectRefusal(() => address(value), "InvalidAddress");
    }
    expectRefusal(() => address("0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045"), "InvalidAddress");
  });

  it("are bytes in lower-case hex, and back", function () {
    fc.assert(
      fc.property(anyHex(64), (value) => {
        expect(hex(bytesOf(value))).to.equal(value);
        expect(bytesOf(value)).to.have.lengthOf(byteLength(value));
        expect(hex(`0x${value.slice(2).toUpperCase()}`)).to.equal(value);
      }),
    );
    for (const value of ["", "0x1", "0xzz", "00"]) expectRefusal(() => hex(value), "InvalidHex");
    for (const value of [`0x${"00".repeat(31)}`, `0x${"00".repeat(33)}`]) {
      expectRefusal(() => bytes32(value), "InvalidHex");
    }
  });

  it("are cut by byte positions", function () {
    const value = hex("0x00112233");
    expect(sliceHex(value, 1, 3)).to.equal("0x1122");
    expect(sliceHex(value, 2)).to.equal("0x2233");
    expect(sliceHex(value, 4)).to.equal("0x");
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0, 5],
    ] as const) {
      expectRefusal(() => sliceHex(value, start, end), "IndexOutOfRange");
    }
  });

  it("are read from lists by position, and missed loudly", function () {
    expect(elementAt(["a"], 0)).to.equal("a");
    for (const index of [1, -1, 0.5]) expectRefusal(() => elementAt(["a"], index), "IndexOutOfRange");
  });
});

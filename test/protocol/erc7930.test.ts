import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import {
  encodeEvmAddress,
  encodeEvmChain,
  encodeInteroperableAddress,
  parseEvmAddress,
  parseInteroperableAddress,
} from "#protocol/erc7930.ts";
import { address, chainId, hex } from "#protocol/types.ts";
import { anyAddress, anyChainId } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";
import { field, readVectors } from "#support/vectors.ts";

const vectors = readVectors("erc7930", {
  valid: z.array(
    z.object({ name: field.text, binary: field.hex, chainType: field.hex, reference: field.hex, address: field.hex }),
  ),
  invalid: z.record(z.string(), field.hex),
  invalidEvm: z.record(z.string(), field.hex),
});
const vitalik = address("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

describe("interoperable addresses", function () {
  for (const { name, binary, chainType, reference, address: account } of vectors.valid) {
    it(`parse and encode ${name}`, function () {
      const parts = { chainType, chainReference: reference, address: account };
      expect(parseInteroperableAddress(binary)).to.deep.equal(parts);
      expect(encodeInteroperableAddress(parts)).to.equal(binary);
    });

    it(`refuse ${name} with a byte more or less`, function () {
      expectRefusal(() => parseInteroperableAddress(hex(`${binary}00`)), "InvalidInteroperableAddress");
      expectRefusal(() => parseInteroperableAddress(hex(binary.slice(0, -2))), "InvalidInteroperableAddress");
    });
  }

  for (const [name, binary] of Object.entries(vectors.invalid)) {
    it(`refuse: ${name}`, function () {
      expectRefusal(() => parseInteroperableAddress(binary), "InvalidInteroperableAddress");
      expectRefusal(() => parseEvmAddress(binary), "InvalidInteroperableAddress");
    });
  }

  it("cannot be written without chain and address, or with parts that do not fit", function () {
    const empty = { chainType: hex("0x0000"), chainReference: hex("0x"), address: hex("0x") };
    expectRefusal(() => encodeInteroperableAddress(empty), "InvalidInteroperableAddress");
    const short = { ...empty, chainType: hex("0x00"), address: hex("0x01") };
    expectRefusal(() => encodeInteroperableAddress(short), "InvalidInteroperableAddress");
    const long = { ...empty, address: hex(`0x${"11".repeat(256)}`) };
    expectRefusal(() => encodeInteroperableAddress(long), "NumberOutOfRange");
  });
});

describe("EVM addresses", function () {
  it("parse to what was encoded, with 27 bytes on chain 1", function () {
    fc.assert(
      fc.property(anyChainId, anyAddress, (chain, account) => {
        expect(parseEvmAddress(encodeEvmAddress(chain, account))).to.deep.equal({ chainId: chain, address: account });
      }),
    );
    expect(encodeEvmAddress(chainId(1), vitalik)).to.equal(`0x00010000010114${vitalik.slice(2).toLowerCase()}`);
  });

  for (const [name, binary] of Object.entries(vectors.invalidEvm)) {
    it(`refuse: ${name}`, function () {
      expectRefusal(() => parseEvmAddress(binary), "InvalidInteroperableAddress");
    });
  }

  it("refuse a leading zero in the chain id, chain 0, more than 64 bits, and another kind of chain", function () {
    const account = vitalik.slice(2).toLowerCase();
    expectRefusal(() => parseEvmAddress(hex(`0x0001000002000114${account}`)), "InvalidInteroperableAddress");
    expectRefusal(() => parseEvmAddress(hex(`0x00010000010014${account}`)), "InvalidInteroperableAddress");
    expectRefusal(
      () => parseEvmAddress(hex(`0x000100000901000000000000000014${account}`)),
      "InvalidInteroperableAddress",
    );
    expectRefusal(() => parseEvmAddress(hex(`0x00010002010114${account}`)), "InvalidInteroperableAddress");
  });

  it("refuse an account without chain and a chain without account", function () {
    expectRefusal(() => parseEvmAddress(hex(`0x000100000014${vitalik.slice(2)}`)), "InvalidInteroperableAddress");
    expectRefusal(() => parseEvmAddress(encodeEvmChain(chainId(1))), "InvalidInteroperableAddress");
  });

  it("write a chain as an address without account", function () {
    expect(encodeEvmChain(chainId(1))).to.equal("0x00010000010100");
    expect(encodeEvmChain(chainId(42_161))).to.equal("0x0001000002a4b100");
  });
});

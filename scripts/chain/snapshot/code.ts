import { address, bytesOf, hex, type Address, type Hex } from "#protocol/types.ts";

const [PUSH1, PUSH32] = [0x60, 0x7f];
const WORD = 32;
const PADDING = 12;
/** Smaller numbers are counts, offsets and times. */
const LEAST_ADDRESS = 1n << 64n;

/**
 * Addresses that were fixed when a contract was made: Solidity puts each immutable into the code as one padded word.
 *
 * @param code - Runtime code.
 * @returns The addresses, each once, in their order. Whatever else looks like one is among them.
 */
export function addressesInCode(code: Hex): Address[] {
  const bytes = bytesOf(code);
  const found = new Set<Address>();
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] ?? 0;
    if (opcode < PUSH1 || opcode > PUSH32) continue;
    const data = bytes.subarray(at + 1, at + 2 + opcode - PUSH1);
    at += opcode - PUSH1 + 1;
    if (data.length !== WORD || data.subarray(0, PADDING).some((byte) => byte !== 0)) continue;
    if (BigInt(hex(data)) > LEAST_ADDRESS) found.add(address(data.subarray(PADDING)));
  }
  return [...found];
}

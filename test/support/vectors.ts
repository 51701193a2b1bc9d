import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { address, bytes32, chainId, hex } from "#protocol/types.ts";

/** Fields of a vector: numbers are decimal strings there. */
export const field = {
  big: z.string().transform(BigInt),
  number: z.string().transform(Number),
  text: z.string(),
  flag: z.boolean(),
  hex: z.string().transform((value) => hex(value)),
  word: z.string().transform((value) => bytes32(value)),
  words: z.array(z.string().transform((value) => bytes32(value))),
  bigs: z.array(z.string().transform(BigInt)),
  address: z.string().transform((value) => address(value)),
  chainId: z.string().transform((value) => chainId(BigInt(value))),
};

/**
 * Reads a file of test/vectors.
 *
 * @param name - Its name without the ending.
 * @param shape - What it must hold; more may stand there.
 */
export function readVectors<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  const path = fileURLToPath(new URL(`../vectors/${name}.json`, import.meta.url));
  return z.object(shape).parse(JSON.parse(readFileSync(path, "utf8")));
}

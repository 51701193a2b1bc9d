import { concat, toBeHex } from "ethers";

import { hex, type Hex } from "#protocol/types.ts";

// Points of BN254 as the precompiles take them: words, of G2 the imaginary part first.

const point = (...words: string[]): Hex => hex(concat(words.map((word) => `0x${word.padStart(64, "0")}`)));

/** The generator of G1. */
const G1 = point("1", "2");
/** Twice the generator. */
const G1_TWICE = point(
  "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3",
  "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4",
);
/** Three times the generator. */
const G1_THRICE = point(
  "0769bf9ac56bea3ff40232bcb1b6bd159315d84715b8e679f2d355961915abf0",
  "2ab799bee0489429554fdb7c8d086475319e63b40b9c5b57cdf1ff3dd9fe2261",
);
/** On no curve. */
const G1_BESIDE = point("1", "3");
/** The generator, with a coordinate that the field's modulus was added to. */
const G1_UNREDUCED = point("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd48", "2");

/** The generator of G2, negated. */
const G2_NEGATED = point(
  "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
  "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
  "275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec",
  "1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d",
);
const G2_TWICE_X = [
  "203e205db4f19b37b60121b83a7333706db86431c6d835849957ed8c3928ad79",
  "27dc7234fd11d3e8c36c59277c3e6f149d5cd3cfa9a62aee49f8130962b4b3b9",
] as const;
const G2_TWICE_Y = "195e8aa5b7827463722b8c153931579d3505566b4edf48d498e185f0509de152";
/** Twice the generator of G2. */
const G2_TWICE = point(...G2_TWICE_X, G2_TWICE_Y, "04bb53b8977e5f92a0bc372742c4830944a59b4fe6b1c0466e2a6dad122b5d2e");
/** The same, but for its last bit: on no curve. */
const G2_BESIDE = point(...G2_TWICE_X, G2_TWICE_Y, "04bb53b8977e5f92a0bc372742c4830944a59b4fe6b1c0466e2a6dad122b5d2f");
/** On the curve, but not in the subgroup: a multiple of nothing that anybody signs with. */
const G2_OUTSIDE = point(
  "0",
  "1",
  "2351dcdda257b62181cbd745dfee16d5fdf4eb185bbcf33c20a0fe6eaa9cb4a3",
  "07fb3d558dafafb6bf6dd326a5fefe0beca3f9ac3bd999a390d504fad34b0b8c",
);

const word = (value: bigint): Hex => hex(toBeHex(value, 32));
const all = (...parts: Hex[]): Hex => hex(concat(parts));

/** A question to a precompile, and its only right answer; none where it must refuse. */
export interface Vector {
  readonly input: Hex;
  readonly answer: Hex | undefined;
}

/** Sums of precompile 6. */
export const SUMS: readonly Vector[] = [
  { input: all(G1, G1_TWICE), answer: G1_THRICE },
  { input: all(G1, word(0n), word(0n)), answer: G1 },
];
/** Products of precompile 7. */
export const PRODUCTS: readonly Vector[] = [
  { input: all(G1, word(3n)), answer: G1_THRICE },
  { input: all(G1_TWICE, word(0n)), answer: all(word(0n), word(0n)) },
];
/** Pairings of precompile 8, the second of pairs whose product is not one. */
export const PAIRINGS: readonly Vector[] = [
  { input: all(G1_TWICE, G2_NEGATED, G1, G2_TWICE), answer: word(1n) },
  { input: all(G1_THRICE, G2_NEGATED, G1, G2_TWICE), answer: word(0n) },
];
/** Points on no curve, by precompile. */
export const BESIDE_THE_CURVE: readonly { readonly precompile: 6 | 7 | 8; readonly vector: Vector }[] = [
  { precompile: 6, vector: { input: all(G1, G1_BESIDE), answer: undefined } },
  { precompile: 6, vector: { input: all(G1, G1_UNREDUCED), answer: undefined } },
  { precompile: 7, vector: { input: all(G1_BESIDE, word(1n)), answer: undefined } },
  { precompile: 8, vector: { input: all(G1_TWICE, G2_NEGATED, G1_BESIDE, G2_TWICE), answer: undefined } },
  { precompile: 8, vector: { input: all(G1_TWICE, G2_NEGATED, G1, G2_BESIDE), answer: undefined } },
];
/** A point of precompile 8 that is on the curve and in no group. */
export const OUTSIDE_THE_GROUP: Vector = { input: all(G1_TWICE, G2_NEGATED, G1, G2_OUTSIDE), answer: undefined };

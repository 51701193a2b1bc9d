import { G1_GENERATOR, NEGATED_G2_GENERATOR, type G1Point, type G2Point } from "./bn254.ts";

/** One factor of a pairing check. */
export interface PairingFactor {
  readonly g1: G1Point;
  readonly g2: G2Point;
}

/**
 * The curve arithmetic that verification needs, behind one interface: noble is the audited reference, mcl the fast
 * engine. Both refuse invalid points with the same codes, and neither ever returns the point at infinity.
 */
export interface BlsVerifier {
  readonly engine: "noble" | "mcl";

  /**
   * @param factors - Points of G1 and G2; each is checked, G2 for its subgroup too.
   * @returns Whether the product of their pairings is one.
   */
  pairingIsOne(factors: readonly PairingFactor[]): boolean;

  /**
   * @param points - At least one point of G1.
   * @returns Their sum.
   */
  sumG1(points: readonly G1Point[]): G1Point;

  /**
   * @param points - At least one point of G2. Their subgroup is not checked: it costs most of the time, and whoever uses
   * the sum in a pairing has it checked there.
   * @returns Their sum.
   */
  sumG2(points: readonly G2Point[]): G2Point;

  /**
   * @param point - A point of G1.
   * @param scalar - 1 to r − 1.
   * @param other - Another point of G1.
   * @returns `point + scalar · other`.
   */
  addScaledG1(point: G1Point, scalar: bigint, other: G1Point): G1Point;
}

/**
 * The plain BLS check `e(σ, −G₂) · e(H, K₂) = 1`: one signature, or many of one message added up.
 *
 * @param verifier - The engine.
 * @param messagePoint - The digest's point.
 * @param signature - The (aggregate) signature.
 * @param key - The (aggregate) key's half in G2.
 * @returns Whether the key signed.
 */
export function verifySignature(
  verifier: BlsVerifier,
  messagePoint: G1Point,
  signature: G1Point,
  key: G2Point,
): boolean {
  return verifier.pairingIsOne([
    { g1: signature, g2: NEGATED_G2_GENERATOR },
    { g1: messagePoint, g2: key },
  ]);
}

/**
 * @param verifier - The engine.
 * @param g1 - A key's half in G1.
 * @param g2 - A key's half in G2.
 * @returns Whether both have the same secret: `e(K₁, −G₂) · e(G₁, K₂) = 1`.
 */
export function halvesMatch(verifier: BlsVerifier, g1: G1Point, g2: G2Point): boolean {
  return verifier.pairingIsOne([
    { g1, g2: NEGATED_G2_GENERATOR },
    { g1: G1_GENERATOR, g2 },
  ]);
}

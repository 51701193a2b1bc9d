/** A piece of source by its place in bytes. */
export interface Piece {
  start: number;
  length: number;
}

/** One small fault: what stands in place of a piece of source. */
export interface Change {
  piece: Piece;
  /** The new text, made from the old one; nothing where a statement is left out. */
  replace: (text: string) => string;
  /** How a report shows the new text, where it holds more than a reader needs. */
  shown?: string;
  /** Whether it is a check that then never fires. */
  isCheck?: true;
  /** The check with a switch: `off` may turn it off, and is asked first; `noted` is told whether it holds. */
  switched?: (text: string, off: string, noted: (holds: string) => string) => string;
}

/** The compiler's `start:length:file`. */
export function pieceOf({ src }: { src: string }): Piece {
  const [start = 0, length = 0] = src.split(":").map(Number);
  return { start, length };
}

/** What lies between two nodes: an operator. */
export function between(left: { src: string }, right: { src: string }): Piece {
  const { start, length } = pieceOf(left);
  return { start: start + length, length: pieceOf(right).start - start - length };
}

export function alwaysHolds(condition: { src: string }): Change {
  return { piece: pieceOf(condition), replace: (text) => `(true || (${text}))`, shown: "true" };
}

export function neverHolds(condition: { src: string }): Change {
  return { piece: pieceOf(condition), replace: (text) => `(false && (${text}))`, shown: "false" };
}

/** The check that a condition guards never fires, because the condition always or never holds. */
export function conditionOff(condition: { src: string }, holds: boolean): Change {
  return {
    ...(holds ? alwaysHolds(condition) : neverHolds(condition)),
    isCheck: true,
    switched: (text, off, noted) => (holds ? `(${off} || ${noted(text)})` : `(!${off} && !${noted(`!(${text})`)})`),
  };
}

/** The number one below, or 1 for 0: what copies one byte less is seen, one byte more is often overwritten. */
export function nextNumber(text: string): string {
  const digits = /^(0x[0-9a-fA-F_]+|[0-9_]+(e[0-9]+)?)/.exec(text)?.[0] ?? "";
  if (digits === "") return text;
  const found = valueOf(digits.replaceAll("_", ""));
  const next = found === 0n ? 1n : found - 1n;
  // As many digits as before: for the compiler the number of a hex literal's digits is part of its type.
  const shown = digits.startsWith("0x") ? `0x${next.toString(16).padStart(digits.length - 2, "0")}` : next.toString();
  return shown + text.slice(digits.length);
}

function valueOf(digits: string): bigint {
  if (digits.startsWith("0x")) return BigInt(digits);
  const [mantissa = "0", exponent = "0"] = digits.split("e");
  return BigInt(mantissa) * 10n ** BigInt(exponent);
}

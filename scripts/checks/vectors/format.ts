/** What a vector file is made of. Numbers of the protocol become decimal strings, which Solidity parses at any size. */
export type VectorValue =
  string | bigint | number | boolean | readonly VectorValue[] | { readonly [key: string]: VectorValue };

/** One vector file: named lists of uniform objects, and single values that hold for the whole file. */
export type VectorFile = Readonly<Record<string, VectorValue>>;

/**
 * Writes a file: keys in alphabetical order everywhere, because Solidity decodes a JSON object as a struct whose fields
 * stand in that order; one line per element of a list, so that a change is a readable diff. Every list gets its length
 * beside it (`cases`, `casesCount`), because Solidity cannot ask for it.
 */
export function formatVectors(file: VectorFile): string {
  const counted: Record<string, VectorValue> = { ...file };
  for (const [key, value] of Object.entries(file)) {
    if (Array.isArray(value)) counted[`${key}Count`] = value.length;
  }
  const members = sortedEntries(counted).map(([key, value]) => `  ${JSON.stringify(key)}: ${formatMember(value)}`);
  return `{\n${members.join(",\n")}\n}\n`;
}

function formatMember(value: VectorValue): string {
  if (!isList(value) || value.length === 0) return JSON.stringify(normalized(value));
  return `[\n${value.map((element) => `    ${JSON.stringify(normalized(element))}`).join(",\n")}\n  ]`;
}

function normalized(value: VectorValue): unknown {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (typeof value !== "object") return value;
  if (isList(value)) return value.map(normalized);
  return Object.fromEntries(sortedEntries(value).map(([key, member]) => [key, normalized(member)]));
}

function isList(value: VectorValue): value is readonly VectorValue[] {
  return Array.isArray(value);
}

function sortedEntries(value: Readonly<Record<string, VectorValue>>): [string, VectorValue][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

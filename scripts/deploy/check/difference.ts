/** One thing that a chain has otherwise than parley.config.ts says. */
export interface Difference {
  /** `hub`, or a rollup's name. */
  readonly chain: string;
  /** A contract, a set, a source, an entry or a table. */
  readonly subject: string;
  readonly field: string;
  /** As the chain has it. */
  readonly found: string;
  /** As it should be. */
  readonly required: string;
}

/** What is compared, for whoever reads the result. */
export interface Checked {
  readonly differences: readonly Difference[];
  /** How many fields were compared. */
  readonly compared: number;
}

/** Compares, and counts what was compared. */
export class Comparison {
  readonly #differences: Difference[] = [];
  #compared = 0;

  /**
   * @param chain - Where.
   * @param subject - Of what.
   * @param found - What the chain has, by field.
   * @param required - What it should have; fields that are not here do not matter.
   */
  fields(chain: string, subject: string, found: object, required: Readonly<Record<string, unknown>>): void {
    for (const [field, wanted] of Object.entries(required)) {
      this.#compared += 1;
      const [is, should] = [shown(Reflect.get(found, field)), shown(wanted)];
      if (is !== should) this.#differences.push({ chain, subject, field, found: is, required: should });
    }
  }

  /** What came out. */
  get result(): Checked {
    return { differences: this.#differences, compared: this.#compared };
  }
}

// Contracts answer with bigints where a configuration may have numbers: both as decimal strings.
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return value;
  const isNumber = (part: unknown) => typeof part === "bigint" || typeof part === "number";
  if (isNumber(value)) return String(value);
  return JSON.stringify(value, (_, part: unknown) => (isNumber(part) ? String(part) : part));
}

/** What moves the cursor, hides, or turns the direction of writing: what others wrote must not look like what we print. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * @param text - What somebody else wrote.
 * @returns The same without control characters, in one line.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "");
}

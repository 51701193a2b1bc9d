/**
 * @param attempt - What should fail.
 * @returns Why it did; empty when it did not.
 */
export async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

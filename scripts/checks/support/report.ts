/** Prints what is wrong, then one closing line, and sets the exit code. */
export function report(check: string, looked: string, problems: readonly string[]): void {
  for (const problem of problems) console.log(`  ${problem}`);
  console.log(`${check}: ${looked}, ${problems.length === 0 ? "nothing wrong" : `${problems.length} wrong`}`);
  if (problems.length > 0) process.exitCode = 1;
}

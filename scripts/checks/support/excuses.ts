import { EXCUSES } from "./excuses-list.ts";
import type { Mutant } from "./mutants.ts";

/** Changes of one line that no test can miss, because they change nothing that anybody could see, and why. */
export interface Excuse {
  path: string;
  code: string;
  /** `old → new` each. */
  changes: string[];
  reason: string;
}

/** Why nobody needs to notice, if nobody can. */
export function excuseOf(mutant: Mutant): Excuse | undefined {
  return EXCUSES.find((excuse) => excuse.changes.some((change) => isOf(excuse, change, mutant)));
}

/** Excuses for what is not there any more. */
export function unusedExcuses(mutants: readonly Mutant[]): string[] {
  return EXCUSES.flatMap((excuse) =>
    excuse.changes
      .filter((change) => !mutants.some((mutant) => isOf(excuse, change, mutant)))
      .map((change) => `${excuse.path} ${excuse.code}: ${change}`),
  );
}

function isOf({ path, code }: Excuse, change: string, mutant: Mutant): boolean {
  return mutant.path === path && mutant.code === code && mutant.change === change;
}

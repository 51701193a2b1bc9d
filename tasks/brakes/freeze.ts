import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnBook } from "../shared/hub.ts";
import { evidenceIn } from "../fault/evidence.ts";
import { onEach, outcomeLines, rollupsOf } from "../shared/rollups.ts";

interface Arguments {
  readonly file: string;
  readonly on: string;
  readonly account: number;
  readonly deployment: string;
  readonly json: boolean;
}

/** `hardhat freeze`: exit code 2 where a rollup does not take the evidence. */
export default async function freezeWith(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ freeze }, { toJson }] = await Promise.all([import("#chain/brakes.ts"), import("#protocol/schemas.ts")]);
    const { evidence, verdict } = await evidenceIn(args.file);
    const rollups = await rollupsOf(book, args.on);
    const outcomes = await onEach(hre, rollups, args.account, (signer, { contracts }) =>
      freeze(signer, contracts.operatorTables, evidence),
    );
    const { operatorSetId } = verdict;
    print(args.json, toJson({ operatorSetId, rollups: outcomes }), [
      `set ${operatorSetId}:`,
      ...outcomeLines(outcomes, "frozen").map((line) => `  ${line}`),
    ]);
    return outcomes.every(({ reason }) => reason === undefined) ? EXIT.ok : EXIT.notYet;
  });
}

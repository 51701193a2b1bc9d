import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { documentIn } from "../fault/evidence.ts";
import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnBook } from "../shared/hub.ts";
import { onEach, outcomeLines, rollupsOf } from "../shared/rollups.ts";

interface Arguments {
  readonly file: string;
  readonly on: string;
  readonly account: number;
  readonly deployment: string;
  readonly json: boolean;
}

/** `hardhat halt`: exit code 2 where a rollup does not take the certificate. */
export default async function haltWith(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ halt }, { toJson }, { utteranceSchema }] = await Promise.all([
      import("#chain/brakes.ts"),
      import("#protocol/schemas.ts"),
      import("#protocol/evidence/evidence.ts"),
    ]);
    const { certificate, statement, batchProof } = await documentIn(args.file, utteranceSchema);
    if (statement.kind !== "Halt") throw new CommandError("InvalidOption", `a ${statement.kind} stops nothing`);
    const { content } = statement;
    // A source does not hear itself.
    const hearing = (await rollupsOf(book, args.on)).filter(
      ({ chainId, name }) => BigInt(chainId) !== content.chainId || name === args.on,
    );
    const outcomes = await onEach(hre, hearing, args.account, (signer, { contracts }) =>
      halt(signer, contracts.policy, { certificate, content, proof: batchProof }),
    );
    const until = new Date(Number(content.expiresAt) * 1_000).toISOString();
    print(args.json, toJson({ chainId: content.chainId, expiresAt: content.expiresAt, rollups: outcomes }), [
      `chain ${content.chainId}:`,
      ...outcomeLines(outcomes, `halted until ${until}`).map((line) => `  ${line}`),
    ]);
    return outcomes.every(({ reason }) => reason === undefined) ? EXIT.ok : EXIT.notYet;
  });
}

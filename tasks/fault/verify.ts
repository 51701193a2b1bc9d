import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../shared/command.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { evidenceIn, openQuestions, verdictDocument, verdictLines } from "./evidence.ts";

interface Arguments extends HubArguments {
  readonly file: string;
  readonly offline: boolean;
}

/** `hardhat fault verify`: exit code 1 when the file shows nothing, 2 when the hub would not take it (now, or any more). */
export default async function verify(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  if (args.offline) {
    await runCommand(hre, args.json, async () => {
      const { toJson } = await import("#protocol/schemas.ts");
      const { verdict } = await evidenceIn(args.file);
      const open = openQuestions(verdict);
      print(args.json, toJson({ ...verdictDocument(verdict), open }), [
        ...verdictLines(verdict),
        ...open.map((question) => `  only the hub knows ${question}`),
      ]);
      return EXIT.ok;
    });
    return;
  }
  await runOnHub(hre, args, async ({ provider, site }) => {
    const [{ judgeOnHub }, { toJson }] = await Promise.all([
      import("#chain/hub/faults.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { evidence, verdict } = await evidenceIn(args.file);
    const hub = await judgeOnHub(provider, site, evidence, verdict, site.fromBlock);
    const { accused, evidenceFrom, evidenceUntil, refusal, openedCases } = hub;
    const from = evidenceFrom === 0n ? "" : `from ${timeOf(evidenceFrom)} `;
    print(args.json, toJson({ ...verdictDocument(verdict), hub }), [
      ...verdictLines(verdict),
      ...accused.map(({ operator, rowA }) => `  row ${rowA} is ${operator}`),
      `  the hub takes it ${from}until ${timeOf(evidenceUntil)}`,
      ...(openedCases.length === 0 ? [] : [`  opened already: case ${openedCases.join(", ")}`]),
      refusal === undefined ? "  the slasher would open a case" : `  the slasher would open none now: ${refusal}`,
    ]);
    return refusal === undefined ? EXIT.ok : EXIT.notYet;
  });
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}

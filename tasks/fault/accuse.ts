import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { evidenceIn } from "./evidence.ts";

interface Arguments extends HubArguments {
  readonly file: string;
}

/** `hardhat fault accuse`: opens a case; exit code 2 when the hub does not take the evidence. */
export default async function accuseWith(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ accuse, judgeOnHub }, { toJson }] = await Promise.all([
      import("#chain/hub/faults.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { evidence, verdict } = await evidenceIn(args.file);
    const signer = await hub.signer();
    const { accused, refusal } = await judgeOnHub(signer, hub.site, evidence, verdict, hub.site.fromBlock);
    const [somebody] = accused;
    if (somebody === undefined) throw new CommandError("NotFound", "nobody signed both: there is no case");
    if (refusal !== undefined) {
      print(args.json, toJson({ caseId: null, refusal }), [`no case: ${refusal}`]);
      return EXIT.notYet;
    }
    const caseId = await accuse(signer, hub.site, evidence, somebody);
    print(args.json, toJson({ caseId, fault: verdict.fault, accused }), [
      `case ${caseId}: ${verdict.fault}`,
      ...accused.map(({ operator }) => `  against ${operator}`),
      `  npx hardhat fault execute ${caseId}`,
    ]);
    return EXIT.ok;
  });
}

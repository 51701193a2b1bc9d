import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { rollupOf, runOnBook, withChain } from "../shared/hub.ts";
import { sourceLines } from "./lines.ts";
import { sourceName, sourceTyped } from "./source.ts";

interface Arguments {
  readonly rollup: string;
  readonly source: string;
  readonly deployment: string;
  readonly json: boolean;
}

/** `hardhat policy show`. */
export default async function showPolicy(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ policyState }, { toJson }] = await Promise.all([
      import("#chain/admin/policies.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const rollup = await rollupOf(book, args.rollup);
    const only = args.source === "" ? {} : { only: await sourceTyped(book, args.source) };
    const { fromBlock, contracts } = rollup;
    const state = await withChain(hre, rollup, undefined, ({ ethers }) =>
      policyState(ethers.provider, contracts, { fromBlock, ...only }),
    );
    const { owner, pendingOwner, looseningDelaySeconds, exitTimeSeconds, haltQuorumBps, sources } = state;
    print(args.json, toJson({ rollup: rollup.name, policy: contracts.policy, ...state }), [
      `${rollup.name}: policy ${contracts.policy}, owner ${owner}`,
      ...(pendingOwner === undefined ? [] : [`  offered to ${pendingOwner}`]),
      `  for ever: loosenings wait ${looseningDelaySeconds} s (exit time ${exitTimeSeconds} s), ${haltQuorumBps} bps halt a source`,
      ...sources.flatMap((one) => sourceLines(sourceName(book, one.chainId), one)),
    ]);
    return EXIT.ok;
  });
}

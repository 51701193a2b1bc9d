import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { FrozenSet } from "#chain/admin/pauses.ts";

import { carriedLines, carryOut, type CarryArguments } from "../../shared/carryOut.ts";
import { EXIT, print } from "../../shared/command.ts";
import { CommandError } from "../../shared/errors.ts";
import { accessOf, bigintTyped, rollupOf, runOnBook, withChain } from "../../shared/hub.ts";
import { timeOf } from "../timelocks.ts";

interface Arguments extends CarryArguments {
  readonly rollup: string;
  readonly set: string;
  readonly cancel: boolean;
  readonly deployment: string;
}

/** `hardhat admin pause lift`: announces the lift of a frozen set, or carries it out; exit code 2 while the set is frozen. */
export default async function liftSet(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ ownerCall, rollupPauses }, { timeOf: clockOf }, { toJson }] = await Promise.all([
      import("#chain/admin/pauses.ts"),
      import("#chain/hub/proposals.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const operatorSetId = Number(bigintTyped("SET", args.set));
    const rollup = await rollupOf(book, args.rollup);
    const { contracts, fromBlock, chainId, name } = rollup;
    return withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const read = () => rollupPauses(ethers.provider, contracts, { fromBlock });
        const { owner, frozen } = await read();
        const found = frozen.find((one) => one.operatorSetId === operatorSetId);
        if (found === undefined) throw new CommandError("NotFound", `set ${operatorSetId} is not frozen on ${name}`);
        const kind = actOn(found, await clockOf(ethers.provider), args.cancel);
        const calls =
          kind === undefined ? [] : [ownerCall({ chainId, policy: contracts.policy }, owner, { kind, operatorSetId })];
        const title = `${name}, set ${operatorSetId}: ${kind ?? "wait"}`;
        const carried = await carryOut(args, ethers, title, calls);
        const after = (await read()).frozen.find((one) => one.operatorSetId === operatorSetId);
        print(
          args.json,
          toJson({ rollup: name, operatorSetId, act: kind ?? null, ...carried, frozen: after ?? null }),
          [
            title,
            ...carriedLines(carried),
            ...(after?.liftableAt === undefined ? [] : [`  it can be lifted from ${timeOf(after.liftableAt)}`]),
          ],
        );
        const isDone =
          after === undefined || args.cancel || carried.outcome === "would be sent" || carried.outcome === "exported";
        return isDone ? EXIT.ok : EXIT.notYet;
      },
      accessOf(args),
    );
  });
}

// What lapsed is announced again: the contract says so when it is applied too late.
function actOn({ liftableAt, lastSecond }: FrozenSet, now: bigint, cancel: boolean) {
  if (cancel) return "cancelLift" as const;
  if (liftableAt === undefined || (lastSecond !== undefined && now > lastSecond)) return "announceLift" as const;
  return now >= liftableAt ? ("applyLift" as const) : undefined;
}

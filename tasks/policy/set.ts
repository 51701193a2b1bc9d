import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { PolicyWish } from "#chain/admin/policyPlan.ts";

import { carriedLines, carryOut, type CarryArguments } from "../shared/carryOut.ts";
import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { accessOf, rollupOf, runOnBook, withChain } from "../shared/hub.ts";
import type { FieldsTyped } from "./fields.ts";
import { planLines, timeOf } from "./lines.ts";
import { sourceName, sourceTyped } from "./source.ts";

interface Arguments extends CarryArguments, FieldsTyped {
  readonly rollup: string;
  readonly source: string;
  readonly apply: boolean;
  readonly cancel: boolean;
  readonly deployment: string;
}

/** `hardhat policy set`: exit code 2 while the policy is not what was asked for. */
export default async function setPolicy(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ policyState }, { planPolicy }, { fieldsThatDiffer }, { toJson }] = await Promise.all([
      import("#chain/admin/policies.ts"),
      import("#chain/admin/policyPlan.ts"),
      import("#chain/admin/sourcePolicy.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const wish = await wishTyped(args);
    const rollup = await rollupOf(book, args.rollup);
    const source = await sourceTyped(book, args.source);
    const { chainId, contracts, fromBlock } = rollup;
    const name = `${rollup.name}, ${sourceName(book, source)}`;
    return withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const read = () => policyState(ethers.provider, contracts, { fromBlock, only: source });
        const state = await read();
        const plan = planPolicy({ chainId, site: contracts }, state, wish);
        const { looseningDelaySeconds: delay, now } = state;
        const lines = planLines(name, plan, `${delay} s later, from about ${timeOf(now + BigInt(delay))}`);
        // What it is going to be, before anybody agrees with it.
        console.error(lines.join("\n"));
        const carried = await carryOut(args, ethers, `policy of ${name}`, plan.calls);
        const [after] = (await read()).sources;
        const isSo = after?.policy !== undefined && fieldsThatDiffer(after.policy, plan.wished).length === 0;
        const effectiveAt = after?.announced?.effectiveAt;
        const { present, wished, steps } = plan;
        print(
          args.json,
          toJson({
            ...{ rollup: rollup.name, source, present, wished, steps, ...carried, inEffect: isSo },
            effectiveAt: effectiveAt ?? null,
          }),
          [
            ...carriedLines(carried),
            isSo ? `${name}: in effect` : `${name}: not in effect yet`,
            ...(effectiveAt === undefined
              ? []
              : [`  the announced loosening can be applied from ${timeOf(effectiveAt)}`]),
          ],
        );
        const isDone = isSo || carried.outcome === "would be sent" || carried.outcome === "exported";
        return isDone ? EXIT.ok : EXIT.notYet;
      },
      accessOf(args),
    );
  });
}

async function wishTyped(args: Arguments): Promise<PolicyWish> {
  const { fieldsTyped } = await import("./fields.ts");
  const fields = fieldsTyped(args);
  const kinds = [args.apply, args.cancel, Object.keys(fields).length > 0].filter((chosen) => chosen);
  if (kinds.length !== 1) {
    throw new CommandError("InvalidOption", "name what is new, such as --quorum-bps 7500; or --apply; or --cancel");
  }
  if (args.apply) return { kind: "apply" };
  return args.cancel ? { kind: "cancel" } : { kind: "set", fields };
}

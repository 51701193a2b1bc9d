import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AdminCall } from "#chain/admin/call.ts";
import type { PolicyState } from "#chain/admin/policies.ts";
import type { RollupBook } from "#deploy/addressBook.ts";

import { sourceName, sourceTyped } from "../../policy/source.ts";
import { carriedLines, carryOut, type CarryArguments } from "../../shared/carryOut.ts";
import { EXIT, print } from "../../shared/command.ts";
import { accessOf, rollupOf, runOnBook, withChain } from "../../shared/hub.ts";

/** What commands take about a source of a rollup. */
export interface OnRollupArguments extends CarryArguments {
  readonly rollup: string;
  readonly source: string;
  readonly deployment: string;
}

/** The rollup, and what its policy says of the source. */
export interface OnRollup {
  readonly ethers: HardhatEthers;
  readonly rollup: RollupBook;
  readonly state: PolicyState;
}

/**
 * Does one thing about a source, as the owner of a rollup's policy.
 *
 * @param hre - Hardhat.
 * @param args - What was typed.
 * @param what - What it is, in a few words.
 * @param decide - Which calls it takes.
 */
export async function onSource(
  hre: HardhatRuntimeEnvironment,
  args: OnRollupArguments,
  what: string,
  decide: (found: OnRollup) => Promise<readonly AdminCall[]>,
): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ policyState }, { toJson }] = await Promise.all([
      import("#chain/admin/policies.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const rollup = await rollupOf(book, args.rollup);
    const source = await sourceTyped(book, args.source);
    const { contracts, fromBlock } = rollup;
    return withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const read = () => policyState(ethers.provider, contracts, { fromBlock, only: source });
        const calls = await decide({ ethers, rollup, state: await read() });
        const title = `${rollup.name}, ${sourceName(book, source)}: ${what}`;
        const carried = await carryOut(args, ethers, title, calls);
        const [after] = (await read()).sources;
        print(args.json, toJson({ rollup: rollup.name, ...carried, source: after ?? null }), [
          title,
          ...carriedLines(carried),
        ]);
        return EXIT.ok;
      },
      accessOf(args),
    );
  });
}

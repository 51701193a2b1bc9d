import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { RollupPauses } from "#chain/admin/pauses.ts";
import type { AddressBook } from "#deploy/addressBook.ts";

import { sourceName } from "../policy/source.ts";
import { EXIT, print } from "../shared/command.ts";
import { runOnHub, withChain, type HubArguments } from "../shared/hub.ts";
import { timeOf } from "./timelocks.ts";

/** `hardhat admin pause`: what stands still, and what could be stopped. */
export default async function showPauses(args: HubArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ provider, site, book }) => {
    const [{ caseHolds, rollupPauses }, { toJson }] = await Promise.all([
      import("#chain/admin/pauses.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const cases = await caseHolds(provider, site, site.fromBlock);
    const rollups = [];
    for (const rollup of book.rollups) {
      const { contracts, fromBlock, name } = rollup;
      const pauses = await withChain(hre, rollup, undefined, ({ ethers }) =>
        rollupPauses(ethers.provider, contracts, { fromBlock }),
      );
      rollups.push({ rollup: name, ...pauses });
    }
    print(args.json, toJson({ cases, rollups }), [
      ...(cases.length === 0 ? ["no case is held up, or could be"] : []),
      ...cases.map(({ caseId, stage, until }) => `case ${caseId}: ${stage} until ${timeOf(until)}`),
      ...rollups.flatMap(({ rollup, ...pauses }) => rollupLines(book, rollup, pauses)),
    ]);
    return EXIT.ok;
  });
}

function rollupLines(book: AddressBook, name: string, { owner, sources, frozen }: RollupPauses): string[] {
  return [
    `${name}: ${sources.length + frozen.length === 0 ? "hears all its sources" : `its owner is ${owner}`}`,
    ...sources.map(({ chainId, isRefused, haltedUntil }) => {
      const halted = haltedUntil === undefined ? [] : [`halted by its operators until ${timeOf(haltedUntil)}`];
      return `  ${sourceName(book, chainId)}: ${[...(isRefused ? ["refused"] : []), ...halted].join(", ")}`;
    }),
    ...frozen.map(({ operatorSetId, frozenAt, liftableAt }) => {
      const lift = liftableAt === undefined ? "" : `; can be lifted from ${timeOf(liftableAt)}`;
      return `  set ${operatorSetId}: frozen since ${timeOf(frozenAt)}${lift}`;
    }),
  ];
}

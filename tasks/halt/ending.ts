import type { Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Address, ChainId } from "#protocol/types.ts";

import { EXIT, print } from "../shared/command.ts";
import { chainNamed, runOnBook } from "../shared/hub.ts";
import { onEach, outcomeLines, type Outcome } from "../shared/rollups.ts";
import { timeLine } from "./lines.ts";
import { rollupsBut, survey, type Survey } from "./rollups.ts";

/** What is typed to end a halt. */
export interface EndingArguments {
  readonly chain: string;
  readonly on: string;
  readonly dryRun: boolean;
  readonly account: number;
  readonly deployment: string;
  readonly json: boolean;
}

/** How a halt is ended. */
export interface Ending {
  /** What became of it then, for people. */
  readonly done: string;
  readonly act: (signer: Signer, policy: Address, source: ChainId) => Promise<string>;
}

/**
 * Ends a source's halt wherever there is one: exit code 2 where it is not ended, or where there is none.
 *
 * @param args - What was typed.
 * @param hre - Hardhat.
 * @param endingOf - How; loaded now only.
 */
export async function endHalts(
  args: EndingArguments,
  hre: HardhatRuntimeEnvironment,
  endingOf: () => Promise<Ending>,
): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ haltedUntil }, { toJson }, { act, done }] = await Promise.all([
      import("#chain/brakes.ts"),
      import("#protocol/schemas.ts"),
      endingOf(),
    ]);
    const { chainId } = await chainNamed(book, args.chain);
    const said = await survey(hre, await rollupsBut(book, args.on, chainId), (provider, { contracts }) =>
      haltedUntil(provider, contracts.policy, chainId),
    );
    const halted = said.flatMap((one) => ("found" in one && one.found > 0n ? [one.rollup] : []));
    const ended = await onEach(hre, args.dryRun ? [] : halted, args.account, (signer, { contracts }) =>
      act(signer, contracts.policy, chainId),
    );
    const outcomes = said.flatMap((one) => outcomeOn(one, ended, args.on !== ""));
    print(args.json, toJson({ chainId, dryRun: args.dryRun, rollups: outcomes }), [
      `chain ${chainId}:${outcomes.length === 0 ? " halted nowhere" : ""}`,
      ...(args.dryRun ? untilLines(outcomes) : outcomeLines(outcomes, done).map((line) => `  ${line}`)),
    ]);
    const isDone = outcomes.length > 0 && outcomes.every(({ reason }) => reason === undefined);
    return isDone ? EXIT.ok : EXIT.notYet;
  });
}

/** An outcome, and how long the halt was to last. */
interface Ended extends Outcome {
  readonly haltedUntil?: bigint;
}

function outcomeOn(one: Survey<bigint>, ended: readonly Outcome[], isNamed: boolean): Ended[] {
  const rollup = one.rollup.name;
  if ("reason" in one) return [{ rollup, reason: one.reason }];
  if (one.found === 0n) return isNamed ? [{ rollup, reason: "not halted" }] : [];
  return [{ rollup, ...ended.find((outcome) => outcome.rollup === rollup), haltedUntil: one.found }];
}

function untilLines(outcomes: readonly Ended[]): string[] {
  return [
    ...outcomes.map(({ rollup, reason, haltedUntil = 0n }) =>
      reason === undefined ? `  ${rollup}: halted until ${timeLine(haltedUntil)}` : `  ${rollup}: ${reason}`,
    ),
    "nothing was sent",
  ];
}

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Hearing } from "#chain/halts.ts";
import type { Table } from "#protocol/statements.ts";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { chainNamed, runOnHub, type HubArguments, type OpenHub } from "../shared/hub.ts";
import { haltLines, timeLine } from "./lines.ts";
import { rollupsBut, survey } from "./rollups.ts";
import { domainOf } from "./weigh.ts";

interface Arguments extends HubArguments {
  readonly chain: string;
  readonly hours: number;
  readonly reason: string;
  readonly out: string;
  readonly on: string;
}

/** A rollup that hears the source. */
interface Listener {
  readonly name: string;
  readonly hearing: Hearing;
  /** That could speak there now, newest first. */
  readonly epochs: readonly Table[];
}

/** `hardhat halt propose`: writes down a halt that operators may sign. */
export default async function propose(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ hearingOf, speakingEpochs }, { timeOf }, { proposeHalt, reasonSchema }, sound, { parse, toJson }] =
      await Promise.all([
        import("#chain/halts.ts"),
        import("#chain/hub/proposals.ts"),
        import("#protocol/halts/proposal.ts"),
        import("#protocol/halts/soundHalt.ts"),
        import("#protocol/schemas.ts"),
      ]);
    const seconds = secondsIn(args.hours, sound.MOST_HALT_SECONDS);
    if (args.reason === "") throw new CommandError("InvalidOption", "--reason: everybody is told why");
    const reason = parse(reasonSchema, args.reason);
    if (existsSync(args.out)) throw new CommandError("InvalidOption", `--out: ${args.out} exists`);
    const { chainId } = await chainNamed(hub.book, args.chain);
    const issuedAt = await timeOf(hub.provider);
    const said = await survey(hre, await rollupsBut(hub.book, args.on, chainId), async (provider, { contracts }) => {
      const hearing = await hearingOf(provider, contracts, chainId);
      if (hearing === undefined) return undefined;
      const epochs = await speakingEpochs(provider, contracts.operatorTables, hearing.operatorSetId, issuedAt);
      return { hearing, epochs };
    });
    const listeners = said.flatMap((one): Listener[] =>
      "found" in one && one.found !== undefined ? [{ name: one.rollup.name, ...one.found }] : [],
    );
    const silent = said.flatMap((one) => ("reason" in one ? [{ rollup: one.rollup.name, reason: one.reason }] : []));
    const [first] = listeners;
    if (first === undefined) {
      const reasons = silent.map(({ rollup, reason: why }) => `; ${rollup}: ${why}`).join("");
      throw new CommandError("NotFound", `no rollup of the book hears chain ${chainId}${reasons}`);
    }
    requireAlike(listeners, first);
    const { gateway, operatorSetId } = first.hearing;
    const table = await newestOf(hub, operatorSetId, listeners);
    const domain = await domainOf(hub.site);
    const parts = { domain, chainId, gateway, operatorSetId, tableEpoch: table.epoch, issuedAt, seconds, reason };
    const proposal = proposeHalt(parts);
    const shown = sound.SoundHalt.of(proposal, domain, table, issuedAt);
    await writeFile(args.out, `${toJson(proposal)}\n`, { flag: "wx" });
    const rollups = listeners.map(({ name, hearing }) => ({ rollup: name, haltQuorumBps: hearing.haltQuorumBps }));
    print(args.json, toJson({ file: args.out, proposal, digest: shown.digest, rollups, silent }), [
      ...haltLines(shown, reason, issuedAt),
      ...rollups.map(({ rollup, haltQuorumBps }) => `  ${rollup}: ${haltQuorumBps} basis points halt it`),
      ...silent.map(({ rollup, reason: why }) => `  ${rollup}: left out: ${why}`),
      `in ${args.out}; its operators sign until ${timeLine(sound.lastSecondOf(shown, table))}:`,
      `  npx hardhat halt sign ${args.out} --keystore operator.json`,
    ]);
    return EXIT.ok;
  });
}

function secondsIn(hours: number, most: bigint): bigint {
  const seconds = Math.round(hours * 3_600);
  if (!(seconds >= 1 && seconds <= Number(most))) {
    throw new CommandError("InvalidOption", `--hours: ${hours}, more than none and at most ${Number(most) / 3_600}`);
  }
  return BigInt(seconds);
}

// While a change of an entry is under way, rollups hear a source differently, and no halt stops it on all of them.
function requireAlike(listeners: readonly Listener[], { hearing: { gateway, operatorSetId } }: Listener): void {
  if (listeners.every(({ hearing }) => hearing.gateway === gateway && hearing.operatorSetId === operatorSetId)) return;
  const heard = listeners.map(({ name, hearing }) => `${name} ${hearing.gateway} of set ${hearing.operatorSetId}`);
  throw new CommandError("InvalidOption", `--on: propose one halt for each: ${heard.join(", ")}`);
}

async function newestOf(hub: OpenHub, operatorSetId: number, listeners: readonly Listener[]): Promise<Table> {
  const [{ commonEpochs }, { readTable }] = await Promise.all([
    import("#chain/halts.ts"),
    import("#chain/hub/tables.ts"),
  ]);
  for (const table of commonEpochs(listeners.map(({ epochs }) => epochs))) {
    const hubs = await readTable(hub.provider, hub.site, operatorSetId, table.epoch);
    if (hubs !== undefined && commonEpochs([[table], [hubs.statement]]).length === 1) return table;
  }
  const had = listeners.map(
    ({ name, epochs }) => `${name} has ${epochs.map(({ epoch }) => epoch).join(", ") || "none"}`,
  );
  throw new CommandError(
    "NotFound",
    `no epoch of set ${operatorSetId} speaks everywhere now: ${had.join("; ")}; with --on one rollup is halted by its own`,
  );
}

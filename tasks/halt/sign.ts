import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { confirm } from "../shared/confirm.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { passwordFrom } from "../shared/password.ts";
import { proposalIn } from "./documents.ts";
import { haltLines, shareLines, standLines } from "./lines.ts";
import { rollupsBut, standsOf } from "./rollups.ts";
import { checked, weigh, type Checked } from "./weigh.ts";

interface Arguments extends HubArguments {
  readonly file: string;
  readonly keystore: string;
  readonly passwordFile: string;
  readonly out: string;
  readonly yes: boolean;
}

/** `hardhat halt sign`: shows a proposed halt, and signs it with an operator's key. */
export default async function sign(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ openKeystore }, { missingWeight }, { toJson }] = await Promise.all([
      import("#nodes/shared/keystore.ts"),
      import("#protocol/halts/soundHalt.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { file, keystore, out } = args;
    if (keystore === "") throw new CommandError("InvalidOption", "--keystore: with which key?");
    if (out !== "" && existsSync(out)) throw new CommandError("InvalidOption", `--out: ${out} exists`);
    const proposal = await proposalIn(file);
    const halt = await checked(hub, proposal);
    const { sound, hubTable, now } = halt;
    const row = await rowOfKeystore(keystore, halt);
    const operator = hubTable.operators[row];
    const { operatorSetId } = sound.batch;
    const rollups = await rollupsBut(hub.book, "", sound.halt.chainId);
    const before = await standsOf(hre, rollups, sound.halt, operatorSetId);
    if (before.length > 0 && before.every(({ kind }) => kind !== "Open")) {
      const why = standLines(before, { signedBps: 0 }).map((line) => line.trim());
      throw new CommandError("NotFound", `nobody would take this halt: ${why.join("; ")}`);
    }
    console.error(haltLines(sound, proposal.reason, now).join("\n"));
    await confirm(`Sign this as row ${row}, ${operator ?? "nobody"}?`, args.yes);
    const key = await openKeystore(keystore, await passwordFrom(args.passwordFile, false));
    const mine = sound.sign(key, hubTable.table);
    // Whatever stood in this row came from somebody else, or is the same.
    const others = proposal.signatures.filter((one) => one.row !== row);
    const { good, dropped, share } = await weigh(halt, [...others, mine]);
    const written = out === "" ? file : out;
    await write(written, `${toJson({ ...proposal, signatures: good })}\n`, out !== "");

    const stands = before.map((stand) =>
      stand.kind === "Open" ? { ...stand, missingWeight: missingWeight(share, stand.hearing.haltQuorumBps) } : stand,
    );
    const document = {
      ...{ file: written, row, operator, digest: sound.digest, ...share },
      ...{ signers: good.map((one) => one.row), dropped },
      rollups: stands.map((stand) => ({
        rollup: stand.rollup.name,
        ...(stand.kind === "Closed" ? { reason: stand.reason } : {}),
        ...(stand.kind === "Open" ? { ...stand.hearing, missingWeight: stand.missingWeight } : {}),
      })),
    };
    const isEnough = stands.some((stand) => stand.kind === "Open" && stand.missingWeight === 0n);
    print(args.json, toJson(document), [
      `signed as row ${row}, in ${written}`,
      ...shareLines(hubTable, document.signers, dropped, share),
      ...standLines(stands, share),
      isEnough ? `  npx hardhat halt send ${written}` : "  give the file to the next operator, or put several together",
    ]);
    return EXIT.ok;
  });
}

// Known before anybody types a password.
async function rowOfKeystore(keystore: string, { hubTable }: Checked): Promise<number> {
  const { packedKey, publicKeyOf } = await import("#nodes/shared/keystore.ts");
  const publicKey = await publicKeyOf(keystore);
  const row = hubTable.table.rows.findIndex(({ key }) => packedKey(key) === publicKey);
  if (row >= 0) return row;
  const { operatorSetId, epoch } = hubTable.statement;
  throw new CommandError("NotFound", `the key of ${keystore} has no row in epoch ${epoch} of set ${operatorSetId}`);
}

// As a whole or not at all: what others signed stands in it.
async function write(file: string, text: string, isNew: boolean): Promise<void> {
  if (isNew) {
    await writeFile(file, text, { flag: "wx" });
    return;
  }
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, text, { flag: "wx" });
  await rename(beside, file);
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Finding } from "#nodes/shared/api.ts";

import { EXIT, print, runCommand } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { nodesOf } from "../shared/nodes.ts";

interface Arguments {
  readonly watcher: string;
  readonly out: string;
  readonly deployment: string;
  readonly json: boolean;
}

/** Everything that a watcher said of one thing that it found. */
interface Found {
  readonly number: number;
  readonly kind: Finding["kind"];
  readonly steps: readonly Finding[];
  readonly files: readonly string[];
}

/** `hardhat fault find`. */
export default async function find(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ evidenceOf, findingsOf }, { toJson }] = await Promise.all([
      import("#nodes/shared/asking.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { watcher } = await nodesOf(args);
    if (watcher === undefined) throw new CommandError("InvalidOption", "--watcher: which one? No devnet is running");
    const asked = <T>(answer: Promise<T>): Promise<T> =>
      answer.catch((error: unknown) => {
        throw new CommandError("Unreachable", `${watcher} does not answer as a watcher: ${String(error)}`);
      });
    if (args.out !== "") await mkdir(args.out, { recursive: true });
    const found: Found[] = [];
    for (const [number, steps] of byNumber(await asked(findingsOf(watcher)))) {
      const kind = steps[0]?.kind;
      if (kind === undefined) continue;
      const files: string[] = [];
      const evidence = args.out === "" ? [] : await asked(evidenceOf(watcher, number));
      for (const [at, one] of evidence.entries()) {
        const file = join(args.out, `${kind}-${number}-${at + 1}.json`);
        await writeFile(file, `${toJson(one)}\n`, { flag: "wx" }).catch((error: unknown) => {
          throw new CommandError("InvalidOption", `--out: ${file} cannot be written: ${String(error)}`);
        });
        files.push(file);
      }
      found.push({ number, kind, steps, files });
    }
    print(args.json, toJson({ watcher, found }), found.length === 0 ? ["nothing was found"] : found.flatMap(lines));
    return EXIT.ok;
  });
}

function byNumber(findings: readonly Finding[]): Map<number, Finding[]> {
  const found = new Map<number, Finding[]>();
  for (const one of findings) found.set(one.finding, [...(found.get(one.finding) ?? []), one]);
  return found;
}

function lines({ number, kind, steps, files }: Found): string[] {
  return [
    `${kind} ${number}`,
    ...steps.map(({ at, chainId, stage, detail }) => {
      return `  ${new Date(at * 1_000).toISOString()}  ${stage} on chain ${chainId}: ${detail}`;
    }),
    ...files.map((file) => `  npx hardhat fault verify ${file}`),
  ];
}

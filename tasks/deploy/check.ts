import { join } from "node:path";
import { styleText } from "node:util";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Checked, Difference } from "#deploy/check/difference.ts";

import { EXIT, print, runCommand } from "../shared/command.ts";
import { withNetwork, type NetworkArguments } from "../shared/networks.ts";

interface Arguments extends NetworkArguments {
  readonly deployments: string;
}

/** `hardhat deploy check`: exit code 2, and every difference, where a chain is not what parley.config.ts says. */
export default async function check(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ networkNamed, readConfig }, { readAddressBook }, { checkNetwork }, { deployedRelease }, { toJson }] =
      await Promise.all([
        import("#deploy/config/read.ts"),
        import("#deploy/addressBook.ts"),
        import("#deploy/check/check.ts"),
        import("#deploy/check/build.ts"),
        import("#protocol/schemas.ts"),
      ]);
    const config = networkNamed(await readConfig(args.networks), args.name);
    const book = await readAddressBook(join(args.deployments, `${args.name}.json`));
    const releases = [await deployedRelease(config.isLocal, hre.config.paths)];
    const found = await withNetwork(hre, config, "read", (chains) => {
      const providers = new Map([...chains].map(([name, { ethers }]) => [name, ethers.provider]));
      return checkNetwork(config, book, providers, releases);
    });
    const isSame = found.differences.length === 0;
    print(args.json, toJson({ network: args.name, ok: isSame, ...found }), checkLines(args.name, found));
    return isSame ? EXIT.ok : EXIT.notYet;
  });
}

function checkLines(network: string, { differences, compared }: Checked): string[] {
  if (differences.length === 0)
    return [`${network} is as parley.config.ts describes it: ${compared} fields were compared`];
  const subjects = new Map<string, Difference[]>();
  for (const one of differences) {
    const subject = `${one.chain}, ${one.subject}`;
    subjects.set(subject, [...(subjects.get(subject) ?? []), one]);
  }
  return [
    `${network}: ${differences.length} of ${compared} fields are not as parley.config.ts describes them`,
    ...[...subjects].flatMap(([subject, those]) => [`${subject}:`, ...those.flatMap(differenceLines)]),
  ];
}

function differenceLines({ field, found, required }: Difference): string[] {
  // Colours for a terminal only, and for none that does not want them.
  const style = (colour: "red" | "green", text: string) => styleText(colour, text, { stream: process.stdout });
  return [`  ${field}`, style("red", `  - found    ${found}`), style("green", `  + required ${required}`)];
}

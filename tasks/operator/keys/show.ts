import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../../shared/command.ts";
import { passwordFrom } from "../../shared/password.ts";

interface Arguments {
  readonly file: string;
  readonly open: boolean;
  readonly passwordFile: string;
  readonly json: boolean;
}

/** `hardhat operator keys show`: tells a keystore's public key; with `--open` only if that is what it holds. */
export default async function keysShow(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const { openKeystore, publicKeyOf } = await import("#nodes/shared/keystore.ts");
    const { toJson } = await import("#protocol/schemas.ts");
    const { file, open } = args;
    const publicKey = await publicKeyOf(file);
    if (!open) {
      print(args.json, toJson({ file, publicKey, opened: false }), [publicKey, "  as the file says; not opened"]);
      return EXIT.ok;
    }
    const { g1, g2 } = await openKeystore(file, await passwordFrom(args.passwordFile, false));
    print(args.json, toJson({ file, publicKey, opened: true, g1, g2 }), [publicKey, "  opened: this is what it holds"]);
    return EXIT.ok;
  });
}

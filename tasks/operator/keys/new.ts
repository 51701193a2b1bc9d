import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../../shared/command.ts";
import { passwordFrom } from "../../shared/password.ts";

interface Arguments {
  readonly file: string;
  readonly passwordFile: string;
  readonly json: boolean;
}

/** `hardhat operator keys new`: makes a BN254 key and writes its keystore. */
export default async function keysNew(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const { newKey, packedKey, writeKeystore } = await import("#nodes/shared/keystore.ts");
    const { toJson } = await import("#protocol/schemas.ts");
    const key = newKey();
    await writeKeystore(args.file, key, await passwordFrom(args.passwordFile, true));
    const publicKey = packedKey(key.g1);
    print(args.json, toJson({ file: args.file, publicKey, g1: key.g1, g2: key.g2 }), [
      publicKey,
      `  in ${args.file}; without its password nobody has it any more`,
      `  npx hardhat operator join --keystore ${args.file}`,
    ]);
    return EXIT.ok;
  });
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../shared/command.ts";

interface Arguments {
  readonly rpc: string;
  readonly out: string;
  readonly addresses: string;
  readonly block: string;
  readonly json: boolean;
}

/** `hardhat snapshot take`: writes EigenLayer's code and configuration on a chain to a file. */
export default async function take(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ takeToFile }, { SnapshotError }, { ChainError }] = await Promise.all([
      import("#deploy/snapshot.ts"),
      import("#chain/snapshot/errors.ts"),
      import("#chain/errors.ts"),
    ]);
    try {
      const { snapshot, path, bytes } = await takeToFile(args, (line) => {
        console.error(line);
      });
      const { chainId, forkBlock, provenance, release, accounts } = snapshot;
      const count = Object.keys(accounts).length;
      const { storage, blockHash } = provenance;
      const document = { chainId, blockNumber: forkBlock, blockHash, storage, release, accounts: count, path, bytes };
      const known =
        storage === "eth_getProof" ? "each proven by the block's state root" : "by the endpoints' word alone";
      print(args.json, JSON.stringify(document), [
        `${path}: EigenLayer (behaves as ${release.behavesAs}) on chain ${chainId} in block ${forkBlock}`,
        `  ${count} accounts, ${known}`,
        `  EIGENLAYER_SNAPSHOT=${path} npx hardhat test mocha test/fork/*.test.ts`,
      ]);
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof SnapshotError) && !(error instanceof ChainError)) throw error;
      console.error(`${error.code}: ${error.message}`);
      return EXIT.error;
    }
  });
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { accessOf, rollupOf, runOnHub, setIdOf, signerOf, withChain, type HubArguments } from "../shared/hub.ts";
import { epochTyped } from "./typed.ts";

interface Arguments extends HubArguments {
  readonly rollup: string;
  readonly epoch: string;
  readonly set: number;
  readonly dryRun: boolean;
}

/** `hardhat epoch install`: exit code 2 while the epoch is on its way, or where it is revoked. */
export default async function install(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async (hub) => {
    const [{ knownTable }, { broughtOf, installBrought, installGas, isAbsent }, { HubError }, { toJson }] =
      await Promise.all([
        import("#chain/hub/tables.ts"),
        import("#chain/bridge/news.ts"),
        import("#chain/hub/errors.ts"),
        import("#protocol/schemas.ts"),
      ]);
    const typed = args.epoch === "" ? undefined : epochTyped(args.epoch);
    const rollup = await rollupOf(hub.book, args.rollup);
    const operatorSetId = await setIdOf(hub, args.set);
    const { statement, table } = await knownTable(hub.provider, hub.site, operatorSetId, typed);
    const { epoch } = statement;
    const { operatorTables } = rollup.contracts;
    const what = `epoch ${epoch} of set ${operatorSetId}`;

    return withChain(
      hre,
      rollup,
      undefined,
      async ({ ethers }) => {
        const tell = (code: number, text: string, more: { readonly transactionHash?: string } = {}) => {
          print(args.json, toJson({ rollup: rollup.name, operatorSetId, epoch, outcome: text, ...more }), [
            `${rollup.name}: ${what} ${text}${more.transactionHash === undefined ? "" : `, ${more.transactionHash}`}`,
          ]);
          return code;
        };
        const brought = await broughtOf(ethers.provider, operatorTables, operatorSetId, epoch);
        if (brought === undefined || isAbsent(brought)) {
          return tell(EXIT.notYet, "is not there: on its way, or nobody sent it (epoch send)");
        }
        if (brought.isRevoked) return tell(EXIT.notYet, "is revoked: have the next one built, and send that");
        // What came is the hub's word of then; rows of another table do not hash to it.
        const at = [operatorTables, operatorSetId, epoch, table.packed] as const;
        try {
          if (args.dryRun)
            return tell(EXIT.ok, `would be installed with ${await installGas(ethers.provider, ...at)} gas`);
          const transactionHash = await installBrought(await signerOf(ethers, args.account ?? 0), ...at);
          return tell(EXIT.ok, "is installed", { transactionHash });
        } catch (error) {
          if (!(error instanceof HubError) || error.revert?.name !== "InstalledAlready") throw error;
          return tell(EXIT.ok, "was installed before");
        }
      },
      accessOf(args),
    );
  });
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { runOnHub, type HubArguments } from "../shared/hub.ts";
import { takenLine } from "./lines.ts";

/** `hardhat vault show`: the vault's books, and every strategy of every slash. */
export default async function showVault(args: HubArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnHub(hre, args, async ({ provider, site }) => {
    const [{ allTaken, booksOf }, { toJson }] = await Promise.all([
      import("#chain/hub/vault.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const taken = await allTaken(provider, site, site.fromBlock);
    const known = [...site.assets, ...taken].flatMap(({ token }) => token ?? []);
    const books = await booksOf(provider, site, [...new Set(known)]);
    print(args.json, toJson({ books, taken }), [
      ...books.map(({ token, booked, pending }) => `${token}: ${booked} booked, ${pending} not collected`),
      ...taken.map((one) => `  ${takenLine(one)}`),
    ]);
    return EXIT.ok;
  });
}

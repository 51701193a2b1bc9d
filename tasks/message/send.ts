import { readFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import type { Address } from "#protocol/types.ts";

import { EXIT, print } from "../shared/command.ts";
import { runOnBook, rollupOf, signerOf, withChain } from "../shared/hub.ts";

interface Arguments {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly data: string;
  readonly recipient: string;
  readonly gasLimit: string;
  readonly deliverBefore: string;
  readonly account: number;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat message send`: sends a message and prints its id; on a devnet as its visitor, unless told otherwise. */
export default async function send(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const [{ orderOf }, { sendMessage }, { ACCOUNTS }, { toJson }, { elementAt }] = await Promise.all([
      import("#devnet/order.ts"),
      import("#devnet/sending.ts"),
      import("#devnet/accountNumbers.ts"),
      import("#protocol/schemas.ts"),
      import("#protocol/errors.ts"),
    ]);
    const [source, destination] = [await rollupOf(book, args.from), await rollupOf(book, args.to)];
    const devnetRecipient = await devnetRecipientOn(args.deployment, destination.name);
    const order = orderOf(args, destination, devnetRecipient, Math.floor(Date.now() / 1_000));
    const unlessGiven = devnetRecipient === undefined ? 0 : ACCOUNTS.visitor;
    return withChain(
      hre,
      source,
      undefined,
      async ({ ethers }) => {
        const signer = await signerOf(ethers, args.account < 0 ? unlessGiven : args.account);
        const { messageIds, receipt } = await sendMessage(signer, source, order);
        const messageId = elementAt(messageIds, 0);
        const { hash: transactionHash, blockNumber, gasUsed } = receipt;
        const ends = { source: source.name, destination: destination.name };
        const { recipient, payload, gasLimit, deliverBefore } = order;
        const message = { recipient, payload, gasLimit, deliverBefore };
        const verb = devnetRecipient === undefined ? "trace" : "status";
        const where = args.deployment === "deployments/devnet.json" ? "" : ` --deployment ${args.deployment}`;
        print(
          args.json,
          toJson({ messageId, ...ends, ...message, transactionHash, blockNumber, gasUsed: Number(gasUsed) }),
          [
            messageId,
            `  ${source.name} → ${destination.name}, block ${blockNumber}, ${gasUsed} gas, transaction ${transactionHash}`,
            `  npx hardhat message ${verb} ${messageId}${where}`,
          ],
        );
        return EXIT.ok;
      },
      "send",
    );
  });
}

/** What a devnet has on each rollup to take messages; none where no devnet wrote the address book. */
async function devnetRecipientOn(deployment: string, rollup: string): Promise<Address | undefined> {
  const { addressSchema } = await import("#protocol/schemas.ts");
  const appsSchema = z.object({
    rollups: z.array(z.object({ name: z.string(), apps: z.object({ textRecipient: addressSchema }).optional() })),
  });
  const { rollups } = appsSchema.parse(JSON.parse(await readFile(deployment, "utf8")));
  return rollups.find(({ name }) => name === rollup)?.apps?.textRecipient;
}

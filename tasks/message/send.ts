import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print, runCommand } from "../shared/command.ts";

interface Arguments {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly data: string;
  readonly recipient: string;
  readonly gasLimit: string;
  readonly deliverBefore: string;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat message send`: sends a message as the devnet's visitor and prints its id. */
export default async function send(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ readDeployment, rollupNamed }, { withRollups }, { orderOf }, { sendMessage }, { ACCOUNTS }] =
      await Promise.all([
        import("#devnet/deployment.ts"),
        import("#devnet/clients.ts"),
        import("#devnet/order.ts"),
        import("#devnet/sending.ts"),
        import("#devnet/accountNumbers.ts"),
      ]);
    const [{ toJson }, { elementAt }] = await Promise.all([
      import("#protocol/schemas.ts"),
      import("#protocol/errors.ts"),
    ]);
    const deployment = await readDeployment(args.deployment);
    const [source, destination] = [rollupNamed(deployment, args.from), rollupNamed(deployment, args.to)];
    const order = orderOf(args, destination, Math.floor(Date.now() / 1_000));
    // Says clearly when nobody is there, which the network below would not.
    await withRollups(deployment, args.deployment, () => Promise.resolve());

    const connection = await hre.network.create({ network: source.name, override: { url: source.url } });
    try {
      const signer = elementAt(await connection.ethers.getSigners(), ACCOUNTS.visitor);
      const { messageIds, receipt } = await sendMessage(signer, source, order);
      const messageId = elementAt(messageIds, 0);
      const { hash: transactionHash, blockNumber, gasUsed } = receipt;
      const ends = { source: source.name, destination: destination.name };
      const { recipient, payload, gasLimit, deliverBefore } = order;
      const message = { recipient, payload, gasLimit, deliverBefore };
      print(
        args.json,
        toJson({ messageId, ...ends, ...message, transactionHash, blockNumber, gasUsed: Number(gasUsed) }),
        [
          messageId,
          `  ${source.name} → ${destination.name}, block ${blockNumber}, ${gasUsed} gas, transaction ${transactionHash}`,
          `  npx hardhat message status ${messageId}${args.deployment === "deployments/devnet.json" ? "" : ` --deployment ${args.deployment}`}`,
        ],
      );
      return EXIT.ok;
    } finally {
      await connection.close();
    }
  });
}

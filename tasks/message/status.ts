import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Whereabouts } from "#devnet/whereabouts.ts";

import { EXIT, print, runCommand } from "../shared/command.ts";

interface Arguments {
  readonly id: string;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat message status`: exit code 0 when delivered, 2 when not yet, 1 when nothing can be said. */
export default async function status(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand(hre, args.json, async () => {
    const [{ readDeployment }, { withRollups }, { whereIs }, { toJson }, { messageIdOf }, { readable }] =
      await Promise.all([
        import("#devnet/deployment.ts"),
        import("#devnet/clients.ts"),
        import("#devnet/whereabouts.ts"),
        import("#protocol/schemas.ts"),
        import("#protocol/types.ts"),
        import("#devnet/screen.ts"),
      ]);
    const id = messageIdOf(args.id);
    const deployment = await readDeployment(args.deployment);
    const found = await withRollups(deployment, args.deployment, (rollups) => whereIs(rollups, deployment.devnet, id));
    const payload = found.message === undefined ? "" : readable(found.message.payload);
    print(args.json, toJson(found), linesOf(found, payload));
    return exitCodeOf(found);
  });
}

function exitCodeOf({ stage }: Whereabouts): number {
  if (stage === "delivered") return EXIT.ok;
  return stage === "unknown" ? EXIT.error : EXIT.notYet;
}

function linesOf(found: Whereabouts, payload: string): string[] {
  const { message, sentIn, deliveredIn, failures = [] } = found;
  const lines = [`${found.messageId} is ${found.stage}${found.reason === null ? "" : `: ${found.reason}`}`];
  if (message !== undefined) {
    lines.push(
      `  ${found.source ?? ""} → ${found.destination ?? ""} #${message.nonce}, from ${message.sender} to ${message.recipient}, ${payload}`,
    );
  }
  if (sentIn !== undefined) lines.push(`  sent in block ${sentIn.blockNumber}, ${sentIn.transactionHash}`);
  if (found.statementsRoot !== undefined) lines.push(`  certified in batch ${found.statementsRoot}`);
  for (const { transactionHash, blockNumber, reason } of failures) {
    lines.push(`  refused in block ${blockNumber}, ${transactionHash}: ${reason}`);
  }
  if (deliveredIn !== undefined) {
    lines.push(`  delivered in block ${deliveredIn.blockNumber}, ${deliveredIn.transactionHash}`);
  }
  return lines;
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { signerOf } from "../shared/hub.ts";
import { runOnNetwork } from "../shared/network.ts";
import { nodesOf } from "../shared/nodes.ts";
import { findOne } from "./find.ts";

interface Arguments {
  readonly id: string;
  readonly aggregator: string;
  readonly gas: number;
  readonly dryRun: boolean;
  readonly account: number;
  readonly json: boolean;
  readonly deployment: string;
}

const MOST_GAS = 10_000_000;

/** `hardhat message deliver`: exit code 0 when it is delivered, 2 when its destination or its recipient refuses it. */
export default async function deliver(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async ({ sites }) => {
    const [{ statusOf }, { deliveryOf, frameOf, refusalOf }, { decodeReason }, { certificateOf }, { toJson }] =
      await Promise.all([
        import("#chain/trace/arrival.ts"),
        import("#chain/trace/simulate.ts"),
        import("#chain/reasons.ts"),
        import("#nodes/shared/asking.ts"),
        import("#protocol/schemas.ts"),
      ]);
    if (args.gas < 0 || args.gas > MOST_GAS) throw new CommandError("InvalidOption", `--gas is at most ${MOST_GAS}`);
    const found = await findOne(sites, args.id);
    const { id, message } = found;
    const say = (document: object, ...lines: readonly string[]) => {
      print(args.json, toJson({ messageId: id, ...document }), lines);
    };
    const site = sites.find(({ chainId }) => chainId === message.destinationChainId);
    if (site === undefined) throw new CommandError("NotFound", "the address book has no rollup where it goes");
    if ((await statusOf(site.provider, message)).status === "Delivered") {
      say({ delivered: true, transactionHash: null }, `${id} is delivered already`);
      return EXIT.ok;
    }
    const { aggregators } = await nodesOf(args);
    const told = await Promise.all(aggregators.map((url) => certificateOf(url, message)));
    const published = told.find((one) => one !== undefined);
    if (published === undefined) {
      const asked = aggregators.length === 0 ? "name one with --aggregator" : `asked were ${aggregators.join(", ")}`;
      throw new CommandError("NotFound", `no aggregator has a certificate of it; ${asked}`);
    }
    const delivery = await deliveryOf(found, published, args.gas);
    const refusal = await refusalOf(site.provider, delivery);
    const frame = await frameOf(site.provider, { ...message, gasLimit: Math.max(message.gasLimit, args.gas) });
    const mend = `npx hardhat message why ${id}`;
    if (refusal !== undefined || frame.outcome !== "accepted") {
      const reason = refusal === undefined ? `its recipient would fail: ${frame.outcome}` : decodeReason(refusal).text;
      say({ delivered: false, transactionHash: null, reason }, `nothing was sent: ${reason}`, `  ${mend}`);
      return EXIT.notYet;
    }
    if (args.dryRun) {
      const { to, data, gasLimit } = delivery;
      const what = { to, data, gasLimit, chainId: site.chainId };
      say({ delivered: false, dryRun: what }, `it would be delivered on ${site.name} by ${to}, gas limit ${gasLimit}`);
      return EXIT.ok;
    }
    const signer = await signerOf(site.ethers, args.account);
    const { to, data, gasLimit } = delivery;
    const receipt = await (await signer.sendTransaction({ to, data, gasLimit })).wait();
    const { status } = await statusOf(site.provider, message);
    const delivered = status === "Delivered";
    const transactionHash = receipt?.hash ?? null;
    const how = `block ${receipt?.blockNumber ?? "?"}, ${receipt?.gasUsed ?? "?"} gas, ${transactionHash ?? ""}`;
    const outcome = delivered ? `${id} is delivered: ${how}` : `${id} was tried, and is not delivered: ${how}`;
    say(
      { delivered, transactionHash, gasUsed: receipt?.gasUsed ?? null },
      outcome,
      ...(delivered ? [] : [`  ${mend}`]),
    );
    return delivered ? EXIT.ok : EXIT.notYet;
  });
}

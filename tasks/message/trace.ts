import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Message } from "#protocol/messages.ts";

import { EXIT, print } from "../shared/command.ts";
import { missingLines, runOnNetwork } from "../shared/network.ts";
import { nodesOf } from "../shared/nodes.ts";
import { findAll } from "./find.ts";
import { traceLines } from "./lines.ts";

interface Arguments {
  readonly id: string;
  readonly aggregator: string;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat message trace`: exit code 0 when delivered, 2 when not yet, 1 when nothing can be said. */
export default async function trace(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async (network) => {
    const [{ traceMessage }, { certificateOf }, { toJson }, { readable }] = await Promise.all([
      import("#chain/trace/trace.ts"),
      import("#nodes/shared/asking.ts"),
      import("#protocol/schemas.ts"),
      import("#devnet/screen.ts"),
    ]);
    const { aggregators } = await nodesOf(args);
    const { found, left } = await findAll(network.sites, args.id);
    const published = async (message: Message) => {
      const told = await Promise.all(aggregators.map((url) => certificateOf(url, message)));
      return told.flatMap((one) => one ?? []);
    };
    const parts = { sites: network.sites, hub: network.hub, published };
    const traces = [];
    for (const one of found) traces.push(await traceMessage(parts, one));
    const [only] = traces;
    const isOne = traces.length === 1 && left.length === 0;
    print(args.json, toJson(isOne ? only : { messages: traces, left, missing: network.missing }), [
      ...traces.flatMap((one) => traceLines(one, readable(one.message.payload))),
      ...left.map((id) => `not traced, name it to see it: ${id}`),
      ...missingLines(network),
    ]);
    return traces.every(({ stage }) => stage === "delivered") ? EXIT.ok : EXIT.notYet;
  });
}

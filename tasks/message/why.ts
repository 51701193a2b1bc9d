import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Message } from "#protocol/messages.ts";

import { EXIT, print } from "../shared/command.ts";
import { missingLines, runOnNetwork } from "../shared/network.ts";
import { nodesOf } from "../shared/nodes.ts";
import { errorIn } from "../shared/abis.ts";
import { findOne } from "./find.ts";
import { mendOf } from "./mends.ts";

interface Arguments {
  readonly id: string;
  readonly aggregator: string;
  readonly relayer: string;
  readonly json: boolean;
  readonly deployment: string;
}

/** `hardhat message why`: exit code 0 when delivered, 2 with the reason, 1 when nothing can be said. */
export default async function why(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async (network) => {
    const [{ whyNot }, { certificateOf, healthOf, reportOf }, { toJson }, { laneId }] = await Promise.all([
      import("#chain/trace/why.ts"),
      import("#nodes/shared/asking.ts"),
      import("#protocol/schemas.ts"),
      import("#protocol/messages.ts"),
    ]);
    const { aggregators, relayer } = await nodesOf(args);
    const found = await findOne(network.sites, args.id);
    const { id, message } = found;
    const published = async (wanted: Message) => {
      const told = await Promise.all(aggregators.map((url) => certificateOf(url, wanted)));
      return told.find((one) => one !== undefined);
    };
    const { sites, hub } = network;
    const answer = await whyNot({ sites, hub, published, hasAsked: aggregators.length > 0 }, found);
    if (answer === undefined) {
      print(args.json, toJson({ messageId: id, reason: null, mend: null }), [`${id} is delivered`]);
      return EXIT.ok;
    }
    const { diagnosis, frame } = answer;
    const reason = { ...diagnosis, ...(await errorIn(hre, diagnosis.data, diagnosis.error)) };
    const notes = [...answer.notes];
    if (diagnosis.code === "NotCertified") {
      for (const url of aggregators) notes.push(...troubles(url, await healthOf(url)));
    }
    const report = relayer === undefined ? undefined : await reportOf(relayer, message);
    if (report?.reason !== undefined) notes.push(`the relayer says: ${report.reason}`);
    if (frame?.outcome === "reverted" && diagnosis.code !== "RecipientReverts") {
      notes.push(`once that is mended, its recipient would revert: ${(await errorIn(hre, frame.data, "")).error}`);
    }
    const mend = mendOf({
      diagnosis,
      id,
      laneId: laneId(message),
      message,
      source: found.source.name,
      destination: network.book.rollups.find(({ chainId }) => BigInt(chainId) === message.destinationChainId),
      aggregator: aggregators[0],
      deployment: args.deployment,
    });
    print(args.json, toJson({ messageId: id, reason, mend, notes, missing: network.missing }), [
      `${id} is not delivered: ${reason.text}${reason.error === undefined ? "" : ` (${reason.error})`}`,
      `  ${diagnosis.code}: ${mend.text}`,
      ...(mend.command === null ? [] : [`  ${mend.command}`]),
      ...notes.map((note) => `  ${note}`),
      ...missingLines(network),
    ]);
    return EXIT.notYet;
  });
}

function troubles(url: string, health: { readonly problems: readonly string[] } | undefined): string[] {
  if (health === undefined) return [`the aggregator ${url} does not answer`];
  return health.problems.map((problem) => `the aggregator ${url} says: ${problem}`);
}

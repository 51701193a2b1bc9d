import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Message } from "#protocol/messages.ts";
import type { JoinYard } from "#deploy/join/site.ts";

import { senderOf, titleOf } from "../deploy/lines.ts";
import { runInWorkshop, type OpenWorkshop } from "../deploy/workshop.ts";
import { EXIT, print } from "../shared/command.ts";
import { confirm } from "../shared/confirm.ts";
import { bigintTyped } from "../shared/hub.ts";
import type { NetworkArguments } from "../shared/networks.ts";
import { nodesOf } from "../shared/nodes.ts";
import { joinedLines, outlookLines } from "./joining.ts";

interface Arguments extends NetworkArguments {
  readonly rollup: string;
  readonly deployments: string;
  readonly peer: string;
  readonly aggregator: string;
  readonly value: string;
  readonly wait: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

const [LOCAL_MS, PUBLIC_MS] = [1_000, 12_000];

/** `hardhat rollup join`: everything that a further rollup takes; exit code 2 while something waits. */
export default async function join(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runInWorkshop(hre, args, args.dryRun ? "read" : "send", async (opened) => {
    const [{ joinRollup }, { outlookOf }, { toJson }] = await Promise.all([
      import("#deploy/join/join.ts"),
      import("#deploy/join/outlook.ts"),
      import("#protocol/schemas.ts"),
    ]);
    const { config } = opened;
    const yard = await yardOf(args, hre, opened);
    const peer = args.peer === "" ? undefined : args.peer;
    const outlook = await outlookOf(config, args.rollup, yard, peer);
    const { pending, capabilities, lacks, silent } = outlook;
    const isDone = pending.length + lacks.length + silent.length === 0;
    const common = { network: args.name, rollup: args.rollup };
    const lines = outlookLines(args.rollup, outlook);
    if (args.dryRun || isDone) {
      const steps = pending.map(({ id, chain, by, from, waitsUntil }) => ({ id, chain, by, from, waitsUntil }));
      const told = {
        isJoined: isDone,
        capabilities,
        pending: steps,
        lacks,
        silent,
        sent: [],
        waits: [],
        greetings: [],
      };
      print(args.json, toJson({ ...common, ...told }), lines);
      return isDone ? EXIT.ok : EXIT.notYet;
    }
    if (!args.yes) process.stderr.write(`${lines.join("\n")}\n`);
    await confirm("Send what can be sent, then news and a message each way?", args.yes);
    const joined = await joinRollup(args.name, config, args.rollup, yard, {
      ...(await partsOf(args, opened)),
      peer,
      patienceMs: Math.max(0, args.wait) * 1_000,
      pollingMs: config.isLocal ? LOCAL_MS : PUBLIC_MS,
    });
    const isJoined = joined.waits.length === 0;
    print(args.json, toJson({ ...common, isJoined, capabilities, ...joined }), joinedLines(args.rollup, joined));
    return isJoined ? EXIT.ok : EXIT.notYet;
  });
}

async function yardOf(
  args: Arguments,
  hre: HardhatRuntimeEnvironment,
  { config, workshop, chains, folder }: OpenWorkshop,
): Promise<JoinYard> {
  const { crewsOf } = await import("../deploy/crews.ts");
  const tell = (line: string) => {
    console.error(`${new Date().toISOString()}  ${line}`);
  };
  return {
    ...workshop,
    ...{ folder, file: `${folder}.json`, root: hre.config.paths.root, tell },
    crews: args.dryRun ? new Map() : await crewsOf(config, chains),
    readers: new Map([...chains].map(([name, { ethers }]) => [name, ethers.provider])),
    newsValue: bigintTyped("--value", args.value),
    report: (step, what) => {
      tell(`${what === "sends" ? "sends" : "done "}  ${step.id}  ${titleOf(step)}, by ${senderOf(step)}`);
    },
  };
}

async function partsOf({ aggregator }: Arguments, { folder }: OpenWorkshop) {
  const [{ certificateOf }, { aggregators }] = await Promise.all([
    import("#nodes/shared/asking.ts"),
    nodesOf({ aggregator, deployment: `${folder}.json` }),
  ]);
  const published = async (message: Message) => {
    const told = await Promise.all(aggregators.map((url) => certificateOf(url, message)));
    return told.find((one) => one !== undefined);
  };
  return { published, hasAsked: aggregators.length > 0 };
}

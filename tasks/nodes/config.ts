import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { extname } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { z } from "zod";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { runOnBook } from "../shared/hub.ts";
import { nodeConfigOf, ROLES, type NodeRole, type NodeWishes } from "./book.ts";

interface Arguments {
  readonly role: string;
  readonly out: string;
  readonly replace: boolean;
  readonly endpoints: string;
  readonly minAgreeing: number;
  readonly keystore: string;
  readonly passwordFile: string;
  readonly newHistory: boolean;
  readonly aggregator: string;
  readonly buildsTables: boolean;
  readonly port: number;
  readonly set: number;
  readonly deployment: string;
  readonly json: boolean;
}

/** Where each role finds its secret. */
const SECRETS: Readonly<Partial<Record<NodeRole, string>>> = {
  relayer: "RELAYER_PRIVATE_KEY",
  watcher: "WATCHER_PRIVATE_KEY",
};

const endpointsSchema = z.record(
  z.string(),
  z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(16),
);

/** `hardhat nodes config`: what a node is told, as a file. */
export default async function config(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnBook(hre, args, async (book) => {
    const role = ROLES.find((known) => known === args.role);
    if (role === undefined) throw new CommandError("InvalidOption", `"${args.role}" is none of ${ROLES.join(", ")}`);
    if (args.out === "") throw new CommandError("InvalidOption", "--out: which file shall be written?");
    if (existsSync(args.out) && !args.replace) {
      throw new CommandError("InvalidOption", `--out: ${args.out} is there already; --replace writes over it`);
    }
    const document = nodeConfigOf(role, book, await wishesOf(args, role, book.hub.operatorSetIds[0] ?? 1));
    await requireReadable(role, document);
    await writeFile(args.out, `${JSON.stringify(document, undefined, 2)}\n`, { flag: args.replace ? "w" : "wx" });
    const secret = SECRETS[role];
    print(args.json, JSON.stringify({ role, file: args.out, config: document }), [
      `${args.out} tells ${role === "operator" || role === "aggregator" ? "an" : "a"} ${role} about ${book.rollups.length} rollups and the hub`,
      ...(secret === undefined ? [] : [`  its key comes from ${secret}`]),
      `  npx node scripts/nodes/${role}/main.ts ${args.out}`,
    ]);
    return EXIT.ok;
  });
}

async function wishesOf(args: Arguments, role: NodeRole, firstSet: number): Promise<NodeWishes> {
  const aggregators = args.aggregator.split(",").filter((url) => url !== "");
  if (role === "operator" && (args.keystore === "" || args.passwordFile === "")) {
    throw new CommandError(
      "InvalidOption",
      "--keystore and --password-file: an operator's node opens its key by itself",
    );
  }
  if (role === "relayer" && aggregators.length === 0) {
    throw new CommandError("InvalidOption", "--aggregator: where does the relayer find certificates?");
  }
  return {
    endpoints: args.endpoints === "" ? {} : await readEndpoints(args.endpoints),
    operatorSetId: args.set === 0 ? firstSet : args.set,
    keystore: { file: args.keystore, passwordFile: args.passwordFile },
    store: `${args.out.slice(0, args.out.length - extname(args.out).length)}.sqlite`,
    ...{ minAgreeing: args.minAgreeing, newHistory: args.newHistory, aggregators },
    ...{ buildsTables: args.buildsTables, port: args.port },
  };
}

async function readEndpoints(path: string): Promise<NodeWishes["endpoints"]> {
  try {
    return endpointsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new CommandError("InvalidOption", `--endpoints: ${path} names no endpoints: ${String(error)}`);
  }
}

/** Whatever a node would refuse is refused here; keys it is not told yet. */
async function requireReadable(role: NodeRole, document: Record<string, unknown>): Promise<void> {
  const schema = await schemaOf(role);
  const secret = role === "relayer" || role === "watcher" ? { privateKey: `0x${"1".padStart(64, "0")}` } : {};
  const result = schema.safeParse({ ...document, ...secret });
  if (!result.success)
    throw new CommandError("InvalidOption", `the ${role} would not start: ${z.prettifyError(result.error)}`);
}

async function schemaOf(role: NodeRole): Promise<z.ZodType> {
  switch (role) {
    case "operator":
      return (await import("#nodes/operator/config.ts")).operatorConfigSchema;
    case "aggregator":
      return (await import("#nodes/aggregator/config.ts")).aggregatorConfigSchema;
    case "relayer":
      return (await import("#nodes/relayer/config.ts")).relayerConfigSchema;
    case "watcher":
      return (await import("#nodes/watcher/config.ts")).watcherConfigSchema;
  }
}

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { EXIT, print } from "../shared/command.ts";
import { CommandError } from "../shared/errors.ts";
import { missingLines, runOnNetwork, type OpenRollup } from "../shared/network.ts";
import { moment } from "../shared/time.ts";

interface Arguments {
  readonly from: string;
  readonly to: string;
  readonly since: string;
  readonly undelivered: boolean;
  readonly most: number;
  readonly json: boolean;
  readonly deployment: string;
}

/** The most messages of one list. */
const MOST = 1_000;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `hardhat message list`: the newest first. */
export default async function list(args: Arguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runOnNetwork(hre, args, async (network) => {
    const [{ listMessages }, { toJson }] = await Promise.all([
      import("#chain/trace/list.ts"),
      import("#protocol/schemas.ts"),
    ]);
    if (args.most < 1 || args.most > MOST) throw new CommandError("InvalidOption", `--most is 1 to ${MOST}`);
    const { sites } = network;
    const sources = args.from === "" ? sites : [siteNamed(sites, "--from", args.from)];
    const found = await listMessages(sites, {
      sources,
      to: args.to === "" ? undefined : siteNamed(sites, "--to", args.to),
      since: sinceTyped(args.since, Math.floor(Date.now() / 1_000)),
      isUndelivered: args.undelivered,
      most: args.most,
    });
    print(args.json, toJson({ ...found, missing: network.missing }), [
      ...(found.messages.length === 0 ? ["no such message"] : []),
      ...found.messages.map(({ messageId, source, destination, message, sentAt, status, obstacle }) => {
        const to = destination ?? `chain ${message.destinationChainId}`;
        const hindrance = obstacle === undefined || obstacle === "None" ? "" : ` (${obstacle})`;
        return `${moment(sentAt)}  ${messageId}  ${source} → ${to} #${message.nonce}  ${status ?? "unknown"}${hindrance}`;
      }),
      ...(found.isCut ? ["there are more; see --most, --since, --from and --to"] : []),
      ...missingLines(network),
    ]);
    return EXIT.ok;
  });
}

function siteNamed(sites: readonly OpenRollup[], option: string, typed: string): OpenRollup {
  const site = sites.find(({ name, chainId }) => name === typed || String(chainId) === typed);
  if (site !== undefined) return site;
  const names = sites.map(({ name }) => name).join(", ");
  throw new CommandError(
    "InvalidOption",
    `${option}: "${typed}" is no rollup of the book that answers; there are ${names}`,
  );
}

function sinceTyped(typed: string, now: number): bigint {
  if (typed === "") return 0n;
  const [, count, unit] = /^([0-9]{1,9})([smhd])$/.exec(typed) ?? [];
  if (count !== undefined && unit !== undefined) return BigInt(Math.max(1, now - Number(count) * (UNITS[unit] ?? 1)));
  const time = /^[0-9]{1,11}$/.test(typed) ? Number(typed) : Date.parse(typed) / 1_000;
  if (Number.isNaN(time) || time < 0) {
    throw new CommandError("InvalidOption", `--since: "${typed}" is no time: use 30m, 2h, 1d, a Unix time or a date`);
  }
  return BigInt(Math.floor(time));
}

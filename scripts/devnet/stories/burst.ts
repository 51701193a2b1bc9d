import type { MessageId } from "#protocol/types.ts";
import { BurstSender__factory } from "#types/factories/contracts/mocks/BurstSender__factory.ts";

import type { RollupName } from "../chains.ts";
import type { Devnet } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import { isAbsent } from "../narrator.ts";
import type { OperatorProcess } from "../operatorProcess.ts";
import { sendArguments, sentBy, textPayload } from "../sending.ts";
import { expectArrival, rollupOf, untilDelivered, walletOn } from "./stage.ts";
import { tellText } from "./text.ts";

/** Messages of one transaction: half of what fits the 16 777 216 gas that a transaction may have. */
const PER_TRANSACTION = 100;
/** Given, not estimated: an estimate runs such a transaction a dozen times. */
const GAS_PER_TRANSACTION = 10_000_000n;
/** The lane that gets more than half of the burst, and the others. */
const MAIN_LANE: readonly [RollupName, RollupName] = ["alpha", "beta"];
const OTHER_LANES: readonly (readonly [RollupName, RollupName])[] = [
  ["beta", "alpha"],
  ["alpha", "gamma"],
  ["gamma", "alpha"],
  ["beta", "gamma"],
  ["gamma", "beta"],
];

/** How a burst is spread over the lanes. */
export interface Share {
  readonly from: RollupName;
  readonly to: RollupName;
  readonly count: number;
}

/** What a burst was. */
export interface Burst {
  readonly messageIds: readonly MessageId[];
  /** Gas of one message, sent in a transaction with many. */
  readonly gasPerMessage: number;
  /** From the first send to the last delivery. */
  readonly durationMs: number;
  /** The operator that was down, how many certificates named it absent, and whether it signed again afterwards. */
  readonly absentee: {
    readonly name: string;
    readonly certificates: number;
    readonly returned: boolean;
  };
}

/**
 * @param total - Messages.
 * @returns Their lanes: more than half on the first.
 */
export function sharesOf(total: number): Share[] {
  const each = Math.floor((total * 9) / 20 / OTHER_LANES.length);
  const others = OTHER_LANES.map(([from, to]) => ({ from, to, count: each }));
  const [from, to] = MAIN_LANE;
  return [{ from, to, count: total - each * others.length }, ...others].filter(({ count }) => count > 0);
}

/**
 * A burst over all lanes while one operator is down; then the operator comes back and signs again.
 *
 * @param devnet - The devnet.
 * @param total - Messages.
 * @returns What it was.
 */
export async function tellBurst(devnet: Devnet, total: number): Promise<Burst> {
  const { screen, chronicle } = devnet;
  const operator = lightest(devnet);
  await operator.stop();
  screen.line("story", `${operator.name} goes down, the lightest of all: the quorum does without it`);
  const certificatesBefore = chronicle.certificates.length;

  const started = Date.now();
  const sent = (await Promise.all(senderGroups(total).map((shares) => sendShares(devnet, shares)))).flat();
  const messageIds = sent.flatMap((receipt) => receipt.messageIds);
  const gasUsed = sent.reduce((sum, { receipt }) => sum + receipt.gasUsed, 0n);
  screen.line("story", `${messageIds.length} messages are on their way in ${sent.length} transactions`);
  await untilDelivered(devnet, messageIds, `the burst of ${total} messages`);
  const durationMs = Date.now() - started;

  screen.line("story", "all arrived");

  await operator.start();
  screen.line("story", `${operator.name} is back`);
  const last = await tellText(devnet, "gamma", "alpha", `${operator.name} is back`);
  const sentLast = chronicle.sent.get(last);
  const certificate = sentLast && chronicle.certificateOf(sentLast);
  const returned = certificate !== undefined && !isAbsent(certificate, operator.name);
  const since = chronicle.certificates.slice(certificatesBefore);
  const without = since.filter((certified) => isAbsent(certified, operator.name));
  screen.line(
    returned ? "story" : "failed",
    `${operator.name} was absent in ${without.length} certificates, and ${returned ? "signs again" : "does not sign yet"}`,
  );
  return {
    messageIds: [...messageIds, last],
    gasPerMessage: Number(gasUsed) / messageIds.length,
    durationMs,
    absentee: { name: operator.name, certificates: without.length, returned },
  };
}

// Of the newest epoch that is everywhere.
function lightest({ nodes, epochs }: Devnet): OperatorProcess {
  const members = [...(epochs.newest?.members ?? [])].sort((a, b) => (a.weight < b.weight ? -1 : 1));
  const found = nodes.operators.find(({ name }) => name === members[0]?.name);
  if (found === undefined) throw new DevnetError("InvalidOption", "no epoch is on every rollup");
  return found;
}

// One account's transactions follow each other; the rollups do not wait for one another.
function senderGroups(total: number): Share[][] {
  const groups = new Map<RollupName, Share[]>();
  for (const share of sharesOf(total)) groups.set(share.from, [...(groups.get(share.from) ?? []), share]);
  return [...groups.values()];
}

async function sendShares(devnet: Devnet, shares: readonly Share[]) {
  const receipts: ReturnType<typeof sentBy>[] = [];
  for (const { from, to, count } of shares) {
    const [source, destination] = [rollupOf(devnet, from), rollupOf(devnet, to)];
    const { apps, contracts } = source.deployed;
    const sender = BurstSender__factory.connect(apps.burstSender, walletOn(source, "burst"));
    for (let first = 0; first < count; first += PER_TRANSACTION) {
      const orders = Array.from({ length: Math.min(PER_TRANSACTION, count - first) }, (_, offset) => {
        const [recipient, payload, attributes] = sendArguments({
          destination: destination.deployed,
          recipient: destination.deployed.apps.textRecipient,
          payload: textPayload(`${first + offset + 1} of ${count}`),
        });
        return { recipient, payload, attributes };
      });
      const sent = await sender.burst(contracts.gateway, orders, { gasLimit: GAS_PER_TRANSACTION });
      const receipt = sentBy(await sent.wait());
      expectArrival(devnet, receipt);
      receipts.push(receipt);
    }
  }
  return receipts;
}

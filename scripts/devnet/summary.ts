import type { Deployment } from "./deployment.ts";
import { DEFAULT_DEPLOYMENT } from "./deployment.ts";
import type { Report } from "./report.ts";
import type { Verdict } from "./reconciliation.ts";
import { grouped, seconds, type Screen } from "./screen.ts";
import type { Trace } from "./trace.ts";

const NAMED_IDS = 20;

/** Lanes, trace and gas. */
export function showReport(screen: Screen, { lanes, counts, epochs, trace, burst }: Report): void {
  screen.title("Lanes");
  const rows = [...lanes, { source: "together", destination: "", ...counts }].map((lane) => [
    lane.destination === "" ? lane.source : `${lane.source} → ${lane.destination}`,
    ...[lane.sent, lane.certified, lane.delivered].map(grouped),
  ]);
  screen.table(["lane", "sent", "certified", "delivered"], rows);
  showEpochs(screen, epochs);
  if (trace !== null) showTrace(screen, trace);
  if (burst !== null) showBurst(screen, burst);
}

function showEpochs(screen: Screen, { hub, rollups }: Report["epochs"]) {
  screen.title("Epochs: weight that can be taken, in tokens, by operator");
  const names = [...new Set(hub.flatMap(({ operators }) => operators.map(({ name }) => name)))].sort();
  const rows = hub.map(({ epoch, slashableWeight, operators }) => [
    String(epoch),
    slashableWeight,
    ...names.map((name) => operators.find((operator) => operator.name === name)?.weight ?? ""),
    rollups.flatMap(({ name, installed }) => (installed.includes(epoch) ? [name] : [])).join(", "),
  ]);
  screen.table(["epoch", "together", ...names.map((name) => name.replace("operator ", "#")), "installed on"], rows);
}

function showBurst(
  screen: Screen,
  { messages, durationMs, sendGasPerMessage, delivery }: NonNullable<Report["burst"]>,
) {
  screen.title("The burst");
  const perSecond = ((messages * 1_000) / durationMs).toFixed(0);
  screen.plain(`  ${grouped(messages)} messages in ${seconds(durationMs)}, ${perSecond} a second`);
  screen.plain(`  to send one of them      ${grouped(sendGasPerMessage)} gas`);
  screen.plain(
    `  to deliver one of them   ${grouped(delivery.gasPerMessage)} gas, certificates included (${delivery.transactions} transactions)`,
  );
}

function showTrace(
  screen: Screen,
  { messageId, source, destination, nonce, sent, signed, certified, delivered }: Trace,
) {
  screen.title(`One message, ${source} → ${destination} #${nonce}`);
  screen.plain(`  ${messageId}`);
  const after = (milliseconds: number) => `+${seconds(milliseconds)}`;
  screen.table(
    ["stage", "after", "gas", "where"],
    [
      ["sent", after(0), grouped(sent.gasUsed), `block ${sent.blockNumber} of ${source}, ${sent.transactionHash}`],
      ...signed.map(({ operator, afterMs }) => ["signed", after(afterMs), "", operator]),
      [
        "certified",
        after(certified.afterMs),
        "",
        `batch ${certified.statementsRoot}, ${certified.statements} statements, nonSigners ${certified.nonSigners}`,
      ],
      [
        "delivered",
        after(delivered.afterMs),
        grouped(delivered.gasUsed),
        `block ${delivered.blockNumber} of ${destination}, ${delivered.transactionHash}${delivered.messages > 1 ? `, with ${delivered.messages - 1} others` : ""}`,
      ],
    ],
  );
}

/** Whether what arrived is what was sent; if not, what is wrong. */
export function showVerdict(screen: Screen, verdict: Verdict): void {
  screen.title("Reconciliation, read from the chains");
  const { ok, sent, delivered, missing, unexpected, repeated, contradictions } = verdict;
  if (ok) {
    screen.line("verdict", `${grouped(sent)} sent, ${grouped(delivered)} delivered, each once: the two sets are equal`);
    return;
  }
  screen.line("failed", `${grouped(sent)} sent, ${grouped(delivered)} delivered: the two sets differ`);
  const list = (what: string, values: readonly string[]) => {
    if (values.length === 0) return;
    screen.plain(`  ${what}: ${grouped(values.length)}`);
    for (const value of values.slice(0, NAMED_IDS)) screen.plain(`    ${value}`);
    if (values.length > NAMED_IDS) screen.plain(`    and ${grouped(values.length - NAMED_IDS)} more`);
  };
  list("not delivered", missing);
  list("delivered, but never sent", unexpected);
  list("delivered more than once", repeated);
  list("contradictions", contradictions);
}

/** Whether every rollup has the hub's epochs, and the newest shows what changed; if not, what is wrong. */
export function showEpochVerdict(screen: Screen, { verdict, change, rollups }: Report["epochs"]): void {
  if (!verdict.ok) {
    screen.line("failed", "the rollups' epochs are not what the hub says, or not what was done");
    for (const text of verdict.contradictions.slice(0, NAMED_IDS)) screen.plain(`    ${text}`);
    return;
  }
  const newest = Math.min(...rollups.map(({ installed }) => installed.at(-1) ?? 0));
  const what = `every rollup has the hub's epochs up to ${newest}, row by row`;
  const told =
    change === null ? "" : `: ${change.joined} joined, ${change.left} left, the stake of ${change.raised} grew`;
  screen.line("verdict", `${what}${told}`);
}

/** Where everything listens, and what to try in a second terminal. */
export function showInvitation(screen: Screen, deployment: Deployment, file: string, traced: string | undefined): void {
  const { hub, rollups } = deployment;
  const { aggregator, relayer, watcher, operators } = deployment.devnet;
  screen.title(`Endpoints (also in ${file})`);
  screen.table(
    ["name", "chain id", "url", "gateway"],
    [
      [hub.name, String(hub.chainId), hub.url, `(service manager ${hub.contracts.serviceManager})`],
      ...rollups.map(({ name, chainId, url, contracts }) => [name, String(chainId), url, contracts.gateway]),
      ...[aggregator, relayer, watcher, ...operators].map(({ name, url }) => [name, "", url, ""]),
    ],
  );
  const other = file === DEFAULT_DEPLOYMENT ? "" : ` --deployment ${file}`;
  screen.title("Try in a second terminal");
  screen.plain(`  npx hardhat message send --from alpha --to beta --text "Hello from a second terminal"${other}`);
  if (traced !== undefined) screen.plain(`  npx hardhat message status ${traced}${other}`);
  screen.plain(
    `  npx hardhat message send --from gamma --to alpha --data 0xc0ffee --deliver-before +60 --json${other}`,
  );
}

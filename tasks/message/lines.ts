import type { Trace, TracedCertificate, TracedTransaction } from "#chain/trace/trace.ts";

import { moment, span } from "../shared/time.ts";

/** A trace for people. */
export function traceLines(trace: Trace, payload: string): string[] {
  const { messageId, stage, source, destination, message, sent, certificate, attempts, delivered, obstacle } = trace;
  const to = destination ?? `chain ${message.destinationChainId} (not in the address book)`;
  return [
    `${messageId} is ${stage}`,
    `  ${source} → ${to} #${message.nonce}, from ${message.sender} to ${message.recipient}, ${payload}`,
    stageLine("sent", sent, sent),
    ...(certificate === undefined ? [] : certificateLines(certificate, sent)),
    ...attempts.map(({ blockNumber, transactionHash, reason }) =>
      line("refused", `block ${blockNumber}, ${transactionHash}: ${reason}`),
    ),
    ...(delivered === undefined
      ? [
          line(
            "not yet",
            obstacle === undefined || obstacle === "None" ? whyLine(trace) : `${obstacle}; ${whyLine(trace)}`,
          ),
        ]
      : [`${stageLine("delivered", delivered, sent)}, ${delivered.messages} in one transaction`]),
  ];
}

function whyLine({ messageId }: Trace): string {
  return `npx hardhat message why ${messageId}`;
}

function certificateLines(certificate: TracedCertificate, sent: TracedTransaction): string[] {
  const { operatorSetId, epoch, issuedAt, statementsRoot, page, statements, confirmed, told, isValid } = certificate;
  const { signers = [], signedWeight, totalWeight, signedBps, requiredBps } = certificate;
  const batch = statements === undefined ? "" : `, ${statements} statements`;
  const verdict = isValid === undefined ? "" : isValid ? ", the signature holds" : ", the signature does NOT hold now";
  const weight =
    signedWeight === undefined || totalWeight === undefined
      ? "by a table that the destination does not have"
      : `${signedWeight} of ${totalWeight} (${signedBps ?? 0} bps, ${requiredBps ?? 0} demanded)`;
  return [
    line(
      "signed",
      `${moment(issuedAt)} (${after(issuedAt, sent)}): page ${page.pageIndex} up to its ${page.count}. message, ` +
        `block ${page.blockNumber}, finality ${page.finality}`,
    ),
    ...signers.map(({ row, operator, weight: own, hasSigned }) =>
      line("", `${hasSigned ? "✓" : "–"} row ${row}, weight ${own}${operator === undefined ? "" : `, ${operator}`}`),
    ),
    line("certified", `${weight}, epoch ${epoch} of set ${operatorSetId}${verdict}`),
    line("", `batch ${statementsRoot}${batch}, told ${told}`),
    ...(confirmed === undefined ? [] : [stageLine("confirmed", confirmed, sent)]),
  ];
}

function stageLine(stage: string, transaction: TracedTransaction, sent: TracedTransaction): string {
  const { timestamp, blockNumber, gasUsed, transactionHash, from } = transaction;
  const time = transaction === sent ? moment(timestamp) : `${moment(timestamp)} (${after(timestamp, sent)})`;
  return line(stage, `${time}, block ${blockNumber}, ${gasUsed} gas, ${transactionHash} by ${from}`);
}

// Two clocks are compared, and may differ.
function after(timestamp: bigint, { timestamp: sentAt }: TracedTransaction): string {
  return timestamp < sentAt
    ? `${span(sentAt - timestamp)} before, by another clock`
    : `${span(timestamp - sentAt)} later`;
}

function line(stage: string, text: string): string {
  return `  ${stage.padEnd(10)} ${text}`;
}

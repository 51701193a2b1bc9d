import type { Diagnosis, Reason } from "#chain/trace/diagnosis.ts";
import type { RollupBook } from "#deploy/addressBook.ts";
import { placeOf, type Message } from "#protocol/messages.ts";

import { moment } from "../shared/time.ts";

/** What ends a reason. */
export interface Mend {
  /** The very command; null where none can. */
  readonly command: string | null;
  /** Who does what, or why nothing can be done. */
  readonly text: string;
}

/** What a mend is about. */
export interface Trouble {
  readonly diagnosis: Diagnosis;
  readonly id: string;
  readonly laneId: string;
  readonly message: Message;
  /** As the address book names them, or their chain ids. */
  readonly source: string;
  readonly destination: RollupBook | undefined;
  readonly aggregator: string | undefined;
  readonly deployment: string;
}

const DEFAULT_DEPLOYMENT = "deployments/devnet.json";
/** What stands in a command where only the reader knows. */
const SOME_AGGREGATOR = "AGGREGATOR_URL";

/**
 * @param trouble - Why a message is not delivered.
 * @returns What mends that, or why nothing does.
 */
export function mendOf(trouble: Trouble): Mend {
  return MENDS[trouble.diagnosis.code](trouble);
}

const MENDS: Readonly<Record<Reason, (trouble: Trouble) => Mend>> = {
  DestinationUnknown: () => nothing("add the rollup to the address book, or name one that has it with --deployment"),
  Expired: () => nothing("nothing delivers it any more, on no rollup: its sender gave it an end. Send it again"),
  SourceUnknown: (trouble) => carryEntry(trouble, hardhat(trouble, "rollup show", trouble.source)),
  SourceNotHeard: (trouble) => carryEntry(trouble, hardhat(trouble, "rollup activate", trouble.source)),
  SourceRefused: (trouble) => loosen(trouble, "--refused false"),
  SourceIrrefutable: (trouble) =>
    trouble.diagnosis.hubKnowsMore === true
      ? carryEntry(trouble, "")
      : loosen(trouble, "--accepts-irrefutable true", "; better, its owner names a bridge (rollup propose)"),
  SourceHalted: (trouble) => ({
    command: hardhat(trouble, "admin pause end-halt", nameOf(trouble), trouble.source),
    text: `it is over by itself at ${moment(trouble.diagnosis.endsAt ?? 0n)}; the policy's owner can end it at once`,
  }),
  GatewayUnknown: (trouble) => carryEntry(trouble, hardhat(trouble, "rollup show", trouble.source)),
  GatewayRefused: () => nothing("nothing: a refused gateway is never heard again. Send it again from the present one"),
  GatewayDrained: () => nothing("nothing: its 90 days are over. Send it again from the present gateway"),
  OverLimit: (trouble) => loosen(trouble, "--messages-per-hour none", overLimitText(trouble)),
  NoTable: (trouble) => carryTable(trouble),
  TableNotYet: ({ diagnosis }) =>
    nothing(`wait until ${moment(diagnosis.endsAt ?? 0n)}; aggregators then go on by themselves`),
  StaleTable: (trouble) => heal(trouble),
  Frozen: (trouble) => ({
    command: hardhat(trouble, "admin pause lift", nameOf(trouble), String(trouble.diagnosis.operatorSetId ?? 1)),
    text:
      trouble.destination?.bridge === undefined
        ? "the policy's owner announces it, and carries it out after the loosening delay"
        : "the policy's owner, after the loosening delay; sooner, an epoch that begins later and comes over the canonical bridge (a relayer with hub.bridges)",
  }),
  Revoked: (trouble) => heal(trouble),
  NotFinal: (trouble) => again(trouble, "wait: what is not final may be undone, and nobody signs it"),
  NotInRegistry: (trouble) => ({
    command: hardhat(trouble, "rollup show", trouble.source),
    text: "nobody signs it until the registry has both ends of its lane as Active or Draining",
  }),
  NobodyAsked: (trouble) =>
    again(trouble, "name an aggregator, which publishes certificates", ` --aggregator ${SOME_AGGREGATOR}`),
  NotCertified: (trouble) => ({
    command: hardhat(trouble, "operator list"),
    text:
      "wait for the next round; when it stays so, look at which operators abstain (an aggregator's /health, operators' logs): " +
      "with a third of the weight missing nothing is certified",
  }),
  CertificateStale: (trouble) => ({
    command:
      `curl -X POST -H 'content-type: application/json' ${trouble.aggregator ?? SOME_AGGREGATOR}/pages ` +
      `-d '{"laneId":"${trouble.laneId}","pageIndex":"${placeOf(trouble.message.nonce).pageIndex}"}'`,
    text: "have its page certified again, by the epoch that speaks now; relayers do so by themselves",
  }),
  ClockAhead: (trouble) =>
    again(trouble, "wait until the destination's clock is there; look at the aggregator's clock"),
  WrongOperatorSet: (trouble) =>
    again(trouble, "ask an aggregator of the source's own set", ` --aggregator ${SOME_AGGREGATOR}`),
  TableTooLight: (trouble) => loosen(trouble, "--min-total-weight-log2 N", "; or operators get more stake"),
  QuorumNotReached: (trouble) =>
    loosen(
      trouble,
      "--quorum-bps 6667",
      "; better, absent operators sign again, or aggregators wait for more of them (quorumBps)",
    ),
  FinalityOutOfRange: (trouble) =>
    loosen(trouble, "--min-finality N", "; better, the aggregator proposes what is final"),
  CertificateInvalid: (trouble) =>
    again(trouble, "ask another aggregator: this one lies, or is broken", ` --aggregator ${SOME_AGGREGATOR}`),
  FalsePage: () => ({
    command: "npx hardhat fault refute EVIDENCE_FILE",
    text: "either its operators lie about the source, or the endpoint does. Compare with another endpoint; if the source is right, accuse them (a watcher does)",
  }),
  Refused: (trouble) => again(trouble, "see what the gateway says; protocol.md lists its rules"),
  RecipientWithoutCode: (trouble) =>
    deliver(trouble, "nothing, unless a contract is deployed at that address; then anybody delivers it"),
  RecipientReverts: (trouble) =>
    deliver(
      trouble,
      "mend the recipient's state or wait for it; the message stays deliverable, and anybody delivers it then",
    ),
  WrongSelector: (trouble) =>
    deliver(
      trouble,
      "nothing, unless the recipient can be changed to answer as ERC-7786 asks; then anybody delivers it",
    ),
  OutOfGas: (trouble) =>
    deliver(trouble, "anybody delivers it with more gas than its sender promised", " --gas 10000000"),
  WaitsForRelayer: (trouble) => deliver(trouble, "wait for a relayer, run one, or deliver it by hand"),
};

function nothing(text: string): Mend {
  return { command: null, text };
}

function hardhat({ deployment }: Pick<Trouble, "deployment">, ...words: readonly string[]): string {
  const where = deployment === DEFAULT_DEPLOYMENT ? "" : ` --deployment ${deployment}`;
  return `npx hardhat ${words.join(" ")}${where}`;
}

function nameOf({ destination, message }: Trouble): string {
  return destination?.name ?? String(message.destinationChainId);
}

function again(trouble: Trouble, text: string, option = ""): Mend {
  return { command: hardhat(trouble, `message why ${trouble.id}${option}`), text };
}

function deliver(trouble: Trouble, text: string, option = ""): Mend {
  const aggregator = ` --aggregator ${trouble.aggregator ?? SOME_AGGREGATOR}`;
  return { command: hardhat(trouble, `message deliver ${trouble.id}${aggregator}${option}`), text };
}

function loosen(trouble: Trouble, option: string, more = ""): Mend {
  return {
    command: hardhat(trouble, "policy set", nameOf(trouble), trouble.source, option),
    text: `the policy's owner loosens it, which waits for the loosening delay${more}`,
  };
}

function overLimitText({ diagnosis }: Trouble): string {
  return diagnosis.endsAt === 0n
    ? "; no waiting helps, because the limit is none at all"
    : "; or wait, for an hour at most";
}

// What the hub knows is brought by a certificate; what it does not know must be said there first.
function carryEntry(trouble: Trouble, otherwise: string): Mend {
  const { diagnosis, aggregator } = trouble;
  if (diagnosis.hubKnowsMore === false && otherwise !== "") {
    return {
      command: otherwise,
      text: "the hub's registry says the same: it must change there first, by whoever owns the entry",
    };
  }
  return {
    command: hardhat(trouble, "table carry", nameOf(trouble), `--aggregator ${aggregator ?? SOME_AGGREGATOR}`),
    text: "bring what the hub's registry says, as relayers do; another gateway or set takes a day from then on",
  };
}

function carryTable(trouble: Trouble): Mend {
  if (trouble.diagnosis.epoch === undefined) {
    return nothing(
      "nothing by certificate: a set's first table comes with the rollup's deployment, or over its canonical bridge",
    );
  }
  return {
    command: hardhat(trouble, "table carry", nameOf(trouble), `--aggregator ${trouble.aggregator ?? SOME_AGGREGATOR}`),
    text: "bring the tables that it lacks, epoch by epoch, as relayers do",
  };
}

function heal(trouble: Trouble): Mend {
  if (trouble.destination?.bridge === undefined) {
    return {
      command: hardhat(trouble, "table build"),
      text: "no certificate brings a table any more, and the rollup has no canonical bridge: its policy's owner names the hub's next table (announceEpoch), after the loosening delay",
    };
  }
  const set = trouble.diagnosis.operatorSetId;
  const option = set === undefined ? "" : ` --set ${String(set)}`;
  return {
    command: hardhat(trouble, `epoch send --to ${nameOf(trouble)}${option}`),
    text:
      `only the canonical bridge brings an epoch that speaks: the hub's newest (table build makes one), and when it is there ` +
      `\`epoch install ${nameOf(trouble)}${option}\`; a relayer with hub.buildsTables and hub.bridges does all that by itself`,
  };
}

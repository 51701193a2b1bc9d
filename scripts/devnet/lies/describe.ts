import { FAULTS } from "#protocol/evidence/verdict.ts";

import { operators } from "../accounts.ts";
import { CHAINS, CHAIN_NAMES } from "../chains.ts";
import { tokens } from "../narrator.ts";
import type { Subject } from "../screen.ts";
import type { Fact } from "./facts.ts";

/** A line of the timeline. */
export interface Line {
  readonly subject: Subject;
  readonly text: string;
}

const STATUSES = ["speaks", "is frozen", "is revoked"] as const;

/**
 * @param fact - What a contract said.
 * @returns It for people; undefined for what is no news to them.
 */
export function describe({ event, args }: Fact): Line | undefined {
  switch (event) {
    case "SetFrozen":
      return { subject: "stopped", text: "the set is frozen: two of its quorums contradict each other" };
    case "EpochStatusChanged":
      return { subject: "stopped", text: `epoch ${number(args.epoch)} ${STATUSES[number(args.status)] ?? "changed"}` };
    case "TableInstalled":
      return { subject: "epoch", text: `epoch ${number(args.epoch)} is installed` };
    case "EntryApplied":
      return { subject: "bridge", text: `the directory has another entry of ${chainName(args.chainId)}` };
    case "RefutationSent":
      return { subject: "bridge", text: "the source's gateway says what the page truly is, over the bridge" };
    case "Refuted":
      return { subject: "bridge", text: "what the source's gateway said has arrived" };
    case "CaseOpened":
      return { subject: "case", text: `case ${number(args.caseId)} is opened: ${FAULTS[number(args.fault)] ?? ""}` };
    case "CaseAcquitted":
      return { subject: "case", text: `case ${number(args.caseId)} is acquitted: "${String(args.reason)}"` };
    case "OperatorSlashed":
      return {
        subject: "slashed",
        text: `${operatorName(args.operator)} pays ${tokens(sum(args.shares))} in case ${number(args.caseId)}`,
      };
    case "NothingLeft":
      return {
        subject: "slashed",
        text: `${operatorName(args.operator)} has nothing more to pay in case ${number(args.caseId)}`,
      };
    case "EpochRevoked": {
      const [weight, total] = [tokens(big(args.convictedWeight)), tokens(big(args.totalWeight))];
      return {
        subject: "stopped",
        text: `epoch ${number(args.epoch)} is revoked: ${weight} of ${total} are convicted`,
      };
    }
    case "TokensCollected":
      return { subject: "vault", text: `slash ${number(args.slashId)}: ${tokens(big(args.tokens))} are in the vault` };
    default:
      return undefined;
  }
}

/** An operator's name; of others the address. */
export function operatorName(value: unknown): string {
  return operators().find(({ account }) => account.address === value)?.name ?? String(value);
}

function chainName(value: unknown): string {
  return CHAIN_NAMES.find((name) => BigInt(CHAINS[name].chainId) === value) ?? `chain ${String(value)}`;
}

function big(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}

function number(value: unknown): number {
  return Number(big(value));
}

function sum(values: unknown): bigint {
  return Array.isArray(values) ? values.reduce<bigint>((total, value) => total + big(value), 0n) : 0n;
}

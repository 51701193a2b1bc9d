import { ArgumentType } from "hardhat/types/arguments";
import type { NewTaskDefinitionBuilder, TaskArguments } from "hardhat/types/tasks";

// Definitions only: what a task does is loaded when it runs.

/** File that tells where everything is. */
export const deployment = {
  name: "deployment",
  description: "Address book of the network, or file of a running devnet",
  type: ArgumentType.STRING,
  defaultValue: "deployments/devnet.json",
} as const;

/** One JSON document on standard output. */
export const json = {
  name: "json",
  description: "Print one JSON document on stdout, everything else on stderr",
} as const;

/** Who sends. */
export const account = {
  name: "account",
  description: "Who sends: index among the network's accounts",
  type: ArgumentType.INT,
  defaultValue: 0,
} as const;

/** Nothing is sent. */
export const dryRun = {
  name: "dryRun",
  description: "Only ask the chain whether it would be done, without any key; nothing is sent",
} as const;

/** Nobody is asked. */
export const yes = { name: "yes", description: "Send without asking" } as const;

/** What was done by hand is kept, or is not. */
export const undo = {
  name: "undo",
  description: "Also what loosens, and what undoes what somebody tightened, announced or proposed by hand",
} as const;

/** Written down for others to sign. */
export const safeExport = {
  name: "safeExport",
  description: "Write the calls to this file for the Safe Transaction Builder instead of sending them",
  type: ArgumentType.STRING,
  defaultValue: "",
} as const;

/**
 * @param builder - A command that sends for a role, or has it written down for whoever has the role.
 * @returns The same, with all options that these commands take.
 */
export function forRole<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder
    .addFlag(dryRun)
    .addOption(safeExport)
    .addFlag(yes)
    .addOption(account)
    .addOption(deployment)
    .addFlag(json);
}

/** Which operator set. */
export const set = {
  name: "set",
  description: "Operator set; the address book's first unless given",
  type: ArgumentType.INT,
  defaultValue: 0,
} as const;

/** Where a password is. */
export const passwordFile = {
  name: "passwordFile",
  description: "File with the keystore's password; else PARLEY_KEYSTORE_PASSWORD, else the terminal is asked",
  type: ArgumentType.STRING,
  defaultValue: "",
} as const;

/** An option with a text; empty unless given. */
export function text<const Name extends string>(name: Name, description: string, defaultValue = "") {
  return { name, description, type: ArgumentType.STRING, defaultValue } as const;
}

/** An option with a whole number. */
export function int<const Name extends string>(name: Name, description: string, defaultValue: number) {
  return { name, description, type: ArgumentType.INT, defaultValue } as const;
}

/** A chain, by id or by its name in the address book. */
export const chain = { name: "chain", description: "Chain id, or name of a rollup in the address book" } as const;

import { existsSync } from "node:fs";
import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";

import { buildModule, deploy, DeploymentResultType, status, wipe } from "@nomicfoundation/ignition-core";
import type {
  ArtifactResolver,
  DeploymentResult,
  EIP1193Provider,
  IgnitionModule,
} from "@nomicfoundation/ignition-core";

import type { Address } from "#protocol/types.ts";

import { DeployError } from "../errors.ts";
import type { Step } from "../steps/step.ts";

/** Whose journal, and who deploys. */
export interface Journal {
  /** Where it lies: one a chain. */
  readonly folder: string;
  readonly provider: EIP1193Provider;
  readonly deployer: Address;
  readonly confirmations: number;
  readonly pollingMs: number;
}

/** A contract that is there, for the journal to name. */
export interface Found {
  readonly id: string;
  readonly contract: string;
  readonly address: Address;
  readonly abi: readonly unknown[];
}

const MODULE = "Parley";

// Nothing is looked up by name: what is sent is in the step, and what contracts can do comes with them.
const noArtifacts: ArtifactResolver = {
  loadArtifact: (name) => Promise.reject(new Error(`nobody asks for ${name}`)),
  getBuildInfo: () => Promise.resolve(undefined),
};

/**
 * Has Ignition send deployments and write each into the chain's journal: what it sends, before it does, and what became of it. Which
 * they are the chain has said; a journal that was interrupted is brought up to that first.
 *
 * @param journal - The chain's.
 * @param steps - Deployments that need nothing of each other.
 */
export async function sendJournalled(journal: Journal, steps: readonly Step[]): Promise<void> {
  if (steps.length === 0) return;
  await forget(
    journal.folder,
    steps.map(({ id }) => futureIn(futureOf(id))),
  );
  const module = buildModule(MODULE, (builder) => {
    for (const { id, to, value, data } of steps) {
      if (to === undefined || data === undefined) throw new Error(`${id} is not sent to anybody`);
      builder.send(futureOf(id), to, value, data);
    }
    return {};
  });
  await run(journal, module);
}

/**
 * Names contracts in the chain's journal: Ignition lists them in `deployed_addresses.json`, with what they can do beside it.
 *
 * @param journal - The chain's.
 * @param found - What is there.
 */
export async function nameInJournal(journal: Journal, found: readonly Found[]): Promise<void> {
  const named = await namesIn(journal.folder);
  const missing = found.filter(({ id, address }) => named.get(futureIn(nameOf(id))) !== address);
  if (missing.length === 0) return;
  await forget(
    journal.folder,
    missing.map(({ id }) => futureIn(nameOf(id))),
  );
  const module = buildModule(MODULE, (builder) => {
    for (const { id, contract, address, abi } of missing) {
      builder.contractAt(contract, artifactOf(contract, abi), address, { id: nameOf(id) });
    }
    return {};
  });
  await run(journal, module);
}

/**
 * A future that was begun and not finished is what an interruption leaves behind. Whether its transaction was mined the chain has
 * said already, and what is sent now may have other arguments: it is struck out, as the journal tells for ever. So is one that was
 * finished and is to be sent: a reorganisation undid it, or it was of another salt, and Ignition would believe its journal.
 */
async function forget(folder: string, again: readonly string[]): Promise<void> {
  const file = join(folder, "journal.jsonl");
  if (!existsSync(file)) return;
  await mend(file);
  if ((await readFile(file, "utf8")).trim() === "") return;
  const { started, timedOut, failed, held, successful } = await status(folder);
  const unfinished = [...started, ...[...timedOut, ...failed, ...held].map(({ futureId }) => futureId)];
  const finished = successful.filter((futureId) => again.includes(futureId));
  for (const futureId of new Set([...unfinished, ...finished])) await wipe(folder, noArtifacts, futureId);
}

/** Whoever is killed while it writes leaves half a line, which nobody could read over. */
async function mend(file: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const start = text.lastIndexOf("\n") + 1;
  try {
    if (text.length > start) JSON.parse(text.slice(start));
  } catch {
    await truncate(file, Buffer.byteLength(text.slice(0, Math.max(0, start - 1))));
  }
}

async function namesIn(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const file = join(folder, "deployed_addresses.json");
  if (!existsSync(file)) return new Map();
  const found: unknown = JSON.parse(await readFile(file, "utf8"));
  return new Map(typeof found === "object" && found !== null ? Object.entries(found) : []);
}

async function run(
  { folder, provider, deployer, confirmations, pollingMs }: Journal,
  ignitionModule: IgnitionModule,
): Promise<void> {
  const result = await deploy({
    ...{ artifactResolver: noArtifacts, provider, deploymentDir: folder, ignitionModule, deploymentParameters: {} },
    ...{ accounts: [deployer], defaultSender: deployer },
    config: { requiredConfirmations: confirmations, blockPollingInterval: pollingMs },
  });
  if (result.type === DeploymentResultType.SUCCESSFUL_DEPLOYMENT) return;
  throw new DeployError("StepFailed", `Ignition stopped: ${reasonOf(result)}`);
}

function reasonOf(result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>): string {
  if (result.type !== DeploymentResultType.EXECUTION_ERROR) {
    return Object.entries(result.errors)
      .map(([future, errors]) => `${future}: ${errors.join("; ")}`)
      .join("; ");
  }
  const failed = result.failed.map(({ futureId, error }) => `${futureId} failed: ${error}`);
  const slow = result.timedOut.map(({ futureId }) => `${futureId} was not mined in time`);
  return [...failed, ...slow].join("; ");
}

/** What Ignition calls a future of the module, and the one that names a contract. */
function futureIn(future: string): string {
  return `${MODULE}#${future}`;
}

function nameOf(id: string): string {
  return `${futureOf(id)}_at`;
}

/** Ignition's ids have no slash. */
function futureOf(id: string): string {
  return id.replaceAll("/", "_").replaceAll("-", "_");
}

function artifactOf(contractName: string, abi: readonly unknown[]) {
  return {
    ...{ _format: "hh3-artifact-1", contractName, sourceName: `${contractName}.sol`, abi: [...abi] },
    ...{ bytecode: "0x", deployedBytecode: "0x", linkReferences: {}, deployedLinkReferences: {} },
  };
}

import { join } from "node:path";

import type { Address } from "#protocol/types.ts";

import { chainsOf } from "../config/chains.ts";
import type { NetworkConfig } from "../config/schema.ts";
import { DeployError } from "../errors.ts";
import { requireOwnRoles } from "../fit.ts";
import { surveyNetwork, type Workshop } from "../plan.ts";
import type { Step } from "../steps/step.ts";
import { beginNetwork } from "./beginning.ts";
import { writeBook } from "./book.ts";
import { call, passOn } from "./calls.ts";
import { senderFrom, settle, until, type Crew } from "./crew.ts";
import { nameInJournal, sendJournalled, type Journal } from "./journal.ts";
import { roundOf, type Consent } from "./round.ts";

/** What a deployment is made with. */
export interface Yard extends Omit<Workshop, "fromBlock">, Consent {
  /** By `hub` and names of rollups. */
  readonly crews: ReadonlyMap<string, Crew>;
  /** Of the network: journals and where it began. */
  readonly folder: string;
  /** The address book of the network. */
  readonly file: string;
  /** The project's folder. */
  readonly root: string;
  /** Told of every step before it is sent, and after. */
  report(step: Step, what: "sends" | "done"): void;
}

/** What is left when nothing can be sent from here any more. */
export interface Applied {
  /** Everything, with what is done. */
  readonly steps: readonly Step[];
  /** What was sent. */
  readonly sent: readonly string[];
  /** What could be sent now, but by nobody here. */
  readonly forOthers: readonly Step[];
  /** What could be sent from here, but is not what was agreed to; then nothing more was sent. */
  readonly changed: readonly Step[];
}

/**
 * Sends whatever is missing and can be sent, until nothing is left that can. What is missing is read from the chains each time, so
 * whoever is interrupted, at whatever point, starts again and goes on: nothing is sent twice.
 *
 * @param name - What the network is called.
 * @param config - What should be.
 * @param yard - What it is made with.
 * @returns What is left to others, or has to wait.
 */
export async function applyNetwork(name: string, config: NetworkConfig, yard: Yard): Promise<Applied> {
  requireOwnRoles(name, config);
  const { deployer } = config.roles;
  for (const [chain] of chainsOf(config)) {
    if (crewOf(yard, chain).accounts.has(deployer)) continue;
    throw new DeployError("NotTheDeployer", `${chain}: the network's accounts are not the deployer, ${deployer}`);
  }
  const sent: string[] = [];
  for (;;) {
    for (const crew of yard.crews.values()) await settle(crew, sendersOf(config, crew));
    const begun = await beginNetwork(config, yard);
    const steps = await surveyNetwork(config, { ...yard, fromBlock: begun.get("hub") ?? 0 }, sent.length === 0);
    await nameFound(config, yard, steps);
    await writeBook(config, { ...yard, steps, begun });
    const isHere = (step: Step) => senderFrom(crewOf(yard, step.chain), step, deployer) !== undefined;
    const { ours, forOthers, changed } = roundOf(steps, yard, isHere);
    const again = ours.find(({ id }) => sent.includes(id));
    if (again !== undefined) {
      throw new DeployError("StepFailed", `${again.id} was sent and mined, but the chain does not say that it is done`);
    }
    if (ours.length === 0) return { steps, sent, forOthers, changed };
    sent.push(...ours.map(({ id }) => id));
    await sendAll(config, yard, ours);
  }
}

/** On all chains at once; on each of them deployments first, together, then the calls, one by one. */
async function sendAll(config: NetworkConfig, yard: Yard, steps: readonly Step[]): Promise<void> {
  const results = await Promise.allSettled(
    [...yard.crews.values()].map(async (crew) => {
      const own = steps.filter(({ chain }) => chain === crew.chain);
      const deployments = own.filter(({ kind, signed }) => kind === "deploy" && signed === undefined);
      for (const step of deployments) yard.report(step, "sends");
      await sendJournalled(journalOf(config, yard, crew), deployments);
      for (const step of deployments) {
        await untilThere(crew, step);
        yard.report(step, "done");
      }
      for (const step of own.filter((found) => !deployments.includes(found))) {
        yard.report(step, "sends");
        if (step.signed === undefined) await call(crew, step, config.roles.deployer);
        else await passOn(crew, step.signed);
        yard.report(step, "done");
      }
    }),
  );
  for (const result of results) {
    if (result.status === "rejected") throw result.reason;
  }
}

async function untilThere({ provider, pollingMs }: Crew, { id, deploys }: Step): Promise<void> {
  const isThere = async () => deploys === undefined || (await provider.getCode(deploys)) !== "0x";
  await until(isThere, pollingMs, `${id} was mined, but the endpoint does not know of it`);
}

async function nameFound(config: NetworkConfig, yard: Yard, steps: readonly Step[]): Promise<void> {
  for (const crew of yard.crews.values()) {
    const found = steps.flatMap(({ id, chain, contract, kind, deploys, isDone, signed }) => {
      const abi = yard.artifacts[contract]?.abi;
      if (chain !== crew.chain || kind !== "deploy" || !isDone || signed !== undefined) return [];
      return deploys === undefined || abi === undefined ? [] : [{ id, contract, address: deploys, abi: listOf(abi) }];
    });
    await nameInJournal(journalOf(config, yard, crew), found);
  }
}

function listOf(abi: unknown): readonly unknown[] {
  const list: unknown = typeof abi === "string" ? JSON.parse(abi) : abi;
  return Array.isArray(list) ? list.map((part: unknown) => part) : [];
}

function journalOf({ roles }: NetworkConfig, { folder }: Yard, crew: Crew): Journal {
  const { chain, raw, confirmations, pollingMs } = crew;
  return { folder: join(folder, chain), provider: raw, deployer: roles.deployer, confirmations, pollingMs };
}

/** Whoever of the network's roles sends from here. */
function sendersOf({ roles, rollups }: NetworkConfig, { accounts }: Crew): Set<Address> {
  const owners = Object.values(rollups).flatMap(({ entry, policy }) => [entry.owner, policy.owner]);
  const roled = [roles.deployer, roles.registrar, ...roles.shapers, ...owners];
  return new Set(roled.filter((account) => accounts.has(account)));
}

function crewOf({ crews }: Yard, chain: string): Crew {
  const crew = crews.get(chain);
  if (crew === undefined) throw new Error(`${chain} was not opened`);
  return crew;
}

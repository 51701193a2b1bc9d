import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { z } from "zod";

import { hubBookSchema, rollupBookSchema } from "#deploy/addressBook.ts";
import { addressSchema, parse } from "#protocol/schemas.ts";

import { ROLLUP_NAMES } from "./chains.ts";
import { DevnetError } from "./errors.ts";

/** Where a devnet tells other processes about itself, unless told otherwise. */
export const DEFAULT_DEPLOYMENT = "deployments/devnet.json";

const rollupSchema = rollupBookSchema.extend({
  name: z.enum(ROLLUP_NAMES),
  url: z.url(),
  bridge: rollupBookSchema.shape.bridge.unwrap(),
  apps: z.strictObject({
    /** Takes any message and emits `Received`. */
    textRecipient: addressSchema,
    burstSender: addressSchema,
    token: addressSchema.optional(),
    tokenBridge: addressSchema.optional(),
  }),
});

const nodeSchema = z.strictObject({ name: z.string(), url: z.url() });

/** What a running devnet tells other processes: an address book, and what only a devnet has. */
export const deploymentSchema = z.strictObject({
  hub: hubBookSchema.extend({ url: z.url() }),
  rollups: z.array(rollupSchema).min(1),
  devnet: z.strictObject({
    pid: z.int().min(1),
    /** All, those among them who have not joined yet. */
    operators: z.array(nodeSchema.extend({ address: addressSchema })),
    aggregator: nodeSchema,
    relayer: nodeSchema,
    watcher: nodeSchema,
    /** The slow roads, and what carries on them besides time. */
    bridges: z.strictObject({
      carrier: addressSchema,
      downSeconds: z.int().min(0),
      upSeconds: z.int().min(0),
      roads: z.array(
        z.strictObject({ rollup: z.enum(ROLLUP_NAMES), hubMessenger: addressSchema, rollupMessenger: addressSchema }),
      ),
    }),
  }),
});

/** What {@link deploymentSchema} parses to. */
export type Deployment = z.output<typeof deploymentSchema>;
/** A rollup as the deployment names it. */
export type DeployedRollup = Deployment["rollups"][number];

/**
 * Writes the file in one step, so that nobody reads half of it.
 *
 * @param path - Where.
 * @param deployment - What other processes need to know.
 */
export async function writeDeployment(path: string, deployment: Deployment): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${deployment.devnet.pid}`;
  await writeFile(draft, `${JSON.stringify(deployment, undefined, 2)}\n`);
  await rename(draft, path);
}

/**
 * @param path - Where.
 * @returns The deployment; throws `NotRunning` when there is none.
 */
export async function readDeployment(path: string): Promise<Deployment> {
  if (!existsSync(path)) {
    throw new DevnetError("NotRunning", `No devnet is running: ${path} does not exist. Start one with \`npm start\`.`);
  }
  try {
    return parse(deploymentSchema, JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new DevnetError("InvalidDeployment", `${path} is not a devnet's: ${String(error)}`, { cause: error });
  }
}

/**
 * Removes the file, if it is still this process's.
 *
 * @param path - Where.
 */
export async function removeDeployment(path: string): Promise<void> {
  if (!existsSync(path)) return;
  try {
    if ((await readDeployment(path)).devnet.pid !== process.pid) return;
  } catch {
    return;
  }
  await rm(path, { force: true });
}

/**
 * @param path - Where.
 * @returns Whether another process that is alive has written it.
 */
export async function isTaken(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  try {
    const { pid } = (await readDeployment(path)).devnet;
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

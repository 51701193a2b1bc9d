import { readFileSync } from "node:fs";

import { z } from "zod";

import { parse } from "#protocol/schemas.ts";

import { systemClock } from "./clock.ts";
import { openLog, reasonOf } from "./log.ts";
import type { RunningNode, Surroundings } from "./node.ts";

/** What a process was called with. Only a `main.ts` reads it. */
export interface ProcessInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a role becomes a process. */
export interface Role<Config> {
  readonly name: string;
  readonly schema: z.ZodType<Config>;
  /** Key of the configuration → environment variable that it comes from, so that no secret is in a file. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly start: (config: Config, surroundings: Surroundings) => Promise<RunningNode>;
}

/**
 * Runs a node until it is told to stop. The configuration is a JSON file, named by the first argument.
 *
 * @param role - The role.
 * @param input - Arguments and environment.
 */
export async function runNode<Config>(role: Role<Config>, input: ProcessInput): Promise<void> {
  const log = openLog(role.name, input.env.LOG_LEVEL ?? "info");
  try {
    const [, , file] = input.argv;
    if (file === undefined) throw new Error("usage: main.ts CONFIG.json");
    const document = parse(z.record(z.string(), z.unknown()), JSON.parse(readFileSync(file, "utf8")));
    const secrets = Object.entries(role.secrets).flatMap(([key, variable]) => {
      const value = input.env[variable];
      return value === undefined ? [] : [[key, value] as const];
    });
    const config = parse(role.schema, { ...document, ...Object.fromEntries(secrets) });
    const node = await role.start(config, { clock: systemClock, log });
    const stop = () => {
      node.stop().catch((error: unknown) => {
        log.error({ reason: reasonOf(error) }, "did not stop cleanly");
        process.exitCode = 1;
      });
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  } catch (error) {
    log.fatal({ reason: reasonOf(error) }, "cannot start");
    process.exitCode = 1;
  }
}

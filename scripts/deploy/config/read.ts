import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { z } from "zod";

import { ConfigError } from "./errors.ts";
import {
  configSchema,
  networkSchema,
  type NetworkConfig,
  type NetworkConfigInput,
  type ParleyConfig,
} from "./schema.ts";

/** Where networks are described, unless told otherwise. */
export const DEFAULT_CONFIG = "parley.config.ts";

/**
 * @param path - A file that default-exports what `defineParley` takes.
 * @returns What it says; throws {@link ConfigError}, which names every place that is wrong.
 */
export async function readConfig(path: string = DEFAULT_CONFIG): Promise<ParleyConfig> {
  const file = resolve(path);
  if (!existsSync(file)) throw new ConfigError("NotFound", `${path} does not exist`);
  const module: unknown = await import(pathToFileURL(file).href);
  const said = typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
  return parsed(configSchema, said, path, []);
}

/**
 * @param config - What networks there are.
 * @param name - What somebody typed.
 * @returns The network; throws {@link ConfigError} for a name that is none.
 */
export function networkNamed({ networks }: ParleyConfig, name: string): NetworkConfig {
  const found = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(networks).join(", ");
  throw new ConfigError("UnknownNetwork", `"${name}" is no network of ${DEFAULT_CONFIG}; there are ${names}`);
}

/**
 * @param name - What the network is called in what is told about it.
 * @param input - A network that no file describes.
 * @returns It, checked; throws {@link ConfigError}.
 */
export function checkNetwork(name: string, input: NetworkConfigInput): NetworkConfig {
  return parsed(networkSchema, input, name, ["networks", name]);
}

function parsed<Out>(schema: z.ZodType<Out>, said: unknown, where: string, prefix: readonly string[]): Out {
  const result = schema.safeParse(said);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  ${pathOf([...prefix, ...path])}: ${message}`);
  throw new ConfigError("Malformed", [`${where} is no configuration:`, ...lines].join("\n"));
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

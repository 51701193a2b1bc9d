import { inspect } from "node:util";

import type { HardhatConfig } from "hardhat/types/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import { z } from "zod";

import { PASSWORD_VARIABLE } from "./password.ts";

// Hardhat, plugins and endpoints quote what they were given: a mistyped key, an endpoint with its token. Whatever a command says, or
// throws, passes here first.

/** What keystores gave out in this process, by names of variables. What comes from the environment is read there. */
const fetched = new Map<string, string>();

/** Remembers what keystores give out, to keep it from being shown. To be listed after all other plugins. */
export const secretsPlugin: HardhatPlugin = {
  id: "parley-secrets",
  hookHandlers: {
    configurationVariables: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            fetchValue: async (context, variable, next) => {
              const value = await next(context, variable);
              fetched.set(variable.name, value);

              return value;
            },
          }),
      }),
  },
};

const variableSchema = z.object({ name: z.string() });

/**
 * @param value - A part of Hardhat's configuration.
 * @returns The name of the variable that it stands for; undefined where it stands there itself.
 */
export function variableName(value: unknown): string | undefined {
  return variableSchema.safeParse(value).data?.name;
}

/** Takes secrets out of a text, and has the names of their variables stand there instead. */
export type Redact = (text: string) => string;

/**
 * @param config - Hardhat's, which says which variables hold secrets.
 * @returns What takes them out, those included that are read later.
 */
export function redactor({ networks, verify }: Pick<HardhatConfig, "networks" | "verify">): Redact {
  const places: unknown[] = Object.values(networks).flatMap((network): unknown[] =>
    network.type === "http" ? [network.url, ...(Array.isArray(network.accounts) ? network.accounts : [])] : [],
  );
  const named = [...places, verify.etherscan.apiKey].map(variableName);
  const names = new Set([PASSWORD_VARIABLE, ...named.filter((name) => name !== undefined)]);
  return (text) => {
    const holders = new Map<string, string>();
    for (const name of [...names, ...fetched.keys()]) {
      for (const value of [process.env[name], fetched.get(name)]) {
        for (const form of formsOf(value ?? "")) holders.set(form.toLowerCase(), name);
      }
    }
    if (holders.size === 0) return text;
    // Longer ones first: no shorter one may take a piece out of them.
    const forms = [...holders.keys()].sort((a, b) => b.length - a.length);
    const anywhere = new RegExp(forms.map((form) => form.replace(/[^a-z0-9]/g, "\\$&")).join("|"), "gi");
    return text.replace(anywhere, (found) => `[${holders.get(found.toLowerCase()) ?? "secret"}]`);
  };
}

/** Shorter ones are no secrets, and would be found in everything. */
const LEAST_CHARACTERS = 8;
/** A part of an endpoint that may be a token: names of chains and versions are shorter, or have no digit. */
const TOKEN = /^(?=.*[0-9]).{12,}$|^.{24,}$/;

/** The ways in which a secret may be written: as it is, in an address, in JSON, a key without its prefix, a token by itself. */
function formsOf(value: string): string[] {
  const tokens = value.split(/[/?&=@:#\s]/).filter((part) => TOKEN.test(part));
  const whole = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), value.replace(/^0x/i, "")];
  return [...whole, ...tokens].filter(({ length }) => length >= LEAST_CHARACTERS);
}

/**
 * Has everything that goes to the terminal, or to where it is led, pass without secrets.
 *
 * @param redact - Takes them out.
 * @returns What ends it.
 */
export function guardOutput(redact: Redact): () => void {
  const releases = [process.stdout, process.stderr].map((stream) => {
    const before: unknown = Reflect.get(stream, "write");
    stream.write = new Proxy(stream.write.bind(stream), {
      apply: (write, _, [chunk, ...others]: unknown[]): unknown =>
        Reflect.apply(write, stream, [typeof chunk === "string" ? redact(chunk) : chunk, ...others]),
    });
    return () => {
      Reflect.set(stream, "write", before);
    };
  });
  return () => {
    for (const release of releases) release();
  };
}

/** How deep causes are looked at. */
const DEPTH = 10;

/**
 * @param error - What somebody else has thrown, and Hardhat will print with everything in it.
 * @param redact - Takes secrets out.
 * @returns The same; one with nothing but its text, where there was a secret in it.
 */
export function withoutSecrets(error: unknown, redact: Redact): unknown {
  const told = inspect(error, { depth: DEPTH, showHidden: true });
  if (redact(told) === told) return error;
  const { message, stack } = error instanceof Error ? error : new Error(told);
  const clean = new Error(redact(message));
  clean.stack = redact(stack ?? message);
  return clean;
}

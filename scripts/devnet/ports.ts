import { createServer } from "node:net";

import { DevnetError } from "./errors.ts";

/**
 * Makes sure that nobody listens where the devnet is going to.
 *
 * @param host - The interface.
 * @param ports - The ports; 0 is always free.
 */
export async function requireFreePorts(host: string, ports: readonly number[]): Promise<void> {
  const taken: number[] = [];
  for (const port of ports) if (port !== 0 && !(await isFree(host, port))) taken.push(port);
  if (taken.length > 0) {
    throw new DevnetError(
      "PortTaken",
      `${host}:${taken.join(", ")} ${taken.length === 1 ? "is" : "are"} in use. Stop what listens there, or choose other ports with --port-base (0 takes free ones).`,
    );
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => {
      resolve(false);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** A port that nobody else gets before it is released. */
export interface ReservedPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * Reserves a port, so that it can be told before anything listens there.
 *
 * @param host - The interface.
 * @param port - The port; 0 takes a free one. Another is only passed on: who chose it keeps it free.
 * @returns The port.
 */
export async function reservePort(host: string, port: number): Promise<ReservedPort> {
  if (port !== 0) return { port, release: () => Promise.resolve() };
  const holder = createServer();
  await new Promise<void>((resolve, reject) => {
    holder.once("error", reject);
    holder.listen({ host, port: 0, exclusive: true }, resolve);
  });
  const taken = holder.address();
  if (taken === null || typeof taken === "string") throw new DevnetError("PortTaken", `${host} has no free port`);
  return {
    port: taken.port,
    release: () =>
      new Promise((resolve) => {
        holder.close(() => {
          resolve();
        });
      }),
  };
}

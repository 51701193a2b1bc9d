import { z } from "zod";

const IN_127 = /^127(\.[0-9]{1,3}){3}$/;

/**
 * Where a chain of this machine is reached. A file that is passed around must not send whoever uses it to an endpoint of its author's
 * choice, whom everything would be believed: public networks are reached where hardhat.config.ts and its configuration variables say.
 */
export const loopbackUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    isLoopback,
    "of another machine: only 127.0.0.0/8, [::1] and localhost are named here, others in hardhat.config.ts",
  );

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || IN_127.test(hostname);
}

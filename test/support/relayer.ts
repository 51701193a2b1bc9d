import type { ContractTransactionReceipt, Overrides } from "ethers";

import type { Certificate } from "#protocol/certificates.ts";
import type { Run } from "#protocol/runs.ts";
import { hex, type Hex } from "#protocol/types.ts";

import type { Certified, CertifyOptions, Committee } from "./committee.ts";
import type { LanePage, Rollup } from "./rollup.ts";

/** What one transaction did to messages, in order. */
export interface Outcome {
  readonly delivered: readonly string[];
  readonly failed: readonly { readonly messageId: string; readonly reason: Hex }[];
  readonly receipt: ContractTransactionReceipt;
}

/** Certifies several pages in one batch, at the present time of their destination. */
export async function certifyPages(
  committee: Committee,
  destination: Rollup,
  pages: readonly LanePage[],
  options: Partial<CertifyOptions> = {},
): Promise<Certified> {
  const times = pages.map(({ page }) => page.sourceTimestamp);
  const issuedAt = [await destination.now(), ...times].reduce((latest, time) => (time > latest ? time : latest));
  return committee.certifyPages(
    pages.map(({ page }) => page),
    { issuedAt, ...options },
  );
}

/** `deliver` as anybody, and what it did. */
export async function deliver(
  destination: Rollup,
  certificate: Certificate,
  runs: readonly Run[],
  overrides: Overrides = {},
): Promise<Outcome> {
  const gateway = destination.gateway.connect(destination.relayer);
  return outcome(destination, await (await gateway.deliver(certificate, [...runs], overrides)).wait());
}

/** `deliverConfirmed` as anybody, and what it did. */
export async function deliverConfirmed(
  destination: Rollup,
  runs: readonly Run[],
  overrides: Overrides = {},
): Promise<Outcome> {
  const gateway = destination.gateway.connect(destination.relayer);
  return outcome(destination, await (await gateway.deliverConfirmed([...runs], overrides)).wait());
}

/** What a transaction did to messages, read from its events. */
export function outcome({ gateway }: Rollup, receipt: ContractTransactionReceipt | null): Outcome {
  if (receipt === null) throw new Error("the transaction has no receipt");
  const events = receipt.logs.flatMap((log) => gateway.interface.parseLog(log) ?? []);
  return {
    delivered: events.flatMap(({ name, args }) => (name === "MessageDelivered" ? [String(args[0])] : [])),
    failed: events.flatMap(({ name, args }) =>
      name === "MessageFailed" ? [{ messageId: String(args[0]), reason: hex(String(args[1])) }] : [],
    ),
    receipt,
  };
}

import { isHexString } from "ethers";
import { z } from "zod";

import { address, hex, type Address, type Hex } from "#protocol/types.ts";

/** The most calls inside one transaction that are looked at. */
const MOST_CALLS = 4_096;

const frameSchema = z.object({
  to: z.string().optional(),
  input: z.string().refine((input) => isHexString(input)),
  error: z.string().optional(),
  calls: z.array(z.unknown()).default([]),
});

/**
 * What a contract forwarded: an endpoint that traces may tell it.
 *
 * @param provider - One endpoint, with `debug_traceTransaction`.
 * @param transactionHash - The transaction.
 * @param contracts - Whose calls are wanted.
 * @returns The calldata of each call of one of them that did not fail, at least one; throws when the endpoint tells none.
 */
export async function callsInside(
  provider: { send(method: string, parameters: unknown[]): Promise<unknown> },
  transactionHash: string,
  contracts: ReadonlySet<Address>,
): Promise<Hex[]> {
  const answer = await provider.send("debug_traceTransaction", [transactionHash, { tracer: "callTracer" }]);
  const calls: Hex[] = [];
  const open = [frameSchema.parse(answer)];
  for (let looked = 0; looked < MOST_CALLS; looked++) {
    const frame = open.pop();
    if (frame === undefined) break;
    const isOurs = frame.to !== undefined && contracts.has(address(frame.to));
    if (isOurs && frame.error === undefined) calls.push(hex(frame.input));
    for (const inner of frame.calls) open.push(frameSchema.parse(inner));
  }
  if (calls.length === 0) throw new Error("the trace has no call of ours");
  return calls;
}

import { dataLength, dataSlice, type ContractTransactionResponse, type TransactionResponse } from "ethers";
import { z } from "zod";

import { hexSchema } from "#protocol/schemas.ts";
import { hex, type Hex } from "#protocol/types.ts";

import type { Rollup } from "../rollup.ts";
import type { OpHub } from "./opStack.ts";

/** A call that the hub's portal has taken for the rollup. */
export interface Deposit {
  readonly from: string;
  readonly to: string;
  readonly gasLimit: bigint;
  readonly data: Hex;
}

const depositSchema = z.tuple([z.string(), z.string(), z.bigint(), hexSchema]);

/** The one deposit of a transaction on the hub, as a node reads it. */
export async function depositOf({ portal }: OpHub, sent: Promise<ContractTransactionResponse>): Promise<Deposit> {
  const receipt = await (await sent).wait();
  for (const log of receipt?.logs ?? []) {
    if (log.address !== portal.address) continue;
    const event = portal.contract.interface.parseLog(log);
    if (event?.name !== "TransactionDeposited") continue;
    const [from, to, , opaque] = depositSchema.parse([...event.args]);
    // What is minted and sent, 32 bytes each; gas limit, 8; whether it creates a contract, 1; data.
    const data = hex(dataSlice(opaque, 73, dataLength(opaque)));
    return { from, to, gasLimit: BigInt(dataSlice(opaque, 64, 72)), data };
  }
  throw new Error("nothing was deposited");
}

/**
 * A double of the rollup's node: it runs a deposit from the address and with the gas that the portal names. Here alone the
 * gas is paid for.
 */
export async function derive(here: Rollup, { from, to, gasLimit, data }: Deposit): Promise<TransactionResponse> {
  return (await here.actAs(from)).sendTransaction({ to, data, gasLimit });
}

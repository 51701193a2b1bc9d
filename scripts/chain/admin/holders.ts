import { Contract, dataLength, type Provider } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import { HubError } from "../hub/errors.ts";
import { refused } from "../hub/reverts.ts";

/** How the code of an account begins that has a key and code (EIP-7702). */
const DELEGATION_PREFIX = "0xef0100";
/** The most owners of a Safe that are told. */
const MOST_OWNERS = 64;

/** Who is behind an address, as far as the chain tells. */
export type Holder =
  | { readonly kind: "nobody" }
  /** Without code: somebody has a key. */
  | { readonly kind: "account" }
  | { readonly kind: "timelock"; readonly delaySeconds: bigint }
  | { readonly kind: "safe"; readonly threshold: number; readonly owners: readonly Address[] }
  | { readonly kind: "contract" };

/**
 * @param provider - The chain.
 * @param at - An address.
 * @returns Who is behind it.
 */
export async function holderOf(provider: Provider, at: Address): Promise<Holder> {
  if (/^0x0{40}$/.test(at)) return { kind: "nobody" };
  const code = await provider.getCode(at);
  if (dataLength(code) === 0 || code.startsWith(DELEGATION_PREFIX)) return { kind: "account" };
  const asked = new Contract(
    at,
    [
      "function getMinDelay() view returns (uint256)",
      "function getThreshold() view returns (uint256)",
      "function getOwners() view returns (address[])",
    ],
    provider,
  );
  const delay = await answered(asked, "getMinDelay");
  if (typeof delay === "bigint") return { kind: "timelock", delaySeconds: delay };
  const threshold = await answered(asked, "getThreshold");
  if (typeof threshold !== "bigint") return { kind: "contract" };
  const owners = await answered(asked, "getOwners");
  if (!Array.isArray(owners)) return { kind: "contract" };
  const told = Array.from<unknown>(owners).slice(0, MOST_OWNERS);
  return { kind: "safe", threshold: Number(threshold), owners: told.map((owner) => address(String(owner))) };
}

/** A contract that has no such function answers nothing, or reverts. */
async function answered(contract: Contract, question: string): Promise<unknown> {
  try {
    const answer: unknown = await contract.getFunction(question).staticCall();
    return answer;
  } catch (error) {
    const said = refused(error);
    const hasNoAnswer = error instanceof Error && Reflect.get(error, "code") === "BAD_DATA";
    if (hasNoAnswer || (said instanceof HubError && said.code === "Refused")) return undefined;
    throw error;
  }
}

/** A holder for people. */
export function holderLine(holder: Holder): string {
  if (holder.kind === "timelock") return `a timelock of ${String(holder.delaySeconds)} s`;
  if (holder.kind === "safe") return `a Safe, ${holder.threshold} of ${holder.owners.length}`;
  if (holder.kind === "account") return "an account without code";
  return holder.kind === "nobody" ? "nobody" : "a contract";
}

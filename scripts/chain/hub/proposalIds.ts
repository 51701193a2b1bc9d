import { AbiCoder, getBytes, keccak256, toBeArray } from "ethers";

import { RollupRegistry__factory } from "../contracts.ts";
import type { OpenProposal } from "./proposals.ts";

const WORD = 32;
/** Each proposal costs a bond: nobody makes more of them. */
const MOST_PROPOSALS = 4_096;

/**
 * The registry counts proposals, and an id is the hash of that number, of who proposed and of what. So whoever accepts an id accepts
 * exactly this, whatever an endpoint says of it.
 *
 * @param found - What an endpoint says of a proposal.
 * @param most - How many proposals there are at most.
 * @returns Whether the id is one of such a proposal.
 */
export function isIdOf({ proposalId, proposer, proposal }: OpenProposal, most = MOST_PROPOSALS): boolean {
  const struct = RollupRegistry__factory.createInterface().getFunction("propose").inputs[0];
  if (struct === undefined) throw new Error("the registry's propose takes nothing");
  const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "address", struct], [0, proposer, proposal]);
  const bytes = getBytes(encoded);
  for (let count = 1; count <= most; count++) {
    const number = toBeArray(count);
    bytes.set(number, WORD - number.length);
    if (BigInt(keccak256(bytes)) === proposalId) return true;
  }
  return false;
}

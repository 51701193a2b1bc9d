import { Wallet } from "ethers";

import { accept, propose } from "#chain/hub/proposals.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import type { Address, ChainId } from "#protocol/types.ts";

import { account } from "../accounts.ts";
import type { ServedChain } from "../servers.ts";
import { OPERATOR_SET_ID, WAD } from "./profile.ts";

/** A rollup that is to be registered. */
export interface Candidate {
  readonly chainId: ChainId;
  /** Where its gateway will be. */
  readonly gateway: Address;
  /** The hub's end of its canonical bridge, which judges it. */
  readonly bridge: Address;
  readonly name: string;
}

/**
 * Proposes rollups and has the registrar accept them. Nothing can be checked before: they are deployed with what the hub says
 * of them, and verified against it afterwards.
 *
 * @param chain - The hub's chain.
 * @param hub - Its contracts.
 * @param candidates - The rollups.
 */
export async function registerRollups(
  chain: ServedChain,
  hub: HubBook,
  candidates: readonly Candidate[],
): Promise<void> {
  const [owner, registrar] = [signerOf(chain, "rollupOwner"), signerOf(chain, "registrar")];
  for (const { chainId, gateway, bridge, name } of candidates) {
    const proposalId = await propose(owner, hub, {
      chainId,
      gateway,
      operatorSetId: OPERATOR_SET_ID,
      finality: FINALITY_FINAL,
      refutable: true,
      bridge,
      refuteWad: WAD / 10n,
      softWad: 0n,
      metadataURI: `https://example.org/${name}.json`,
    });
    await accept(registrar, hub, proposalId);
  }
}

/**
 * @param chain - A chain.
 * @param role - Whose account.
 * @returns That account there.
 */
export function signerOf({ provider }: ServedChain, role: Parameters<typeof account>[0]): Wallet {
  return new Wallet(account(role).privateKey, provider);
}

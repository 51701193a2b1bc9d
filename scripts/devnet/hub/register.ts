import { Wallet } from "ethers";

import { account } from "../accounts.ts";
import type { ServedChain } from "../servers.ts";

/**
 * @param chain - A chain.
 * @param role - Whose account.
 * @returns That account there.
 */
export function signerOf({ provider }: ServedChain, role: Parameters<typeof account>[0]): Wallet {
  return new Wallet(account(role).privateKey, provider);
}

import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { AddressBook, RollupBook } from "#deploy/addressBook.ts";
import type { Hearing } from "#chain/halts.ts";
import type { Share } from "#protocol/halts/soundHalt.ts";
import type { Halt } from "#protocol/statements.ts";
import type { ChainId } from "#protocol/types.ts";

import { CommandError } from "../shared/errors.ts";
import { withChain } from "../shared/hub.ts";
import { rollupsOf } from "../shared/rollups.ts";

/** What a rollup said, or why it said nothing: in an emergency one that is down keeps nobody from the others. */
export type Survey<T> =
  { readonly rollup: RollupBook; readonly found: T } | { readonly rollup: RollupBook; readonly reason: string };

/** What a halt finds on a rollup. */
export type Stand =
  /** The source is not heard there. */
  | { readonly kind: "Deaf"; readonly rollup: RollupBook }
  /** It does not take this halt, or does not answer. */
  | { readonly kind: "Closed"; readonly rollup: RollupBook; readonly reason: string }
  | { readonly kind: "Open"; readonly rollup: RollupBook; readonly hearing: Hearing; readonly missingWeight: bigint };

/**
 * @param book - The address book.
 * @param on - A rollup that was named, or nothing for all.
 * @param source - Whom it is about: a source does not hear itself.
 * @returns Where it can be halted; throws `InvalidOption` where that is nowhere.
 */
export async function rollupsBut(book: AddressBook, on: string, source: ChainId): Promise<RollupBook[]> {
  const rollups = (await rollupsOf(book, on)).filter(({ chainId }) => BigInt(chainId) !== source);
  if (rollups.length > 0) return rollups;
  throw new CommandError("InvalidOption", `a source does not hear itself: chain ${source} is halted on others`);
}

/**
 * Asks rollups, one after the other.
 *
 * @param hre - Hardhat.
 * @param rollups - Whom.
 * @param read - What is asked.
 * @returns What each said.
 */
export async function survey<T>(
  hre: HardhatRuntimeEnvironment,
  rollups: readonly RollupBook[],
  read: (provider: Provider, rollup: RollupBook) => Promise<T>,
): Promise<Survey<T>[]> {
  const { HubError } = await import("#chain/hub/errors.ts");
  const said: Survey<T>[] = [];
  for (const rollup of rollups) {
    try {
      const found = await withChain(hre, rollup, undefined, async ({ ethers }) => read(ethers.provider, rollup));
      said.push({ rollup, found });
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof HubError)) throw error;
      said.push({ rollup, reason: error.message });
    }
  }
  return said;
}

/**
 * @param hre - Hardhat.
 * @param rollups - Whom to ask.
 * @param halt - The halt.
 * @param operatorSetId - Who says it.
 * @param share - What has signed; unknown where the certificate alone tells.
 * @returns What it finds on each.
 */
export async function standsOf(
  hre: HardhatRuntimeEnvironment,
  rollups: readonly RollupBook[],
  halt: Halt,
  operatorSetId: number,
  share?: Share,
): Promise<Stand[]> {
  const [{ hearingOf }, { missingWeight }] = await Promise.all([
    import("#chain/halts.ts"),
    import("#protocol/halts/soundHalt.ts"),
  ]);
  const said = await survey(hre, rollups, (provider, { contracts }) => hearingOf(provider, contracts, halt.chainId));
  return said.map((one): Stand => {
    const { rollup } = one;
    if ("reason" in one) return { kind: "Closed", rollup, reason: one.reason };
    const hearing = one.found;
    if (hearing === undefined) return { kind: "Deaf", rollup };
    if (hearing.gateway !== halt.gateway || hearing.operatorSetId !== operatorSetId) {
      const reason = `hears chain ${halt.chainId} from gateway ${hearing.gateway} and set ${hearing.operatorSetId}`;
      return { kind: "Closed", rollup, reason };
    }
    const missing = share === undefined ? 0n : missingWeight(share, hearing.haltQuorumBps);
    return { kind: "Open", rollup, hearing, missingWeight: missing };
  });
}

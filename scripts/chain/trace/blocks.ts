import type { Provider } from "ethers";

/**
 * @param provider - A chain.
 * @param timestamp - A second.
 * @param fromBlock - No block before this one is meant.
 * @returns The first block of that second or later; one more than the newest where there is none.
 */
export async function blockAt(provider: Provider, timestamp: bigint, fromBlock: number): Promise<number> {
  let low = fromBlock;
  let high = (await provider.getBlockNumber()) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = await provider.getBlock(middle);
    if (block !== null && BigInt(block.timestamp) < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}

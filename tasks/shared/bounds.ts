import type { HttpNetworkConfig } from "hardhat/types/config";
import type { HardhatPlugin } from "hardhat/types/plugins";
import type { EthereumProvider } from "hardhat/types/providers";
import { z } from "zod";

import { MOST_FEES, type MostFees } from "#deploy/networks.ts";

import { CommandError } from "./errors.ts";

// An endpoint is asked which chain it serves, and what gas costs there, before our keys sign. It may lie: a transaction that is signed for
// another chain is money there, and a tip has no bound of its own. So both are said here, whoever sends and by whichever library.

/** Holds every transaction that a key of ours signs to its network's chain id, and to bounds of fees and gas. */
export const boundsPlugin: HardhatPlugin = {
  id: "parley-bounds",
  hookHandlers: {
    network: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            onRequest: async (context, connection, request, next) => {
              const config = connection.networkConfig;
              if (request.method !== "eth_sendTransaction" || config.type !== "http" || config.accounts === "remote") {
                return next(context, connection, request);
              }
              const [asked] = z.tuple([transactionSchema]).rest(z.unknown()).parse(request.params);
              const bounded = await bound(connection, config, asked);
              return next(context, connection, { ...request, params: [bounded] });
            },
          }),
      }),
  },
};

const quantity = z.string().regex(/^0x[0-9a-fA-F]{1,64}$/);
const transactionSchema = z.looseObject({
  chainId: quantity.optional(),
  gas: quantity.optional(),
  gasPrice: quantity.optional(),
  maxFeePerGas: quantity.optional(),
  maxPriorityFeePerGas: quantity.optional(),
});
const blockSchema = z.object({ baseFeePerGas: quantity.optional() });
type Transaction = z.output<typeof transactionSchema>;

/** EIP-7825: no transaction has more. */
const MOST_GAS = 16_777_216n;
const GWEI = 10n ** 9n;

async function bound(
  { networkName, provider }: { readonly networkName: string; readonly provider: EthereumProvider },
  { chainId }: HttpNetworkConfig,
  asked: Transaction,
): Promise<Transaction> {
  if (chainId === undefined) {
    throw new CommandError("WrongNetwork", `hardhat.config.ts has no chain id for network "${networkName}"`);
  }
  if (asked.chainId !== undefined && BigInt(asked.chainId) !== BigInt(chainId)) {
    throw new CommandError(
      "WrongNetwork",
      `a transaction for chain ${BigInt(asked.chainId)} on ${networkName}, ${chainId}`,
    );
  }
  const ask = async (method: string, ...params: unknown[]) =>
    quantity.parse(await provider.request({ method, params }));
  const priced = isPriced(asked) ? asked : { ...asked, ...(await feesOf(provider, ask)) };
  const gas = BigInt(asked.gas ?? (await ask("eth_estimateGas", asked)));
  requireBelow(networkName, "gas", gas, MOST_GAS);
  const most = mostFeesOf(networkName);
  for (const name of ["gasPrice", "maxFeePerGas"] as const) requireFee(networkName, name, priced[name], most.feeGwei);
  requireFee(networkName, "maxPriorityFeePerGas", priced.maxPriorityFeePerGas, most.tipGwei);
  return { ...priced, gas: hexOf(gas), chainId: hexOf(BigInt(chainId)) };
}

function isPriced({ gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Transaction): boolean {
  return gasPrice !== undefined || (maxFeePerGas !== undefined && maxPriorityFeePerGas !== undefined);
}

/** Enough for two blocks in a row that are full. */
async function feesOf(provider: EthereumProvider, ask: (method: string) => Promise<string>): Promise<Transaction> {
  const block: unknown = await provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] });
  const { baseFeePerGas } = blockSchema.parse(block);
  if (baseFeePerGas === undefined) return { gasPrice: await ask("eth_gasPrice") };
  const tip = BigInt(await ask("eth_maxPriorityFeePerGas"));
  return { maxFeePerGas: hexOf(2n * BigInt(baseFeePerGas) + tip), maxPriorityFeePerGas: hexOf(tip) };
}

/** `PARLEY_MOST_FEE_GWEI` bounds fees and tips instead of what is usual. */
function mostFeesOf(network: string): MostFees {
  const typed = process.env.PARLEY_MOST_FEE_GWEI;
  if (typed === undefined) return MOST_FEES[network] ?? MOST_FEES.others;
  if (!/^[1-9][0-9]{0,5}$/.test(typed)) {
    throw new CommandError("BadVariable", `PARLEY_MOST_FEE_GWEI: a whole number of gwei, found "${typed}"`);
  }
  return { feeGwei: Number(typed), tipGwei: Number(typed) };
}

function requireFee(network: string, name: string, found: string | undefined, mostGwei: number): void {
  if (found !== undefined) requireBelow(network, name, BigInt(found), BigInt(mostGwei) * GWEI);
}

function requireBelow(network: string, name: string, found: bigint, most: bigint): void {
  if (found <= most) return;
  const more = name === "gas" ? "" : "; PARLEY_MOST_FEE_GWEI allows more";
  throw new CommandError("TooDear", `${network}: ${name} ${found}, at most ${most}${more}`);
}

function hexOf(value: bigint): string {
  return `0x${value.toString(16)}`;
}

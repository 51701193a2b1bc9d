import { dataLength, type Provider } from "ethers";

import { chainsOf } from "./config/chains.ts";
import type { NetworkConfig } from "./config/schema.ts";
import { CREATE_X_GAS } from "./createX.ts";
import { requireChains, requireNetworkFit } from "./fit.ts";
import { stepsOf, type StepSource } from "./steps/list.ts";
import { providerOf, readActual, type Providers, type ReadOptions } from "./steps/read.ts";
import { comesByItself, readySteps, type Step } from "./steps/step.ts";

/** A step, and what it would cost now. */
export interface PricedStep {
  readonly step: Step;
  /** Whether it can be sent now. */
  readonly isReady: boolean;
  readonly gas: bigint;
  /** Whether the chain itself reckoned the gas; else it is about this much, because what it rests on is not there. */
  readonly isExact: boolean;
  /** Wei: gas at the chain's present price, and what is sent along. */
  readonly cost: bigint;
}

/** What one chain's transactions cost together. */
export interface ChainCost {
  readonly chain: string;
  readonly chainId: number;
  readonly transactions: number;
  /** Wei a unit of gas, now. */
  readonly gasPrice: bigint;
  readonly gas: bigint;
  readonly cost: bigint;
}

/** Everything that is not done yet. */
export interface Plan {
  readonly done: number;
  readonly pending: readonly PricedStep[];
  readonly chains: readonly ChainCost[];
}

/** What plans and deployments are made with. */
export interface Workshop extends Omit<ReadOptions, "providers">, Pick<StepSource, "presigned"> {
  readonly providers: Providers;
}

/** A deployment by CREATE3 besides the contract's own code: the transaction, CreateX, and the proxy that creates it. */
const CREATE3_GAS = 120_000n;
const GAS_PER_BYTE_OF_CODE = 200n;
/** What a byte of calldata costs at least, since EIP-7623, and half of what a constructor uses besides. */
const GAS_PER_BYTE_OF_DATA = 40n;
const GAS_OF_TRANSFER = 21_000n;
const GAS_OF_CALL = 400_000n;
/** Where the length of what is constructed is not known: a table with a hundred rows. */
const UNKNOWN_BYTES = 32_000;

/**
 * Reads everything and sends nothing; no account is needed.
 *
 * @param config - What should be.
 * @param workshop - Chains and compiled contracts.
 * @param isFirst - Whether what could never be mended is checked, too: once is enough.
 * @returns Every step; throws where the network cannot be deployed as it is described.
 */
export async function surveyNetwork(config: NetworkConfig, workshop: Workshop, isFirst = true): Promise<Step[]> {
  const { providers, artifacts, presigned } = workshop;
  if (isFirst) await requireChains(config, providers);
  const actual = await readActual(config, workshop);
  if (isFirst) await requireNetworkFit(config, providers, actual);
  return stepsOf(config, { artifacts, presigned, actual });
}

/**
 * @param config - What should be.
 * @param workshop - Chains and compiled contracts.
 * @returns Every transaction that is missing, and what it would cost.
 */
export async function planNetwork(config: NetworkConfig, workshop: Workshop): Promise<Plan> {
  const steps = await surveyNetwork(config, workshop);
  const pending = steps.filter(({ isDone }) => !isDone);
  const ready = new Set(readySteps(steps));
  const prices = new Map<string, bigint>();
  for (const [name, provider] of workshop.providers) prices.set(name, await priceOf(provider));
  const priced: PricedStep[] = [];
  for (const step of pending) {
    const isReady = ready.has(step);
    const asked = isReady ? await estimate(config, providerOf(workshop.providers, step.chain), step) : undefined;
    const gas = asked ?? about(step);
    const price = step.signed === undefined ? (prices.get(step.chain) ?? 0n) : 0n; // it was paid for before
    priced.push({ step, isReady, gas, isExact: asked !== undefined, cost: gas * price + step.value });
  }
  return { done: steps.length - pending.length, pending: priced, chains: costsOf(config, priced, prices) };
}

async function priceOf(provider: Provider): Promise<bigint> {
  const { maxFeePerGas, gasPrice } = await provider.getFeeData();
  return gasPrice ?? maxFeePerGas ?? 0n;
}

async function estimate({ roles }: NetworkConfig, provider: Provider, step: Step): Promise<bigint | undefined> {
  const { to, data, value, from } = step;
  if (to === undefined || data === undefined) return undefined;
  try {
    return await provider.estimateGas({ to, data, value, from: from[0] ?? roles.deployer });
  } catch {
    return undefined; // whoever sends it has no ether yet, or an endpoint does not reckon so far
  }
}

function about(step: Step): bigint {
  const { kind, data, signed, value } = step;
  if (comesByItself(step)) return 0n;
  if (signed !== undefined) return CREATE_X_GAS;
  if (kind === "deploy") {
    const bytes = BigInt(data === undefined ? UNKNOWN_BYTES : dataLength(data));
    return CREATE3_GAS + bytes * (GAS_PER_BYTE_OF_CODE + GAS_PER_BYTE_OF_DATA);
  }
  return value > 0n && data === "0x" ? GAS_OF_TRANSFER : GAS_OF_CALL;
}

function costsOf(
  config: NetworkConfig,
  priced: readonly PricedStep[],
  prices: ReadonlyMap<string, bigint>,
): ChainCost[] {
  return chainsOf(config).map(([chain, { chainId }]) => {
    const own = priced.filter(({ step }) => step.chain === chain && !comesByItself(step));
    const sum = (part: "gas" | "cost") => own.reduce((total, { [part]: found }) => total + found, 0n);
    const gasPrice = prices.get(chain) ?? 0n;
    return { chain, chainId, transactions: own.length, gasPrice, gas: sum("gas"), cost: sum("cost") };
  });
}

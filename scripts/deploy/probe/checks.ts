import { hexSchema } from "#protocol/schemas.ts";
import type { Address } from "#protocol/types.ts";

import { clockFault, endpointIdFault, finalityFault, gasLimitFault, proofFault, type Ask } from "./endpoint.ts";
import { chainIdFault, codeSizeFault, creationFault, instructionFault, type Run } from "./instructions.ts";
import { precompileFault, type Precompile } from "./precompiles.ts";
import { MCOPY, MOST_CODE_BYTES, PUSH0, TRANSIENT } from "./programs.ts";
import { BESIDE_THE_CURVE, OUTSIDE_THE_GROUP, PAIRINGS, PRODUCTS, SUMS, type Vector } from "./vectors.ts";

/** The most gas of one transaction, since EIP-7825: what a relayer gives a delivery at most. */
export const DELIVERY_GAS = 16_777_216n;
/** A table of 256 rows brought under a certificate: 2.1 million for 100 rows, and 17 300 for each further one, rounded up. */
export const TABLE_GAS = 5_000_000n;
/** What a rollup must be able to do. */
export interface Demands {
  readonly chainId: number;
  /** What operators wait for: 1 latest, 2 safe, 3 final. */
  readonly finality: number;
  /** An account to prove a slot of; it need not be there. */
  readonly account: Address;
  /** Unix time. */
  readonly now: number;
}

/** One thing that a rollup must be able to do. */
export interface Check {
  /** Its name, such as `subgroupCheck`. */
  readonly id: string;
  readonly required: string;
  /** Who of ours, and why. */
  readonly neededBy: string;
  /** What is wrong; undefined for nothing. */
  readonly fault: () => Promise<string | undefined>;
}

/**
 * @param ask - The chain's endpoint.
 * @param demands - What it must be.
 * @returns Everything that our contracts and nodes need of it, from what rests on nothing to what rests on much.
 */
export function checksOf(ask: Ask, { chainId, finality, account, now }: Demands): Check[] {
  const run: Run = async (data) => hexSchema.parse(await ask("eth_call", [{ data }, "latest"]));
  const vectors = async (precompile: Precompile, all: readonly Vector[]) => {
    for (const vector of all) {
      const fault = await precompileFault(run, precompile, vector);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  const gas = [DELIVERY_GAS, TABLE_GAS].reduce((most, one) => (one > most ? one : most));
  return [
    {
      id: "chainId",
      required: `the chain is ${chainId}, to endpoints and to contracts`,
      neededBy: "everything that is signed: messages, certificates and directory entries name chains",
      fault: async () => (await endpointIdFault(ask, chainId)) ?? chainIdFault(run, chainId),
    },
    {
      id: "push0",
      required: "PUSH0 (EIP-3855)",
      neededBy: "all contracts, which are compiled for cancun",
      fault: () => instructionFault(run, PUSH0),
    },
    {
      id: "mcopy",
      required: "MCOPY (EIP-5656)",
      neededBy: "all contracts, which are compiled for cancun",
      fault: () => instructionFault(run, MCOPY),
    },
    {
      id: "transientStorage",
      required: "TLOAD and TSTORE (EIP-1153)",
      neededBy: "the gateway, which keeps deliveries from being entered twice",
      fault: () => instructionFault(run, TRANSIENT),
    },
    {
      id: "bn254Add",
      required: "precompile 6 adds points of BN254 (EIP-196), for 1 000 gas",
      neededBy: "the certificate verifier, which leaves absentees out of a key",
      fault: () => vectors(6, SUMS),
    },
    {
      id: "bn254Mul",
      required: "precompile 7 multiplies points of BN254 (EIP-196), for 16 000 gas",
      neededBy: "the certificate verifier, which binds both halves of a key together",
      fault: () => vectors(7, PRODUCTS),
    },
    {
      id: "bn254Pairing",
      required: "precompile 8 pairs points of BN254 (EIP-197), for 240 000 gas",
      neededBy: "the certificate verifier",
      fault: () => vectors(8, PAIRINGS),
    },
    {
      id: "curveCheck",
      required: "precompiles 6, 7 and 8 refuse what is no point of the curve",
      neededBy: "the certificate verifier, which takes points from anybody",
      fault: async () => {
        for (const { precompile, vector } of BESIDE_THE_CURVE) {
          const fault = await precompileFault(run, precompile, vector);
          if (fault !== undefined) return fault;
        }
        return undefined;
      },
    },
    {
      id: "subgroupCheck",
      required: "precompile 8 refuses points of G2's curve that are outside the subgroup",
      neededBy: "the certificate verifier: whoever may choose such a key can forge",
      fault: () => precompileFault(run, 8, OUTSIDE_THE_GROUP),
    },
    {
      id: "codeSize",
      required: `a contract may have ${MOST_CODE_BYTES} bytes of code (EIP-170)`,
      neededBy: "the gateway, and a table of 256 operators, which is kept as code",
      fault: () => codeSizeFault(run),
    },
    {
      id: "creation",
      required: "contracts create contracts, of the longest init code (EIP-3860), where Ethereum has them",
      neededBy: "tables, and the same addresses on every rollup (CREATE3)",
      fault: () => creationFault(run),
    },
    {
      id: "blockGasLimit",
      required: `a block holds a delivery of ${DELIVERY_GAS} gas, and a table of 256 operators, ${TABLE_GAS}: ${gas} gas`,
      neededBy: "relayers",
      fault: () => gasLimitFault(ask, gas),
    },
    {
      id: "clock",
      required: "the newest block is at most 15 minutes from this machine's clock, either way",
      neededBy: "operators and tables: certificates from further ahead are refused, those from further behind expire",
      fault: () => clockFault(ask, now),
    },
    {
      id: "storageProofs",
      required: "the endpoint proves storage against the newest block (eth_getProof)",
      neededBy: "operators, who sign nothing that is not proven",
      fault: () => proofFault(ask, account),
    },
    {
      id: "finality",
      required: `the endpoint knows which block has finality ${finality} (1 latest, 2 safe, 3 finalized)`,
      neededBy: "operators, who wait for it",
      fault: () => finalityFault(ask, finality),
    },
  ];
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { Contract, ContractFactory, type ContractTransactionResponse, type Overrides, type Signer } from "ethers";
import { z } from "zod";

import { address, hex, type Address, type Hex } from "#protocol/types.ts";

const modules = createRequire(import.meta.url);

// Foundry nests the code, Hardhat does not.
const codeSchema = z.union([z.string(), z.object({ object: z.string() }).transform(({ object }) => object)]);
const artifactSchema = z.object({
  abi: z.array(z.unknown()).nullable(),
  bytecode: codeSchema.transform((code) => hex(code)),
  deployedBytecode: codeSchema.transform((code) => hex(code)),
});

/** A contract of others, as they compiled it. */
interface Artifact {
  /** As JSON. */
  readonly abi: string;
  readonly bytecode: Hex;
  readonly deployedBytecode: Hex;
}

/** The file of an artifact, by the contract's name. */
export type Package = (name: string) => string;

/** The OP Stack's contracts. */
export const OP_STACK: Package = (name) => `@eth-optimism/contracts-bedrock/forge-artifacts/${name}.sol/${name}.json`;

/** Nitro's contracts, by their path below `src`. */
export const NITRO: Package = (path) =>
  `@arbitrum/nitro-contracts/build/contracts/${path.includes("@") ? "" : "src/"}${path}.sol/${path.split("/").at(-1) ?? path}.json`;

/** Nitro's reader of blobs, which is written in Yul. */
export const NITRO_YUL: Package = (name) => `@arbitrum/nitro-contracts/out/yul/${name}.yul/${name}.json`;

const read = new Map<string, Artifact>();

/** Reads what a package has published. */
export function published(of: Package, name: string): Artifact {
  const file = of(name);
  const known = read.get(file);
  if (known !== undefined) return known;
  const parsed = artifactSchema.parse(JSON.parse(readFileSync(modules.resolve(file), "utf8")));
  const artifact = { ...parsed, abi: JSON.stringify(parsed.abi ?? []) };
  read.set(file, artifact);
  return artifact;
}

/** A contract of others on a chain. Its functions are called by name. */
export class Foreign {
  readonly contract: Contract;
  readonly address: Address;

  constructor(at: Address, abi: string, signer: Signer) {
    this.address = at;
    this.contract = new Contract(at, abi, signer);
  }

  /** The same contract, called by somebody else. */
  as(signer: Signer): Foreign {
    return new Foreign(this.address, this.contract.interface.formatJson(), signer);
  }

  /** Sends a transaction. */
  async send(
    name: string,
    args: readonly unknown[] = [],
    overrides: Overrides = {},
  ): Promise<ContractTransactionResponse> {
    return this.contract.getFunction(name).send(...args, overrides);
  }

  /** Asks. */
  async ask(name: string, args: readonly unknown[] = []): Promise<unknown> {
    return this.contract.getFunction(name).staticCall(...args);
  }

  /** The call's data. */
  encode(name: string, args: readonly unknown[] = []): Hex {
    return hex(this.contract.interface.encodeFunctionData(name, args));
  }
}

/** Deploys what a package has published. */
export async function deployPublished(
  signer: Signer,
  of: Package,
  name: string,
  args: readonly unknown[] = [],
): Promise<Foreign> {
  const { abi, bytecode } = published(of, name);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  return new Foreign(address(await contract.getAddress()), abi, signer);
}

/** The contract at an address, with the functions that a package says it has. */
export function at(signer: Signer, of: Package, name: string, where: Address): Foreign {
  return new Foreign(where, published(of, name).abi, signer);
}

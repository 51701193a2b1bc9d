import { dataSlice, Interface, keccak256, zeroPadValue, type Log, type Provider } from "ethers";

import { bytes32, hex, type Address, type Bytes32 } from "#protocol/types.ts";

import type { DeploymentRecord } from "../addressBook.ts";
import { CREATE_X, CREATE_X_ABI } from "../createX.ts";
import type { Artifacts } from "../steps/actual.ts";
import { named, type Step } from "../steps/step.ts";

/** Blocks that are asked about at once: no endpoint gives fewer. */
const RANGE = 1_000;

/**
 * @param provider - A chain.
 * @param artifacts - Compiled contracts.
 * @param steps - Deployments that are done.
 * @param fromBlock - Nothing of ours is in any block before it.
 * @returns How each came to be where it is, as the chain tells it, by their ids.
 */
export async function recordsOf(
  provider: Provider,
  artifacts: Artifacts,
  steps: readonly Step[],
  fromBlock: number,
): Promise<Record<string, DeploymentRecord>> {
  const wanted = new Map(
    steps.flatMap(({ deploys, ...step }) => (deploys === undefined ? [] : [[deploys, step] as const])),
  );
  const logs = await creations(provider, [...wanted.keys()], fromBlock);
  const records: Record<string, DeploymentRecord> = {};
  for (const [at, { id, contract }] of wanted) {
    const log = logs.get(at);
    if (log === undefined) continue;
    records[id] = {
      contract,
      address: at,
      ...(await creationOf(provider, artifacts, contract, log)),
      codeHash: await codeHash(provider, at),
    };
  }
  return records;
}

async function creationOf(provider: Provider, artifacts: Artifacts, contract: string, log: Log) {
  const sent = await provider.getTransaction(log.transactionHash);
  const artifact = artifacts[contract];
  const asked = sent === null ? null : CREATE_X_ABI.parseTransaction(sent);
  const initCode = String(asked?.args.initCode ?? "0x");
  // Only of what is compiled as it was then it is known where the code ends and the arguments begin.
  const isSame = artifact !== undefined && initCode.startsWith(artifact.bytecode);
  const constructorArguments = hex(isSame ? dataSlice(initCode, artifact.bytecode.length / 2 - 1) : "0x");
  const block = log.blockNumber;
  return {
    ...{ block, transactionHash: bytes32(log.transactionHash), constructorArguments },
    args: isSame ? decoded(new Interface(artifact.abi), constructorArguments) : {},
  };
}

function decoded(abi: Interface, constructorArguments: string): Record<string, unknown> {
  const values = abi.getAbiCoder().decode(abi.deploy.inputs, constructorArguments);
  const args = named(abi.deploy.inputs, values.toArray(true));
  return Object.fromEntries(args.map(({ name, value }) => [name, plain(value)]));
}

/** Numbers as decimal strings, as files have them. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return Array.isArray(value) ? value.map(plain) : value;
}

async function codeHash(provider: Provider, at: Address): Promise<Bytes32> {
  return bytes32(keccak256(await provider.getCode(at)));
}

async function creations(
  provider: Provider,
  addresses: readonly Address[],
  fromBlock: number,
): Promise<Map<Address, Log>> {
  const found = new Map<Address, Log>();
  if (addresses.length === 0) return found;
  const topics = [
    CREATE_X_ABI.getEvent("ContractCreation")?.topicHash ?? null,
    addresses.map((at) => zeroPadValue(at, 32)),
  ];
  const head = await provider.getBlockNumber();
  for (let from = fromBlock; from <= head && found.size < addresses.length; from += RANGE) {
    const toBlock = Math.min(head, from + RANGE - 1);
    for (const log of await provider.getLogs({ address: CREATE_X, topics, fromBlock: from, toBlock })) {
      const at = addresses.find((one) => zeroPadValue(one, 32) === log.topics[1]);
      if (at !== undefined) found.set(at, log);
    }
  }
  return found;
}

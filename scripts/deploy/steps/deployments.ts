import { concat } from "ethers";

import { hex, type Address, type Hex } from "#protocol/types.ts";

import type { Construction } from "../construction.ts";
import { CREATE_X, CREATE_X_DEPLOYER, CREATE_X_FUNDS, create3Address, create3Call } from "../createX.ts";
import type { Actual, ActualChain, Artifacts } from "./actual.ts";
import { interfaceOf } from "./calls.ts";
import { named, type NamedArgument, type Step, type Wait } from "./step.ts";

const EMPTY = hex("0x");

/** What deployments have in common. */
export interface DeployContext {
  readonly deployer: Address;
  readonly artifacts: Artifacts;
  readonly presigned: Hex;
  readonly actual: Actual;
}

/** A contract to be deployed. */
export interface Planned {
  readonly id: string;
  readonly chain: string;
  readonly label: string;
  readonly construction: Construction;
  readonly needs: readonly string[];
  /** Why its arguments are not known yet. */
  readonly waitsUntil?: Wait | undefined;
}

/**
 * @param context - What deployments have in common.
 * @param chain - A chain.
 * @returns What brings CreateX to it: ether for whom it was signed by, and the signed transaction.
 */
export function createXSteps({ presigned, actual }: DeployContext, chain: string): Step[] {
  const { hasCreateX, createXFunds } = chainOf(actual, chain);
  const missing = createXFunds < CREATE_X_FUNDS ? CREATE_X_FUNDS - createXFunds : 0n;
  const common = { chain, by: "anyone", from: [], args: [] } as const;
  if (hasCreateX) return [];
  return [
    {
      ...{ ...common, id: `${chain}/createx-funds`, contract: "CreateX's deployer", call: "(ether)", kind: "call" },
      ...{ to: CREATE_X_DEPLOYER, data: EMPTY, value: missing, needs: [], isDone: missing === 0n },
    },
    {
      ...{ ...common, id: createXId(chain), contract: "CreateX", call: "constructor", kind: "deploy" },
      ...{ deploys: CREATE_X, signed: presigned, value: 0n, needs: [`${chain}/createx-funds`], isDone: false },
    },
  ];
}

/**
 * @param context - What deployments have in common.
 * @param planned - A contract.
 * @returns What deploys it, by CREATE3.
 */
export function deployStep({ deployer, artifacts, actual }: DeployContext, planned: Planned): Step {
  const { id, chain, label, construction, needs, waitsUntil } = planned;
  const { contract, args } = construction;
  const artifact = artifacts[contract];
  if (artifact === undefined) throw new Error(`${contract} was not compiled`);
  const abi = interfaceOf(artifacts, contract);
  const { there, hasCreateX } = chainOf(actual, chain);
  const deploys = create3Address(deployer, label);
  const isDone = there.has(deploys);
  const data = () => create3Call(deployer, label, concat([artifact.bytecode, abi.encodeDeploy(args)]));
  const told = named(abi.deploy.inputs, args);
  return {
    ...{ id, chain, contract, call: "constructor", to: CREATE_X },
    args: waitsUntil === undefined ? told : told.map(hubsWord),
    ...(waitsUntil === undefined ? {} : { waitsUntil }),
    ...(isDone || waitsUntil !== undefined ? {} : { data: data() }),
    ...{ value: 0n, kind: "deploy", deploys, by: "deployer", from: [deployer] },
    needs: hasCreateX ? needs : [createXId(chain), ...needs],
    isDone,
  };
}

/** What is read from the hub when it is sent, and not known before. */
function hubsWord(argument: NamedArgument): NamedArgument {
  const isRead = argument.name === "firstTables" || argument.name === "firstEntries";
  return isRead ? { ...argument, value: "what the hub has when this is sent" } : argument;
}

/**
 * @param actual - What is there.
 * @param name - A chain of the configuration.
 * @returns What that chain has.
 */
export function chainOf({ chains }: Actual, name: string): ActualChain {
  const chain = chains.get(name);
  if (chain === undefined) throw new Error(`${name} was not read`);
  return chain;
}

function createXId(chain: string): string {
  return `${chain}/createx`;
}

import type { Hex } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { entrySteps } from "./entries.ts";
import { hubSteps } from "./hub.ts";
import { policySteps } from "./policies.ts";
import { registrySteps } from "./registry.ts";
import { rollupSteps } from "./rollup.ts";
import { setSteps } from "./sets.ts";
import { shapeSteps } from "./shapes.ts";
import type { Step } from "./step.ts";

/** Everything that steps are made of. */
export interface StepSource {
  readonly artifacts: Artifacts;
  /** What brings CreateX to a chain. */
  readonly presigned: Hex;
  readonly actual: Actual;
}

/** Names of contracts whose artifacts steps are made of. */
export const STEP_CONTRACTS = [
  "Shaper",
  "CertificateVerifier",
  "CompensationVault",
  "TableBuilder",
  "RollupRegistry",
  "Slasher",
  "ServiceManager",
  "TransparentUpgradeableProxy",
  "OpStackHubEnd",
  "OpStackRollupEnd",
  "OrbitHubEnd",
  "OrbitRollupEnd",
  "OperatorTables",
  "Directory",
  "Policy",
  "Gateway",
] as const;

/**
 * @param config - What should be.
 * @param source - What is there, and what is deployed.
 * @returns Every transaction between nothing and what should be, in order, with what of it was done; and those that change what is otherwise.
 */
export function stepsOf(config: NetworkConfig, { artifacts, presigned, actual }: StepSource): Step[] {
  const context = { deployer: config.roles.deployer, artifacts, presigned, actual };
  const rollups = Object.entries(config.rollups);
  return [
    ...hubSteps(config, context),
    ...setSteps(config, artifacts, actual),
    ...shapeSteps(config, artifacts, actual),
    ...rollups.flatMap(([name, rollup]) => rollupSteps(config, name, rollup, context)),
    ...rollups.flatMap(([name, rollup]) => registrySteps(config, name, rollup, artifacts, actual)),
    ...rollups.flatMap(([name, rollup]) => entrySteps(config, name, rollup, artifacts, actual)),
    ...rollups.flatMap(([name, rollup]) => policySteps(config, name, rollup, artifacts, actual)),
  ];
}

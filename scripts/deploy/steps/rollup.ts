import { chainId } from "#protocol/types.ts";

import { hubEndConstruction, rollupEndConstruction, type BridgeParameters, type Carriage } from "../bridge.ts";
import type { BridgeConfig, NetworkConfig, RollupConfig } from "../config/schema.ts";
import { ROLLUP_ORDER, rollupConstructions, type RollupAddresses, type RollupParameters } from "../rollup.ts";
import type { Actual } from "./actual.ts";
import { LABELS, plannedHub, plannedRollup } from "./addresses.ts";
import { createXSteps, deployStep, type DeployContext } from "./deployments.ts";
import { kebab } from "./hub.ts";
import type { Step, Wait } from "./step.ts";

/** What of a rollup's contracts comes before which: the gateway looks at all others, and at its end of the bridge. */
const NEEDS: Partial<Record<keyof RollupAddresses, readonly (keyof RollupAddresses)[]>> = {
  operatorTables: ["certificateVerifier"],
  directory: ["operatorTables"],
  gateway: ["certificateVerifier", "operatorTables", "directory", "policy"],
};

/**
 * @param bridge - A rollup's bridge as the configuration has it.
 * @returns What carries calls over it.
 */
export function carriageOf(bridge: BridgeConfig): Carriage {
  if (bridge.stack === "orbit") return { stack: "orbit", inbox: bridge.inbox };
  const { stack, hubMessenger, rollupMessenger } = bridge;
  return { stack, hubMessenger, rollupMessenger };
}

/**
 * @param config - A network.
 * @param rollup - One of its rollups.
 * @param actual - What is there.
 * @returns What the rollup's contracts are constructed with: first tables and entries as the hub has them.
 */
export function rollupParametersOf(config: NetworkConfig, rollup: RollupConfig, { hub }: Actual): RollupParameters {
  const { owner, looseningDelaySeconds, exitTimeSeconds, haltQuorumBps, ...defaultPolicy } = rollup.policy;
  const { lead, validity, grace } = config.hub.windows;
  const time = hub?.time ?? 0n;
  const lasting = (hub?.tables ?? []).filter(({ statement }) => statement.validUntil >= time);
  return {
    hubChainId: chainId(config.hub.chainId),
    serviceManager: plannedHub(config).serviceManager,
    directorySetId: config.hub.directorySetId,
    ...{ owner, looseningDelaySeconds, exitTimeSeconds, haltQuorumBps, defaultPolicy },
    graceSeconds: grace,
    maxValiditySeconds: lead + validity,
    firstTables: lasting.map(({ statement, table }) => ({ table: statement, rows: table.packed })),
    firstEntries: hub?.entries ?? [],
    ...(rollup.bridge === undefined ? {} : { canonicalReceiver: plannedRollup(config, rollup).bridge.rollupEnd }),
  };
}

/**
 * @param config - A network.
 * @param name - One of its rollups.
 * @param rollup - The same.
 * @param context - What deployments have in common.
 * @returns What deploys both ends of its bridge and its contracts.
 */
export function rollupSteps(config: NetworkConfig, name: string, rollup: RollupConfig, context: DeployContext): Step[] {
  const { contracts } = plannedRollup(config, rollup);
  const constructions = rollupConstructions(rollupParametersOf(config, rollup, context.actual), contracts);
  const waitsUntil = tableWait(config, rollup, context.actual);
  const end = rollup.bridge === undefined ? [] : [`${name}/rollup-end`];
  return [
    ...createXSteps(context, name),
    ...(rollup.bridge === undefined ? [] : endSteps(config, name, rollup, rollup.bridge, context)),
    ...ROLLUP_ORDER.map((contract) => {
      const needs = (NEEDS[contract] ?? []).map((needed) => `${name}/${kebab(needed)}`);
      return deployStep(context, {
        id: `${name}/${kebab(contract)}`,
        chain: name,
        label: LABELS.rollup(config, rollup, contract),
        construction: constructions[contract],
        needs: contract === "gateway" ? [...end, ...needs] : needs,
        waitsUntil: contract === "operatorTables" || contract === "directory" ? waitsUntil : undefined,
      });
    }),
  ];
}

function endSteps(
  config: NetworkConfig,
  name: string,
  rollup: RollupConfig,
  bridge: BridgeConfig,
  context: DeployContext,
): Step[] {
  const { bridge: plan } = plannedRollup(config, rollup);
  const { rollupGas, uncontestedDelaySeconds, contestedDelaySeconds } = bridge;
  const parameters: BridgeParameters = {
    ...{ carriage: carriageOf(bridge), hub: plannedHub(config), rollupChainId: chainId(rollup.chainId) },
    ...{ rollupGas, uncontestedDelaySeconds, contestedDelaySeconds },
  };
  return [
    deployStep(context, {
      ...{ id: `${name}/hub-end`, chain: "hub", label: LABELS.hubEnd(config, rollup), needs: ["hub/service-manager"] },
      construction: hubEndConstruction(plan, parameters),
    }),
    deployStep(context, {
      ...{ id: `${name}/rollup-end`, chain: name, label: LABELS.rollup(config, rollup, "rollupEnd") },
      // What fails before it wastes an end that nobody hears, while a gateway could never have another one.
      needs: [`${name}/hub-end`],
      construction: rollupEndConstruction(plan, parameters.carriage),
    }),
  ];
}

/** A rollup begins with a table of the directory's set, or it could never take another. */
function tableWait(
  { hub: { directorySetId } }: NetworkConfig,
  { policy: { minTotalWeightLog2 } }: RollupConfig,
  { hub }: Actual,
): Wait | undefined {
  const table = hub?.tables.find(({ statement }) => statement.operatorSetId === directorySetId);
  const who = "operators: `npx hardhat operator join`; then anybody: `npx hardhat table build`";
  if (table === undefined) return { what: `the first table of operator set ${directorySetId}`, who };
  const { epoch, validUntil } = table.statement;
  // Whoever joins first has the first table: it must weigh what the rollup's own policy asks for.
  const weight = table.table.totalWeight;
  if (weight < 1n << BigInt(minTotalWeightLog2)) {
    return {
      what: `a table that weighs 2^${minTotalWeightLog2}, as its policy asks for; epoch ${epoch} has ${weight}`,
      who,
    };
  }
  if (validUntil >= (hub?.time ?? 0n)) return undefined;
  return { what: `a table of operator set ${directorySetId} that is valid; epoch ${epoch} is over`, who };
}

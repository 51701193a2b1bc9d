import { chainId } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import { HUB_ORDER, hubConstructions, type HubAddresses, type HubParameters } from "../hub.ts";
import { LABELS, plannedHub } from "./addresses.ts";
import { innerOf } from "./calls.ts";
import { createXSteps, deployStep, type DeployContext } from "./deployments.ts";
import type { Step } from "./step.ts";

/** Names of contracts as they are in the ids of steps. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The contracts that are there before, because they are read in a constructor. */
const NEEDS: Partial<Record<keyof HubAddresses, readonly (keyof HubAddresses)[]>> = {
  registry: ["tableBuilder"],
  slasher: ["certificateVerifier", "vault", "tableBuilder", "registry"],
  serviceManagerImplementation: ["shaper", "vault", "tableBuilder", "slasher"],
  serviceManager: ["shaper", "claimsTimelock", "serviceManagerImplementation"],
};

/**
 * @param config - A network.
 * @returns What its hub's contracts are constructed with.
 */
export function hubParametersOf({ hub, roles }: NetworkConfig): HubParameters {
  const { eigenLayer, windows, notices, courtSeconds, shapingSeconds, claimsSeconds, bond, metadataURI } = hub;
  const { owner, registrar, guardian, court, shapers } = roles;
  return {
    hubChainId: chainId(hub.chainId),
    ...{ eigenLayer, windows, notices, courtSeconds, shapingSeconds, claimsSeconds, bond, metadataURI },
    ...{ owner, registrar, guardian, court, shapers },
  };
}

/**
 * @param config - A network.
 * @param context - What deployments have in common.
 * @returns What deploys the hub's contracts.
 */
export function hubSteps(config: NetworkConfig, context: DeployContext): Step[] {
  const abi = context.artifacts.ServiceManager?.abi;
  if (abi === undefined) throw new Error("ServiceManager was not compiled");
  const constructions = hubConstructions(hubParametersOf(config), plannedHub(config), abi);
  const initialize = constructions.serviceManager.args.at(-1);
  const inner = { inner: [innerOf(context.artifacts, "ServiceManager", String(initialize))] };
  return [
    ...createXSteps(context, "hub"),
    ...HUB_ORDER.map((name) => ({
      ...deployStep(context, {
        id: `hub/${kebab(name)}`,
        chain: "hub",
        label: LABELS.hub(config, name),
        construction: constructions[name],
        needs: (NEEDS[name] ?? []).map((needed) => `hub/${kebab(needed)}`),
      }),
      ...(name === "serviceManager" ? inner : {}),
    })),
  ];
}

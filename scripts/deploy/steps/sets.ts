import { id as hashOf } from "ethers";

import { bytes32, hex, ZERO_BYTES32 } from "#protocol/types.ts";

import type { NetworkConfig } from "../config/schema.ts";
import type { Actual, Artifacts } from "./actual.ts";
import { plannedHub } from "./addresses.ts";
import { interfaceOf } from "./calls.ts";
import { shaperCall, shaperSteps, type ShaperCall } from "./shaper.ts";
import type { Step } from "./step.ts";

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @returns What the shaper is asked to do, once for each set: to create it, and to allow its founders in the same breath. Each follows the one before, because sets are numbered as they come.
 */
export function setCalls(config: NetworkConfig, artifacts: Artifacts): ShaperCall[] {
  const abi = interfaceOf(artifacts, "ServiceManager");
  const { serviceManager: target } = plannedHub(config);
  const calls: ShaperCall[] = [];
  for (const [index, { founders, fullFraction, ...parameters }] of config.hub.operatorSets.entries()) {
    const payloads = [hex(abi.encodeFunctionData("createSet", [parameters, fullFraction]))];
    if (founders.length > 0) payloads.push(hex(abi.encodeFunctionData("allow", [index + 1, founders, true])));
    const predecessor = calls.at(-1)?.id ?? ZERO_BYTES32;
    const salt = bytes32(hashOf(`${config.salt}/set/${index + 1}`));
    calls.push(shaperCall({ target, payloads, predecessor, salt }));
  }
  return calls;
}

/**
 * @param config - A network.
 * @param artifacts - Compiled contracts.
 * @param actual - What is there.
 * @returns What creates the operator sets that are missing: each is announced to the shaper, waits, and is carried out by anybody.
 */
export function setSteps(config: NetworkConfig, artifacts: Artifacts, { hub }: Actual): Step[] {
  return setCalls(config, artifacts).flatMap((call, index) => {
    const set = index + 1;
    return shaperSteps(config, artifacts, hub, call, {
      stepId: (verb) => `hub/set-${set}/${verb}`,
      isThere: (hub?.setCount ?? 0) >= set,
      after: set === 1 ? [] : [`hub/set-${set - 1}/execute`],
    });
  });
}

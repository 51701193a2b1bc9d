import { Contract, type ContractRunner } from "ethers";

import { CodedError } from "#protocol/errors.ts";

import type { HubEigenLayer, HubParameters } from "./hub.ts";

/** What does not fit; those of windows have the contracts' names. */
export type HubFitErrorCode =
  | "WindowEmpty"
  | "BuildTooLong"
  | "HubFactTooLate"
  | "WindowsTooLong"
  | "RaiseTooFast"
  | "ShapingTooFast"
  | "ClaimsTooFast";

/** Parameters with which the hub would promise what EigenLayer does not keep. */
export class HubFitError extends CodedError<HubFitErrorCode> {}

/**
 * Contracts cannot mend a slip in their parameters, and know only of some. So all are held against EigenLayer's own figure first:
 * windows end before stake can leave that is being deallocated, and whoever does not like what is announced can leave before.
 *
 * @param runner - Who asks.
 * @param parameters - What the hub is to be constructed with; throws {@link HubFitError} if they do not fit.
 */
export async function requireFit(runner: ContractRunner, parameters: HubParameters): Promise<void> {
  const { windows, notices, shapingSeconds, claimsSeconds, eigenLayer } = parameters;
  const { lead, validity, grace, evidence, pause, margin, hubFact, secondsPerBlock, buildBlocks } = windows;
  for (const [name, found] of Object.entries({
    lead,
    validity,
    evidence,
    margin,
    hubFact,
    secondsPerBlock,
    buildBlocks,
  })) {
    if (found <= 0) throw new HubFitError("WindowEmpty", `${name} is ${found}`);
  }
  const build = buildBlocks * secondsPerBlock;
  refuseUnless(build < lead + validity, "BuildTooLong", `a build takes ${build} s, an epoch ${lead + validity}`);
  const judged = grace + evidence;
  refuseUnless(hubFact < judged, "HubFactTooLate", `a fact may take ${hubFact} s to appear, evidence ${judged}`);

  const { deallocation, withdrawal } = await delaysOf(runner, eigenLayer);
  const limit = Math.min(deallocation, withdrawal);
  const promised = Math.ceil((lead + validity + grace + evidence + pause + margin) / secondsPerBlock);
  refuseUnless(promised < limit, "WindowsTooLong", `the windows take ${promised} blocks, stake leaves after ${limit}`);

  const least = deallocation * secondsPerBlock;
  const notLonger = (found: number) => `${found} s are not longer than a deallocation, which takes ${least}`;
  refuseUnless(notices.raise > least, "RaiseTooFast", `notices.raise: ${notLonger(notices.raise)}`);
  refuseUnless(shapingSeconds > least, "ShapingTooFast", `shapingSeconds: ${notLonger(shapingSeconds)}`);
  refuseUnless(claimsSeconds > least, "ClaimsTooFast", `claimsSeconds: ${notLonger(claimsSeconds)}`);
}

/** Blocks for which EigenLayer holds stake that is being deallocated, and stake that is being withdrawn, as it says itself. */
async function delaysOf(runner: ContractRunner, { allocationManager, delegationManager }: HubEigenLayer) {
  const ask = async (contract: string, question: string): Promise<number> => {
    const asked = new Contract(contract, [`function ${question}() view returns (uint32)`], runner);
    return Number(await asked.getFunction(question)());
  };
  return {
    deallocation: await ask(allocationManager, "DEALLOCATION_DELAY"),
    withdrawal: await ask(delegationManager, "minWithdrawalDelayBlocks"),
  };
}

function refuseUnless(fits: boolean, code: HubFitErrorCode, message: string): void {
  if (!fits) throw new HubFitError(code, message);
}

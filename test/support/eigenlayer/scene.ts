import { address } from "#protocol/types.ts";
import { elementAt } from "#protocol/errors.ts";

import type { Asset, EigenLayer, SetId } from "./eigenLayer.ts";
import { Operator, passAllocationConfiguration } from "./operator.ts";
import { Service } from "./service.ts";
import { Staker } from "./staker.ts";

export const SET_ID = 7;
export const RECIPIENT = address("0x00000000000000000000000000000000000ec1b1");
export const OWN_STAKE = 6n * 10n ** 20n;
export const DELEGATED_STAKE = 4n * 10n ** 20n;
export const STAKE = OWN_STAKE + DELEGATED_STAKE;
export const WAD = 10n ** 18n;
export const HALF = WAD / 2n;

/** A service with one set, and an operator in it who has half of its stake allocated. */
export interface Scene {
  readonly eigenLayer: EigenLayer;
  readonly asset: Asset;
  readonly service: Service;
  readonly set: SetId;
  readonly operator: Operator;
  /** Has delegated to the operator. */
  readonly staker: Staker;
}

/** Sets the scene. */
export async function scene(eigenLayer: EigenLayer): Promise<Scene> {
  const asset = elementAt(eigenLayer.assets, 0);
  const [service, set] = await Service.withSet(eigenLayer, SET_ID, RECIPIENT);
  const operator = await Operator.named(eigenLayer, "operator");
  const staker = await Staker.named(eigenLayer, "staker");
  await operator.deposit(asset, OWN_STAKE);
  await operator.registerAsOperator();
  await staker.deposit(asset, DELEGATED_STAKE);
  await staker.delegateTo(operator);
  await passAllocationConfiguration(eigenLayer);
  await operator.registerKey(set);
  await operator.allocate(set, [asset, HALF]);
  await operator.join(set);
  return { eigenLayer, asset, service, set, operator, staker };
}

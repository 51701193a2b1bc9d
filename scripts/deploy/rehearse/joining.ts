import { join } from "#chain/hub/join.ts";
import { submit } from "#chain/hub/submit.ts";
import { optIn } from "#chain/hub/proposals.ts";
import { chainId } from "#protocol/types.ts";
import { IStrategyManager__factory } from "#types/factories/contracts/interfaces/eigenlayer/IStrategyManager__factory.ts";
import { FreeERC20__factory } from "#types/factories/contracts/mocks/FreeERC20__factory.ts";

import { proposalFor } from "../steps/registry.ts";
import type { RehearsalClock } from "./clock.ts";
import { someoneCalled, type Scene } from "./scene.ts";

/** All operators deposit their stake and take their seats. Their tokens are a gift. */
export async function joinAll(scene: Scene, clock: RehearsalClock): Promise<void> {
  const { hub, site, config, members, token, strategy } = scene;
  const { strategyManager } = config.hub.eigenLayer;
  const operatorSetId = config.hub.directorySetId;
  for (const { account, stake } of members) {
    const operator = await hub.as(account);
    const manager = IStrategyManager__factory.connect(strategyManager, operator);
    const erc20 = FreeERC20__factory.connect(token, operator);
    await submit(operator, erc20.approve.populateTransaction(strategyManager, stake));
    await submit(operator, manager.depositIntoStrategy.populateTransaction(strategy, token, stake));
  }
  for (let isWaiting = true; isWaiting;) {
    let blocks = 0;
    for (const { account, key } of members) {
      const { waitingFor } = await join(await hub.as(account), site, { operatorSetId, key });
      blocks = Math.max(blocks, waitingFor?.blocks ?? 0);
    }
    isWaiting = blocks > 0;
    await clock.passBlocks("EigenLayer's delays of new operators", blocks);
  }
}

/** What {@link joinAll} deposits. */
export async function mintStakes({ hub, members, token }: Scene): Promise<void> {
  const giver = await hub.as(someoneCalled("giver"));
  for (const { account, stake } of members) {
    await submit(giver, FreeERC20__factory.connect(token, giver).mint.populateTransaction(account, stake));
  }
}

/** Every operator says that it signs for every rollup. */
export async function optInAll(scene: Scene): Promise<void> {
  const { hub, site, config, members } = scene;
  for (const rollup of Object.values(config.rollups)) {
    const { gateway, bridge } = proposalFor(config, rollup);
    for (const { account } of members) {
      await optIn(await hub.as(account), site, { chainId: chainId(rollup.chainId), gateway, bridge });
    }
  }
}

import { FINALITY_FINAL } from "#protocol/contradictions.ts";
import { chainId } from "#protocol/types.ts";
import { Directory__factory } from "#types/factories/contracts/rollup/Directory__factory.ts";

import { account } from "../accounts.ts";
import { OPERATOR_SET_ID } from "../hub/profile.ts";
import { rollupOf } from "../stories/stage.ts";
import { admitNewcomer, COLLUDERS, PATIENCE_MS, untilHealed, untilPaid, wholeStake } from "./aftermath.ts";
import { Liar } from "./liar.ts";
import { priceFor, type Lie } from "./scene.ts";

/** A chain that there is not. */
const NOWHERE = chainId(7_357_999);
const ACTIVE = 2n;
const PRICE = wholeStake("FalseEntry");

/** A quorum certifies an entry that the registry does not have: a chain that is made up, whose gateway is theirs. */
export function falseEntry(): Lie {
  return {
    name: "false-entry",
    title: `${COLLUDERS.join(", ")} certify an entry that the registry does not have`,
    avoided: [],
    tell: async (scene) => {
      const { devnet, timeline, say } = scene;
      const destination = rollupOf(devnet, "gamma");
      const { blockNumber } = await new Liar(devnet, COLLUDERS).enter(destination, {
        chainId: NOWHERE,
        gateway: account("liar").address,
        operatorSetId: OPERATOR_SET_ID,
        status: Number(ACTIVE),
        finality: FINALITY_FINAL,
        refutable: false,
        version: 1n,
      });
      say(`gamma block ${blockNumber}  its directory hears chain ${NOWHERE}, of which the registry knows nothing`);
      await admitNewcomer(scene);
      await untilPaid(scene, COLLUDERS, PRICE);
      const { contracts } = destination.deployed;
      const directory = Directory__factory.connect(contracts.directory, destination.chain.provider);
      const isGone = async () => (await directory.entry(NOWHERE)).status !== ACTIVE;
      await timeline.until("the bridge to take the entry back", isGone, PATIENCE_MS);
      say(`gamma hears chain ${NOWHERE} no more`);
      const last = await untilHealed(scene, COLLUDERS);
      return { prices: priceFor(COLLUDERS, PRICE), forged: [], messageIds: [last] };
    },
  };
}

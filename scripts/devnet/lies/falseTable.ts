import { operatorTable } from "#protocol/tables.ts";

import { rollupOf } from "../stories/stage.ts";
import { DEVNET_WINDOWS, OPERATOR_SET_ID } from "../hub/profile.ts";
import { admitNewcomer, COLLUDERS, untilHealed, untilPaid, wholeStake } from "./aftermath.ts";
import { Liar } from "./liar.ts";
import { priceFor, type Lie } from "./scene.ts";

/** How far above the true ones: rollups take no epoch in between from certificates then. */
const AHEAD = 9;
const PRICE = wholeStake("FalseTable");

/** A quorum certifies a table that the hub never built, with itself as the only row, and installs it on a rollup. */
export function falseTable(): Lie {
  return {
    name: "false-table",
    title: `${COLLUDERS.join(", ")} certify a table that the hub does not have`,
    avoided: [],
    tell: async (scene) => {
      const { devnet, say } = scene;
      const destination = rollupOf(devnet, "beta");
      const liar = new Liar(devnet, COLLUDERS);
      const { packed, tableHash } = operatorTable([{ key: liar.firstKey.g1, weight: 10n ** 24n }]);
      const validFrom = BigInt(Math.floor(Date.now() / 1_000));
      const validUntil = validFrom + BigInt(DEVNET_WINDOWS.lead + DEVNET_WINDOWS.validity);
      const epoch = (devnet.epochs.newest?.epoch ?? 0) + AHEAD;
      const table = { operatorSetId: OPERATOR_SET_ID, epoch, tableHash, validFrom, validUntil };
      const { blockNumber } = await liar.install(destination, table, packed);
      say(`beta block ${blockNumber}  epoch ${epoch} is installed, in which operator 1 is alone; the hub has none`);
      await admitNewcomer(scene);
      await untilPaid(scene, COLLUDERS, PRICE);
      const last = await untilHealed(scene, COLLUDERS);
      return { prices: priceFor(COLLUDERS, PRICE), forged: [], messageIds: [last] };
    },
  };
}

import { rollupOf } from "../stories/stage.ts";
import { admitNewcomer, COLLUDERS, untilHealed, untilPaid, wholeStake, PATIENCE_MS } from "./aftermath.ts";
import { forge } from "./forgery.ts";
import { Liar } from "./liar.ts";
import { priceFor, type Lie } from "./scene.ts";

/** A page that the lane is far from: honest messages never reach it. */
const FAR_PAGE = 2_000n;
const PRICE = wholeStake("Equivocation");

/** A quorum certifies two final pages that cannot both be true. Whichever is, rollups hear the set no more until it is renewed. */
export function equivocate(): Lie {
  return {
    name: "equivocate",
    title: `${COLLUDERS.join(", ")} certify two contradicting pages`,
    avoided: [],
    tell: async (scene) => {
      const { devnet, timeline, say } = scene;
      const [source, destination] = [rollupOf(devnet, "gamma"), rollupOf(devnet, "beta")];
      const liar = new Liar(devnet, COLLUDERS);
      const lane = { source, destination, pageIndex: FAR_PAGE };
      const heads = await forge({ ...lane, texts: ["Heads.", "Heads again."] });
      const tails = await forge({ ...lane, texts: ["Tails.", "Tails again."] });
      const first = await liar.deliver(destination, heads, 0);
      say(
        `beta block ${first.blockNumber}  two messages of gamma are certified, "Heads." and "Heads again."; one arrives`,
      );
      const second = await liar.deliver(destination, tails, 1);
      say(
        `beta block ${second.blockNumber}  the same two are certified to be "Tails." and "Tails again."; one arrives`,
      );
      const frozen = () => timeline.said("SetFrozen").length >= devnet.rollups.length;
      await timeline.until("every rollup to freeze the set", frozen, PATIENCE_MS);
      await admitNewcomer(scene);
      await untilPaid(scene, COLLUDERS, PRICE);
      const last = await untilHealed(scene, COLLUDERS);
      const prices = priceFor(COLLUDERS, PRICE);
      return { prices, forged: [first, second], messageIds: [last] };
    },
  };
}

import { rollupOf } from "../stories/stage.ts";
import { COLLUDERS, REFUTED, untilPaid } from "./aftermath.ts";
import { forge } from "./forgery.ts";
import { Liar } from "./liar.ts";
import { priceFor, type Lie } from "./scene.ts";

/** A page that the lane is far from: honest messages never reach it. */
const FAR_PAGE = 1_000n;

/** A quorum certifies more messages than the source's gateway has sent, and delivers one of them. */
export function futurePage(): Lie {
  return {
    name: "future-page",
    title: `${COLLUDERS.join(", ")} certify a page of beta that has not begun`,
    avoided: [],
    tell: async (scene) => {
      const { devnet, say } = scene;
      const [source, destination] = [rollupOf(devnet, "beta"), rollupOf(devnet, "alpha")];
      const forgery = await forge({ source, destination, pageIndex: FAR_PAGE, texts: ["Greetings from the future."] });
      const { id, blockNumber } = await new Liar(devnet, COLLUDERS).deliver(destination, forgery);
      say(
        `alpha block ${blockNumber}  page ${FAR_PAGE} of the lane beta → alpha is certified, and its message delivered`,
      );
      await untilPaid(scene, COLLUDERS, REFUTED);
      return { prices: priceFor(COLLUDERS, REFUTED), forged: [{ id }], messageIds: [] };
    },
  };
}

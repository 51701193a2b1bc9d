import { HubTasks } from "./hubTasks.ts";
import { hubWorld, type HubWorld } from "./hubWorld.ts";
import { Publisher } from "./publisher.ts";
import { stagedOn } from "./stage.ts";

/** A world whose chains are served to tasks, with an aggregator that publishes what a test has certified. */
export interface PublishedStage {
  readonly world: HubWorld;
  readonly tasks: HubTasks;
  readonly aggregator: Publisher;
  /** Takes every message, on the second rollup. */
  readonly recipient: string;
}

/**
 * Sets the stage for all tests of a `describe`; after each its chains are as before, and nothing is published.
 *
 * @returns What gives the stage to a test.
 */
export function publishedStage(): () => PublishedStage {
  let opened: PublishedStage | undefined;
  const stage = stagedOn(
    async () => {
      const world = await hubWorld();
      const recipient = await world.beta.deployMock("RecordingRecipient");
      const tasks = await HubTasks.serving(world.hub, world.setId, world.rollups);
      opened = { world, tasks, aggregator: await Publisher.start(), recipient };
      return opened;
    },
    ({ world }) => [world.hub.eigenLayer.chain, ...world.rollups],
  );
  afterEach(function () {
    stage().aggregator.clear();
  });
  after(async function () {
    await opened?.aggregator.close();
    await opened?.tasks.close();
  });
  return stage;
}

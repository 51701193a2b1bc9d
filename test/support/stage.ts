import type { Rollup } from "./rollup.ts";

/** Chains that tests of a group share. */
export interface Stage {
  readonly rollups: readonly Rollup[];
}

/**
 * Sets a stage once for all tests of a `describe`, and winds its chains back after each of them.
 *
 * @param setUp - Builds the stage.
 * @returns What gives the stage to a test.
 */
export function staged<S extends Stage>(setUp: () => Promise<S>): () => S {
  let stage: S | undefined;
  let rewind: () => Promise<void> = async () => undefined;
  before(async function () {
    stage = await setUp();
    const snapshots = await Promise.all(stage.rollups.map(({ helpers }) => helpers.takeSnapshot()));
    rewind = async () => {
      for (const snapshot of snapshots) await snapshot.restore();
    };
  });
  afterEach(async function () {
    await rewind();
  });
  return () => {
    if (stage === undefined) throw new Error("the stage is set by a hook, before the first test");
    return stage;
  };
}

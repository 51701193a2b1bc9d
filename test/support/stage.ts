import type { Chain, Rollup } from "./rollup.ts";

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
  return stagedOn(setUp, ({ rollups }) => rollups);
}

/**
 * As `staged`, for a stage of any chains.
 *
 * @param setUp - Builds the stage.
 * @param chainsOf - The chains to wind back.
 * @returns What gives the stage to a test.
 */
export function stagedOn<S>(
  setUp: () => Promise<S>,
  chainsOf: (stage: S) => readonly Pick<Chain, "helpers">[],
): () => S {
  let stage: S | undefined;
  let rewind: () => Promise<void> = async () => undefined;
  before(async function () {
    stage = await setUp();
    const snapshots = await Promise.all(chainsOf(stage).map(({ helpers }) => helpers.takeSnapshot()));
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

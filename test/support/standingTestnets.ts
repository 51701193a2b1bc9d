import { expect } from "chai";

import { runTask } from "./devnet.ts";
import { Testnets } from "./testnets.ts";

let shared: Promise<Testnets> | undefined;

/** What is remembered of them. */
const AS_THEY_BEGAN = "began";

/**
 * Local testnets for all tests that need no more: a deployed hub, whose operators have their first table, and chains for the rollups
 * `one` and `two` with nothing of ours on them yet.
 *
 * @returns They, as they began, whatever others did with them. They are stopped after the last test.
 */
export async function standingTestnets(): Promise<Testnets> {
  shared ??= start();
  const testnets = await shared;
  for (const chain of testnets.chains) {
    chain.onAsk = chain.onAnswer = () => undefined;
    chain.onResult = (_, result) => result;
    await chain.mineAtOnce();
  }
  await testnets.recall(AS_THEY_BEGAN);
  testnets.describe(testnets.nets.config);
  return testnets;
}

// Of the root: this module is loaded outside of any `describe`.
after(async function () {
  await (await shared)?.close();
});

async function start(): Promise<Testnets> {
  const testnets = await Testnets.start(["one", "two"], { slowness: 20 });
  testnets.describe({ ...testnets.nets.config, rollups: {} });
  const apply = () => runTask(["deploy", "apply"], { ...testnets.args, yes: true, json: true });
  expect((await apply()).exitCode, "the shaper's delay").to.equal(2);
  await testnets.pass(testnets.config.hub.shapingSeconds + 1);
  expect((await apply()).exitCode, "the hub").to.equal(0);
  await testnets.setClock();
  await testnets.gather();
  await testnets.remember(AS_THEY_BEGAN);
  return testnets;
}

import { HubError } from "#chain/hub/errors.ts";
import type { Address } from "#protocol/types.ts";

import { account } from "../accounts.ts";
import type { Devnet, DevnetOptions } from "../devnet.ts";
import { startDevnet } from "../devnet.ts";
import { DevnetError } from "../errors.ts";
import { readRecords } from "../records.ts";
import { untilAborted } from "../run.ts";
import { tellText } from "../stories/text.ts";
import { untilDelivered } from "../stories/stage.ts";
import { Traffic } from "../stories/traffic.ts";
import { LIES } from "./catalogue.ts";
import { Findings } from "./findings.ts";
import { reconcileHonest } from "./honest.ts";
import type { LieName } from "./names.ts";
import { reckon } from "./reckoning.ts";
import type { Lie } from "./scene.ts";
import { readHubRecords } from "./stakes.ts";
import { Timeline } from "./timeline.ts";
import { lieReport, showOutcome, type LieOutcome, type LieReport } from "./verdict.ts";

/** Between two honest messages: enough of them to see that they go on. */
const PAUSE_MS = 1_500;

/** Between two looks at the chains. */
const LOOK_MS = 400;

/** How a lie is shown. */
export interface LieRunOptions extends Omit<DevnetOptions, "endpointOf"> {
  readonly lie: Lie;
  /** Ends by itself. */
  readonly once: boolean;
  /** Gets the report; `--json` prints it. */
  readonly onReport: (report: LieReport) => void;
}

/**
 * Shows lies one after the other, each on a devnet of its own.
 *
 * @param names - Which.
 * @param options - Where; several only if each ends by itself.
 * @returns The exit code: 0 when all ended as they must.
 */
export async function runLies(names: readonly LieName[], options: Omit<LieRunOptions, "lie">): Promise<number> {
  if (names.length > 1 && !options.once) {
    throw new DevnetError("InvalidOption", "--fault with several names ends by itself: give --once too");
  }
  let exitCode = 0;
  for (const name of names) {
    if (options.signal.aborted) return 1;
    try {
      exitCode = Math.max(exitCode, await runLie({ ...options, lie: LIES[name]() }));
    } catch (error) {
      if (names.length === 1) throw error;
      // What is wrong with one keeps no other from being shown.
      options.screen.line("failed", `${name}: ${String(error)}`);
      exitCode = 1;
    }
  }
  return exitCode;
}

/**
 * Starts a devnet, lies on it while honest people go on, and reckons up.
 *
 * @param options - Which lie, and where.
 * @returns The exit code: 0 when exactly the guilty lost exactly what they must, everybody else nothing, and every honest message
 *   was delivered once, or when a devnet that stays was stopped; else 1.
 */
export async function runLie(options: LieRunOptions): Promise<number> {
  const { screen, lie, once, signal } = options;
  screen.title(`A hub and three rollups, and a lie: ${lie.name}`);
  let devnet: Devnet | undefined;
  try {
    devnet = await startDevnet({
      ...options,
      lookMs: LOOK_MS,
      ...(lie.endpointOf === undefined ? {} : { endpointOf: lie.endpointOf }),
    });
    const outcome = await show(devnet, lie);
    showOutcome(screen, outcome);
    const report = lieReport(outcome);
    options.onReport(report);
    if (once) return report.ok ? 0 : 1;
    screen.title("Running until Ctrl-C");
    await untilAborted(signal);
    return 0;
  } catch (error) {
    if (error instanceof DevnetError && error.code === "Interrupted") return once ? 1 : 0;
    if (!(error instanceof DevnetError || error instanceof HubError)) throw error;
    screen.line("failed", error.message);
    return 1;
  } finally {
    await devnet?.stop();
    await lie.close?.();
    if (devnet !== undefined) screen.line("node", "stopped");
  }
}

async function show(devnet: Devnet, lie: Lie): Promise<LieOutcome> {
  const { screen, narrator, hub } = devnet;
  const started = performance.now();
  const timeline = new Timeline(devnet, new Findings(devnet.deployment));
  const traffic = new Traffic(devnet, lie.avoided, PAUSE_MS);
  const outsiders = new Map([...bystanders(devnet), ...(lie.outsiders?.(devnet) ?? [])]);
  const read = async () => readHubRecords({ provider: hub.chain.provider, hub: hub.deployed, outsiders });
  try {
    await tellText(devnet, "alpha", "beta", "Everybody tells the truth so far.");
    const before = await read();
    await timeline.start();
    screen.title(lie.title);
    narrator.isQuiet = true;
    traffic.start();
    const deed = await lie.tell({
      devnet,
      timeline,
      say: (text) => {
        screen.line("lie", text);
      },
    });
    const meanwhile = await traffic.stop();
    await untilDelivered(devnet, [...meanwhile, ...deed.messageIds], "what honest people sent meanwhile");
    screen.line("story", `honest messages that crossed meanwhile: ${meanwhile.length + deed.messageIds.length}`);
    await timeline.look();
    return {
      lie: lie.name,
      reckoning: reckon(before, await read(), deed.prices),
      verdict: reconcileHonest(await readRecords(devnet.rollups), devnet.expected, deed.forged),
      forged: deed.forged.map(({ id }) => id),
      durationMs: Math.round(performance.now() - started),
    };
  } finally {
    await traffic.stop().catch(() => undefined);
    await timeline.stop();
  }
}

// Nobody but the vault may have more tokens than before.
function bystanders({ hub, rollups }: Devnet): [string, Address][] {
  const roles = ["liar", "rollupOwner", "registrar", "guardian", "court", "relayer"] as const;
  return [
    ...roles.map((role): [string, Address] => [`the ${role}`, account(role).address]),
    ...Object.entries(hub.deployed.contracts)
      .filter(([name]) => name !== "vault")
      .map(([name, at]): [string, Address] => [`the contract ${name}`, at]),
    ...rollups.map(({ deployed: { name, bridge } }): [string, Address] => [`the hub's end of ${name}`, bridge.hubEnd]),
  ];
}

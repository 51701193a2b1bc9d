import { HubClient } from "#chain/hub.ts";
import type { HubSite } from "#chain/hub/site.ts";
import { HubCopy } from "#chain/hubCopy.ts";
import type { Surroundings } from "#nodes/shared/node.ts";
import { openRollups, type Rollups } from "#nodes/shared/rollups.ts";
import { mclVerifier } from "#protocol/blsMcl.ts";

import type { WatcherConfig } from "./config.ts";
import { CopyCheck } from "./copies.ts";
import { Corrections } from "./corrections.ts";
import { Docket } from "./docket.ts";
import { Equivocations } from "./equivocations.ts";
import { EvidenceBook } from "./evidenceBook.ts";
import { FalsePages } from "./falsePages.ts";
import { Hands } from "./hands.ts";
import { HubLies } from "./hubLies.ts";
import { Intake } from "./intake.ts";
import { Judgement } from "./judgement.ts";
import { LandedFollower } from "./landed.ts";
import { Offers } from "./offers.ts";
import type { WatcherView } from "./routes.ts";
import { Sayings } from "./sayings.ts";
import { Silence } from "./silence.ts";
import { SpeakersBook } from "./speakers.ts";
import { WatcherStore } from "./store.ts";
import { Trial } from "./trial.ts";
import { Truths } from "./truths.ts";
import { Watcher } from "./watcher.ts";

/** A watcher that does nothing by itself yet. */
export interface OpenWatcher extends WatcherView {
  readonly hands: Hands;
  close(): Promise<void>;
}

/**
 * Opens clients and store.
 *
 * @param config - What it is told.
 * @param surroundings - Clock and log.
 * @returns The watcher; whoever opened it has it make its rounds.
 */
export async function openWatcher(config: WatcherConfig, surroundings: Surroundings): Promise<OpenWatcher> {
  const { clock, log } = surroundings;
  const { privateKey, confirmTimeoutMs, retryMs, keptSeconds, aggregators } = config;
  const store = new WatcherStore(config.storeFile);
  const docket = new Docket(store, clock, log);
  const rollups = openRollups(config.rollups);
  const hub = new HubClient(config.hub);
  const mostFeePerGas = BigInt(Math.round(config.mostFeeGwei * 1e9));
  const hands = new Hands({ privateKey, confirmTimeoutMs, mostFeePerGas, clock });
  const domain = { hubChainId: hub.chainId, serviceManager: hub.contracts.serviceManager };
  const verifier = await mclVerifier();
  const speakers = new SpeakersBook(hub, rollups);
  const silence = new Silence(docket, hub.chainId, config.silentAfter);
  const intake = new Intake({ domain, store, docket, speakers, silence, verifier, clock, log });
  const followers = followersOf(config, rollups, { store, docket, intake, log });
  const sources = sourcesOf(config, rollups);
  const hubLogs = { chainId: hub.chainId, endpoints: hub.endpoints, ...logsOf(config.hub) };
  const bridges = sources.map(({ source, bridge, logs }) => ({
    bridge,
    rollup: { chainId: source.chainId, endpoints: source.endpoints, ...logs },
    hub: hubLogs,
  }));
  const sayings = new Sayings(store, bridges);
  const book = new EvidenceBook(domain, store, speakers);
  const trial = new Trial({ hub, site: siteOf(config), fromBlock: config.hub.fromBlock, hands, docket, verifier });
  const copies = [...rollups].map((rollup) => new HubCopy(rollup));
  const { copiesMs, newsSeconds } = config;
  const corrected = copies.map((copy) => ({
    check: new CopyCheck(copy, hub, config.hub.slasher, config.aheadSeconds),
    bridge: sources.find(({ source }) => source === copy.rollup)?.bridge,
  }));
  const corrections = new Corrections({ copies: corrected, hub, newsSeconds, hands, docket });
  const pursuits = [
    new Equivocations({ copies, book, trial, hands, docket }),
    new FalsePages({ sources, hub, store, sayings, book, trial, hands, docket }),
    new HubLies(book, trial),
    corrections,
  ];
  const offers = new Offers({ aggregators, hub, store, intake, log });
  const judgement = new Judgement(store, docket, sayings);
  const truths = new Truths(rollups, hub);
  const parts = { followers, offers, sayings, truths, judgement, corrections, copiesMs, pursuits, docket, store };
  const watcher = new Watcher({ ...parts, retryMs, keptSeconds, clock, log });
  const counters = () => ({
    certificates: intake.certificates,
    transactions: hands.transactions,
    silent: silence.silent,
    unreadable: followers.reduce((sum, { unreadable }) => sum + unreadable, 0),
  });
  const close = async () => {
    hands.close();
    rollups.close();
    hub.close();
    await store.close();
  };
  return { watcher, docket, rollups, counters, hands, close };
}

type FollowerParts = Omit<ConstructorParameters<typeof LandedFollower>[0], "rollup" | "fromBlock" | "blockRange">;

function followersOf(config: WatcherConfig, rollups: Rollups, parts: FollowerParts): LandedFollower[] {
  return config.rollups.flatMap((told) => {
    const rollup = rollups.get(told.chainId, told.gateway);
    return rollup === undefined ? [] : [new LandedFollower({ ...parts, ...logsOf(told), rollup })];
  });
}

function sourcesOf(config: WatcherConfig, rollups: Rollups) {
  return config.rollups.flatMap(({ bridge, ...told }) => {
    const source = rollups.get(told.chainId, told.gateway);
    return source === undefined || bridge === undefined ? [] : [{ source, bridge, logs: logsOf(told) }];
  });
}

function logsOf({ fromBlock, blockRange }: { readonly fromBlock: number; readonly blockRange: number }) {
  return { fromBlock, blockRange };
}

function siteOf({ hub }: WatcherConfig): HubSite {
  const { serviceManager, tableBuilder, registry, slasher, vault, ...eigenLayer } = hub;
  const { allocationManager, delegationManager, keyRegistrar } = eigenLayer;
  return {
    contracts: { serviceManager, tableBuilder, registry, slasher, vault },
    eigenLayer: { allocationManager, delegationManager, keyRegistrar },
  };
}

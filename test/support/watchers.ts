import { computeAddress, toBeHex } from "ethers";

import type { Clock } from "#nodes/shared/clock.ts";
import { silentLog } from "#nodes/shared/log.ts";
import { watcherConfigSchema } from "#nodes/watcher/config.ts";
import { openWatcher, type OpenWatcher } from "#nodes/watcher/open.ts";
import { elementAt } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";

import { CertificateServer } from "./certificateServer.ts";
import type { Certified, CertifyOptions, Committee } from "./committee.ts";
import { hubConfig } from "./hubNet.ts";
import { siteOf } from "./hubSite.ts";
import { Net } from "./nodes.ts";
import type { RoadWorld } from "./hubWorld.ts";
import { deliver } from "./relayer.ts";
import { refutableWorld } from "./roads.ts";
import type { LanePage } from "./rollup.ts";
import type { Endpoint } from "./rpc.ts";
import { stagedOn } from "./stage.ts";
import { certifyPage, runOf } from "./world.ts";

/** Key of the account that watchers pay with. */
const WATCHER_KEY = toBeHex(0x3a7c4n, 32);
/** Whatever rests is due again a round later. */
const ROUND_MS = 3_600_000;

/** An aggregator that publishes what a test gives it. */
export interface Published {
  readonly url: string;
  say(certified: Certified): void;
  sayPage(page: LanePage, options?: Partial<CertifyOptions> & { readonly committee?: Committee }): Promise<void>;
}

/** A world with slow roads behind endpoints, and watchers whose rounds a test makes itself. */
export class Watch {
  readonly world: RoadWorld;
  readonly net: Net;
  readonly hubEndpoint: Endpoint;
  readonly #open: OpenWatcher[] = [];
  readonly #servers: CertificateServer[] = [];
  #rounds = 0;

  private constructor(world: RoadWorld, net: Net, hubEndpoint: Endpoint) {
    this.world = world;
    this.net = net;
    this.hubEndpoint = hubEndpoint;
  }

  /** Serves a world, and gives the watchers' account ether everywhere. */
  static async over(world: RoadWorld): Promise<Watch> {
    const net = await Net.of(world, world.clock);
    await net.fund(WATCHER_KEY);
    const { chain } = world.hub.eigenLayer;
    const to = computeAddress(WATCHER_KEY);
    await elementAt(chain.signers, 0).sendTransaction({ to, value: 10n ** 20n });
    return new Watch(world, net, await net.serve(chain));
  }

  /** Opens a watcher; `urls` as in `Net.rollups`. */
  async open(
    changes: Record<string, unknown> = {},
    urls: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<OpenWatcher> {
    const { hub, roads } = this.world;
    const { contracts, eigenLayer } = await siteOf(hub);
    const { slasher, vault } = contracts;
    const rollups = this.net.rollups(urls).map((rollup, at) => {
      const { hubEnd, rollupEnd } = elementAt(roads, at).plan;
      return { ...Object(rollup), bridge: { hubEnd, rollupEnd } } as unknown;
    });
    const config = parse(watcherConfigSchema, {
      privateKey: WATCHER_KEY,
      rollups,
      hub: { ...hubConfig(hub, [this.hubEndpoint.url]), ...eigenLayer, slasher, vault, blockRange: 1_000_000 },
      storeFile: ":memory:",
      copiesMs: 1,
      ...changes,
    });
    const found = await openWatcher(config, { clock: this.#clock(), log: silentLog });
    this.#open.push(found);
    return found;
  }

  /** Has the first rollup send to the second, and returns the page as it is. */
  async sent(times = 1): Promise<LanePage> {
    const { alpha, beta } = this.world;
    for (let time = 0; time < times; time++) await alpha.send(beta, beta.addresses.gateway, "0x01");
    return alpha.page(alpha.laneTo(beta));
  }

  /** Has the committee certify a page, true or not, and delivers its last message. */
  async land(page: LanePage, absent: readonly number[] = []): Promise<void> {
    const { beta, committee } = this.world;
    const certified = await certifyPage({ committee }, beta, page, { absent });
    await deliver(beta, certified.certificate, [runOf(page, certified, { first: page.page.count - 1 })]);
  }

  /** What an aggregator publishes in this world; it stops with everything else. */
  async aggregator(): Promise<Published> {
    const server = await CertificateServer.start();
    this.#servers.push(server);
    const say = ({ certificate, statements }: Certified) => {
      server.publish({ certificate, statements: [...statements.statements] });
    };
    return {
      url: server.url,
      say,
      sayPage: async (page, { committee = this.world.committee, ...options } = {}) => {
        // No two at one second: what is said again, is said later.
        const issuedAt = (await this.world.beta.now()) + BigInt(server.published.length + 1);
        say(await certifyPage({ committee }, this.world.beta, page, { issuedAt, ...options }));
      },
    };
  }

  /** Makes rounds, and carries in between whatever is on its way over the roads. */
  async rounds({ watcher }: OpenWatcher, times: number): Promise<void> {
    for (let round = 0; round < times; round++) {
      await watcher.round();
      this.#rounds++;
      for (const road of this.world.roads) {
        await road.raise();
        await road.carry();
      }
    }
  }

  /** Lets time pass on the hub, and on the rollups alike. */
  async pass(seconds: number | bigint): Promise<void> {
    const { hub, rollups, clock } = this.world;
    await hub.pass(seconds);
    for (const { helpers } of rollups) await helpers.time.increase(seconds);
    await clock.follow();
  }

  /** How many transactions watchers have sent, over all chains. */
  async paid(): Promise<number> {
    const { hub, rollups } = this.world;
    const account = computeAddress(WATCHER_KEY);
    const chains = [hub.eigenLayer.chain, ...rollups];
    const counts = await Promise.all(chains.map(({ ethers }) => ethers.provider.getTransactionCount(account)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Closes everything. */
  async close(): Promise<void> {
    for (const open of this.#open.splice(0)) await open.close();
    for (const server of this.#servers.splice(0)) await server.close();
    await this.net.stop();
  }

  #clock(): Clock {
    const { clock } = this.world;
    return { nowSeconds: () => clock.nowSeconds(), nowMs: () => clock.nowMs() + this.#rounds * ROUND_MS };
  }
}

/**
 * Sets a stage with slow roads for all tests of a `describe`, and gives each test a watch over it.
 *
 * @returns What gives stage and watch to a test.
 */
export function watchedStage(): { readonly stage: () => RoadWorld; readonly watched: () => Watch } {
  const stage = stagedOn(refutableWorld, (world: RoadWorld) => [world.hub.eigenLayer, ...world.rollups]);
  let watch: Watch | undefined;
  beforeEach(async function () {
    await stage().clock.follow();
    watch = await Watch.over(stage());
  });
  afterEach(async function () {
    await watch?.close();
  });
  const watched = () => {
    if (watch === undefined) throw new Error("the watch is set by a hook, before each test");
    return watch;
  };
  return { stage, watched };
}

/** What a watcher found, as `kind stage`, in order. */
export async function storyOf({ docket }: OpenWatcher): Promise<string[]> {
  return (await docket.findings(0)).map(({ kind, stage }) => `${kind} ${stage}`);
}

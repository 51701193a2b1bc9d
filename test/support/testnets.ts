import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BrowserProvider, keccak256, type Provider, type Signer } from "ethers";
import { artifacts, network } from "hardhat";

import { join as joinSet } from "#chain/hub/join.ts";
import { registerAsOperator } from "#chain/hub/operators.ts";
import { optIn } from "#chain/hub/proposals.ts";
import { buildTable } from "#chain/hub/tables.ts";
import { checkNetwork } from "#deploy/config/read.ts";
import type { NetworkConfig, NetworkConfigInput } from "#deploy/config/schema.ts";
import type { LocalChain } from "#deploy/local/chain.ts";
import { configFile } from "#deploy/local/describe.ts";
import { startTestnets, type LocalTestnets, type TestnetOptions } from "#deploy/local/testnets.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";
import { siteOf } from "#deploy/steps/read.ts";
import { delegate, deposit } from "#devnet/hub/staking.ts";
import { elementAt } from "#protocol/errors.ts";
import { address, chainId } from "#protocol/types.ts";

import { namedKey } from "./eigenlayer/keys.ts";

/** Indices of accounts. */
const [FIRST_OPERATOR, FIRST_STAKER] = [10, 20];
const STAKE = 100n * 10n ** 18n;

/** Local testnets with a folder of their own for everything that a deployment writes. */
export class Testnets {
  /** What tasks call the network. */
  readonly name = "try";
  readonly nets: LocalTestnets;
  readonly folder: string;
  readonly #snapshots = new Map<string, string>();

  private constructor(nets: LocalTestnets) {
    this.nets = nets;
    this.folder = mkdtempSync(join(tmpdir(), "parley-testnets-"));
    this.describe(nets.config);
  }

  /** Starts a hub and rollups of these names. */
  static async start(names: readonly string[], options: TestnetOptions = {}): Promise<Testnets> {
    return new Testnets(await startTestnets(network, (name) => artifacts.readArtifact(name), names, options));
  }

  /** What the hub and all rollups should be. */
  get config(): NetworkConfig {
    return checkNetwork(this.name, this.nets.config);
  }

  /** The hub, then the rollups. */
  get chains(): readonly LocalChain[] {
    return [this.nets.hub, ...this.nets.rollups];
  }

  /** The address book. */
  get book(): string {
    return join(this.deployments, `${this.name}.json`);
  }

  /** Arguments of every task about the network. */
  get args(): { readonly name: string; readonly networks: string; readonly deployments: string } {
    return { name: this.name, networks: this.#networks, deployments: this.deployments };
  }

  get deployments(): string {
    return join(this.folder, "deployments");
  }

  /** Says anew what should be. A file is read once in a process, so each has a name of its own. */
  describe(config: NetworkConfigInput): void {
    this.#descriptions += 1;
    writeFileSync(this.#networks, configFile({ [this.name]: config }));
  }

  #descriptions = 0;
  get #networks(): string {
    return join(this.folder, `networks-${String(this.#descriptions)}.mjs`);
  }

  /** Remembers all chains and everything that was written, under a name; replaces what was remembered under it before. */
  async remember(as = "remembered"): Promise<void> {
    for (const { name, provider } of this.chains) {
      this.#snapshots.set(`${as}/${name}`, String(await provider.request({ method: "evm_snapshot" })));
    }
    rmSync(join(this.folder, as), { recursive: true, force: true });
    if (existsSync(this.deployments)) cpSync(this.deployments, join(this.folder, as), { recursive: true });
  }

  /** Has everything be as it was remembered, and the clocks go on from there, however long ago that is. */
  async recall(as = "remembered"): Promise<void> {
    for (const chain of this.chains) {
      const { name, provider } = chain;
      await provider.request({ method: "evm_revert", params: [this.#snapshots.get(`${as}/${name}`)] });
      const next = (await timeOf(chain)) + 1;
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [next] });
      await provider.request({ method: "evm_mine" });
    }
    rmSync(this.deployments, { recursive: true, force: true });
    const remembered = join(this.folder, as);
    if (existsSync(remembered)) cpSync(remembered, this.deployments, { recursive: true });
    await this.remember(as);
  }

  /** Lets time pass on a chain; on the hub unless told otherwise. */
  async pass(seconds: number, { provider }: LocalChain = this.nets.hub): Promise<void> {
    await provider.request({ method: "evm_increaseTime", params: [seconds] });
    await provider.request({ method: "evm_mine" });
  }

  /** The hub begins an hour ago, so that EigenLayer can count back; from now on its clock is the rollups'. */
  async setClock(): Promise<void> {
    const { hub, rollups } = this.nets;
    const first = elementAt(rollups, 0);
    await this.pass(0, first);
    await this.pass((await timeOf(first)) - (await timeOf(hub)));
  }

  /** Has operators join the first set, and its first table built. */
  async gather(operators = 3): Promise<void> {
    const site = siteOf(this.config);
    const { eigenLayer, token, strategy } = this.nets.grounds;
    for (let index = 0; index < operators; index++) {
      const operator = await this.signer(FIRST_OPERATOR + index);
      const staker = await this.signer(FIRST_STAKER + index);
      await registerAsOperator(operator, site);
      await deposit(staker, eigenLayer, { strategy, token }, STAKE);
      await delegate(staker, eigenLayer, address(await operator.getAddress()));
      const order = { operatorSetId: 1, key: namedKey(`operator ${String(index)}`), endpoint: "http://127.0.0.1:1" };
      await joinSet(operator, site, order);
    }
    await buildTable(await this.signer(FIRST_OPERATOR), site, 1);
  }

  /** All operators opt in to a rollup, and its notice runs out. */
  async optInto(name: string, operators = 3): Promise<void> {
    const { config } = this;
    const rollup = config.rollups[name];
    if (rollup === undefined) throw new Error(`no rollup ${name}`);
    const { gateway, hubEnd } = plannedRollup(config, rollup).bridge;
    const wanted = { chainId: chainId(rollup.chainId), gateway, bridge: hubEnd };
    for (let index = 0; index < operators; index++) {
      await optIn(await this.signer(FIRST_OPERATOR + index), siteOf(config), wanted);
    }
    await this.pass(config.hub.notices.first + 1);
  }

  /** An account on a chain; on the hub unless told otherwise. */
  async signer(index: number, chain = this.nets.hub): Promise<Signer> {
    return new BrowserProvider(chain.provider, chain.chainId, { staticNetwork: true, cacheTimeout: -1 }).getSigner(
      index,
    );
  }

  /** Everything that tells one deployment from another: code at every planned address, and how much each account sent. */
  async state(): Promise<Record<string, string | number>> {
    const { config } = this;
    const state: Record<string, string | number> = {};
    const hub = providerOf(this.nets.hub);
    const look = async (provider: Provider, what: string, at: string) => {
      state[what] = `${at} ${keccak256(await provider.getCode(at))}`;
    };
    for (const [name, at] of Object.entries(plannedHub(config))) await look(hub, `hub/${name}`, String(at));
    for (const [index, [name, rollup]] of Object.entries(config.rollups).entries()) {
      const { contracts, bridge } = plannedRollup(config, rollup);
      const provider = providerOf(elementAt(this.nets.rollups, index));
      for (const [contract, at] of Object.entries(contracts)) await look(provider, `${name}/${contract}`, String(at));
      await look(provider, `${name}/rollupEnd`, bridge.rollupEnd);
      await look(hub, `${name}/hubEnd`, bridge.hubEnd);
    }
    const senders = [config.roles.deployer, config.roles.registrar, ...config.roles.shapers];
    const owners = Object.values(config.rollups).map(({ entry }) => entry.owner);
    for (const chain of this.chains) {
      for (const sender of new Set([...senders, ...owners])) {
        state[`${chain.name}: sent by ${sender}`] = await providerOf(chain).getTransactionCount(sender);
      }
    }
    return state;
  }

  async close(): Promise<void> {
    await this.nets.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function timeOf(chain: LocalChain): Promise<number> {
  return (await providerOf(chain).getBlock("latest"))?.timestamp ?? 0;
}

function providerOf({ provider, chainId }: LocalChain): Provider {
  return new BrowserProvider(provider, chainId, { staticNetwork: true, cacheTimeout: -1 });
}

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { BridgeSite } from "#chain/bridge/ends.ts";
import { elementAt } from "#protocol/errors.ts";
import { address } from "#protocol/types.ts";

import { runTask, type Outcome } from "./devnet.ts";
import type { Hub } from "./hub.ts";
import type { Rollup } from "./rollup.ts";
import { serveChain, type Endpoint } from "./rpc.ts";

/** Commands about a hub of this process, which they reach as they reach any other: over HTTP. */
export class HubTasks {
  /** Of the test's own, for files. */
  readonly folder: string;
  readonly deployment: string;
  /** The hub's, then the rollups'. */
  readonly endpoints: readonly Endpoint[];
  readonly close: () => Promise<void>;

  private constructor(folder: string, deployment: string, endpoints: readonly Endpoint[], close: () => Promise<void>) {
    this.folder = folder;
    this.deployment = deployment;
    this.endpoints = endpoints;
    this.close = close;
  }

  /** Serves a hub, and rollups under the names of the devnet's, and writes the address book. */
  static async serving(
    hub: Hub,
    setId: number,
    rollups: readonly Rollup[] = [],
    bridges: readonly BridgeSite[] = [],
  ): Promise<HubTasks> {
    const folder = mkdtempSync(join(tmpdir(), "parley-tasks-"));
    const { eigenLayer, addresses } = hub;
    const endpoints = await Promise.all([eigenLayer.chain, ...rollups].map((chain) => serveChain(chain)));
    const { allocationManager, delegationManager, strategyManager, keyRegistrar } = eigenLayer;
    const at = async (contract: { getAddress(): Promise<string> }) => address(await contract.getAddress());
    const book = {
      hub: {
        ...{ name: "hub", chainId: Number(eigenLayer.chain.chainId), url: elementAt(endpoints, 0).url, fromBlock: 0 },
        contracts: addresses,
        eigenLayer: {
          allocationManager: await at(allocationManager),
          delegationManager: await at(delegationManager),
          strategyManager: await at(strategyManager),
          keyRegistrar: await at(keyRegistrar),
        },
        assets: eigenLayer.assets,
        operatorSetIds: [setId],
      },
      rollups: rollups.map(({ chainId, addresses: contracts }, row) => ({
        ...{
          name: ["alpha", "beta", "gamma"][row],
          chainId: Number(chainId),
          url: elementAt(endpoints, row + 1).url,
          fromBlock: 0,
        },
        contracts,
        ...(bridges[row] === undefined ? {} : { bridge: { stack: "op-stack", ...bridges[row] } }),
      })),
    };
    const deployment = join(folder, "book.json");
    writeFileSync(deployment, JSON.stringify(book));
    return new HubTasks(folder, deployment, endpoints, async () => {
      for (const served of endpoints) await served.close();
    });
  }

  /** A file of the test's own. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a command as the command line would. */
  async run(command: string, args: Record<string, unknown> = {}): Promise<Outcome> {
    const where = command.startsWith("operator keys") ? {} : { deployment: this.deployment };
    return runTask(command.split(" "), { ...where, ...args });
  }

  /** Runs a command with `--json`, and expects an exit code and exactly one document. */
  async json(command: string, args: Record<string, unknown> = {}, exitCode = 0): Promise<Record<string, unknown>> {
    const outcome = await this.run(command, { ...args, json: true });
    expect(outcome.exitCode, `${command}: ${outcome.stderr}`).to.equal(exitCode);
    const document: unknown = JSON.parse(outcome.stdout);
    if (typeof document !== "object" || document === null) throw new Error("no document");
    return { ...document };
  }

  /** Runs a command that tells what it is about to do, and must fail then: its last line says why. */
  async expectRefused(command: string, args: Record<string, unknown>, message: RegExp): Promise<void> {
    const { exitCode, stdout, stderr } = await this.run(command, args);
    expect([exitCode, stdout], `${command}: ${stderr}`).to.deep.equal([1, ""]);
    expect(stderr.trimEnd().split("\n").at(-1)).to.match(message);
  }

  /** Runs a command that must fail in one line. */
  async expectFailed(command: string, args: Record<string, unknown>, message: RegExp): Promise<void> {
    const { exitCode, stdout, stderr } = await this.run(command, args);
    expect([exitCode, stdout], `${command}: ${stderr}`).to.deep.equal([1, ""]);
    expect(stderr).to.match(message);
  }
}

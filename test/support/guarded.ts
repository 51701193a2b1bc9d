import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import hre from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { NetworkUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { HardhatPlugin } from "hardhat/types/plugins";

import { checkNetwork } from "#deploy/config/read.ts";
import { plannedHub, plannedRollup } from "#deploy/steps/addresses.ts";

import parley from "../../parley.config.ts";
import { runTask } from "./devnet.ts";
import { writeConfig } from "./sceneNetwork.ts";

/** How the endpoint behaves: it hangs up, serves another chain, or quotes in its answers whatever it was asked with. */
export type Manners = "down" | "other chain" | "quotes" | "forbids";

/** Names of the variables that the network's chains need. */
const VARIABLES = ["SEPOLIA_RPC_URL", "BASE_SEPOLIA_RPC_URL", "PARLEY_KEY"] as const;

/** What is kept under them. */
export type Kept = Partial<Record<(typeof VARIABLES)[number], string>>;

/** A network whose endpoints and keys are configuration variables, as on public testnets. */
export class GuardedNetwork {
  readonly folder: string;
  /** Its address book. */
  readonly deployment: string;
  manners: Manners = "down";
  readonly #server: Server;
  readonly #networks: string;

  private constructor(server: Server) {
    this.#server = server;
    this.folder = mkdtempSync(join(tmpdir(), "parley-guarded-"));
    const { sepolia } = parley.networks;
    const base = sepolia?.rollups.base;
    if (sepolia === undefined || base === undefined) throw new Error("parley.config.ts has no such example");
    const network = { ...sepolia, isLocal: true, rollups: { base } };
    this.#networks = writeConfig(this.folder, "networks.mjs", network);
    const config = checkNetwork("scene", network);
    const { rollups, hub } = config;
    const { release: _, ...eigenLayer } = hub.eigenLayer;
    const book = {
      hub: {
        ...{ name: "hub", network: hub.network, chainId: hub.chainId, fromBlock: 0, contracts: plannedHub(config) },
        ...{ eigenLayer, assets: [], operatorSetIds: [1] },
      },
      rollups: Object.entries(rollups).map(([name, rollup]) => ({
        ...{ name, network: rollup.network, chainId: rollup.chainId, fromBlock: 0 },
        contracts: plannedRollup(config, rollup).contracts,
      })),
    };
    this.deployment = join(this.folder, "book.json");
    writeFileSync(this.deployment, JSON.stringify(book));
  }

  /** Starts the endpoint. */
  static async start(): Promise<GuardedNetwork> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const network = new GuardedNetwork(server);
    server.on("request", (request, response) => {
      const { manners } = network;
      if (manners === "down") {
        request.socket.destroy();
        return;
      }
      let asked = "";
      request.on("data", (part) => (asked += String(part)));
      request.on("end", () => {
        const { id, method } = JSON.parse(asked) as { id: number; method: string };
        const quoted = `nothing for http://${request.headers.host ?? ""}${request.url ?? ""}`;
        const chain = manners === "other chain" ? 7 : (request.url ?? "").startsWith("/hub/") ? 11_155_111 : 84_532;
        const isKnown = method === "eth_chainId";
        if (!isKnown && manners === "forbids") response.statusCode = 403;
        const answer = isKnown ? { result: `0x${chain.toString(16)}` } : { error: { code: -32_000, message: quoted } };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
      });
    });
    return network;
  }

  /** Where the endpoint is. */
  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `http://127.0.0.1:${String(address.port)}`;
  }

  /** Runs a command and tells everything that was said, thrown or written. */
  async everything(runtime: HardhatRuntimeEnvironment, command: string, json = false): Promise<string> {
    const { folder, deployment } = this;
    const isDeploy = command.startsWith("deploy");
    const args = isDeploy
      ? { name: "scene", networks: this.#networks, deployments: join(folder, "deployments") }
      : { deployment };
    const more = command === "deploy apply" ? { yes: true } : {};
    const said = await runTask(command.split(" "), { ...args, ...more, json }, runtime).then(
      ({ exitCode, stdout, stderr }) => `exit ${String(exitCode)}\n${stdout}\n${stderr}`,
      // As Hardhat prints it.
      (error: unknown) => `thrown ${inspect(error, { depth: 10, showHidden: true })}`,
    );
    return [said, ...filesIn(folder)].join("\n");
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A Hardhat of its own, which has not asked for a variable yet, with its keystores in a folder, and somebody who types. */
export async function freshRuntime(
  folder: string,
  typed: readonly string[] = [],
  networks: Readonly<Record<string, NetworkUserConfig>> = {},
): Promise<HardhatRuntimeEnvironment> {
  const keystores: HardhatPlugin = {
    id: "keystores-of-a-test",
    hookHandlers: {
      config: () =>
        Promise.resolve({
          default: () =>
            Promise.resolve({
              resolveUserConfig: async (user, resolve, next) => {
                const [filePath, devFilePath] = [join(folder, "keystore.json"), join(folder, "dev.keystore.json")];
                const keystore = { filePath, devFilePath, devPasswordFilePath: join(folder, "dev.password") };
                return { ...(await next(user, resolve)), keystore };
              },
            }),
        }),
      userInterruptions: () => {
        const answers = [...typed];
        const requestSecretInput = () => Promise.resolve(answers.shift() ?? "");
        return Promise.resolve({ default: () => Promise.resolve({ requestSecretInput }) });
      },
    },
  };
  const { userConfig } = hre;
  const config = {
    ...userConfig,
    plugins: [...(userConfig.plugins ?? []), keystores],
    networks: { ...userConfig.networks, ...networks },
  };
  return createHardhatRuntimeEnvironment(config, {}, hre.config.paths.root);
}

/** What tells Hardhat that it runs where nobody types: keystores are not asked there. */
const UNATTENDED = ["CI", "GITHUB_ACTIONS", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "RUN_ID"];

/** Has variables of the environment be so, and no other of the network's be there, while something is done. */
export async function keeping<T>(kept: Kept, work: () => Promise<T>): Promise<T> {
  const wanted = new Map<string, string | undefined>(VARIABLES.map((name) => [name, kept[name]]));
  for (const name of UNATTENDED) wanted.set(name, undefined);
  const before = [...wanted.keys()].map((name) => [name, process.env[name]] as const);
  const set = ([name, value]: readonly [string, string | undefined]) => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  try {
    [...wanted].forEach(set);
    return await work();
  } finally {
    before.forEach(set);
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}

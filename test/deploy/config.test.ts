import { expect } from "chai";

import { rollupBookSchema } from "#deploy/addressBook.ts";
import { ConfigError } from "#deploy/config/errors.ts";
import { checkNetwork, networkNamed, readConfig } from "#deploy/config/read.ts";
import type { NetworkConfigInput } from "#deploy/config/schema.ts";
import { account } from "#devnet/accounts.ts";
import { devnetNetwork, ROLE_ADDRESSES } from "#devnet/config.ts";
import { ProtocolError } from "#protocol/errors.ts";
import { parse } from "#protocol/schemas.ts";

const ROLES = ["deployer", "shaper", "registrar", "guardian", "rollupOwner", "court"] as const;

describe("The configuration of networks", function () {
  it("describes Sepolia and mainnet with three rollups each, of both stacks, and the devnet", async function () {
    const config = await readConfig();
    const told = Object.entries(config.networks).map(([name, { hub, rollups }]) => [
      name,
      hub.chainId,
      Object.values(rollups).map(({ chainId, bridge }) => [chainId, bridge?.stack]),
    ]);
    expect(told).to.deep.equal([
      ["sepolia", 11_155_111, [[11_155_420, "op-stack"], [84_532, "op-stack"], [421_614, "orbit"]]], // prettier-ignore
      ["mainnet", 1, [[10, "op-stack"], [8_453, "op-stack"], [42_161, "orbit"]]], // prettier-ignore
      ["devnet", 7_357_000, [[7_357_001, "op-stack"], [7_357_002, "op-stack"], [7_357_003, "op-stack"]]], // prettier-ignore
    ]);
  });

  it("names a network that is there, and refuses others, inherited names too", async function () {
    const config = await readConfig();
    expect(networkNamed(config, "sepolia").hub.network).to.equal("sepolia");
    for (const name of ["holesky", "toString", "__proto__"]) {
      expect(() => networkNamed(config, name)).to.throw(ConfigError, "there are sepolia, mainnet, devnet");
    }
  });

  it("knows the devnet's roles by the accounts of its phrase", function () {
    for (const role of ROLES) expect(account(role).address, role).to.equal(ROLE_ADDRESSES[role]);
  });

  // One slip at a time, each told with the path to it and nothing else.
  const alpha = devnetNetwork.rollups.alpha;
  if (alpha === undefined) throw new Error("the devnet has no alpha");
  const [set] = devnetNetwork.hub.operatorSets;
  if (set === undefined) throw new Error("the devnet has no set");
  const hub = (change: Partial<NetworkConfigInput["hub"]>) => ({ hub: { ...devnetNetwork.hub, ...change } });
  const rollup = (change: Partial<typeof alpha>) => ({
    rollups: { ...devnetNetwork.rollups, alpha: { ...alpha, ...change } },
  });
  const strategy = (at: string) => ({ strategy: `0x${at.padStart(40, "0")}`, multiplier: 1n });
  const { bridge: _, ...bridgeless } = alpha;
  const slips: Record<string, [slip: Partial<NetworkConfigInput>, told: string]> = {
    "a quorum below two thirds": [
      rollup({ policy: { ...alpha.policy, quorumBps: 6_666 } }),
      "rollups.alpha.policy.quorumBps: Too small",
    ],
    "a loosening as quick as the exit": [
      rollup({ policy: { ...alpha.policy, looseningDelaySeconds: alpha.policy.exitTimeSeconds } }),
      "rollups.alpha.policy.looseningDelaySeconds: a loosening waits longer",
    ],
    "the zero address as registrar": [
      { roles: { ...devnetNetwork.roles, registrar: `0x${"0".repeat(40)}` } },
      "roles.registrar: the zero address is nobody",
    ],
    "an address with a wrong checksum": [
      { roles: { ...devnetNetwork.roles, owner: ROLE_ADDRESSES.deployer.replace("f39F", "f39f") } },
      "roles.owner:",
    ],
    "no shaper": [{ roles: { ...devnetNetwork.roles, shapers: [] } }, "roles.shapers: Too small"],
    "strategies out of order": [
      hub({ operatorSets: [{ ...set, strategies: [strategy("2"), strategy("1")] }] }),
      "hub.operatorSets[0].strategies: strategies ascend",
    ],
    "a strategy twice": [
      hub({ operatorSets: [{ ...set, strategies: [strategy("2"), strategy("2")] }] }),
      "hub.operatorSets[0].strategies: strategies ascend",
    ],
    "a directory set that is not there": [hub({ directorySetId: 2 }), "hub.directorySetId: there are 1"],
    "an entry of a set that is not there": [
      rollup({ entry: { ...alpha.entry, operatorSetId: 2 } }),
      "rollups.alpha.entry.operatorSetId: there are 1",
    ],
    "a price below final above the other": [
      rollup({ entry: { ...alpha.entry, softWad: alpha.entry.refuteWad + 1n } }),
      "rollups.alpha.entry.softWad: what is not final",
    ],
    "refutable without a bridge": [
      { rollups: { alpha: bridgeless } },
      "rollups.alpha.entry.refutable: there is no bridge",
    ],
    "the hub's chain as a rollup's": [
      rollup({ chainId: devnetNetwork.hub.chainId }),
      "rollups.alpha.chainId: the hub has it already",
    ],
    "a policy for a source that is not there": [
      rollup({ sources: { delta: { maxAgeSeconds: 1, quorumBps: 6_667, minFinality: 3, minTotalWeightLog2: 0, acceptsIrrefutable: false, refused: false, messagesPerHour: 0 } } }), // prettier-ignore
      "rollups.alpha.sources.delta: there is no such rollup",
    ],
    "an endpoint of another machine": [
      rollup({ url: "https://127.0.0.1.example.org" }),
      "rollups.alpha.url: of another machine",
    ],
    "a name that leads out of its folder": [
      { rollups: { "../alpha": alpha } },
      "rollups.../alpha: Invalid key in record",
    ],
    "a key that nobody reads": [Object.fromEntries([["privateKey", "0x01"]]), 'Unrecognized key: "privateKey"'],
  };
  for (const [slip, [change, told]] of Object.entries(slips)) {
    it(`refuses ${slip}, and says where`, function () {
      expect(() => checkNetwork("here", { ...devnetNetwork, ...change }))
        .to.throw(ConfigError)
        .with.property("message")
        .that.includes(`networks.here${told.startsWith("Unrec") ? ": " : "."}${told}`)
        .and.matches(/^[^\n]*\n[^\n]*$/);
    });
  }

  it("lets an address book name endpoints of this machine only, however they are written, and says where it does not", function () {
    const read = (url: string) => parse(rollupBookSchema.pick({ url: true }), { url });
    for (const url of ["http://127.0.0.1:8545", "http://127.1/", "https://[::1]:1", "http://localhost:8545"]) {
      expect(read(url), url).to.deep.equal({ url });
    }
    const others = [
      "http://localhost.example.org",
      "http://127.0.0.1@example.org/",
      "http://[::ffff:8.8.8.8]/",
      "http://128.0.0.1",
    ];
    for (const url of [...others, "file:///127.0.0.1", "here"])
      expect(() => read(url), url).to.throw(ProtocolError, "url: ");
    for (const url of others) expect(() => read(url), url).to.throw("url: of another machine");
  });
});

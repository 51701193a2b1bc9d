import { ZeroAddress, ZeroHash } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { address, bytes32, type Address, type Bytes32 } from "#protocol/types.ts";

import type { Chain } from "../rollup.ts";
import { at, deployPublished, OP_STACK, published, type Foreign } from "./published.ts";

/** Mainnet's: after a proof, after a game, each side's clock, and the least that is left on it after a move. */
export const OP_DELAYS = { proof: 604_800, airGap: 302_400, clock: 302_400, clockExtension: 10_800 } as const;

/** The deepest that a game goes. */
export const OP_MOVES = 73;

/** What the portal takes outputs from: the permissionless game. */
export const GAME_TYPE = 0;
export const GAME_BOND = 80_000_000_000_000_000n;

const PREDEPLOYS = {
  messenger: address("0x4200000000000000000000000000000000000007"),
  /** Is asked which token pays for gas. */
  block: address("0x4200000000000000000000000000000000000015"),
  passer: address("0x4200000000000000000000000000000000000016"),
  admin: address("0x4200000000000000000000000000000000000018"),
} as const;
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";
/** Of `otherMessenger`, by the storage layout that the package publishes. */
const OTHER_MESSENGER_SLOT = 207;

/** One OP Stack rollup's contracts on the hub. */
export interface OpHub {
  readonly portal: Foreign;
  readonly messenger: Foreign;
  readonly factory: Foreign;
  readonly superchain: Foreign;
}

/** The contracts of the OP Stack that every one of its rollups has. */
export interface OpRollup {
  readonly messenger: Foreign;
  readonly passer: Foreign;
}

/** The messenger of every OP Stack rollup. */
export const OP_MESSENGER: Address = PREDEPLOYS.messenger;
/** What holds the withdrawals of every OP Stack rollup. */
export const OP_PASSER: Address = PREDEPLOYS.passer;

/** Deploys an OP Stack rollup's contracts on the hub: behind proxies, initialised, with permissionless games. */
export async function deployOpHub({ signers }: Chain, rollupChainId: bigint): Promise<OpHub> {
  const owner = elementAt(signers, 8);
  const deploy = async (name: string, args: readonly unknown[] = []) => deployPublished(owner, OP_STACK, name, args);
  const proxy = async () => deploy("Proxy", [owner.address]);
  const behind = async (front: Foreign, name: string, args: readonly unknown[], init: readonly unknown[]) => {
    const logic = await deploy(name, args);
    await front.send("upgradeToAndCall", [logic.address, logic.encode("initialize", init)]);
    return at(owner, OP_STACK, name, front.address);
  };

  const names = await deploy("AddressManager");
  const messenger = at(
    owner,
    OP_STACK,
    "L1CrossDomainMessenger",
    (await deploy("ResolvedDelegateProxy", [names.address, "OVM_L1CrossDomainMessenger"])).address,
  );
  const portalProxy = await proxy();
  const superchain = await behind(await proxy(), "SuperchainConfig", [], [owner.address, false]);
  const factory = await behind(await proxy(), "DisputeGameFactory", [], [owner.address]);
  const places = [messenger.address, ZeroAddress, ZeroAddress, factory.address, portalProxy.address, ZeroAddress];
  const system = await behind(
    await proxy(),
    "SystemConfig",
    [],
    [
      owner.address,
      1_368,
      810_949,
      ZeroHash,
      30_000_000,
      owner.address,
      [20_000_000, 10, 8, 1_000_000_000, 1_000_000, 2n ** 128n - 1n],
      ZeroAddress,
      [...places, ZeroAddress],
    ],
  );
  const portal = await behind(
    portalProxy,
    "OptimismPortal2",
    [OP_DELAYS.proof, OP_DELAYS.airGap],
    [factory.address, system.address, superchain.address, GAME_TYPE],
  );
  await names.send("setAddress", ["OVM_L1CrossDomainMessenger", (await deploy("L1CrossDomainMessenger")).address]);
  await messenger.send("initialize", [superchain.address, portal.address, system.address]);

  const anchor: readonly unknown[] = [GAME_TYPE, [bytes32(`0x${"a0".repeat(32)}`), 0]];
  const anchors = await behind(await proxy(), "AnchorStateRegistry", [factory.address], [[anchor]]);
  const weth = await behind(await proxy(), "DelayedWETH", [OP_DELAYS.proof], [owner.address, superchain.address]);
  const oracle = await deploy("PreimageOracle", [126_000, 86_400]);
  // The machine is asked at a game's last move only, which none of ours reaches.
  const machine = await deploy("AlphabetVM", [ZeroHash, oracle.address]);
  const game = await deploy("FaultDisputeGame", [
    GAME_TYPE,
    ZeroHash,
    OP_MOVES,
    30,
    OP_DELAYS.clockExtension,
    OP_DELAYS.clock,
    machine.address,
    weth.address,
    anchors.address,
    rollupChainId,
  ]);
  await factory.send("setImplementation", [GAME_TYPE, game.address]);
  await factory.send("setInitBond", [GAME_TYPE, GAME_BOND]);
  return { portal, messenger, factory, superchain };
}

/** Puts the OP Stack's contracts on a rollup as its genesis does: proxies at fixed addresses, initialised for the hub's messenger. */
export async function deployOpRollup({ signers, helpers }: Chain, hubMessenger: Address): Promise<OpRollup> {
  const anybody = elementAt(signers, 8);
  const set = async (where: Address, name: string) => {
    const logic = address(`0x${"c0d3".repeat(9)}${where.slice(-4)}`);
    await helpers.setCode(where, published(OP_STACK, "Proxy").deployedBytecode);
    await helpers.setCode(logic, published(OP_STACK, name).deployedBytecode);
    await helpers.setStorageAt(where, IMPLEMENTATION_SLOT, padded(logic));
    await helpers.setStorageAt(where, ADMIN_SLOT, padded(PREDEPLOYS.admin));
    return at(anybody, OP_STACK, name, where);
  };
  const messenger = await set(PREDEPLOYS.messenger, "L2CrossDomainMessenger");
  await set(PREDEPLOYS.block, "L1Block");
  const passer = await set(PREDEPLOYS.passer, "L2ToL1MessagePasser");
  await messenger.send("initialize", [hubMessenger]);
  return { messenger, passer };
}

/** Makes the rollup that of another hub messenger: a rollup of somebody else's, on which each address says what its owner likes. */
export async function repoint({ helpers }: Chain, hubMessenger: Address): Promise<void> {
  await helpers.setStorageAt(PREDEPLOYS.messenger, OTHER_MESSENGER_SLOT, padded(hubMessenger));
}

function padded(account: Address): Bytes32 {
  return bytes32(`0x${account.slice(2).padStart(64, "0")}`);
}

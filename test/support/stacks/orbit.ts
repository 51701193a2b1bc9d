import { ZeroAddress, type Signer } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { bytes32, type Bytes32 } from "#protocol/types.ts";

import type { Chain } from "../rollup.ts";
import { at, deployPublished, NITRO, NITRO_YUL, type Foreign, type Package } from "./published.ts";

/** Mainnet's: largest message, and how long a sequencer may leave a message out, in blocks and seconds. */
const MAX_DATA_SIZE = 117_964;
export const FORCE_INCLUSION = { blocks: 5_760, seconds: 86_400 } as const;

/** Where Arbitrum's precompile is. */
export const ARB_SYS = "0x0000000000000000000000000000000000000064";

/** One Arbitrum chain's bridge on the hub. */
export interface OrbitBridge {
  readonly bridge: Foreign;
  readonly inbox: Foreign;
  readonly sequencerInbox: Foreign;
  readonly outbox: Foreign;
  /** A double of the chain's rollup contract. */
  readonly rollup: Foreign;
}

/** The same on a hub of this process. */
export interface OrbitHub extends OrbitBridge {
  /** Confirms the root of all messages sent. A double of the rollup contract, whose assertions and challenges are not here. */
  readonly confirm: (root: Bytes32) => Promise<void>;
}

/** Deploys an Arbitrum chain's bridge, and can say what was sent up. */
export async function deployOrbitHub({ signers, ethers, helpers }: Chain): Promise<OrbitHub> {
  const deployed = await deployOrbitBridge(elementAt(signers, 8));
  const { rollup, outbox } = deployed;
  const confirm = async (root: Bytes32) => {
    await helpers.setBalance(rollup.address, 10n ** 18n);
    const confirmer = await ethers.getImpersonatedSigner(rollup.address);
    await outbox.as(confirmer).send("updateSendRoot", [root, bytes32(`0x${"b1".repeat(32)}`)]);
  };
  return { ...deployed, confirm };
}

/** Deploys an Arbitrum chain's bridge on the hub, behind proxies, as its creator does. */
export async function deployOrbitBridge(owner: Signer): Promise<OrbitBridge> {
  const deploy = async (of: Package, name: string, args: readonly unknown[] = []) =>
    deployPublished(owner, of, name, args);
  const admin = await deploy(NITRO, "@openzeppelin/contracts/proxy/transparent/ProxyAdmin");
  const behind = async (name: string, args: readonly unknown[] = []) => {
    const logic = await deploy(NITRO, name, args);
    const proxy = "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy";
    return at(owner, NITRO, name, (await deploy(NITRO, proxy, [logic.address, admin.address, "0x"])).address);
  };

  const rollup = await deploy(NITRO, "test-helpers/RollupMock", [await owner.getAddress()]);
  const bridge = await behind("bridge/Bridge");
  const reader = await deploy(NITRO_YUL, "Reader4844");
  const sequencerInbox = await behind("bridge/SequencerInbox", [MAX_DATA_SIZE, reader.address, false, false]);
  const inbox = await behind("bridge/Inbox", [MAX_DATA_SIZE]);
  const outbox = await behind("bridge/Outbox");
  await bridge.send("initialize", [rollup.address]);
  const { blocks, seconds } = FORCE_INCLUSION;
  await sequencerInbox.send("initialize", [bridge.address, [blocks, 12, seconds, 3_600], [0, 0, 0], ZeroAddress]);
  await inbox.send("initialize", [bridge.address, sequencerInbox.address]);
  await outbox.send("initialize", [bridge.address]);
  await bridge.send("setDelayedInbox", [inbox.address, true]);
  await bridge.send("setSequencerInbox", [sequencerInbox.address]);
  await bridge.send("setOutbox", [outbox.address, true]);
  return { bridge, inbox, sequencerInbox, outbox, rollup };
}

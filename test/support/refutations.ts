import { ZeroAddress } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import type { Lane } from "#protocol/messages.ts";
import type { Page } from "#protocol/statements.ts";
import { address, bytes32, ZERO_BYTES32, type Bytes32 } from "#protocol/types.ts";
import type { TellingBridge } from "#types/index.ts";

import { court, LANE, nextEpoch, type Court } from "./court.ts";
import type { EigenLayer } from "./eigenlayer/eigenLayer.ts";
import { WAD } from "./hub.ts";
import { PAPER } from "./paper.ts";

/** What a gateway says about a page of its own; keys in the contract's order. */
export interface Refutation extends Lane {
  readonly pageIndex: bigint;
  readonly isNotYet: boolean;
  readonly count: number;
  readonly root: Bytes32;
  readonly chainHead: Bytes32;
  readonly timestamp: bigint;
}

const TRUE_ROOT = bytes32(`0x${"11".repeat(32)}`);
const TRUE_HEAD = bytes32(`0x${"22".repeat(32)}`);

/** "At this count the page was another one." */
export function differs(page: Page, changes: Partial<Refutation> = {}): Refutation {
  const { sourceChainId, sourceGateway, destinationChainId, destinationGateway, pageIndex, count } = page;
  return {
    sourceChainId,
    sourceGateway,
    destinationChainId,
    destinationGateway,
    pageIndex,
    isNotYet: false,
    count,
    root: TRUE_ROOT,
    chainHead: TRUE_HEAD,
    timestamp: 0n,
    ...changes,
  };
}

/** "A second after the page says, it held one message less." */
export function notYet(page: Page, changes: Partial<Refutation> = {}): Refutation {
  const said = { isNotYet: true, root: ZERO_BYTES32, chainHead: ZERO_BYTES32, count: page.count - 1 };
  return differs(page, { ...said, timestamp: page.sourceTimestamp + 1n, ...changes });
}

/** A court whose registry has sources with a bridge that says what a test tells it. */
export interface RefutingCourt extends Court {
  readonly bridge: TellingBridge;
}

/** What final lies about the first source take, and soft ones about the second. */
export const REFUTE_WAD = WAD / 10n;
export const SOFT_WAD = WAD / 20n;

/** Lanes of the source that takes nothing below final, of one that does, of an irrefutable one, and of one without a bridge. */
export const FINAL_LANE = LANE;
export const SOFT_LANE: Lane = { ...LANE, sourceChainId: PAPER.weak, destinationChainId: PAPER.strong };
export const IRREFUTABLE_LANE: Lane = { ...LANE, sourceChainId: PAPER.irrefutable };
export const BRIDGELESS_LANE: Lane = { ...LANE, sourceChainId: PAPER.retired };

/** Sets up the court, registers the sources, and builds an epoch in which they are in force. */
export async function refutingCourt(eigenLayer: EigenLayer): Promise<RefutingCourt> {
  const before = await court(eigenLayer);
  const { hub, setId, operators } = before;
  const { ethers, signers } = eigenLayer.chain;
  const deployed = await ethers.deployContract("TellingBridge");
  const bridge = await ethers.getContractAt("TellingBridge", await deployed.getAddress());
  const registrar = elementAt(signers, 4);
  const at = address(await bridge.getAddress());
  const sources = [
    { lane: FINAL_LANE, refutable: true, bridge: at, softWad: 0n },
    { lane: SOFT_LANE, refutable: true, bridge: at, softWad: SOFT_WAD },
    { lane: IRREFUTABLE_LANE, refutable: false, bridge: at, softWad: 0n },
    { lane: BRIDGELESS_LANE, refutable: false, bridge: address(ZeroAddress), softWad: 0n },
  ];
  for (const { lane, ...source } of sources) {
    const { sourceChainId: chainId, sourceGateway: gateway } = lane;
    const entry = {
      chainId,
      gateway,
      operatorSetId: setId,
      finality: 3,
      refuteWad: REFUTE_WAD,
      metadataURI: "",
      ...source,
    };
    const proposalId = await hub.registry.propose.staticCall(entry);
    await hub.registry.propose(entry);
    await hub.registry.connect(registrar).accept(proposalId);
    for (const { signer } of operators) await hub.registry.connect(signer).optIn(chainId, gateway, source.bridge, true);
  }
  await hub.pass(2 * 86_400);
  // Only what a table says that lasts counts.
  await nextEpoch(before);
  for (const { lane } of sources) await hub.registry.applyAccepted(lane.sourceChainId);
  return { ...before, ...(await nextEpoch(before)), bridge };
}

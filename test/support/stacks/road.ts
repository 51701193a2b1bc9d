import { ContractFactory, getCreateAddress, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, gatewayAddress } from "#deploy/rollup.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";
import { elementAt } from "#protocol/errors.ts";
import { bytes32Schema } from "#protocol/schemas.ts";
import type { Table } from "#protocol/statements.ts";
import { address, messageIdOf, type Address, type Bytes32, type MessageId } from "#protocol/types.ts";
import type { IHubEnd, IRollupEnd, PaperHub } from "#types/index.ts";

import { Committee } from "../committee.ts";
import { PAPER } from "../paper.ts";
import { Rollup, type Chain } from "../rollup.ts";
import { entryOf, TEST_DOMAIN } from "../world.ts";

/** A rollup with its books, a hub on paper, and both ends of ours between them, unmodified. */
export interface Road {
  readonly hubChain: Chain;
  readonly hub: PaperHub;
  readonly here: Rollup;
  readonly hubEnd: IHubEnd;
  readonly rollupEnd: IRollupEnd;
  /** Speaks in the epoch that the rollup began with, which the hub has. */
  readonly committee: Committee;
  readonly table: Table;
}

/** What the ends are built of. */
export interface RoadPlan {
  readonly hubEnd: "OpStackHubEnd" | "OrbitHubEnd";
  readonly rollupEnd: "OpStackRollupEnd" | "OrbitRollupEnd";
  /** The stack's contract that the hub's end sends over. */
  readonly hubBridge: Address;
  /** The stack's contract that the rollup's end sends over, where there is one. */
  readonly rollupBridge: readonly Address[];
  readonly rollupGas: number;
  readonly uncontestedDelaySeconds: number;
  readonly contestedDelaySeconds: number;
}

/** Who deploys the ends, and nothing else. */
const BUILDER = 9;

/** Deploys a rollup's contracts, and both ends. */
export async function layRoad(hubChain: Chain, chain: Chain, plan: RoadPlan): Promise<Road> {
  const above = elementAt(hubChain.signers, BUILDER);
  const below = elementAt(chain.signers, BUILDER);
  const deployer = elementAt(chain.signers, 0);
  const gateway = gatewayAddress(address(deployer.address), await deployer.getNonce());
  const paper = await hubChain.ethers.deployContract("PaperHub");
  const hub = await hubChain.ethers.getContractAt("PaperHub", await paper.getAddress());
  const hubEnd = getCreateAddress({ from: above.address, nonce: await above.getNonce() });

  const end = await artifacts.readArtifact(plan.rollupEnd);
  const rollupEnd = await new ContractFactory(end.abi, end.bytecode, below).deploy(
    gateway,
    hubEnd,
    ...plan.rollupBridge,
  );
  const committee = Committee.of(TEST_DOMAIN, [6_666n, 1n, 3_333n]);
  const now = BigInt(await chain.helpers.time.latest());
  const table = committee.tableStatement(now, now + 86_400n);
  const peer = entryOf(PAPER.strong, PAPER.gateway);
  await hub.write(table);
  await hub.record(peer);
  const here = await Rollup.deploy(chain, {
    ...TEST_DOMAIN,
    ...DEFAULT_WINDOWS,
    owner: address(deployer.address),
    directorySetId: 1,
    firstEntries: [entryOf(chain.chainId, gateway), peer],
    firstTables: [{ table, rows: committee.table.packed }],
    defaultPolicy: DEFAULT_POLICY,
    canonicalReceiver: address(await rollupEnd.getAddress()),
  });
  const config = {
    tableBuilder: hub,
    slasher: hub,
    registry: hub,
    rollupChainId: chain.chainId,
    gateway,
    rollupEnd,
    rollupGas: plan.rollupGas,
    uncontestedDelaySeconds: plan.uncontestedDelaySeconds,
    contestedDelaySeconds: plan.contestedDelaySeconds,
  };
  await hubChain.ethers.deployContract(plan.hubEnd, [config, plan.hubBridge], above);
  return {
    hubChain,
    hub,
    here,
    hubEnd: await hubChain.ethers.getContractAt("IHubEnd", hubEnd),
    rollupEnd: await chain.ethers.getContractAt("IRollupEnd", await rollupEnd.getAddress()),
    committee,
    table,
  };
}

/** Sends a message to the peer, about which the gateway can then say something. */
export async function sendToPeer({ here }: Road): Promise<MessageId> {
  const message = [encodeEvmAddress(PAPER.strong, PAPER.stranger), "0x01", []] as const;
  const id = await here.gateway.sendMessage.staticCall(message[0], message[1], []);
  await here.gateway.sendMessage(message[0], message[1], []);
  return messageIdOf(id);
}

/** The hash of what a transaction had the gateway say. */
export async function refutationIn({ rollupEnd }: Road, sent: Promise<ContractTransactionResponse>): Promise<Bytes32> {
  const receipt = await (await sent).wait();
  for (const log of receipt?.logs ?? []) {
    const event = rollupEnd.interface.parseLog(log);
    if (event?.name === "RefutationSent") return bytes32Schema.parse(event.args.getValue("refutationHash"));
  }
  throw new Error("nothing was refuted");
}

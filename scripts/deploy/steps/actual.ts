import type { InterfaceAbi } from "ethers";

import type { Activation, OpenProposal } from "#chain/hub/proposals.ts";
import type { Entry } from "#chain/hub/entries.ts";
import type { HubTable } from "#chain/hub/tables.ts";
import type { Address, Bytes32 } from "#protocol/types.ts";

/** Compiled contracts by name. */
export type Artifacts = Readonly<Record<string, { readonly abi: InterfaceAbi; readonly bytecode: string }>>;

/** What a chain has of what is planned. */
export interface ActualChain {
  /** Planned addresses that have code. */
  readonly there: ReadonlySet<Address>;
  readonly hasCreateX: boolean;
  /** What CreateX's deployer has, in wei. */
  readonly createXFunds: bigint;
}

/** What somebody announced to the shaper: the second from which on it can be carried out; 0 for nothing, 1 for what was carried out. */
export interface Announced {
  readonly readyAt: bigint;
  /** Last second in which it can be. */
  readonly lapsesAfter: bigint;
}

/** What the registry says of a rollup. */
export interface ActualEntry {
  readonly entry: Entry | undefined;
  /** How far what was accepted is. */
  readonly activation: Activation;
  /** Open proposals that say what the configuration says, by its owner. */
  readonly proposed: readonly OpenProposal[];
}

/** What the hub's contracts say, once they are there. */
export interface ActualHub {
  /** The chain's. */
  readonly time: bigint;
  readonly setCount: number;
  /** Announcements by their ids. */
  readonly announced: ReadonlyMap<Bytes32, Announced>;
  /** The newest table of each set that has one. */
  readonly tables: readonly HubTable[];
  /** The present entry of every chain. */
  readonly entries: readonly Entry[];
  /** By names of rollups. */
  readonly rollups: ReadonlyMap<string, ActualEntry>;
}

/** What is there. */
export interface Actual {
  /** By `hub` and names of rollups. */
  readonly chains: ReadonlyMap<string, ActualChain>;
  /** None before its contracts are all there. */
  readonly hub: ActualHub | undefined;
}

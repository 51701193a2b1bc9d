import type { PolicyDemands } from "#chain/admin/policies.ts";
import type { Activation, OpenProposal } from "#chain/hub/proposals.ts";
import type { Entry } from "#chain/hub/entries.ts";
import type { Fractions } from "#chain/hub/fractions.ts";
import type { HubTable } from "#chain/hub/tables.ts";
import type { Address, Bytes32 } from "#protocol/types.ts";

import type { Compiled } from "../construction.ts";

/** Compiled contracts by name. */
export type Artifacts = Readonly<Record<string, Compiled>>;

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

/** What shapes the tables of an operator set. Field names are those of the Solidity struct. */
export interface SetShape {
  readonly strategies: readonly { readonly strategy: Address; readonly multiplier: bigint }[];
  readonly minimumWeight: bigint;
  readonly hasAllowList: boolean;
}

/** What the registry says of a rollup. */
export interface ActualEntry {
  readonly entry: Entry | undefined;
  /** What false pages take; of an active entry only. */
  readonly fractions: Fractions | undefined;
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
  /** Of the sets that are there and described, in order. */
  readonly shapes: readonly SetShape[];
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
  /** What each rollup whose contracts are all there demands, of all that are described; by names. */
  readonly policies: ReadonlyMap<string, PolicyDemands>;
  /** Of rollups one of whose contracts is of another release, what that is; by names. */
  readonly foreign?: ReadonlyMap<string, string>;
}

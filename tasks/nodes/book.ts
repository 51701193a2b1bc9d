import type { AddressBook, HubBook, RollupBook } from "#deploy/addressBook.ts";

import { CommandError } from "../shared/errors.ts";

/** What a node of each role is told beside the address book. */
export interface NodeWishes {
  /** By names of chains; of others the book's url is taken. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
  readonly minAgreeing: number;
  readonly operatorSetId: number;
  readonly keystore: { readonly file: string; readonly passwordFile: string };
  readonly newHistory: boolean;
  readonly aggregators: readonly string[];
  readonly buildsTables: boolean;
  /** The node's own file. */
  readonly store: string;
  readonly port: number;
}

/** Roles of nodes. */
export const ROLES = ["operator", "aggregator", "relayer", "watcher"] as const;
/** One of them. */
export type NodeRole = (typeof ROLES)[number];

/**
 * @param role - Of the node.
 * @param book - Where everything is.
 * @param wishes - What else it is told.
 * @returns What stands in its configuration; secrets come from elsewhere.
 */
export function nodeConfigOf(role: NodeRole, book: AddressBook, wishes: NodeWishes): Record<string, unknown> {
  const { hub, rollups } = book;
  const { operatorSetId, aggregators, store, port } = wishes;
  const { serviceManager, tableBuilder, registry, slasher, vault } = hub.contracts;
  const { allocationManager, delegationManager, keyRegistrar } = hub.eigenLayer;
  const listen = { host: "127.0.0.1", port };
  const onHub = { chainId: String(hub.chainId), serviceManager, tableBuilder, registry, ...reached(hub, wishes) };
  const domain = { hubChainId: String(hub.chainId), serviceManager };
  const gateways = rollups.map((rollup) => gatewayOf(rollup, wishes));
  switch (role) {
    case "operator": {
      const sources = rollups.map(({ chainId }) => String(chainId));
      const { keystore, newHistory } = wishes;
      return { domain, keystore, rollups: gateways, hub: onHub, sources, historyFile: store, newHistory, listen };
    }
    case "aggregator":
      return { domain, operatorSetId, rollups: gateways, hub: onHub, storeFile: store, listen };
    case "relayer":
      return { rollups: gateways, hub: { ...onHub, ...paid(book, wishes) }, aggregators, storeFile: store, listen };
    case "watcher":
      return {
        rollups: rollups.map((rollup) => ({ ...gatewayOf(rollup, wishes), ...bridgeOf(rollup) })),
        hub: {
          ...{ ...onHub, slasher, vault, allocationManager, delegationManager, keyRegistrar },
          fromBlock: hub.fromBlock,
        },
        ...{ aggregators, storeFile: store, listen },
      };
  }
}

function gatewayOf(rollup: RollupBook, wishes: NodeWishes) {
  const { chainId, contracts, fromBlock } = rollup;
  return { chainId: String(chainId), gateway: contracts.gateway, ...reached(rollup, wishes), fromBlock };
}

function reached({ name, url }: HubBook | RollupBook, { endpoints, minAgreeing }: NodeWishes) {
  const urls = endpoints[name] ?? (url === undefined ? [] : [url]);
  if (new Set(urls).size >= minAgreeing) return { urls, minAgreeing };
  throw new CommandError(
    "InvalidOption",
    `${name} has ${urls.length} endpoints, and ${minAgreeing} must agree: name more by --endpoints, or fewer by --min-agreeing`,
  );
}

function bridgeOf({ bridge }: RollupBook) {
  if (bridge === undefined) return {};
  const { hubEnd, rollupEnd } = bridge;
  return { bridge: { hubEnd, rollupEnd } };
}

/** What a stack takes for news is not in the book: `feeWei` of a rollup that takes something is for whoever pays to write. */
function paid({ rollups }: AddressBook, { buildsTables }: NodeWishes) {
  if (!buildsTables) return {};
  const bridges = rollups.flatMap(({ chainId, contracts, bridge }) =>
    bridge === undefined ? [] : [{ chainId: String(chainId), gateway: contracts.gateway, hubEnd: bridge.hubEnd }],
  );
  return { buildsTables, bridges };
}

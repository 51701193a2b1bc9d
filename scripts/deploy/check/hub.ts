import type { Provider } from "ethers";

import { hubRoles, type RoleHolder } from "#chain/admin/roles.ts";
import { entryOf } from "#chain/hub/entries.ts";
import { fractionsOf, sameWads } from "#chain/hub/fractions.ts";
import { activation, timeOf } from "#chain/hub/proposals.ts";
import { hubAt } from "#chain/hub/site.ts";
import { chainId } from "#protocol/types.ts";

import type { HubBook, RollupBook } from "../addressBook.ts";
import type { NetworkConfig, RollupConfig } from "../config/schema.ts";
import { hubConstructions, HUB_ORDER } from "../hub.ts";
import { hubParametersOf } from "../steps/hub.ts";
import { codeOf, compareCode, releaseFor } from "./code.ts";
import type { Comparison } from "./difference.ts";
import type { NamedRelease } from "./release.ts";

/** Statuses of an entry of the registry. */
const ACTIVE = 2;
const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * Compares the hub with what it should be: code and immutables, roles, parameters, operator sets.
 *
 * @param comparison - Takes what differs.
 * @param provider - The hub.
 * @param config - What should be.
 * @param book - Where the contracts are.
 * @param releases - What they may be of.
 */
export async function compareHub(
  comparison: Comparison,
  provider: Provider,
  config: NetworkConfig,
  book: HubBook,
  releases: readonly NamedRelease[],
): Promise<void> {
  const release = releaseFor(releases, "Slasher", await provider.getCode(book.contracts.slasher));
  const parameters = hubParametersOf(config);
  const constructions = hubConstructions(parameters, book.contracts, codeOf(release, "ServiceManager").abi);
  for (const subject of HUB_ORDER) {
    const at = book.contracts[subject];
    await compareCode(
      comparison,
      provider,
      { chain: "hub", subject, at, construction: constructions[subject] },
      release,
    );
  }
  // What is not there cannot be asked.
  if (comparison.result.differences.some(({ field }) => field === "code")) return;
  compareRoles(comparison, config, book, await hubRoles(provider, book));
  await compareParameters(comparison, provider, config, book);
}

function compareRoles(comparison: Comparison, { roles }: NetworkConfig, book: HubBook, found: readonly RoleHolder[]) {
  const { shaper, claimsTimelock, serviceManagerImplementation } = book.contracts;
  const held = new Map<string, string[]>();
  for (const { role, holder } of found) held.set(role, [...(held.get(role) ?? []), holder].sort());
  const announcers = [...roles.shapers].sort();
  const timelock = (name: string, own: string): Record<string, readonly string[]> => ({
    [`PROPOSER_ROLE of the ${name}`]: announcers,
    [`CANCELLER_ROLE of the ${name}`]: announcers,
    [`EXECUTOR_ROLE of the ${name}`]: ["anyone"],
    [`DEFAULT_ADMIN_ROLE of the ${name}`]: [own],
  });
  const required: Record<string, readonly string[] | undefined> = {
    "owner of the service manager": [roles.owner],
    "owner of the service manager, offered": undefined,
    registrar: [roles.registrar],
    "registrar, offered": undefined,
    guardian: [roles.guardian],
    court: [roles.court],
    shaper: [shaper],
    "owner of the proxy admin": [shaper],
    implementation: [serviceManagerImplementation],
    "claims timelock": [claimsTimelock],
    ...timelock("shaper", shaper),
    ...timelock("claims timelock", claimsTimelock),
  };
  comparison.fields("hub", "roles", Object.fromEntries(held), required);
}

async function compareParameters(comparison: Comparison, provider: Provider, { hub }: NetworkConfig, book: HubBook) {
  const { tableBuilder, registry, serviceManager } = hubAt(book, provider);
  const [windows, notices, setCount] = await Promise.all([
    tableBuilder.windows(),
    registry.notices(),
    serviceManager.setCount(),
  ]);
  comparison.fields("hub", "windows", windows, hub.windows);
  comparison.fields("hub", "notices", notices, hub.notices);
  comparison.fields("hub", "operator sets", { count: setCount }, { count: hub.operatorSets.length });
  // Who founded a set may have left it since.
  for (const [at, { founders: _, ...wanted }] of hub.operatorSets.slice(0, Number(setCount)).entries()) {
    const [{ strategies, minimumWeight, hasAllowList }, fullFraction] = await Promise.all([
      serviceManager.parametersOf(at + 1),
      serviceManager.fullFractionOf(at + 1),
    ]);
    const counted = strategies.map(({ strategy, multiplier }) => ({ strategy, multiplier }));
    comparison.fields(
      "hub",
      `operator set ${at + 1}`,
      { strategies: counted, minimumWeight, hasAllowList, fullFraction },
      wanted,
    );
  }
}

/**
 * Compares what the registry says of a rollup.
 *
 * @param comparison - Takes what differs.
 * @param provider - The hub.
 * @param hub - Where the registry is.
 * @param rollup - As it should be.
 * @param book - Where the rollup's contracts are.
 */
export async function compareEntry(
  comparison: Comparison,
  provider: Provider,
  hub: HubBook,
  { entry: wanted, chainId: id }: RollupConfig,
  book: RollupBook,
): Promise<void> {
  const { owner, operatorSetId, finality, refutable, metadataURI, refuteWad, softWad } = wanted;
  const wads = { refuteWad, softWad };
  const [found, { accepted }, now] = await Promise.all([
    entryOf(provider, hub, chainId(id)),
    activation(provider, hub, chainId(id)),
    timeOf(provider),
  ]);
  const fractions = found && (await fractionsOf(provider, hub, found, now));
  // A raise to what should be is no difference beside the one that is there until it holds.
  const coming = fractions?.coming ?? wads;
  const isAsPlanned = sameWads(coming, fractions?.held ?? coming) || sameWads(coming, wads);
  comparison.fields(
    "hub",
    `entry of ${book.name}`,
    {
      ...{ ...found, ...fractions?.held, accepted: accepted?.proposal },
      announced: isAsPlanned ? undefined : coming,
    },
    {
      ...{ gateway: book.contracts.gateway, bridge: book.bridge?.hubEnd ?? NOBODY, status: ACTIVE },
      ...{ owner, operatorSetId, finality, refutable, metadataURI, ...wads },
      ...{ announced: undefined, accepted: undefined },
    },
  );
}

import { dataSlice, id, ZeroAddress, ZeroHash, type Provider } from "ethers";

import { address, type Address } from "#protocol/types.ts";

import { Policy__factory, ProxyAdmin__factory, Shaper__factory } from "../contracts.ts";
import { entriesOf } from "../hub/entries.ts";
import { HubError } from "../hub/errors.ts";
import { eventsOf } from "../hub/history.ts";
import { revertIn } from "../hub/reverts.ts";
import { hubAt, type HubSite } from "../hub/site.ts";
import { ask } from "../hub/submit.ts";
import { holderOf, type Holder } from "./holders.ts";

/** Where a proxy keeps its admin and its implementation (ERC-1967). */
const ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** The roles of a timelock, by the names that OpenZeppelin gave them. */
const TIMELOCK_ROLES = {
  PROPOSER_ROLE: id("PROPOSER_ROLE"),
  CANCELLER_ROLE: id("CANCELLER_ROLE"),
  EXECUTOR_ROLE: id("EXECUTOR_ROLE"),
  DEFAULT_ADMIN_ROLE: ZeroHash,
} as const;

/** Who has a role, as the chain tells it. */
export interface RoleHolder {
  /** As docs/roles.md calls it. */
  readonly role: string;
  readonly contract: string;
  readonly at: Address;
  /** `anyone` where everybody may. */
  readonly holder: Address | "anyone";
  readonly is: Holder | { readonly kind: "anyone" };
}

/** The hub's part of an address book, as far as roles go. */
export interface RolesSite extends HubSite {
  readonly fromBlock: number;
  readonly contracts: HubSite["contracts"] & { readonly shaper: Address; readonly claimsTimelock: Address };
}

/** A role with its holder, or `anyone`. */
export interface Found {
  readonly role: string;
  readonly contract: string;
  readonly at: Address;
  readonly holder: string;
}

/**
 * Reads who may do what on the hub. Whoever is an immutable of a contract is asked of the contract itself: it refuses a stranger by telling
 * whom it would hear.
 *
 * @param provider - The hub.
 * @param site - Its contracts.
 * @returns Every role with every holder.
 */
export async function hubRoles(provider: Provider, site: RolesSite): Promise<RoleHolder[]> {
  const { serviceManager, registry, slasher, vault } = hubAt(site, provider);
  const { contracts } = site;
  const [owner, nextOwner, registrar, nextRegistrar, claims] = await ask(
    Promise.all([
      serviceManager.owner(),
      serviceManager.pendingOwner(),
      registry.owner(),
      registry.pendingOwner(),
      vault.claims(),
    ]),
  );
  const proxyAdmin = await proxyAdminOf(provider, contracts.serviceManager);
  const upgrader = await ask(ProxyAdmin__factory.connect(proxyAdmin, provider).owner());
  const ofManager = { contract: "ServiceManager", at: contracts.serviceManager };
  const ofRegistry = { contract: "RollupRegistry", at: contracts.registry };
  const ofSlasher = { contract: "Slasher", at: contracts.slasher };
  const ofVault = { contract: "CompensationVault", at: contracts.vault };
  const found: Found[] = [
    { role: "owner of the service manager", ...ofManager, holder: owner },
    ...offered("owner of the service manager", ofManager, nextOwner),
    { role: "shaper", ...ofManager, holder: await whomItHears(serviceManager.ejectAny.staticCall(0, ZeroAddress)) },
    { role: "proxy admin", ...ofManager, holder: proxyAdmin },
    { role: "owner of the proxy admin", contract: "ProxyAdmin", at: proxyAdmin, holder: upgrader },
    { role: "implementation", ...ofManager, holder: await implementationOf(provider, contracts.serviceManager) },
    { role: "registrar", ...ofRegistry, holder: registrar },
    ...offered("registrar", ofRegistry, nextRegistrar),
    { role: "guardian", ...ofSlasher, holder: await guardianOf(provider, site) },
    { role: "court", ...ofSlasher, holder: await whomItHears(slasher.acquit.staticCall(0, "")) },
    { role: "claims timelock", ...ofVault, holder: await whomItHears(vault.appointClaims.staticCall(ZeroAddress)) },
    { role: "claims contract", ...ofVault, holder: claims },
    ...(await timelockRoles(provider, "shaper", contracts.shaper, site.fromBlock)),
    ...(await timelockRoles(provider, "claims timelock", contracts.claimsTimelock, site.fromBlock)),
  ];
  for (const entry of await entriesOf(provider, site)) {
    found.push({ role: `owner of the entry of chain ${String(entry.chainId)}`, ...ofRegistry, holder: entry.owner });
  }
  return Promise.all(found.map(async (one) => told(provider, one)));
}

/**
 * @param provider - A rollup.
 * @param policy - Its policy. No other contract of a rollup has anybody who may do more than others.
 * @returns Its roles.
 */
export async function rollupRoles(provider: Provider, policy: Address): Promise<RoleHolder[]> {
  const contract = Policy__factory.connect(policy, provider);
  const [owner, next] = await ask(Promise.all([contract.owner(), contract.pendingOwner()]));
  const where = { contract: "Policy", at: policy };
  const role = "owner of the policy";
  const found = [{ role, ...where, holder: owner }, ...offered(role, where, next)];
  return Promise.all(found.map(async (one) => told(provider, one)));
}

/**
 * @param provider - The hub.
 * @param proxy - A proxy of OpenZeppelin's.
 * @returns The contract through which it is upgraded.
 */
export async function proxyAdminOf(provider: Provider, proxy: Address): Promise<Address> {
  return slotOf(provider, proxy, ADMIN_SLOT);
}

/** Who may hold cases up. */
export async function guardianOf(provider: Provider, site: HubSite): Promise<Address> {
  return whomItHears(hubAt(site, provider).slasher.pause.staticCall(0));
}

/** What stands behind a proxy now. */
export async function implementationOf(provider: Provider, proxy: Address): Promise<Address> {
  return slotOf(provider, proxy, IMPLEMENTATION_SLOT);
}

async function slotOf(provider: Provider, proxy: Address, place: string): Promise<Address> {
  return address(dataSlice(await provider.getStorage(proxy, place), 12));
}

function offered(role: string, where: Pick<Found, "contract" | "at">, holder: string): Found[] {
  return holder === ZeroAddress ? [] : [{ role: `${role}, offered`, ...where, holder }];
}

async function told(provider: Provider, { holder, ...found }: Found): Promise<RoleHolder> {
  if (holder === "anyone") return { ...found, holder, is: { kind: "anyone" } };
  const at = address(holder);
  return { ...found, holder: at, is: await holderOf(provider, at) };
}

/**
 * The timelock does not list who has a role: whoever was ever given one is asked for.
 *
 * @param provider - The hub.
 * @param name - What it is called.
 * @param timelock - A timelock.
 * @param fromBlock - Block before which there was none.
 * @returns Every role with every holder.
 */
export async function timelockRoles(
  provider: Provider,
  name: string,
  timelock: Address,
  fromBlock: number,
): Promise<Found[]> {
  const contract = Shaper__factory.connect(timelock, provider);
  const granted = await eventsOf(provider, contract, "RoleGranted", { fromBlock });
  const found: Found[] = [];
  for (const [role, hash] of Object.entries(TIMELOCK_ROLES)) {
    const ever = granted.filter(({ args }) => args.text("role") === hash).map(({ args }) => args.text("account"));
    for (const account of new Set(ever)) {
      if (!(await ask(contract.hasRole(hash, account)))) continue;
      const holder = account === ZeroAddress ? "anyone" : account;
      found.push({ role: `${role} of the ${name}`, contract: "Shaper", at: timelock, holder });
    }
  }
  return found;
}

/** The names under which a refusal tells whom it would hear. */
const REFUSALS = ["NotTheShaper", "NotTheGuardian", "NotTheCourt", "NotTheClaimsTimelock"];

async function whomItHears(stranger: Promise<unknown>): Promise<Address> {
  try {
    await stranger;
  } catch (error) {
    const revert = revertIn(error);
    // What was found, and what is required.
    if (revert !== undefined && REFUSALS.includes(revert.name)) return address(String(revert.args[1]));
    throw error;
  }
  throw new HubError("InvalidAnswer", "a contract takes a stranger for somebody with a role");
}

import type { Provider } from "ethers";

import type { Announcement, Mismatch, TimelockCall, TimelockState } from "#chain/admin/timelocks.ts";
import type { AdminCall } from "#chain/admin/call.ts";
import type { DecodedCall, KnownContracts } from "#chain/admin/decode.ts";
import type { HubBook } from "#deploy/addressBook.ts";
import { address, type Address } from "#protocol/types.ts";

import type { CarryArguments } from "../shared/carryOut.ts";
import { CommandError } from "../shared/errors.ts";
import type { OpenHub } from "../shared/hub.ts";

/** An announcement with what it says. */
export interface Told extends Announcement {
  readonly decoded: readonly (DecodedCall | null)[];
}

/** A timelock with its name. */
export interface NamedTimelock extends Omit<TimelockState, "announcements"> {
  readonly name: string;
  readonly announcements: readonly Told[];
}

/** The timelocks of a hub, by what is typed for them. */
export function timelockTyped({ contracts }: HubBook, typed: string): Address {
  if (typed === "shaper") return contracts.shaper;
  if (typed === "claims") return contracts.claimsTimelock;
  throw new CommandError("InvalidOption", `--timelock: "${typed}" is neither shaper nor claims`);
}

/** What can be decoded on a hub. */
export async function knownOn(provider: Provider, { contracts }: HubBook): Promise<KnownContracts> {
  const [{ knownContracts }, { proxyAdminOf }] = await Promise.all([
    import("#chain/admin/decode.ts"),
    import("#chain/admin/roles.ts"),
  ]);
  return knownContracts({ ...contracts, proxyAdmin: await proxyAdminOf(provider, contracts.serviceManager) });
}

/**
 * @param hub - The hub.
 * @param name - `shaper` or `claims`.
 * @returns Everything that was ever announced to that timelock, decoded.
 */
export async function timelockNamed({ provider, site }: OpenHub, name: string): Promise<NamedTimelock> {
  const [{ timelockState }, { decodeCall }] = await Promise.all([
    import("#chain/admin/timelocks.ts"),
    import("#chain/admin/decode.ts"),
  ]);
  const known = await knownOn(provider, site);
  const state = await timelockState(provider, timelockTyped(site, name), site.fromBlock);
  const announcements = state.announcements.map((one) => ({
    ...one,
    decoded: one.calls.map((call) => decodeCall(known, call) ?? null),
  }));
  return { ...state, name, announcements };
}

/**
 * @param timelock - A timelock.
 * @param typed - An id, or how one begins.
 * @returns The announcement; throws `NotFound`, `InvalidOption` where several begin so.
 */
export function announcementTyped({ announcements, mismatched, name }: NamedTimelock, typed: string): Told {
  if (!/^0x[0-9a-f]{1,64}$/i.test(typed)) throw new CommandError("InvalidOption", `"${typed}" is no id`);
  const isMeant = ({ id }: { readonly id: string }) => id.startsWith(typed.toLowerCase());
  const other = mismatched.find(isMeant);
  if (other !== undefined) throw new CommandError("NotFound", mismatchLine(other));
  const found = announcements.filter(isMeant);
  const [one, ...others] = found;
  if (one === undefined)
    throw new CommandError("NotFound", `nothing of id ${typed} was announced to the ${name} timelock`);
  if (others.length > 0) throw new CommandError("InvalidOption", `several announcements begin with ${typed}`);
  return one;
}

/**
 * @param hub - The hub.
 * @param args - What was typed: with `--dry-run` or `--safe-export` nobody's key is touched.
 * @param role - A role of the timelock, as OpenZeppelin calls it.
 * @param timelock - The timelock.
 * @returns Who sends: the account if it has the role, else the first that has it; throws `NotFound` where nobody has.
 */
export async function senderOf(
  hub: OpenHub,
  args: CarryArguments,
  role: "PROPOSER_ROLE" | "CANCELLER_ROLE" | "EXECUTOR_ROLE",
  timelock: Address,
): Promise<AdminCall["by"]> {
  const { timelockRoles } = await import("#chain/admin/roles.ts");
  const all = await timelockRoles(hub.provider, "timelock", timelock, hub.site.fromBlock);
  const holders = all.filter((one) => one.role.startsWith(role)).map(({ holder }) => holder);
  if (holders.includes("anyone")) return "anyone";
  const isKeyless = args.dryRun || args.safeExport !== "";
  const own = isKeyless ? undefined : await (await hub.signer()).getAddress();
  const chosen = holders.find((holder) => holder === own) ?? holders[0];
  if (chosen === undefined) throw new CommandError("NotFound", `nobody has the role ${role} of ${timelock}`);
  return address(chosen);
}

/** An announcement for people. */
export function announcementLines({ id, stage, readyAt, lastSecond, calls, decoded }: Told): string[] {
  const when =
    readyAt === undefined || lastSecond === undefined
      ? stage
      : `${stage}: from ${timeOf(readyAt)} until ${timeOf(lastSecond)}`;
  return [`  ${id}: ${when}`, ...callLines(calls, decoded)];
}

/** Something whose id is another's, for people. */
export function mismatchLine({ id, computed, announcedIn }: Mismatch): string {
  return `${id}: the endpoint names calls of another id, ${computed}, for what was announced in ${announcedIn}; ask another endpoint`;
}

/** What a timelock does, for people: before they agree with it. */
export function callLines(calls: readonly TimelockCall[], decoded: readonly (DecodedCall | null)[]): string[] {
  return calls.map(({ to, value, data }, at) => {
    const paid = value === 0n ? "" : `, with ${String(value)} wei`;
    return `    ${callLine(decoded[at] ?? undefined) ?? `${to}: ${data}`}${paid}`;
  });
}

function callLine(decoded: DecodedCall | undefined): string | undefined {
  if (decoded === undefined) return undefined;
  const inner = JSON.stringify(decoded.args, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
  return `${decoded.contract}.${decoded.call}(${inner.slice(1, -1)})`;
}

/** A second of a chain, for people. */
export function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}

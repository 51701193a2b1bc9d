import type { Address } from "#protocol/types.ts";

/** What an operator has by one strategy, as EigenLayer has it. */
export interface StakeRecord {
  readonly name: string;
  readonly strategy: Address;
  /** Of 10¹⁸; only slashing lowers it. */
  readonly magnitude: bigint;
  /** What of it is allocated to the set. */
  readonly allocated: bigint;
  readonly shares: bigint;
}

/** What one slash took by one strategy, as the slasher and the vault have it. */
export interface SlashRecord {
  readonly caseId: bigint;
  readonly fault: string;
  readonly name: string;
  readonly slashId: bigint;
  readonly strategy: Address;
  readonly shares: bigint;
  /** What the vault booked for them; zero before it was collected. */
  readonly tokens: bigint;
}

/** What the hub says: nothing here comes from a node, or from what the devnet remembers. */
export interface HubRecords {
  readonly stakes: readonly StakeRecord[];
  readonly slashes: readonly SlashRecord[];
  readonly vault: readonly {
    readonly token: Address;
    readonly booked: bigint;
    readonly pending: bigint;
    readonly balance: bigint;
  }[];
  /** What those hold who must get nothing. */
  readonly outsiders: readonly { readonly name: string; readonly token: Address; readonly tokens: bigint }[];
}

/** What an operator must have lost: these parts of 10¹⁸ of what it had allocated, for this fault. */
export interface Price {
  readonly fault: string;
  readonly wad: bigint;
}

/** What was lost, and whether it is exactly what had to be. */
export interface Reckoning {
  readonly ok: boolean;
  readonly lost: readonly { readonly name: string; readonly wad: bigint; readonly shares: bigint }[];
  /** Tokens that the vault booked meanwhile. */
  readonly booked: bigint;
  readonly contradictions: readonly string[];
}

const WAD = 10n ** 18n;

/**
 * Reckons up who lost what between two moments.
 *
 * @param before - What the hub said before the lie.
 * @param after - What it says when everything is over.
 * @param prices - Who must have lost what; everybody else nothing.
 * @returns The reckoning.
 */
export function reckon(before: HubRecords, after: HubRecords, prices: ReadonlyMap<string, Price>): Reckoning {
  const contradictions: string[] = [];
  const expect = (holds: boolean, text: string) => {
    if (!holds) contradictions.push(text);
  };
  const known = new Set(before.slashes.map(({ slashId }) => slashId));
  const slashes = after.slashes.filter(({ slashId }) => !known.has(slashId));
  const names = new Set(before.stakes.map(({ name }) => name));
  for (const name of prices.keys()) expect(names.has(name), `${name} is nobody's name`);

  const lost = before.stakes.flatMap((stake) => {
    const { name, strategy } = stake;
    const now = after.stakes.find((one) => one.name === name && one.strategy === strategy);
    if (now === undefined) {
      expect(false, `${name}: nobody knows its stake any more`);
      return [];
    }
    const price = prices.get(name);
    const own = slashes.filter((slash) => slash.name === name && slash.strategy === strategy);
    const shares = sum(own.map((slash) => slash.shares));
    const wad = stake.magnitude - now.magnitude;
    // Rounded up, as EigenLayer does.
    const due = price === undefined ? 0n : (stake.allocated * price.wad + WAD - 1n) / WAD;
    expect(wad === due, `${name}: lost ${wad} of 10¹⁸, must lose ${due}`);
    if (price === undefined) {
      expect(own.length === 0, `${name}: was slashed, and is not guilty`);
      expect(now.shares >= stake.shares, `${name}: ${stake.shares - now.shares} shares are gone`);
      return [];
    }
    // What a lesser proof took first was topped up.
    expect(
      own.some(({ fault }) => fault === price.fault),
      `${name}: paid for no ${price.fault}`,
    );
    expect(shares > 0n, `${name}: no shares were taken`);
    expect(
      stake.shares - now.shares === shares,
      `${name}: ${stake.shares - now.shares} shares are gone, ${shares} taken`,
    );
    return [{ name, wad, shares }];
  });

  const taken = sum(slashes.map(({ shares }) => shares));
  const tokens = sum(slashes.map((slash) => slash.tokens));
  const bookedOf = (records: HubRecords) => sum(records.vault.map(({ booked }) => booked));
  const booked = bookedOf(after) - bookedOf(before);
  // One share of the devnet's strategies is one token.
  expect(tokens === taken, `${taken} shares were taken, and ${tokens} tokens collected for them`);
  expect(booked === tokens, `the vault booked ${booked} of ${tokens} tokens`);
  for (const { token, booked: inBooks, pending, balance } of after.vault) {
    expect(pending === 0n, `${pending} slashes are not collected`);
    expect(balance === inBooks, `the vault holds ${balance} of ${token}, and its books say ${inBooks}`);
  }
  for (const { name, token, tokens: held } of after.outsiders) {
    const had = before.outsiders.find((one) => one.name === name && one.token === token)?.tokens ?? 0n;
    expect(held === had, `${name} has ${held - had} tokens more than before`);
  }
  return { ok: contradictions.length === 0, lost, booked, contradictions };
}

/**
 * @param wad - Parts of 10¹⁸.
 * @returns It in percent.
 */
export function percent(wad: bigint): string {
  const hundredths = (wad * 10_000n) / WAD;
  const rest = hundredths % 100n;
  return `${hundredths / 100n}${rest === 0n ? "" : `.${rest.toString().padStart(2, "0")}`} %`;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

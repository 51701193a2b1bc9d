import { expect } from "chai";

import { reconcileHonest } from "#devnet/lies/honest.ts";
import { LIE_NAMES, liesNamed } from "#devnet/lies/names.ts";
import {
  percent,
  reckon,
  type HubRecords,
  type Price,
  type SlashRecord,
  type StakeRecord,
} from "#devnet/lies/reckoning.ts";
import { address, messageIdOf, type MessageId } from "#protocol/types.ts";

const strategy = address(`0x${"11".repeat(20)}`);
const token = address(`0x${"22".repeat(20)}`);
const WAD = 10n ** 18n;
const TENTH: Price = { fault: "FalsePage", wad: WAD / 10n };

const stake = (name: string, changes: Partial<StakeRecord> = {}): StakeRecord => ({
  ...{ name, strategy, magnitude: WAD, allocated: WAD, shares: 100n },
  ...changes,
});
const slash = (changes: Partial<SlashRecord> = {}): SlashRecord => ({
  ...{ caseId: 1n, fault: "FalsePage", name: "one", slashId: 1n, strategy, shares: 10n, tokens: 10n },
  ...changes,
});
const before: HubRecords = {
  stakes: [stake("one"), stake("two")],
  slashes: [],
  vault: [{ token, booked: 0n, pending: 0n, balance: 0n }],
  outsiders: [{ name: "the liar", token, tokens: 5n }],
};
const vault = { token, booked: 10n, pending: 0n, balance: 10n };
const paid: HubRecords = {
  ...before,
  stakes: [stake("one", { magnitude: WAD - TENTH.wad, allocated: WAD - TENTH.wad, shares: 90n }), stake("two")],
  slashes: [slash()],
  vault: [vault],
};
const prices = new Map([["one", TENTH]]);
const wrong = (after: HubRecords, due: ReadonlyMap<string, Price> = prices) =>
  reckon(before, after, due).contradictions;

describe("The reckoning after a lie", function () {
  it("is content when exactly the guilty lost exactly the price, and the vault has it", function () {
    expect(reckon(before, paid, prices)).to.deep.equal({
      ok: true,
      lost: [{ name: "one", wad: TENTH.wad, shares: 10n }],
      booked: 10n,
      contradictions: [],
    });
    expect(reckon(before, before, new Map()).ok).to.equal(true);
  });

  it("names a guilty one who paid nothing, less or more", function () {
    expect(wrong(before)).to.deep.equal([
      `one: lost 0 of 10¹⁸, must lose ${TENTH.wad}`,
      "one: paid for no FalsePage",
      "one: no shares were taken",
    ]);
    const lost = (wad: bigint) => [stake("one", { magnitude: WAD - wad, shares: 90n }), stake("two")];
    expect(wrong({ ...paid, stakes: lost(TENTH.wad - 1n) })).to.deep.equal([
      `one: lost ${TENTH.wad - 1n} of 10¹⁸, must lose ${TENTH.wad}`,
    ]);
    expect(wrong({ ...paid, stakes: lost(TENTH.wad + 1n) })).to.deep.equal([
      `one: lost ${TENTH.wad + 1n} of 10¹⁸, must lose ${TENTH.wad}`,
    ]);
  });

  it("rounds a price up, as EigenLayer does", function () {
    const odd = { ...before, stakes: [stake("one", { allocated: 15n }), stake("two")] };
    const after = { ...paid, stakes: [stake("one", { magnitude: WAD - 2n, shares: 90n }), stake("two")] };
    expect(reckon(odd, after, prices).ok).to.equal(true);
  });

  it("names an innocent one who lost magnitude or shares, or was slashed", function () {
    expect(wrong(paid, new Map())).to.deep.equal([
      `one: lost ${TENTH.wad} of 10¹⁸, must lose 0`,
      "one: was slashed, and is not guilty",
      "one: 10 shares are gone",
    ]);
    const robbed = { ...paid, stakes: [...paid.stakes.slice(0, 1), stake("two", { shares: 99n })] };
    expect(wrong(robbed)).to.deep.equal(["two: 1 shares are gone"]);
  });

  it("names a price that was paid for another fault, or by nobody who is known", function () {
    expect(wrong({ ...paid, slashes: [slash({ fault: "Equivocation" })] })).to.deep.equal([
      "one: paid for no FalsePage",
    ]);
    const others = new Map([...prices, ["nobody", TENTH] as const]);
    expect(wrong(paid, others)).to.deep.equal(["nobody is nobody's name"]);
  });

  it("names what did not reach the vault, is still to be collected, or is in no books", function () {
    expect(wrong({ ...paid, slashes: [slash({ tokens: 9n })] })).to.deep.equal([
      "10 shares were taken, and 9 tokens collected for them",
      "the vault booked 10 of 9 tokens",
    ]);
    expect(wrong({ ...paid, vault: [{ ...vault, pending: 1n }] })).to.deep.equal(["1 slashes are not collected"]);
    expect(wrong({ ...paid, vault: [{ ...vault, balance: 11n }] })).to.deep.equal([
      `the vault holds 11 of ${token}, and its books say 10`,
    ]);
  });

  it("names shares of the guilty that are gone, and that nobody took", function () {
    const robbed = { ...paid, stakes: [{ ...stake("one"), magnitude: WAD - TENTH.wad, shares: 80n }, stake("two")] };
    expect(wrong(robbed)).to.deep.equal(["one: 20 shares are gone, 10 taken"]);
  });

  it("names whoever gained by it", function () {
    const rich = { ...paid, outsiders: [{ name: "the liar", token, tokens: 6n }] };
    expect(wrong(rich)).to.deep.equal(["the liar has 1 tokens more than before"]);
  });

  it("leaves slashes alone that were there before", function () {
    const earlier = { ...before, slashes: [slash({ slashId: 0n, name: "two" })] };
    expect(reckon(earlier, { ...paid, slashes: [...earlier.slashes, slash()] }, prices).ok).to.equal(true);
  });

  it("tells parts of 10¹⁸ in percent", function () {
    expect([WAD, WAD / 10n, WAD / 8n, 0n].map(percent)).to.deep.equal(["100 %", "10 %", "12.50 %", "0 %"]);
  });
});

describe("The reconciliation of honest messages after a lie", function () {
  const id = (number: number): MessageId => messageIdOf(`0x${number.toString(16).padStart(64, "0")}`);
  const lane = {
    ...({ source: "alpha", destination: "gamma", count: 2n, words: [0b11n] } as const),
    sent: [
      { messageId: id(1), nonce: 0n },
      { messageId: id(2), nonce: 1n },
    ],
  };
  const records = (gamma: readonly MessageId[]) => ({ lanes: [lane], delivered: { alpha: [], beta: [], gamma } });

  it("takes a forged message that came once for the one whose place it took", function () {
    const forged = [{ id: id(9), insteadOf: id(1) }];
    expect(reconcileHonest(records([id(9), id(2)]), [id(2)], forged).ok).to.equal(true);
  });

  it("names a forged message that came twice, or not at all, and the liars' own if it came too", function () {
    const forged = [{ id: id(9), insteadOf: id(1) }];
    expect(reconcileHonest(records([id(9), id(9), id(2)]), [], forged).unexpected).to.deep.equal([id(9)]);
    expect(reconcileHonest(records([id(9), id(1), id(2)]), [], forged).repeated).to.deep.equal([id(1)]);
    const missing = reconcileHonest(records([id(1), id(2)]), [], forged);
    expect(missing.ok).to.equal(false);
    expect(missing.contradictions).to.deep.equal([`the forged ${id(9)} was not delivered`]);
  });

  it("forgives nothing else: neither a message that nobody sent nor one that did not come", function () {
    const forged = [{ id: id(9) }];
    expect(reconcileHonest(records([id(1), id(2), id(9)]), [], forged).ok).to.equal(true);
    expect(reconcileHonest(records([id(1), id(2), id(9), id(8)]), [], forged).unexpected).to.deep.equal([id(8)]);
    expect(reconcileHonest(records([id(1), id(9)]), [], forged).missing).to.deep.equal([id(2)]);
  });
});

describe("The names of lies", function () {
  it("are known one by one or several, and others are refused with all of them", function () {
    expect(liesNamed("silent")).to.deep.equal(["silent"]);
    expect(liesNamed(LIE_NAMES.join(","))).to.deep.equal([...LIE_NAMES]);
    expect(() => liesNamed("false-pages")).to.throw(`--fault is one of ${LIE_NAMES.join(", ")}, not "false-pages"`);
  });
});

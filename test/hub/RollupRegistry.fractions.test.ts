import { expect } from "chai";

import {
  CHAIN,
  DAY,
  HOUR,
  NEXT_GATEWAY,
  PERCENT,
  proposalOf,
  RAISE_SECONDS,
  RegistryStage,
  WHOLE,
} from "#support/registry.ts";
import { stagedOn } from "#support/stage.ts";

/** What `proposalOf` asks for. */
const FIRST = [10n * PERCENT, PERCENT] as const;

describe("No framing rollup", function () {
  const stage = stagedOn(
    () => RegistryStage.start(),
    ({ chain }) => [chain],
  );
  const wadsAt = async (second: bigint) => stage().registry.wadsAt(CHAIN, second);
  const wadsNow = async () => wadsAt(await stage().now());
  /** Announces in percent, by the owner, in the block after `seconds`, and says when that was. */
  const announce = async (refute: bigint, soft: bigint, seconds = 60n) => {
    const at = await stage().after(seconds);
    await stage()
      .registry.connect(stage().owner)
      .announceWads(CHAIN, refute * PERCENT, soft * PERCENT);
    return at;
  };
  const percents = (refute: bigint, soft: bigint) => [refute * PERCENT, soft * PERCENT];

  it("announces fractions with the acceptance, which hold in every epoch that begins from then on", async function () {
    const { registry } = stage();
    const id = await stage().propose(proposalOf());
    const at = await stage().after(5n);
    await expect(stage().accept(id))
      .to.emit(registry, "WadsAnnounced")
      .withArgs(CHAIN, ...FIRST, at);
    expect(await wadsAt(at - 1n)).to.deep.equal([0n, 0n]);
    expect(await wadsAt(at)).to.deep.equal(FIRST);
    expect(await wadsAt(at + 365n * DAY)).to.deep.equal(FIRST);
  });

  it("lets nobody who opted in to less be taken by more: an acceptance that is not the chain's first announces", async function () {
    const { registry, registrar, other } = stage();
    await stage().accepted(proposalOf());
    await stage().optIn(proposalOf());
    await registry.connect(registrar).withdrawAcceptance(CHAIN);
    await stage().after(HOUR);
    await stage().accepted(proposalOf({ refuteWad: WHOLE, softWad: 0n }), other);
    const at = await stage().now();
    await stage().applyDue();
    expect(await wadsNow()).to.deep.equal(percents(10n, 0n));
    expect(await wadsAt(at + RAISE_SECONDS - 1n)).to.deep.equal(percents(10n, 0n));
    expect(await wadsAt(at + RAISE_SECONDS)).to.deep.equal([WHOLE, 0n]);
  });

  it("lets a rise wait for the whole delay, to the second", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    const at = await stage().after(60n);
    const rising = registry.connect(owner).announceWads(CHAIN, WHOLE, 2n * PERCENT);
    await expect(rising)
      .to.emit(registry, "WadsAnnounced")
      .withArgs(CHAIN, ...FIRST, at);
    await expect(rising)
      .to.emit(registry, "WadsAnnounced")
      .withArgs(CHAIN, WHOLE, 2n * PERCENT, at + RAISE_SECONDS);
    expect(await wadsAt(at + RAISE_SECONDS - 1n)).to.deep.equal(FIRST);
    expect(await wadsAt(at + RAISE_SECONDS)).to.deep.equal([WHOLE, 2n * PERCENT]);
  });

  it("lets a fall hold at once, for epochs that begin from now on and no earlier ones", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    const at = await stage().after(60n);
    await expect(registry.connect(owner).announceWads(CHAIN, 4n * PERCENT, 0n))
      .to.emit(registry, "WadsAnnounced")
      .withArgs(CHAIN, 4n * PERCENT, 0n, at);
    expect(await wadsAt(at - 1n)).to.deep.equal(FIRST);
    expect(await wadsAt(at)).to.deep.equal(percents(4n, 0n));
  });

  for (const [title, [refute, soft], [lowRefute, lowSoft]] of [
    ["refuteWad rises while softWad falls", [50n, 0n], [10n, 0n]],
    ["softWad rises while refuteWad falls", [5n, 3n], [5n, 1n]],
    ["softWad alone rises", [10n, 2n], [10n, 1n]],
    ["refuteWad alone rises", [11n, 1n], [10n, 1n]],
  ] as const) {
    it(`tells them apart: ${title}`, async function () {
      await stage().activate();
      const at = await announce(refute, soft);
      expect(await wadsAt(at)).to.deep.equal(percents(lowRefute, lowSoft));
      expect(await wadsAt(at + RAISE_SECONDS - 1n)).to.deep.equal(percents(lowRefute, lowSoft));
      expect(await wadsAt(at + RAISE_SECONDS)).to.deep.equal(percents(refute, soft));
    });
  }

  it("keeps a raise's time: no other one while it waits, and it still comes", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    const effectiveAt = (await announce(20n, 1n)) + RAISE_SECONDS;
    for (const [refute, soft] of [
      [100n, 1n],
      [10n, 2n],
      [11n, 0n],
    ] as const) {
      await expect(registry.connect(owner).announceWads(CHAIN, refute * PERCENT, soft * PERCENT))
        .to.be.revertedWithCustomError(registry, "RaiseWaiting")
        .withArgs(CHAIN, effectiveAt);
    }
    expect(await wadsAt(effectiveAt - 1n)).to.deep.equal(FIRST);
    expect(await wadsAt(effectiveAt)).to.deep.equal(percents(20n, 1n));
  });

  it("lets the next raise be announced in the second in which the last holds, and waits as long again", async function () {
    await stage().activate();
    const reached = (await announce(20n, 1n)) + RAISE_SECONDS;
    await stage().at(reached - 1n);
    await expect(stage().registry.connect(stage().owner).announceWads(CHAIN, WHOLE, 0n))
      .to.be.revertedWithCustomError(stage().registry, "RaiseWaiting")
      .withArgs(CHAIN, reached);
    await stage().at(reached);
    await stage()
      .registry.connect(stage().owner)
      .announceWads(CHAIN, 30n * PERCENT, PERCENT);
    expect(await wadsAt(reached - 1n)).to.deep.equal(FIRST);
    expect(await wadsAt(reached)).to.deep.equal(percents(20n, 1n));
    expect(await wadsAt(reached + RAISE_SECONDS - 1n)).to.deep.equal(percents(20n, 1n));
    expect(await wadsAt(reached + RAISE_SECONDS)).to.deep.equal(percents(30n, 1n));
  });

  for (const [title, [refute, soft]] of [
    ["a fall", [5n, 0n]],
    ["the present once more", [10n, 1n]],
  ] as const) {
    it(`voids a raise that waits by ${title}, and what is announced then waits from the beginning`, async function () {
      await stage().activate();
      const voided = (await announce(100n, 100n)) + RAISE_SECONDS;
      const at = await announce(refute, soft, 16n * DAY);
      expect(await wadsAt(at - 1n)).to.deep.equal(FIRST);
      expect(await wadsAt(at)).to.deep.equal(percents(refute, soft));
      expect(await wadsAt(voided + 365n * DAY)).to.deep.equal(percents(refute, soft));
      const again = await announce(100n, 100n);
      expect(await wadsAt(voided + DAY)).to.deep.equal(percents(refute, soft));
      expect(await wadsAt(again + RAISE_SECONDS - 1n)).to.deep.equal(percents(refute, soft));
      expect(await wadsAt(again + RAISE_SECONDS)).to.deep.equal([WHOLE, WHOLE]);
    });
  }

  it("never changes the past, whatever is announced later", async function () {
    await stage().activate();
    const past = new Map<bigint, unknown>();
    const steps = [
      [20n, 2n],
      [5n, 1n],
      [30n, 0n],
      [30n, 0n],
      [0n, 0n],
      [1n, 1n],
    ] as const;
    for (const [refute, soft] of steps) {
      const at = await announce(refute, soft, RAISE_SECONDS);
      await stage().at(at + RAISE_SECONDS + DAY);
      await stage().chain.helpers.mine();
      for (const [second, wads] of past) expect(await wadsAt(second)).to.deep.equal(wads);
      for (const second of [at, at + RAISE_SECONDS - 1n, at + RAISE_SECONDS, at + RAISE_SECONDS + DAY]) {
        past.set(second, await wadsAt(second));
      }
    }
    expect(new Set([...past.values()].map(String)).size).to.equal(7);
  });

  it("lets nothing rise early by retirement and registration anew", async function () {
    const { other } = stage();
    await stage().activate();
    await stage().retire();
    await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY, refuteWad: WHOLE, softWad: 0n }), other);
    const at = await stage().now();
    expect(await wadsAt(at)).to.deep.equal(percents(10n, 0n));
    expect(await wadsAt(at + RAISE_SECONDS - 1n)).to.deep.equal(percents(10n, 0n));
    expect(await wadsAt(at + RAISE_SECONDS)).to.deep.equal([WHOLE, 0n]);
  });

  it("leaves to a newcomer no raise that the retired entry's owner announced", async function () {
    const { other, owner, registry } = stage();
    await stage().activate();
    await registry.connect(owner).drain(CHAIN);
    await announce(100n, 100n, 29n * DAY);
    await stage().after(DAY);
    await registry.connect(owner).retire(CHAIN);
    await stage().accepted(proposalOf({ gateway: NEXT_GATEWAY }), other);
    expect(await wadsNow()).to.deep.equal(FIRST);
    expect(await wadsAt((await stage().now()) + 365n * DAY)).to.deep.equal(FIRST);
  });

  it("does not touch the fractions by a change that takes effect", async function () {
    const { owner, registry } = stage();
    const stale = await stage().propose(proposalOf({ gateway: NEXT_GATEWAY, refuteWad: WHOLE, softWad: WHOLE }));
    await stage().activate();
    const accepting = stage().accept(stale);
    await expect(accepting).to.not.emit(registry, "WadsAnnounced");
    await stage().optIn(proposalOf({ gateway: NEXT_GATEWAY }));
    await stage().applyDue();
    expect(await wadsNow()).to.deep.equal(FIRST);
    expect(await wadsAt((await stage().now()) + 365n * DAY)).to.deep.equal(FIRST);
    expect((await registry.entryOf(CHAIN)).owner).to.equal(owner.address);
  });

  it("takes at most everything, and below final at most as much", async function () {
    const { registry, owner } = stage();
    await stage().activate();
    await expect(registry.connect(owner).announceWads(CHAIN, WHOLE + 1n, 0n))
      .to.be.revertedWithCustomError(registry, "WadTooLarge")
      .withArgs(WHOLE + 1n, WHOLE);
    await expect(registry.connect(owner).announceWads(CHAIN, PERCENT, PERCENT + 1n))
      .to.be.revertedWithCustomError(registry, "WadTooLarge")
      .withArgs(PERCENT + 1n, PERCENT);
    await expect(registry.connect(owner).announceWads(CHAIN, WHOLE, WHOLE)).to.emit(registry, "WadsAnnounced");
  });
});

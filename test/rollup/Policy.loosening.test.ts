import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";

import { DEFAULT_POLICY, DEFAULT_WINDOWS, type SourcePolicy } from "#deploy/rollup.ts";
import { chainId } from "#protocol/types.ts";
import { bringEntry, nextBlockAt } from "#support/facts.ts";
import { PAPER, paperPage, paperWorld, speech, WEAK_WEIGHT } from "#support/paper.ts";
import { LOOSEST_POLICY, OUT_OF_BOUNDS, valuesOfPolicy } from "#support/policies.ts";
import { staged } from "#support/stage.ts";
import { entryOf } from "#support/world.ts";

const DEFAULT = 0n;
const DELAY = BigInt(DEFAULT_WINDOWS.looseningDelaySeconds);
/** Long enough for one epoch to see everything: 60 days. */
const VALIDITY = 60n * 86_400n;
const NO_POLICY = [0n, 0n, 0n, 0n, false, false, 0n];
/** The weak set's table is one unit too light for it. */
const PRESENT_POLICY: SourcePolicy = { ...DEFAULT_POLICY, minTotalWeightLog2: 3 };

describe("A loosening of the policy", function () {
  const stage = staged(() =>
    paperWorld({ maxValiditySeconds: Number(VALIDITY), defaultPolicy: PRESENT_POLICY }, VALIDITY),
  );
  const policy = () => stage().here.policy;
  const at = async (second: bigint) => nextBlockAt(stage().here, second);
  /** Announces a policy in a second that is returned. */
  const announce = async (next: SourcePolicy, id: bigint = PAPER.strong) => {
    const second = (await stage().here.now()) + 100n;
    await at(second);
    await policy().announceLoosening(id, next);
    return second;
  };
  const apply = (id: bigint = PAPER.strong) => policy().connect(stage().here.user).applyLoosening(id);
  const expectNothingAnnounced = async () => {
    expect(await policy().announcedPolicy(PAPER.strong)).to.deep.equal([NO_POLICY, 0n]);
    await stage().here.helpers.time.increase(DELAY);
    await expect(apply()).to.be.revertedWithCustomError(policy(), "NothingAnnounced").withArgs(subjectOf(PAPER.strong));
    expect(await policy().sourcePolicy(PAPER.strong)).to.not.deep.equal(valuesOfPolicy(LOOSEST_POLICY));
  };

  it("is announced with the second of its effect, and changes nothing yet", async function () {
    const second = (await stage().here.now()) + 100n;
    await at(second);
    await expect(policy().announceLoosening(PAPER.strong, LOOSEST_POLICY))
      .to.emit(policy(), "LooseningAnnounced")
      .withArgs(PAPER.strong, valuesOfPolicy(LOOSEST_POLICY), second + DELAY);
    const announced = await policy().announcedPolicy(PAPER.strong);
    expect(announced).to.deep.equal([valuesOfPolicy(LOOSEST_POLICY), second + DELAY]);
    expect(await policy().sourcePolicy(PAPER.strong)).to.deep.equal(valuesOfPolicy(PRESENT_POLICY));
    expect((await stage().here.gateway.source(PAPER.strong)).minFinality).to.equal(3n);
  });

  it("is applied by anyone when its delay is over, and by nobody a second before", async function () {
    const { here } = stage();
    const effectiveAt = (await announce(LOOSEST_POLICY)) + DELAY;
    await at(effectiveAt - 1n);
    await expect(apply())
      .to.be.revertedWithCustomError(policy(), "NotEffectiveYet")
      .withArgs(effectiveAt - 1n, effectiveAt);
    await at(effectiveAt);
    await expect(apply())
      .to.emit(policy(), "SourcePolicyChanged")
      .withArgs(PAPER.strong, valuesOfPolicy(LOOSEST_POLICY));
    const { maxAgeSeconds, quorumBps, minFinality, minTotalWeightLog2, flags } = await here.gateway.source(
      PAPER.strong,
    );
    expect([maxAgeSeconds, quorumBps, minFinality, minTotalWeightLog2, flags]).to.deep.equal([
      2n ** 24n - 1n,
      6_667n,
      1n,
      0n,
      2n,
    ]);
    await expect(apply()).to.be.revertedWithCustomError(policy(), "NothingAnnounced").withArgs(subjectOf(PAPER.strong));
    expect(await policy().announcedPolicy(PAPER.strong)).to.deep.equal([NO_POLICY, 0n]);
  });

  it("lets a page through that was refused until then", async function () {
    const { here, strong } = stage();
    const deliver = async () => {
      const paper = paperPage(stage(), { finality: 1 });
      const { certified, run } = await speech(strong, paper, { issuedAt: await here.now() });
      return here.gateway.deliver(certified.certificate, [run]);
    };
    await announce(LOOSEST_POLICY);
    await here.helpers.time.increase(DELAY);
    await expect(deliver()).to.be.revertedWithCustomError(here.gateway, "FinalityOutOfRange").withArgs(1n, 3n, 3n);
    await apply();
    await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
  });

  it("lets a table speak that was too light until then", async function () {
    const { here, weak } = stage();
    const deliver = async () => {
      const paper = paperPage(stage(), { sourceChainId: PAPER.weak });
      const { certified, run } = await speech(weak, paper, { issuedAt: await here.now() });
      return here.gateway.deliver(certified.certificate, [run]);
    };
    await announce({ ...PRESENT_POLICY, minTotalWeightLog2: 2 }, PAPER.weak);
    await here.helpers.time.increase(DELAY);
    await expect(deliver()).to.be.revertedWithCustomError(here.gateway, "TableTooLight").withArgs(WEAK_WEIGHT, 3n);
    await apply(PAPER.weak);
    await expect(deliver()).to.emit(here.gateway, "MessageDelivered");
  });

  it("waits anew when it is announced again", async function () {
    const first = await announce({ ...PRESENT_POLICY, minFinality: 2 });
    const second = await announce(LOOSEST_POLICY);
    expect(second).to.be.greaterThan(first);
    await at(first + DELAY);
    await expect(apply())
      .to.be.revertedWithCustomError(policy(), "NotEffectiveYet")
      .withArgs(first + DELAY, second + DELAY);
  });

  it("lapses as long after it could take effect as it had to wait", async function () {
    const effectiveAt = (await announce(LOOSEST_POLICY)) + DELAY;
    const lastSecond = effectiveAt + DELAY;
    await at(lastSecond + 1n);
    await expect(apply())
      .to.be.revertedWithCustomError(policy(), "LooseningLapsed")
      .withArgs(lastSecond + 1n, lastSecond);
    expect(await policy().sourcePolicy(PAPER.strong)).to.deep.equal(valuesOfPolicy(PRESENT_POLICY));
  });

  it("is applied up to its last second", async function () {
    const effectiveAt = (await announce(LOOSEST_POLICY)) + DELAY;
    await at(effectiveAt + DELAY);
    await expect(apply()).to.emit(policy(), "SourcePolicyChanged");
  });

  it("is taken back by the owner", async function () {
    await announce(LOOSEST_POLICY);
    await expect(policy().cancelLoosening(PAPER.strong)).to.emit(policy(), "LooseningCancelled").withArgs(PAPER.strong);
    await expectNothingAnnounced();
  });

  it("is dropped by a tightening", async function () {
    await announce(LOOSEST_POLICY);
    await expect(policy().tighten(PAPER.strong, { ...PRESENT_POLICY, quorumBps: 7_000 }))
      .to.emit(policy(), "LooseningCancelled")
      .withArgs(PAPER.strong);
    await expectNothingAnnounced();
  });

  it("is not dropped by another source's tightening, which drops nothing", async function () {
    const second = await announce(LOOSEST_POLICY);
    await expect(policy().tighten(PAPER.weak, PRESENT_POLICY)).to.not.emit(policy(), "LooseningCancelled");
    await at(second + DELAY);
    await apply();
  });

  it("cannot be taken back when there is none", async function () {
    await expect(policy().cancelLoosening(PAPER.strong))
      .to.be.revertedWithCustomError(policy(), "NothingAnnounced")
      .withArgs(subjectOf(PAPER.strong));
  });

  for (const [title, changes] of OUT_OF_BOUNDS) {
    it(`is refused with ${title}`, async function () {
      const found = { ...LOOSEST_POLICY, ...changes };
      await expect(policy().announceLoosening(PAPER.strong, found))
        .to.be.revertedWithCustomError(policy(), "PolicyOutOfBounds")
        .withArgs(valuesOfPolicy(found));
    });
  }

  it("is refused for a source that the directory never named", async function () {
    await expect(policy().announceLoosening(PAPER.unknown, LOOSEST_POLICY))
      .to.be.revertedWithCustomError(policy(), "SourceUnknown")
      .withArgs(PAPER.unknown);
  });

  it("of the default is for sources that appear later only", async function () {
    const { here, strong } = stage();
    const second = await announce(LOOSEST_POLICY, DEFAULT);
    await at(second + DELAY);
    await apply(DEFAULT);
    await bringEntry(here, strong, entryOf(chainId(2_500), PAPER.gateway));
    expect((await here.gateway.source(2_500n)).minFinality).to.equal(1n);
    expect((await here.gateway.source(PAPER.strong)).minFinality).to.equal(3n);
  });
});

/** What an announcement about a source is kept under. */
function subjectOf(chainId: bigint): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint64"], [id("ParleyPolicySubject"), chainId]));
}

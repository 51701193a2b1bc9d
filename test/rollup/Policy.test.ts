import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";

import { NO_LIMIT, type SourcePolicy } from "#deploy/rollup.ts";
import { chainId } from "#protocol/types.ts";
import { bringEntry } from "#support/facts.ts";
import { PAPER, paperWorld } from "#support/paper.ts";
import { LOOSEST_POLICY, MIDDLE_POLICY, OUT_OF_BOUNDS, valuesOfPolicy } from "#support/policies.ts";
import { staged } from "#support/stage.ts";
import { entryOf } from "#support/world.ts";

/** Chain id under which the default policy is kept. */
const DEFAULT = 0n;
const NEW_CHAIN = chainId(2_500);
const Flag = { Irrefutable: 1n, AcceptsIrrefutable: 2n, Refused: 4n, Limited: 8n } as const;

describe("Policy", function () {
  const stage = staged(() => paperWorld({ defaultPolicy: MIDDLE_POLICY }));
  const policy = () => stage().here.policy;

  describe("at deployment", function () {
    const deploy = ({
      delaySeconds = 2n,
      exitTimeSeconds = 1n,
      haltQuorumBps = 3_334n,
      defaultPolicy = MIDDLE_POLICY,
      owner = String(PAPER.stranger),
    } = {}) => {
      const { ethers, addresses } = stage().here;
      const args = [addresses.gateway, owner, delaySeconds, exitTimeSeconds, haltQuorumBps, defaultPolicy];
      return ethers.deployContract("Policy", args);
    };

    it("takes a delay a second longer than the exit time, and tells what it holds", async function () {
      const deployed = await deploy({ delaySeconds: 8n, exitTimeSeconds: 7n });
      const there = await stage().here.ethers.getContractAt("Policy", await deployed.getAddress());
      expect(await there.looseningDelaySeconds()).to.equal(8n);
      expect(await there.exitTimeSeconds()).to.equal(7n);
      expect(await there.owner()).to.equal(PAPER.stranger);
      expect(await there.gateway()).to.equal(stage().here.addresses.gateway);
      expect(await there.sourcePolicy(DEFAULT)).to.deep.equal(valuesOfPolicy(MIDDLE_POLICY));
      await expect(deployed.deploymentTransaction())
        .to.emit(deployed, "SourcePolicyChanged")
        .withArgs(DEFAULT, valuesOfPolicy(MIDDLE_POLICY));
    });

    it("refuses a delay that is not longer than the exit time", async function () {
      await expect(deploy({ delaySeconds: 7n, exitTimeSeconds: 7n }))
        .to.be.revertedWithCustomError(policy(), "LooseningTooFast")
        .withArgs(7n, 7n);
    });

    it("refuses an owner that is nobody", async function () {
      await expect(deploy({ owner: ZeroAddress }))
        .to.be.revertedWithCustomError(policy(), "OwnableInvalidOwner")
        .withArgs(ZeroAddress);
    });

    for (const [title, changes] of OUT_OF_BOUNDS) {
      it(`refuses a default with ${title}`, async function () {
        const found = { ...MIDDLE_POLICY, ...changes };
        await expect(deploy({ defaultPolicy: found }))
          .to.be.revertedWithCustomError(policy(), "PolicyOutOfBounds")
          .withArgs(valuesOfPolicy(found));
      });
    }
  });

  it("gives every first source the default, also in the gateway", async function () {
    for (const { chainId: id } of stage().parameters.firstEntries) {
      expect(await policy().sourcePolicy(id)).to.deep.equal(valuesOfPolicy(MIDDLE_POLICY));
    }
    expect(await sourceAt(PAPER.strong)).to.deep.equal([10_000n, 8_000n, 2n, 2n, Flag.Limited]);
    expect(await sourceAt(PAPER.irrefutable)).to.deep.equal([10_000n, 8_000n, 2n, 2n, Flag.Limited | Flag.Irrefutable]);
  });

  describe("tightened", function () {
    for (const [title, changes, seen] of [
      ["age", { maxAgeSeconds: 9_999 }, [9_999n, 8_000n, 2n, 2n, Flag.Limited]],
      ["age, as far as it goes", { maxAgeSeconds: 1 }, [1n, 8_000n, 2n, 2n, Flag.Limited]],
      ["quorum", { quorumBps: 8_001 }, [10_000n, 8_001n, 2n, 2n, Flag.Limited]],
      ["quorum, up to the whole", { quorumBps: 10_000 }, [10_000n, 10_000n, 2n, 2n, Flag.Limited]],
      ["finality", { minFinality: 3 }, [10_000n, 8_000n, 3n, 2n, Flag.Limited]],
      ["least weight", { minTotalWeightLog2: 3 }, [10_000n, 8_000n, 2n, 3n, Flag.Limited]],
      ["least weight, above any table's", { minTotalWeightLog2: 104 }, [10_000n, 8_000n, 2n, 104n, Flag.Limited]],
      ["refusal", { refused: true }, [10_000n, 8_000n, 2n, 2n, Flag.Limited | Flag.Refused]],
      ["limit", { messagesPerHour: 9 }, [10_000n, 8_000n, 2n, 2n, Flag.Limited]],
      ["limit, down to nothing", { messagesPerHour: 0 }, [10_000n, 8_000n, 2n, 2n, Flag.Limited]],
      ["nothing", {}, [10_000n, 8_000n, 2n, 2n, Flag.Limited]],
    ] as const) {
      it(`is in force at once, in the gateway too: ${title}`, async function () {
        const next: SourcePolicy = { ...MIDDLE_POLICY, ...changes };
        await expect(policy().tighten(PAPER.strong, next))
          .to.emit(policy(), "SourcePolicyChanged")
          .withArgs(PAPER.strong, valuesOfPolicy(next));
        expect(await policy().sourcePolicy(PAPER.strong)).to.deep.equal(valuesOfPolicy(next));
        expect(await sourceAt(PAPER.strong)).to.deep.equal(seen);
        expect(await policy().messagesLeft(PAPER.strong)).to.equal(next.messagesPerHour);
        expect(await policy().sourcePolicy(PAPER.weak)).to.deep.equal(valuesOfPolicy(MIDDLE_POLICY));
      });
    }

    it("keeps what the directory says of the source", async function () {
      await policy().tighten(PAPER.irrefutable, { ...MIDDLE_POLICY, refused: true });
      const { gateway, operatorSetId, flags } = await stage().here.gateway.source(PAPER.irrefutable);
      expect([gateway, operatorSetId]).to.deep.equal([PAPER.gateway, 1n]);
      expect(flags).to.equal(Flag.Irrefutable | Flag.Refused | Flag.Limited);
    });

    for (const [title, changes] of [
      ["age", { maxAgeSeconds: 10_001 }],
      ["quorum", { quorumBps: 7_999 }],
      ["finality", { minFinality: 1 }],
      ["least weight", { minTotalWeightLog2: 1 }],
      ["irrefutable sources", { acceptsIrrefutable: true }],
      ["limit", { messagesPerHour: 11 }],
      ["limit, to none", { messagesPerHour: NO_LIMIT }],
      [
        "limit, though all else is tighter",
        { maxAgeSeconds: 1, quorumBps: 9_000, minFinality: 3, minTotalWeightLog2: 3, messagesPerHour: 11 },
      ],
    ] as const) {
      it(`is never looser: ${title}`, async function () {
        const next: SourcePolicy = { ...MIDDLE_POLICY, ...changes };
        await expect(policy().tighten(PAPER.strong, next))
          .to.be.revertedWithCustomError(policy(), "NotTighter")
          .withArgs(valuesOfPolicy(next), valuesOfPolicy(MIDDLE_POLICY));
      });
    }

    it("is never looser: a refusal stays", async function () {
      const refused = { ...MIDDLE_POLICY, refused: true };
      await policy().tighten(PAPER.strong, refused);
      await expect(policy().tighten(PAPER.strong, MIDDLE_POLICY))
        .to.be.revertedWithCustomError(policy(), "NotTighter")
        .withArgs(valuesOfPolicy(MIDDLE_POLICY), valuesOfPolicy(refused));
      await policy().tighten(PAPER.strong, { ...refused, minFinality: 3 });
    });

    for (const [title, changes] of OUT_OF_BOUNDS) {
      it(`is refused with ${title}`, async function () {
        const found = { ...MIDDLE_POLICY, ...changes };
        await expect(policy().tighten(PAPER.strong, found))
          .to.be.revertedWithCustomError(policy(), "PolicyOutOfBounds")
          .withArgs(valuesOfPolicy(found));
      });
    }

    it("is refused for a source that the directory never named", async function () {
      await expect(policy().tighten(PAPER.unknown, MIDDLE_POLICY))
        .to.be.revertedWithCustomError(policy(), "SourceUnknown")
        .withArgs(PAPER.unknown);
    });
  });

  describe("the default", function () {
    const strict: SourcePolicy = { ...MIDDLE_POLICY, minFinality: 3, refused: true };

    it("when tightened is for sources that appear later only", async function () {
      const { here, strong } = stage();
      await expect(policy().tighten(DEFAULT, strict))
        .to.emit(policy(), "SourcePolicyChanged")
        .withArgs(DEFAULT, valuesOfPolicy(strict));
      const appearing = bringEntry(here, strong, entryOf(NEW_CHAIN, PAPER.gateway));
      await expect(appearing).to.emit(policy(), "SourcePolicyChanged").withArgs(NEW_CHAIN, valuesOfPolicy(strict));
      expect(await sourceAt(NEW_CHAIN)).to.deep.equal([10_000n, 8_000n, 3n, 2n, Flag.Limited | Flag.Refused]);
      expect(await sourceAt(PAPER.strong)).to.deep.equal([10_000n, 8_000n, 2n, 2n, Flag.Limited]);
    });

    it("does not return to a source by a later version of its entry", async function () {
      const { here, strong } = stage();
      await policy().tighten(PAPER.strong, strict);
      const entry = entryOf(PAPER.strong, PAPER.gateway, { version: 2n });
      await expect(bringEntry(here, strong, entry)).to.not.emit(policy(), "SourcePolicyChanged");
      expect(await policy().sourcePolicy(PAPER.strong)).to.deep.equal(valuesOfPolicy(strict));
      expect(await sourceAt(PAPER.strong)).to.deep.equal([10_000n, 8_000n, 3n, 2n, Flag.Limited | Flag.Refused]);
    });
  });

  it("without limit leaves more messages than there can be, and none for an unknown source", async function () {
    const open = await stage().here.ethers.deployContract("Policy", [
      ...[stage().here.addresses.gateway, PAPER.stranger, 2, 1, 3_334, LOOSEST_POLICY],
    ]);
    const there = await stage().here.ethers.getContractAt("Policy", await open.getAddress());
    expect(await there.messagesLeft(DEFAULT)).to.equal(MaxUint256);
    expect(await there.messagesLeft(PAPER.unknown)).to.equal(0n);
    expect(await there.sourcePolicy(PAPER.unknown)).to.deep.equal([0n, 0n, 0n, 0n, false, false, 0n]);
  });

  /** What the owner's demands are in the gateway's copy. */
  async function sourceAt(id: bigint): Promise<readonly bigint[]> {
    const { maxAgeSeconds, quorumBps, minFinality, minTotalWeightLog2, flags } = await stage().here.gateway.source(id);
    return [maxAgeSeconds, quorumBps, minFinality, minTotalWeightLog2, flags];
  }
});

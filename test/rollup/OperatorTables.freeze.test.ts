import { expect } from "chai";
import { id } from "ethers";

import { elementAt } from "#protocol/errors.ts";
import { bytes32, chainId } from "#protocol/types.ts";
import {
  bringEpochNews,
  bringHalt,
  DAY,
  entryConflict,
  EpochStatus,
  freeze,
  HOUR,
  newsOf,
  pageConflict,
  roadWorld,
  tableConflict,
  type PageConflict,
} from "#support/brakes.ts";
import { Committee } from "#support/committee.ts";
import { PAGE_ENTRY_POINTS } from "#support/entryPoints.ts";
import { bringEntry, bringTable, tableFact } from "#support/facts.ts";
import { EXACT_QUORUM, PAPER, paperPage, QUORUM_MISSED, speech } from "#support/paper.ts";
import { staged } from "#support/stage.ts";
import { divergenceAt, sayPage, toldPage } from "#support/speeches.ts";
import { entryOf, TEST_DOMAIN } from "#support/world.ts";

const LOOSENING = 8n * DAY;
const STRANGE = bytes32(id("something else"));
const SILENCED = [1n, 1n, EpochStatus.Frozen] as const;

/** A change that makes the evidence worth nothing. */
type Corruption = readonly [string, string, (conflict: PageConflict) => PageConflict];

function speechChange(side: "speechA" | "speechB", title: string): readonly Corruption[] {
  return [
    [
      `another signature of ${title}`,
      "SignatureInvalid",
      (all) => {
        const said = all[side];
        return { ...all, [side]: { ...said, certificate: { ...said.certificate, signature: { x: 1n, y: 2n } } } };
      },
    ],
    [
      `everybody said to have signed ${title}`,
      "SignatureInvalid",
      (all) => {
        const said = all[side];
        return { ...all, [side]: { ...said, certificate: { ...said.certificate, nonSigners: 0n } } };
      },
    ],
    [
      `no proof of ${title}`,
      "StatementNotInBatch",
      (all) => ({ ...all, [side]: { certificate: all[side].certificate, batchProof: [] } }),
    ],
    [
      `a set that is not there behind ${title}`,
      "DifferentSets",
      (all) => {
        const { certificate, batchProof } = all[side];
        const batch = { ...certificate.batch, operatorSetId: 9 };
        return { ...all, [side]: { certificate: { ...certificate, batch }, batchProof } };
      },
    ],
    [
      `an epoch that is not there behind ${title}`,
      "EpochNotInstalled",
      (all) => {
        const { certificate, batchProof } = all[side];
        const batch = { ...certificate.batch, tableEpoch: 9 };
        return { ...all, [side]: { certificate: { ...certificate, batch }, batchProof } };
      },
    ],
  ];
}

function pageChange(side: "pageA" | "pageB", title: string): readonly Corruption[] {
  return [
    [`${title} below final`, "NotFinal", (all) => ({ ...all, [side]: { ...all[side], finality: 2 } })],
    [
      `${title} of another chain`,
      "DifferentSubjects",
      (all) => ({ ...all, [side]: { ...all[side], sourceChainId: chainId(5) } }),
    ],
    [
      `${title} of another gateway`,
      "DifferentSubjects",
      (all) => ({ ...all, [side]: { ...all[side], sourceGateway: PAPER.stranger } }),
    ],
    [
      `${title} to another chain`,
      "DifferentSubjects",
      (all) => ({ ...all, [side]: { ...all[side], destinationChainId: chainId(5) } }),
    ],
    [
      `${title} to another gateway`,
      "DifferentSubjects",
      (all) => ({ ...all, [side]: { ...all[side], destinationGateway: PAPER.stranger } }),
    ],
    [
      `${title} with another index`,
      "DifferentSubjects",
      (all) => ({ ...all, [side]: { ...all[side], pageIndex: 1n } }),
    ],
    [
      `${title} with another root`,
      "StatementNotInBatch",
      (all) => ({ ...all, [side]: { ...all[side], root: STRANGE } }),
    ],
    [
      `${title} with another head`,
      "StatementNotInBatch",
      (all) => ({ ...all, [side]: { ...all[side], chainHead: STRANGE } }),
    ],
    [`${title} with another count`, "NoContradiction", (all) => ({ ...all, [side]: { ...all[side], count: 3 } })],
    [
      `${title} with another time`,
      "StatementNotInBatch",
      (all) => ({ ...all, [side]: { ...all[side], sourceTimestamp: 7n } }),
    ],
  ];
}

const CORRUPTIONS: readonly Corruption[] = [
  ...speechChange("speechA", "the first"),
  ...speechChange("speechB", "the second"),
  ...pageChange("pageA", "the first page"),
  ...pageChange("pageB", "the second page"),
  [
    "the same page twice",
    "NoContradiction",
    ({ pageA, speechA, divergence }) => ({ pageA, speechA, pageB: pageA, speechB: speechA, divergence }),
  ],
];

describe("A set that contradicts itself", function () {
  const stage = staged(roadWorld);
  const tables = () => stage().here.operatorTables;

  async function conflict(absent: readonly number[] = EXACT_QUORUM): Promise<PageConflict> {
    const issuedAt = await stage().here.now();
    return pageConflict(stage().strong, { issuedAt, absent }, { issuedAt: issuedAt - 1n, absent });
  }

  /** Everything that the set might do here. */
  async function expectSilent(): Promise<void> {
    const { here, strong, validFrom, validUntil } = stage();
    const issuedAt = await here.now();
    const said = await speech(strong, paperPage(stage()), { issuedAt });
    const { certificate } = said.certified;
    const next = tableFact(Committee.of(TEST_DOMAIN, [1n], { epoch: 2 }), validFrom, validUntil);
    const acts = [
      [here.gateway, async () => here.gateway.deliver(certificate, [said.run])],
      [here.gateway, async () => here.gateway.confirm(certificate)],
      [tables(), async () => bringTable(here, strong, next)],
      [tables(), async () => bringEntry(here, strong, entryOf(7n, PAPER.gateway))],
      [here.policy, async () => bringHalt(here, strong)],
    ] as const;
    for (const [contract, act] of acts) {
      await expect(act())
        .to.be.revertedWithCustomError(contract, "EpochSilenced")
        .withArgs(...SILENCED);
    }
  }

  it("falls silent here at exactly two thirds twice: no deliveries, no tables, no entries, no halts", async function () {
    const { here } = stage();
    const at = (await here.now()) + 10n;
    const evidence = await conflict();
    await here.helpers.time.setNextBlockTimestamp(at);
    await expect(freeze(here, evidence))
      .to.emit(tables(), "SetFrozen")
      .and.to.emit(tables(), "EpochStatusChanged")
      .withArgs(...SILENCED);
    expect(await tables().frozenAt(1)).to.equal(at);
    expect((await here.gateway.epoch(1, 1)).status).to.equal(EpochStatus.Frozen);
    await expectSilent();
  });

  it("falls silent for two tables of one epoch, and for two entries of one version", async function () {
    const { here, strong } = stage();
    const issuedAt = await here.now();
    const options = { issuedAt, absent: EXACT_QUORUM };
    const snapshot = await here.helpers.takeSnapshot();
    const { tableA, tableB, ...said } = await tableConflict(strong, options);
    await expect(tables().freezeForTables(said.speechA, tableA, said.speechB, tableA)).to.be.revertedWithCustomError(
      tables(),
      "NoContradiction",
    );
    await expect(
      tables().freezeForTables(said.speechA, tableA, said.speechB, { ...tableB, epoch: 8 }),
    ).to.be.revertedWithCustomError(tables(), "DifferentSubjects");
    await expect(
      tables().freezeForTables(said.speechA, tableA, said.speechB, { ...tableB, validUntil: 9n }),
    ).to.be.revertedWithCustomError(tables(), "StatementNotInBatch");
    await tables().freezeForTables(said.speechA, tableA, said.speechB, tableB);
    await expectSilent();
    await snapshot.restore();
    const entries = await entryConflict(strong, options);
    const { entryA, entryB, speechA, speechB } = entries;
    await expect(tables().freezeForEntries(speechA, entryA, speechB, entryA)).to.be.revertedWithCustomError(
      tables(),
      "NoContradiction",
    );
    await expect(
      tables().freezeForEntries(speechA, entryA, speechB, { ...entryB, version: 3n }),
    ).to.be.revertedWithCustomError(tables(), "DifferentSubjects");
    await tables().freezeForEntries(speechA, entryA, speechB, entryB);
    await expectSilent();
  });

  it("is shown by other messages at a place below both counts, and not by a page that grew", async function () {
    const { here, strong } = stage();
    const options = { issuedAt: await here.now() };
    const lane = (await conflict()).pageA;
    const [short, grown, other] = [["a"], ["a", "b"], ["x", "b"]].map((names) =>
      toldPage({ ...lane, sourceGateway: PAPER.gateway }, names, { finality: 3, pageIndex: 0n }),
    );
    if (!short || !grown || !other) throw new Error("three pages");
    const [speechA, speechB, speechC] = [
      await sayPage(strong, short, options),
      await sayPage(strong, grown, options),
      await sayPage(strong, other, options),
    ];
    const honest = {
      speechA,
      pageA: short.page,
      speechB,
      pageB: grown.page,
      divergence: divergenceAt(0, short, grown),
    };
    await expect(freeze(here, honest)).to.be.revertedWithCustomError(tables(), "NoContradiction");
    const beyond = { ...honest, divergence: { ...honest.divergence, index: 1 } };
    await expect(freeze(here, beyond)).to.be.revertedWithCustomError(tables(), "IndexBeyondCount").withArgs(1, 1, 2);
    const guilty = { ...honest, speechB: speechC, pageB: other.page, divergence: divergenceAt(0, short, other) };
    const wrongProof = { ...guilty, divergence: { ...guilty.divergence, messageIdB: STRANGE } };
    await expect(freeze(here, wrongProof)).to.be.revertedWithCustomError(tables(), "PageRootMismatch");
    await expect(freeze(here, guilty)).to.emit(tables(), "SetFrozen");
  });

  for (const side of ["the first", "the second"] as const) {
    it(`does not fall silent if ${side} of the two has one unit less than two thirds`, async function () {
      const { here, strong } = stage();
      const issuedAt = await here.now();
      const [enough, few] = [
        { issuedAt, absent: EXACT_QUORUM },
        { issuedAt, absent: QUORUM_MISSED },
      ];
      const evidence =
        side === "the first" ? await pageConflict(strong, few, enough) : await pageConflict(strong, enough, few);
      await expect(freeze(here, evidence))
        .to.be.revertedWithCustomError(tables(), "HubQuorumNotReached")
        .withArgs(6_666, 6_667);
    });
  }

  it("does not fall silent for any single corruption of the evidence", async function () {
    const { here } = stage();
    const evidence = await conflict();
    for (const [title, error, corrupt] of CORRUPTIONS) {
      const contract = error === "SignatureInvalid" ? here.certificateVerifier : tables();
      await expect(freeze(here, corrupt(evidence)), title).to.be.revertedWithCustomError(contract, error);
    }
  });

  it("does not fall silent for any two corruptions together", async function () {
    const { here } = stage();
    const evidence = await conflict();
    for (const [at, [first, , one]] of CORRUPTIONS.entries()) {
      for (const [second, , two] of CORRUPTIONS.slice(at + 1)) {
        const { speechA, pageA, speechB, pageB, divergence } = two(one(evidence));
        const isFrozen = await tables()
          .connect(here.relayer)
          .freezeForPages.staticCall(speechA, pageA, speechB, pageB, divergence)
          .then(
            () => true,
            () => false,
          );
        expect(isFrozen, `${first} and ${second}`).to.equal(false);
      }
    }
    await freeze(here, evidence);
  });

  it("is frozen once with one evidence, in whatever order it is shown", async function () {
    const { here } = stage();
    const evidence = await conflict();
    const { speechA, pageA, speechB, pageB, divergence } = evidence;
    await freeze(here, evidence);
    for (const again of [evidence, { speechA: speechB, pageA: pageB, speechB: speechA, pageB: pageA, divergence }]) {
      await expect(freeze(here, again)).to.be.revertedWithCustomError(tables(), "EvidenceUsed");
    }
  });

  it("leaves the other set, and every send, as they were", async function () {
    const { here, weak, recipient } = stage();
    await freeze(here, await conflict());
    const page = paperPage(stage(), { sourceChainId: PAPER.weak });
    const said = await speech(weak, page, { issuedAt: await here.now() });
    for (const point of PAGE_ENTRY_POINTS.slice(0, 1)) await point.expectBelieved(here, said);
    const to = `0x0001000002${PAPER.strong.toString(16).padStart(4, "0")}14${recipient.slice(2)}`;
    await expect(here.gateway.connect(here.user).sendMessage(to, "0x12", [])).to.emit(here.gateway, "MessageSent");
  });

  it("has its stored roots die with it", async function () {
    const { here, strong } = stage();
    const said = await speech(strong, paperPage(stage()), { issuedAt: await here.now() });
    await here.gateway.confirm(said.certified.certificate);
    await freeze(here, await conflict());
    for (const act of [
      async () => here.gateway.deliverConfirmed([said.run]),
      async () => here.gateway.isCertified(said.page, [...said.batchProof]),
    ]) {
      await expect(act())
        .to.be.revertedWithCustomError(here.gateway, "EpochSilenced")
        .withArgs(...SILENCED);
    }
  });

  it("is free in an epoch that begins after that and comes over the bridge, and in no earlier one", async function () {
    const { here, validFrom, validUntil } = stage();
    await freeze(here, await conflict());
    const since = await tables().frozenAt(1);
    await here.helpers.time.increase(HOUR);
    for (const [epoch, from, status] of [
      [2, since, EpochStatus.Frozen],
      [3, since + 1n, EpochStatus.Speaking],
    ] as const) {
      const { table, rows } = tableFact(Committee.of(TEST_DOMAIN, [5n], { epoch, seed: 7n }), from, validUntil);
      await bringEpochNews(here, newsOf(table, await here.now()));
      await tables().installBrought(1, epoch, rows);
      expect((await here.gateway.epoch(1, epoch)).status).to.equal(status);
    }
    const old = tableFact(stage().strong, validFrom, validUntil).table;
    await bringEpochNews(here, newsOf(old, await here.now(), { newestEpoch: 3 }));
    expect((await here.gateway.epoch(1, 1)).status).to.equal(EpochStatus.Frozen);
    const free = Committee.of(TEST_DOMAIN, [5n], { epoch: 3, seed: 7n });
    const said = await speech(free, paperPage(stage()), { issuedAt: await here.now() });
    await elementAt(PAGE_ENTRY_POINTS, 0).expectBelieved(here, said);
  });

  it("stays frozen in an epoch that was here, though by the hub's clock it begins after that", async function () {
    const { here, strong, validUntil } = stage();
    const validFrom = (await here.now()) + 800n;
    const next = tableFact(Committee.of(TEST_DOMAIN, [5n], { epoch: 2, seed: 7n }), validFrom, validUntil);
    await bringTable(here, strong, next);
    await freeze(here, await conflict());
    expect(await tables().frozenAt(1)).to.be.lessThan(validFrom);
    await bringEpochNews(here, newsOf(next.table, await here.now()));
    expect((await here.gateway.epoch(1, 2)).status).to.equal(EpochStatus.Frozen);
  });

  describe("and its owner", function () {
    it("may lift only after the loosening delay, and not for ever", async function () {
      const { here, validFrom } = stage();
      const { policy, user } = here;
      await freeze(here, await conflict());
      await policy.announceLift(1);
      const effectiveAt = (await here.now()) + LOOSENING;
      await here.helpers.time.setNextBlockTimestamp(effectiveAt - 1n);
      await expect(policy.connect(user).applyLift(1))
        .to.be.revertedWithCustomError(policy, "NotEffectiveYet")
        .withArgs(effectiveAt - 1n, effectiveAt);
      const snapshot = await here.helpers.takeSnapshot();
      await here.helpers.time.setNextBlockTimestamp(effectiveAt + LOOSENING + 1n);
      await expect(policy.applyLift(1))
        .to.be.revertedWithCustomError(policy, "LooseningLapsed")
        .withArgs(effectiveAt + LOOSENING + 1n, effectiveAt + LOOSENING);
      await snapshot.restore();
      const fresh = Committee.of(TEST_DOMAIN, [5n], { epoch: 2, seed: 7n });
      // An epoch that began before the freeze, and was brought after it.
      const { table, rows } = tableFact(fresh, validFrom + 1n, validFrom + 86_400n);
      await bringEpochNews(here, newsOf(table, await here.now()));
      await tables().installBrought(1, 2, rows);
      await expect(policy.connect(user).applyLift(1)).to.emit(tables(), "SetLifted").withArgs(1);
      expect(await tables().frozenAt(1)).to.equal(0n);
      await expect(policy.applyLift(1)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    });

    it("lifts nothing where nothing is frozen", async function () {
      const { here } = stage();
      const policy = await here.actAs(here.addresses.policy);
      await expect(tables().connect(policy).lift(1)).to.be.revertedWithCustomError(tables(), "NotFrozen").withArgs(1);
    });

    it("announces nothing for a freeze that is not there, nor for the next one", async function () {
      const { here, validUntil } = stage();
      const { policy } = here;
      await expect(policy.announceLift(1)).to.be.revertedWithCustomError(policy, "NotFrozen").withArgs(1);
      await freeze(here, await conflict());
      await policy.announceLift(1);
      // A free epoch contradicts itself, too: that is another freeze.
      await here.helpers.time.increase(HOUR);
      const free = Committee.of(TEST_DOMAIN, [5n], { epoch: 2, seed: 7n });
      const { table, rows } = tableFact(free, await here.now(), validUntil);
      await bringEpochNews(here, newsOf(table, await here.now()));
      await tables().installBrought(1, 2, rows);
      const issuedAt = await here.now();
      await freeze(here, await pageConflict(free, { issuedAt }, { issuedAt: issuedAt - 1n }));
      await here.helpers.time.increase(LOOSENING + DAY);
      await expect(policy.applyLift(1)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    });

    it("may drop the announcement", async function () {
      const { here } = stage();
      const { policy } = here;
      await freeze(here, await conflict());
      await policy.announceLift(1);
      await expect(policy.cancelLift(1)).to.emit(policy, "AnnouncementCancelled");
      await here.helpers.time.increase(LOOSENING);
      await expect(policy.applyLift(1)).to.be.revertedWithCustomError(policy, "NothingAnnounced");
    });

    it("lifts through the policy alone, and what lasts speaks again", async function () {
      const { here, strong } = stage();
      await freeze(here, await conflict());
      const { policy } = here.addresses;
      await expect(tables().lift(1))
        .to.be.revertedWithCustomError(tables(), "NotThePolicy")
        .withArgs(here.deployer.address, policy);
      await tables()
        .connect(await here.actAs(policy))
        .lift(1);
      const said = await speech(strong, paperPage(stage()), { issuedAt: await here.now() });
      await elementAt(PAGE_ENTRY_POINTS, 0).expectBelieved(here, said);
    });
  });
});

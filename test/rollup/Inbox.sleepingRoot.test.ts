import { expect } from "chai";

import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { address } from "#protocol/types.ts";
import { burst, times } from "#support/burst.ts";
import { expectDelivered, expectUnseen, Obstacle } from "#support/expectations.ts";
import { updateEntry } from "#support/facts.ts";
import { certifyPages, deliverConfirmed } from "#support/relayer.ts";
import { staged } from "#support/stage.ts";
import { entryOf, runOf, Status, world } from "#support/world.ts";

const DAY = 86_400n;
const GRACE = 21_600n;
const NEXT_GATEWAY = address("0x000000000000000000000000000000000000beef");
const POLICY = { ...DEFAULT_POLICY, minFinality: 2, maxAgeSeconds: 259_200 };

describe("Inbox: no sleeping root", function () {
  const stage = staged(async () => {
    const { rollups, alpha, beta, committee, validUntil } = await world({
      validitySeconds: 129_600n,
      parameters: { defaultPolicy: POLICY },
    });
    await burst(alpha, beta, times(3, { recipient: await beta.deployMock("NoOpRecipient") }));
    const lanePage = await alpha.page(alpha.laneTo(beta));
    const page = { ...lanePage, page: { ...lanePage.page, finality: 2 } };
    return { rollups, alpha, beta, committee, validUntil, page };
  });

  type Prepared = Awaited<ReturnType<typeof prepare>>;

  /** A root that was stored now, by 9 000 bps, and was good. */
  async function prepare() {
    const { alpha, beta, committee, validUntil, page } = stage();
    const certified = await certifyPages(committee, beta, [page], { absent: [3] });
    await beta.gateway.confirm(certified.certificate);
    const run = runOf(page, certified);
    await beta.gateway.deliverConfirmed.staticCall([run]);
    expect(await beta.gateway.isCertified(run.page, run.batchProof)).to.deep.equal([1n, 9_000n, 2n]);
    const { issuedAt, statementsRoot } = certified.certificate.batch;
    return { alpha, beta, committee, validUntil, page, run, issuedAt, statementsRoot };
  }

  interface Case {
    readonly title: string;
    /** Before the root is stored. */
    readonly announce?: () => Promise<unknown>;
    /** After. */
    readonly change: (prepared: Prepared) => Promise<unknown>;
    readonly refusal: (prepared: Prepared) => readonly [string, ...unknown[]];
    readonly obstacle?: bigint;
  }

  const after = (lastSecond: bigint) => (timestamp: bigint) => timestamp > lastSecond;
  const tighten = (change: Partial<typeof POLICY>) => async (prepared: Prepared) =>
    prepared.beta.policy.tighten(prepared.alpha.chainId, { ...POLICY, ...change });
  const change = (changes: Parameters<typeof entryOf>[2]) => async () => {
    const { alpha, beta, committee } = stage();
    await updateEntry(committee, beta, entryOf(alpha.chainId, alpha.addresses.gateway, { version: 2n, ...changes }));
  };
  const announce = (changes: Parameters<typeof entryOf>[2]) => async () => {
    await change(changes)();
    await stage().beta.helpers.time.increase(DAY);
  };

  const cases: readonly Case[] = [
    {
      title: "its epoch and the grace are over",
      change: ({ beta, validUntil }) => beta.helpers.time.increaseTo(validUntil + GRACE + 1n),
      refusal: ({ validUntil }) => ["EpochExpired", after(validUntil + GRACE), validUntil + GRACE],
    },
    {
      title: "its certificate is older than the policy takes it",
      change: async (prepared) => {
        await tighten({ maxAgeSeconds: 3_600 })(prepared);
        await prepared.beta.helpers.time.increaseTo(prepared.issuedAt + 3_601n);
      },
      refusal: ({ issuedAt }) => ["CertificateTooOld", after(issuedAt + 3_600n), issuedAt + 3_600n],
    },
    {
      title: "the policy asks for a higher quorum",
      change: tighten({ quorumBps: 9_001 }),
      refusal: () => ["QuorumNotReached", 9_000, 9_001],
    },
    {
      title: "the policy asks for more finality",
      change: tighten({ minFinality: 3 }),
      refusal: () => ["FinalityOutOfRange", 2, 3, 3],
    },
    {
      title: "the policy refuses the source",
      change: tighten({ refused: true }),
      refusal: ({ alpha }) => ["SourceRefused", alpha.chainId],
      obstacle: Obstacle.SourceRefused,
    },
    {
      title: "the policy asks for a heavier table",
      change: tighten({ minTotalWeightLog2: 7 }),
      refusal: () => ["TableTooLight", 100, 7],
    },
    {
      title: "the source cannot be refuted any more",
      change: change({ refutable: false }),
      refusal: ({ alpha }) => ["SourceIrrefutable", alpha.chainId],
      obstacle: Obstacle.SourceIrrefutable,
    },
    {
      title: "the source is retired",
      change: change({ status: Status.Retired }),
      refusal: ({ alpha }) => ["SourceNotAccepted", alpha.chainId],
      obstacle: Obstacle.SourceNotAccepted,
    },
    {
      title: "the directory names another operator set for the source",
      announce: announce({ operatorSetId: 2 }),
      change: ({ alpha, beta }) => beta.directory.applyAnnounced(alpha.chainId),
      refusal: ({ statementsRoot }) => ["BatchNotConfirmed", 2, statementsRoot],
    },
    {
      title: "the source's gateway was replaced and is refused",
      announce: announce({ gateway: NEXT_GATEWAY }),
      change: async ({ alpha, beta }) => {
        await beta.directory.applyAnnounced(alpha.chainId);
        await beta.policy.refuseGateway(alpha.chainId, alpha.addresses.gateway);
      },
      refusal: ({ alpha }) => ["SourceGatewayNotAccepted", alpha.chainId, alpha.addresses.gateway],
      obstacle: Obstacle.SourceGatewayNotAccepted,
    },
  ];

  for (const { title, announce: announceFirst, change: changeLater, refusal, obstacle } of cases) {
    it(`a stored root is refused at use when ${title}`, async function () {
      await announceFirst?.();
      const prepared = await prepare();
      const { beta, page, run } = prepared;

      await changeLater(prepared);

      const [name, ...args] = refusal(prepared);
      await expect(beta.gateway.deliverConfirmed([run]))
        .to.be.revertedWithCustomError(beta.gateway, name)
        .withArgs(...args);
      await expect(beta.gateway.isCertified(run.page, run.batchProof))
        .to.be.revertedWithCustomError(beta.gateway, name)
        .withArgs(...args);
      await expectUnseen(beta, page.messages, obstacle);
    });
  }

  for (const { title, announce: announceFirst, change: changeLater } of [
    {
      title: "in the last second of its epoch's grace",
      change: ({ beta, validUntil }: Prepared) => beta.helpers.time.setNextBlockTimestamp(validUntil + GRACE),
    },
    {
      title: "in the last second of the policy's age",
      change: async (prepared: Prepared) => {
        await tighten({ maxAgeSeconds: 3_600 })(prepared);
        await prepared.beta.helpers.time.setNextBlockTimestamp(prepared.issuedAt + 3_600n);
      },
    },
    { title: "at exactly the quorum", change: tighten({ quorumBps: 9_000 }) },
    { title: "while its source drains", change: change({ status: Status.Draining }) },
    {
      title: "while the source's replaced gateway drains",
      announce: announce({ gateway: NEXT_GATEWAY }),
      change: ({ alpha, beta }: Prepared) => beta.directory.applyAnnounced(alpha.chainId),
    },
  ] satisfies readonly Omit<Case, "refusal">[]) {
    it(`a stored root is still good ${title}`, async function () {
      await announceFirst?.();
      const prepared = await prepare();
      await changeLater(prepared);
      await deliverConfirmed(prepared.beta, [prepared.run]);
      await expectDelivered(prepared.beta, ...prepared.page.messages);
    });
  }
});

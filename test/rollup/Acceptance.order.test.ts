import { elementAt } from "#protocol/errors.ts";
import { CERTIFICATE_ENTRY_POINTS, expectBroken, PAGE_ENTRY_POINTS, type Moment } from "#support/entryPoints.ts";
import { attemptOf, demand, PAGE_VIOLATIONS, speechOf, type Attempt } from "#support/pageViolations.ts";
import { paperWorld, QUORUM_MISSED, type PaperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";

const GRACE = 21_600n;

/** Two rules broken at once, by the time and the signature of a certificate. */
interface PairOfMoment {
  readonly first: string;
  readonly second: string;
  readonly moment: (world: PaperWorld, now: bigint) => Moment;
  readonly args: (world: PaperWorld, moment: Moment) => readonly unknown[];
  /** Only where facts of the hub enter: elsewhere the age is the policy's, and the quorum too. */
  readonly onlyHubFacts?: boolean;
}

// Rule 1, then the signature, then what facts of the hub need.
const PAIRS: readonly PairOfMoment[] = [
  {
    first: "EpochNotInstalled",
    second: "IssuedOutsideEpoch",
    moment: ({ validFrom }, now) => ({ issuedAt: validFrom - 1n, at: now, epoch: 7 }),
    args: () => [1n, 7n],
  },
  {
    first: "IssuedOutsideEpoch",
    second: "IssuedInFuture",
    moment: ({ validUntil }, now) => ({ issuedAt: validUntil + 1n, at: now }),
    args: ({ validFrom, validUntil }) => [validUntil + 1n, validFrom, validUntil],
  },
  {
    first: "IssuedOutsideEpoch",
    second: "EpochExpired",
    moment: ({ validFrom, validUntil }) => ({ issuedAt: validFrom - 1n, at: validUntil + GRACE + 1n }),
    args: ({ validFrom, validUntil }) => [validFrom - 1n, validFrom, validUntil],
  },
  {
    first: "IssuedInFuture",
    second: "SignatureInvalid",
    moment: (_, now) => ({ issuedAt: now + 901n, at: now, forged: true }),
    args: (_, { at }) => [at + 901n, at + 900n],
  },
  {
    first: "EpochExpired",
    second: "CertificateTooOld",
    moment: ({ validFrom, validUntil }) => ({ issuedAt: validFrom, at: validUntil + 1n }),
    args: ({ validUntil }) => [validUntil + 1n, validUntil],
    onlyHubFacts: true,
  },
  {
    first: "CertificateTooOld",
    second: "SignatureInvalid",
    moment: ({ validFrom }) => ({ issuedAt: validFrom, at: validFrom + 21_601n, forged: true }),
    args: ({ validFrom }) => [validFrom + 21_601n, validFrom + 21_600n],
    onlyHubFacts: true,
  },
  {
    first: "SignatureInvalid",
    second: "HubQuorumNotReached",
    moment: (_, now) => ({ issuedAt: now, at: now, absent: QUORUM_MISSED, forged: true }),
    args: () => [],
    onlyHubFacts: true,
  },
];

// Where two neighbours of a list are broken at once, the first is reported. So the list is in this order at every place.
describe("The acceptance rules are the same list in the same order", function () {
  const stage = staged(paperWorld);

  for (const point of CERTIFICATE_ENTRY_POINTS) {
    describe(`rule 1 at ${point.name}`, function () {
      for (const { first, second, moment, args, onlyHubFacts = false } of PAIRS) {
        if (onlyHubFacts && !point.carriesHubFacts) continue;
        it(`reports ${first} before ${second}`, async function () {
          const world = stage();
          const { here } = world;
          const broken = moment(world, (await here.now()) + 20n);
          const contract = first === "SignatureInvalid" ? here.certificateVerifier : point.errorsOf(here);
          await expectBroken(point.bring(world, broken), contract, { error: first, args: args(world, broken) });
        });
      }
    });
  }

  for (const point of PAGE_ENTRY_POINTS) {
    const list = PAGE_VIOLATIONS.filter(({ holdsAt }) => holdsAt?.(point) !== false);
    describe(`rule 2 at ${point.name}`, function () {
      for (const [at, first] of list.slice(0, -1).entries()) {
        const second = elementAt(list, at + 1);
        it(`reports ${first.title} before ${second.title}`, async function () {
          const world = stage();
          let attempt: Attempt = await attemptOf(world);
          for (const { change } of [second, first]) attempt = { ...attempt, ...change(attempt, world) };
          await demand(world, attempt, { ...second.demands, ...first.demands });
          const said = await speechOf(world, attempt);
          await expectBroken(point.say(world.here, said, attempt.at), world.here.gateway, first.broken(attempt, world));
        });
      }
    });
  }
});

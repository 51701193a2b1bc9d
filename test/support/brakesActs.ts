import { DEFAULT_POLICY } from "#deploy/rollup.ts";
import { encodeEvmAddress } from "#protocol/erc7930.ts";

import {
  absentChain,
  absentEpoch,
  bringEntryNews,
  bringEpochNews,
  bringHalt,
  DAY,
  entryConflict,
  freeze,
  HOUR,
  newsOf,
  pageConflict,
  tableConflict,
} from "./brakes.ts";
import { Committee } from "./committee.ts";
import { bringEntry, bringTable, tableFact } from "./facts.ts";
import { PAPER, paperPage, paperWorld, speech, type PaperWorld, type Speech } from "./paper.ts";
import { LOOSEST_POLICY } from "./policies.ts";
import { entryOf, Status, TEST_DOMAIN } from "./world.ts";

/** What can befall a rollup: the strong set frozen here, its source halted, its epoch revoked, this chain and that source draining. */
export const STATES = ["nothing", "frozen", "halted", "revoked", "draining"] as const;
export type State = (typeof STATES)[number];

/** Seconds for which loosenings wait in this world, so that everything in it fits into an epoch. */
const LOOSENING = 60n;

/** A world in which each function has something to do. */
export interface BrakesWorld extends PaperWorld {
  /** A page of the strong source whose root was confirmed before anything happened. */
  readonly confirmed: Speech;
  readonly state: State;
}

/** Deploys the world: a root is stored, a new gateway of the weak source waits to take effect, a policy to be loosened. */
export async function brakesWorld(): Promise<BrakesWorld> {
  const delays = { looseningDelaySeconds: Number(LOOSENING), exitTimeSeconds: 1 };
  const world = await paperWorld(delays, DAY + 12n * HOUR, true);
  const { here, strong } = world;
  await bringEntry(here, strong, entryOf(PAPER.weak, PAPER.stranger, { operatorSetId: 2, version: 2n }));
  await here.helpers.time.increase(DAY);
  const confirmed = await speech(strong, paperPage(world), { issuedAt: await here.now() });
  await here.gateway.confirm(confirmed.certified.certificate);
  return { ...world, confirmed, state: "nothing" };
}

/** Lets a state befall the rollup. */
export async function enter(world: BrakesWorld, state: State): Promise<BrakesWorld> {
  const { here, strong, validFrom, validUntil } = world;
  const now = await here.now();
  switch (state) {
    case "nothing":
      break;
    case "frozen":
      await freeze(here, await pageConflict(strong, { issuedAt: now }));
      break;
    case "halted":
      await bringHalt(here, strong);
      break;
    case "revoked":
      await bringEpochNews(here, newsOf(strong.tableStatement(validFrom, validUntil), now, { isRevoked: true }));
      break;
    case "draining":
      for (const [chain, gateway] of [
        [here.chainId, here.addresses.gateway],
        [PAPER.strong, PAPER.gateway],
      ] as const) {
        const entry = entryOf(chain, gateway, { status: Status.Draining, version: 2n });
        await bringEntryNews(here, { sequence: 1n, hubTime: now, entry });
      }
      break;
  }
  return { ...world, state };
}

const EPOCH_NEWS = absentEpoch(1, 2, 3n, 4);
const ENTRY_NEWS = absentChain(PAPER.strong, 3n);

/** Calls a function as whoever may call it, in an otherwise faultless way. */
export type Act = (world: BrakesWorld) => Promise<unknown>;

const now = async ({ here }: BrakesWorld) => ({ issuedAt: await here.now() });
const nextTable = ({ validFrom, validUntil }: BrakesWorld) =>
  tableFact(Committee.of(TEST_DOMAIN, [5n], { epoch: 2, seed: 7n }), validFrom, validUntil);
const wait = async ({ here }: BrakesWorld) => here.helpers.time.increase(LOOSENING);
/** The set that is frozen, or else another that freezes itself now. */
async function frozenSet(world: BrakesWorld): Promise<number> {
  if (world.state === "frozen") return 1;
  await freeze(world.here, await pageConflict(world.weak, await now(world)));
  return 2;
}

/** Every function that anybody, or a rollup's owner, has something to do with. */
export const ACTS: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  Gateway: {
    sendMessage: async ({ here, recipient }) =>
      here.gateway.connect(here.user).sendMessage(encodeEvmAddress(PAPER.weak, recipient), "0x12", []),
    deliver: async (world) => {
      const { certified, run } = await speech(world.strong, paperPage(world), await now(world));
      return world.here.gateway.deliver(certified.certificate, [run]);
    },
    confirm: async (world) => {
      const { certified } = await speech(world.strong, paperPage(world), await now(world));
      return world.here.gateway.confirm(certified.certificate);
    },
    deliverConfirmed: async ({ here, confirmed }) => here.gateway.deliverConfirmed([confirmed.run]),
  },
  OperatorTables: {
    install: async (world) => bringTable(world.here, world.strong, nextTable(world)),
    bring: async (world) => bringEpochNews(world.here, newsOf(nextTable(world).table, await world.here.now())),
    installBrought: async (world) => {
      const { table, rows } = nextTable(world);
      await bringEpochNews(world.here, newsOf(table, await world.here.now()));
      return world.here.operatorTables.installBrought(1, 2, rows);
    },
    freezeForPages: async (world) => freeze(world.here, await pageConflict(world.strong, await now(world))),
    freezeForTables: async (world) => {
      const { speechA, tableA, speechB, tableB } = await tableConflict(world.strong, await now(world));
      return world.here.operatorTables.freezeForTables(speechA, tableA, speechB, tableB);
    },
    freezeForEntries: async (world) => {
      const { speechA, entryA, speechB, entryB } = await entryConflict(world.strong, await now(world));
      return world.here.operatorTables.freezeForEntries(speechA, entryA, speechB, entryB);
    },
  },
  Directory: {
    update: async ({ here, strong }) => bringEntry(here, strong, entryOf(7n, PAPER.gateway)),
    bring: async ({ here }) => bringEntryNews(here, absentChain(PAPER.weak, await here.now())),
    applyAnnounced: async ({ here }) => here.directory.applyAnnounced(PAPER.weak),
  },
  Policy: {
    halt: async ({ here, strong }) => bringHalt(here, strong),
    clearHalt: async ({ here, weak }) => {
      await bringHalt(here, weak, { chainId: PAPER.weak });
      await here.helpers.time.increase(HOUR);
      return here.policy.connect(here.user).clearHalt(PAPER.weak);
    },
    endHalt: async ({ here, weak, state }) => {
      if (state === "halted") return here.policy.endHalt(PAPER.strong);
      await bringHalt(here, weak, { chainId: PAPER.weak });
      return here.policy.endHalt(PAPER.weak);
    },
    tighten: async ({ here }) => here.policy.tighten(PAPER.strong, { ...DEFAULT_POLICY, quorumBps: 9_000 }),
    announceLoosening: async ({ here }) => here.policy.announceLoosening(PAPER.strong, LOOSEST_POLICY),
    cancelLoosening: async ({ here }) => {
      await here.policy.announceLoosening(PAPER.strong, LOOSEST_POLICY);
      return here.policy.cancelLoosening(PAPER.strong);
    },
    applyLoosening: async (world) => {
      const { policy, user } = world.here;
      await policy.announceLoosening(PAPER.strong, LOOSEST_POLICY);
      await wait(world);
      return policy.connect(user).applyLoosening(PAPER.strong);
    },
    refuseGateway: async ({ here }) => here.policy.refuseGateway(PAPER.strong, PAPER.stranger),
    announceLift: async (world) => world.here.policy.announceLift(await frozenSet(world)),
    cancelLift: async (world) => {
      const set = await frozenSet(world);
      await world.here.policy.announceLift(set);
      return world.here.policy.cancelLift(set);
    },
    applyLift: async (world) => {
      const set = await frozenSet(world);
      const { policy, user } = world.here;
      await policy.announceLift(set);
      await wait(world);
      return policy.connect(user).applyLift(set);
    },
    announceEpoch: async ({ here }) => here.policy.announceEpoch(EPOCH_NEWS),
    cancelEpoch: async ({ here }) => {
      await here.policy.announceEpoch(EPOCH_NEWS);
      return here.policy.cancelEpoch(EPOCH_NEWS);
    },
    bringEpoch: async (world) => {
      await world.here.policy.announceEpoch(EPOCH_NEWS);
      await wait(world);
      return world.here.policy.bringEpoch(EPOCH_NEWS);
    },
    announceEntry: async ({ here }) => here.policy.announceEntry(ENTRY_NEWS),
    cancelEntry: async ({ here }) => {
      await here.policy.announceEntry(ENTRY_NEWS);
      return here.policy.cancelEntry(ENTRY_NEWS);
    },
    bringEntry: async (world) => {
      await world.here.policy.announceEntry(ENTRY_NEWS);
      await wait(world);
      return world.here.policy.bringEntry(ENTRY_NEWS);
    },
    transferOwnership: async ({ here }) => here.policy.transferOwnership(here.user.address),
    acceptOwnership: async ({ here }) => {
      await here.policy.transferOwnership(here.user.address);
      return here.policy.connect(here.user).acceptOwnership();
    },
    renounceOwnership: async ({ here }) => here.policy.renounceOwnership(),
  },
};

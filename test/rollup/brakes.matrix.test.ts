import { expect } from "chai";
import { Interface, type BaseContract } from "ethers";
import { artifacts } from "hardhat";

import { ACTS, brakesWorld, enter, STATES, type BrakesWorld, type State } from "#support/brakesActs.ts";
import { staged } from "#support/stage.ts";

/** The error with which a function is refused in a state; open where there is none. */
type Row = Partial<Record<State, string>>;

const OPEN: Row = {};
/** Needs a speaking epoch of the set. */
const SPEAKING: Row = { frozen: "EpochSilenced", revoked: "EpochSilenced" };
/** Needs a speaking epoch, and hears the source. */
const HEARING: Row = { ...SPEAKING, halted: "StillHalted" };
/** The owner stands in only for a slow road that is not there, and here there is one. */
const STANDS_IN: Row = Object.fromEntries(STATES.map((state) => [state, "NotTheBringer"]));

const ROWS: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  Gateway: {
    sendMessage: { draining: "GatewayNotActive" },
    deliver: HEARING,
    confirm: SPEAKING,
    deliverConfirmed: HEARING,
  },
  OperatorTables: {
    install: SPEAKING,
    bring: OPEN,
    installBrought: OPEN,
    freezeForPages: SPEAKING,
    freezeForTables: SPEAKING,
    freezeForEntries: SPEAKING,
  },
  Directory: { update: SPEAKING, bring: OPEN, applyAnnounced: OPEN },
  Policy: {
    halt: SPEAKING,
    clearHalt: OPEN,
    endHalt: OPEN,
    tighten: OPEN,
    announceLoosening: OPEN,
    cancelLoosening: OPEN,
    applyLoosening: OPEN,
    refuseGateway: OPEN,
    announceLift: OPEN,
    cancelLift: OPEN,
    applyLift: OPEN,
    announceEpoch: OPEN,
    cancelEpoch: OPEN,
    bringEpoch: STANDS_IN,
    announceEntry: OPEN,
    cancelEntry: OPEN,
    bringEntry: STANDS_IN,
    transferOwnership: OPEN,
    acceptOwnership: OPEN,
    renounceOwnership: OPEN,
  },
};

/** Functions that a rollup's contracts call on each other, and nobody else may. */
const BOOKS: Readonly<Record<string, readonly string[]>> = {
  Gateway: ["wrapInFrame", "copyEntry", "copyPolicy", "copyEpoch"],
  OperatorTables: ["lift"],
  Directory: [],
  Policy: ["adopt", "charge"],
};

describe("What is open while a set is frozen, its source halted, its epoch revoked, or a chain draining", function () {
  const stage = staged(brakesWorld);

  for (const [contract, rows] of Object.entries(ROWS)) {
    it(`is said of every function of ${contract} that changes state`, async function () {
      const { abi } = await artifacts.readArtifact(contract);
      const names: string[] = [];
      new Interface(abi).forEachFunction((one) => {
        if (!one.constant) names.push(one.name);
      });
      expect(names).to.have.members([...Object.keys(rows), ...(BOOKS[contract] ?? [])]);
      expect(Object.keys(ACTS[contract] ?? {})).to.have.members(Object.keys(rows));
    });

    for (const state of STATES) {
      it(`holds for ${contract} while ${state === "nothing" ? "there is nothing of it" : state}`, async function () {
        const world = await enter(stage(), state);
        const snapshot = await world.here.helpers.takeSnapshot();
        for (const [name, act] of Object.entries(ACTS[contract] ?? {})) {
          const error = rows[name]?.[state];
          if (error === undefined) await expect(act(world), name).to.not.revert(world.here.ethers);
          else await expect(act(world), name).to.be.revertedWithCustomError(whoseError(world, error), error);
          await snapshot.restore();
        }
      });
    }
  }
});

/** A contract of the rollup that knows the error. */
function whoseError({ here }: BrakesWorld, error: string): BaseContract {
  const { gateway, directory, operatorTables, policy } = here;
  const one = [gateway, directory, operatorTables, policy].find((each) => each.interface.getError(error) !== null);
  if (one === undefined) throw new Error(`no contract has an error ${error}`);
  return one;
}

import { expect } from "chai";
import { Interface } from "ethers";
import { artifacts } from "hardhat";

/** Whether a function still does what it does for others while a set is frozen, its source halted, its epoch revoked, its chain draining. */
interface Row {
  readonly frozen: boolean;
  readonly halted: boolean;
  readonly revoked: boolean;
  readonly draining: boolean;
  /** Where each word of the row is proven. */
  readonly proof: string;
}

const OPEN = { frozen: true, halted: true, revoked: true, draining: true };
/** Needs a speaking epoch of the set. */
const SPEAKING = { frozen: false, halted: true, revoked: false, draining: true };
/** Needs a speaking epoch, and hears the source. */
const HEARING = { ...SPEAKING, halted: false };
const freeze = "OperatorTables.freeze.test.ts";
const news = "OperatorTables.news.test.ts";
const books = { ...OPEN, proof: "Inbox.privileges.test.ts" };

const ROWS: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  Gateway: {
    sendMessage: { ...OPEN, draining: false, proof: "Outbox.refusals.test.ts" },
    deliver: { ...HEARING, proof: freeze },
    confirm: { ...SPEAKING, proof: freeze },
    deliverConfirmed: { ...HEARING, proof: freeze },
    wrapInFrame: books,
    copyEntry: books,
    copyPolicy: books,
    copyHalt: books,
    copyEpoch: books,
  },
  OperatorTables: {
    install: { ...SPEAKING, proof: freeze },
    bring: { ...OPEN, proof: news },
    installBrought: { ...OPEN, revoked: false, proof: news },
    freezeForPages: { ...SPEAKING, proof: freeze },
    freezeForTables: { ...SPEAKING, proof: freeze },
    freezeForEntries: { ...SPEAKING, proof: freeze },
    lift: { ...OPEN, proof: freeze },
  },
  Directory: {
    update: { ...SPEAKING, proof: freeze },
    bring: { ...OPEN, proof: "Directory.news.test.ts" },
    applyAnnounced: { ...OPEN, proof: "Directory.announcements.test.ts" },
  },
  Policy: {
    halt: { ...SPEAKING, proof: "Policy.halts.test.ts" },
    clearHalt: { ...OPEN, proof: "Policy.halts.test.ts" },
    endHalt: { ...OPEN, proof: "Policy.halts.test.ts" },
    ...Object.fromEntries(
      [
        "tighten announceLoosening cancelLoosening applyLoosening refuseGateway adopt charge",
        "announceLift cancelLift applyLift announceEpoch cancelEpoch bringEpoch announceEntry cancelEntry bringEntry",
        "transferOwnership acceptOwnership renounceOwnership",
      ]
        .join(" ")
        .split(" ")
        .map((name) => [name, { ...OPEN, proof: "Policy.roles.test.ts" }]),
    ),
  },
};

describe("Every function that changes a rollup's state", function () {
  for (const [contract, rows] of Object.entries(ROWS)) {
    it(`of ${contract} has its row: what is open while frozen, halted, revoked, draining`, async function () {
      const { abi } = await artifacts.readArtifact(contract);
      const names: string[] = [];
      new Interface(abi).forEachFunction((one) => {
        if (!one.constant) names.push(one.name);
      });
      expect(names).to.have.members(Object.keys(rows));
    });
  }
});

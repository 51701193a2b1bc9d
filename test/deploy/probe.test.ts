import { expect } from "chai";
import { dataSlice, toBeHex, ZeroHash } from "ethers";
import { network } from "hardhat";

import type { DeployError } from "#deploy/errors.ts";
import type { Ask } from "#deploy/probe/endpoint.ts";
import { probeRollup, requireCapable, type Capability } from "#deploy/probe/probe.ts";
import { CHAIN_ID, CREATIONS, LONG_CODE } from "#deploy/probe/programs.ts";
import { OUTSIDE_THE_GROUP } from "#deploy/probe/vectors.ts";
import { ensureOnTwist, nobleG2, type G2Point } from "#protocol/bn254.ts";
import { address } from "#protocol/types.ts";

const CHAIN = 31_377;
/** Where a program that calls a precompile says which, and where its input begins. */
const [PRECOMPILE_AT, PROGRAM_BYTES] = [23, 45];

/** Changes an honest answer. */
type Tamper = (method: string, data: string, honest: unknown) => unknown;

const demands = () => ({
  ...{ chainId: CHAIN, finality: 3, now: Math.floor(Date.now() / 1_000) },
  account: address(`0x${"77".repeat(20)}`),
});

const missing = (capabilities: readonly Capability[]): string[] =>
  capabilities.filter(({ isThere }) => !isThere).map(({ id }) => id);

async function chain(override: object): Promise<{ readonly ask: Ask; readonly close: () => Promise<void> }> {
  const connection = await network.create({ network: "default", override: { chainId: CHAIN, ...override } });
  const ask: Ask = async (method, params) => connection.provider.request({ method, params: [...params] });
  return { ask, close: () => connection.close() };
}

async function probeOf(override: object): Promise<Capability[]> {
  const { ask, close } = await chain(override);
  try {
    return await probeRollup(ask, demands());
  } finally {
    await close();
  }
}

/** What a chain answers to a call of one precompile, where the program says so. */
const calls = (data: string, precompile: number) =>
  data.length > 2 * (PROGRAM_BYTES + 1) && Number(dataSlice(data, PRECOMPILE_AT, PRECOMPILE_AT + 1)) === precompile;
const inputOf = (data: string) => dataSlice(data, PROGRAM_BYTES);
/** A call that succeeded with this answer. */
const answered = (answer: string) =>
  toBeHex(1, 32) + dataSlice(toBeHex((answer.length - 2) / 2, 32), 0).slice(2) + answer.slice(2);
/** An account without code takes every call, and answers nothing. */
const nobody = (data: string) => toBeHex(1, 32) + "00".repeat(32 + (calls(data, 8) ? 32 : 64));

describe("The probe of a rollup", function () {
  let honest: Awaited<ReturnType<typeof chain>>;

  before(async function () {
    honest = await chain({});
  });

  after(async function () {
    await honest.close();
  });

  it("misses nothing on a chain that has everything, and sends nothing", async function () {
    const methods = new Set<string>();
    const ask: Ask = async (method, params) => {
      methods.add(method);
      return honest.ask(method, params);
    };
    const capabilities = await probeRollup(ask, demands());
    expect(missing(capabilities)).to.deep.equal([]);
    expect([...methods].sort()).to.deep.equal(["eth_call", "eth_chainId", "eth_getBlockByNumber", "eth_getProof"]);
    requireCapable("here", capabilities);
  });

  it("asks about a point on G2's curve that is outside the subgroup indeed", function () {
    const word = (at: number) => BigInt(dataSlice(OUTSIDE_THE_GROUP.input, 256 + at * 32, 288 + at * 32));
    const point: G2Point = { x: [word(0), word(1)], y: [word(2), word(3)] };
    ensureOnTwist(point);
    expect(nobleG2(point).isTorsionFree()).to.equal(false);
  });

  const oldForks = {
    // Nothing was ever final there.
    london: ["push0", "mcopy", "transientStorage", "finality"],
    shanghai: ["mcopy", "transientStorage"],
    cancun: [],
  } as const;
  for (const [hardfork, lacks] of Object.entries(oldForks)) {
    it(`names what ${hardfork} lacks: ${lacks.join(", ") || "nothing"}`, async function () {
      expect(missing(await probeOf({ hardfork }))).to.deep.equal(lacks);
    });
  }

  it("names a block that is too small for a delivery", async function () {
    expect(missing(await probeOf({ blockGasLimit: 16_777_215n }))).to.deep.equal(["blockGasLimit"]);
    expect(missing(await probeOf({ blockGasLimit: 16_777_216n }))).to.deep.equal([]);
  });

  it("names a clock that is more than 15 minutes from ours", async function () {
    for (const away of [-1_000, 1_000]) {
      const initialDate = new Date(Date.now() + away * 1_000);
      expect(missing(await probeOf({ initialDate }))).to.deep.equal(["clock"]);
    }
    expect(missing(await probeOf({ initialDate: new Date(Date.now() - 800_000) }))).to.deep.equal([]);
  });

  const broken: Record<string, { readonly tamper: Tamper; readonly lacks: readonly string[] }> = {
    "an endpoint of another chain": {
      tamper: (method, _, answer) => (method === "eth_chainId" ? "0x1" : answer),
      lacks: ["chainId"],
    },
    "contracts that see another chain": {
      tamper: (_, data, answer) => (data === CHAIN_ID ? toBeHex(1, 32) : answer),
      lacks: ["chainId"],
    },
    "no precompile 6": {
      tamper: (_, data, answer) => (calls(data, 6) ? nobody(data) : answer),
      lacks: ["bn254Add", "curveCheck"],
    },
    "no precompile 7": {
      tamper: (_, data, answer) => (calls(data, 7) ? nobody(data) : answer),
      lacks: ["bn254Mul", "curveCheck"],
    },
    "no precompile 8": {
      tamper: (_, data, answer) => (calls(data, 8) ? nobody(data) : answer),
      lacks: ["bn254Pairing", "curveCheck", "subgroupCheck"],
    },
    "a precompile 8 that costs more than its bound": {
      tamper: (_, data, answer) => (calls(data, 8) ? ZeroHash + "00".repeat(64) : answer),
      lacks: ["bn254Pairing"],
    },
    "a precompile 8 that says yes to all good points": {
      tamper: (_, data, answer) =>
        calls(data, 8) && !String(answer).startsWith(ZeroHash) ? answered(toBeHex(1, 32)) : answer,
      lacks: ["bn254Pairing"],
    },
    "a precompile 8 that takes points outside the subgroup": {
      tamper: (_, data, answer) =>
        calls(data, 8) && inputOf(data) === OUTSIDE_THE_GROUP.input ? answered(toBeHex(0, 32)) : answer,
      lacks: ["subgroupCheck"],
    },
    "a limit of code below EIP-170's": {
      tamper: (_, data, answer) => {
        if (data === LONG_CODE) throw new Error("max code size exceeded");
        return answer;
      },
      lacks: ["codeSize"],
    },
    "addresses that are not Ethereum's": {
      tamper: (_, data, answer) => (data === CREATIONS ? toBeHex(BigInt(String(answer)) ^ 1n, 96) : answer),
      lacks: ["creation"],
    },
    "a proof that leads elsewhere": {
      tamper: (method, _, answer) =>
        method === "eth_getProof" ? { ...(answer as object), accountProof: ["0xc0"] } : answer,
      lacks: ["storageProofs"],
    },
    "no final block": {
      tamper: (method, tag, answer) => (method === "eth_getBlockByNumber" && tag === "finalized" ? null : answer),
      lacks: ["finality"],
    },
  };
  for (const [what, { tamper, lacks }] of Object.entries(broken)) {
    it(`finds ${what}, and nothing else`, async function () {
      const ask: Ask = async (method, params) => {
        const [first] = params;
        const data = typeof first === "object" && first !== null && "data" in first ? first.data : first;
        return tamper(method, String(data), await honest.ask(method, params));
      };
      expect(missing(await probeRollup(ask, demands()))).to.deep.equal(lacks);
    });
  }

  it("refuses with all that is missing and who needs it, and tells no endpoint", async function () {
    const ask: Ask = () => Promise.reject(new Error("no route to https://rpc.example/v2/s3cret, sorry"));
    const capabilities = await probeRollup(ask, demands());
    expect(missing(capabilities)).to.have.length(capabilities.length);
    const refusal = refusalOf(capabilities);
    expect(refusal.code).to.equal("Incapable");
    for (const { id, neededBy } of capabilities) expect(refusal.message).to.contain(`${id}: `).and.contain(neededBy);
    expect(refusal.message).to.contain("sorry").and.not.contain("s3cret");
  });
});

function refusalOf(capabilities: readonly Capability[]): DeployError {
  try {
    requireCapable("there", capabilities);
  } catch (error) {
    return error as DeployError;
  }
  throw new Error("nothing was refused");
}

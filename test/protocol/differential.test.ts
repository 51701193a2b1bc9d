import { expect } from "chai";
import { concat } from "ethers";

import { batchDigest, domainSeparator, StatementTree, verifyStatement, type Batch } from "#protocol/batches.ts";
import { encodeEvmAddress, parseEvmAddress, parseInteroperableAddress } from "#protocol/erc7930.ts";
import { elementAt } from "#protocol/errors.ts";
import { foldChain, laneId, messageId, nextChainHead, type Message } from "#protocol/messages.ts";
import { packMessages, unpackMessages } from "#protocol/packing.ts";
import { PageTree, rangeRoot } from "#protocol/pages.ts";
import { statementLeaf, type Statement } from "#protocol/statements.ts";
import { byteLength, bytes32, chainId, hex, type Bytes32, type Hex } from "#protocol/types.ts";
import {
  bench,
  bitTurned,
  CASES,
  damaged,
  expectAgreement,
  QuickRandom,
  SEED,
  times,
  type Bench,
  type Question,
} from "#support/differential.ts";

import type { Random } from "../../scripts/checks/vectors/random.ts";
import * as sample from "../../scripts/checks/vectors/samples.ts";

describe(`Solidity and TypeScript agree (FUZZ_SEED=${SEED})`, function () {
  let both: Bench;
  before(async function () {
    both = await bench();
  });

  it("on ids of messages, first heads of lanes and steps of the chain", async function () {
    const random = new QuickRandom("messages");
    const questions = times(CASES, (): Question => {
      const message = { ...anyMessage(random), nonce: random.uint(64) };
      return {
        name: "message",
        args: [message, message],
        answer: () => {
          const [id, first] = [messageId(message), laneId(message)];
          return [id, first, nextChainHead(first, id)];
        },
      };
    });
    expect(await expectAgreement(both, questions)).to.equal(0);
  });

  it("on what packed messages say, whole, cut short and changed", async function () {
    const random = new QuickRandom("packed");
    const questions = times(CASES, (i): Question => {
      const lane = sample.lane(random);
      const firstNonce = random.uint(63);
      const honest = packMessages(times(random.small(5), () => anyMessage(random)));
      const packed = i % 2 === 0 ? honest : damaged(random, honest);
      return {
        name: "run",
        args: [lane, firstNonce, packed],
        answer: () => {
          const ids = unpackMessages(packed).map((body, offset) =>
            messageId({ ...lane, ...body, nonce: firstNonce + BigInt(offset) }),
          );
          return [ids.length, foldChain(laneId(lane), ids)];
        },
      };
    });
    expect(await expectAgreement(both, questions)).to.be.within(CASES / 20, CASES / 2);
  });

  it("on roots of pages by ranges of them, and on which proofs have the wrong size", async function () {
    const random = new QuickRandom("pages");
    const pages = [1, 2, 255, 256, ...times(36, () => 1 + random.small(256))].map((count) => {
      return new PageTree(random.word(), random.words(count));
    });
    const questions = times(CASES, (i): Question => {
      const page = elementAt(pages, i % pages.length);
      const count = 1 + random.small(page.count);
      const first = random.small(count);
      const length = 1 + random.small(i % 10 === 0 ? count - first : Math.min(8, count - first));
      const honest: RangeArguments = [
        first,
        page.leaves.slice(first, first + length),
        page.rangeProof(first, length, count),
      ];
      if (i % 3 !== 0) {
        return { name: "rangeRoot", args: honest, answer: () => [page.root(count)] };
      }
      const changed = damagedRange(random, honest);
      return { name: "rangeRoot", args: changed, answer: () => [rangeRoot(...changed)] };
    });
    expect(await expectAgreement(both, questions)).to.be.within(CASES / 20, CASES / 2);
  });

  const kinds: readonly [string, string, (random: Random) => Statement][] = [
    ["pages", "leafOfPage", (random) => ({ kind: "Page", content: sample.page(random) })],
    ["tables", "leafOfTable", (random) => ({ kind: "Table", content: sample.table(random) })],
    ["registry entries", "leafOfRollup", (random) => ({ kind: "Rollup", content: sample.rollup(random) })],
    ["halts", "leafOfHalt", (random) => ({ kind: "Halt", content: sample.halt(random) })],
  ];
  for (const [words, name, draw] of kinds) {
    it(`on leaves of ${words}`, async function () {
      const random = new QuickRandom(words);
      const questions = times(CASES, (): Question => {
        const statement = draw(random);
        return { name, args: [statement.content], answer: () => [statementLeaf(statement)] };
      });
      expect(await expectAgreement(both, questions)).to.equal(0);
    });
  }

  it("on domains and digests of batches", async function () {
    const random = new QuickRandom("digests");
    const questions = times(CASES, (): Question => {
      const domain = { hubChainId: random.chainId(), serviceManager: random.address() };
      const batch: Batch = {
        operatorSetId: Number(random.uint(32)),
        tableEpoch: Number(random.uint(32)),
        issuedAt: random.uint(64),
        statementsRoot: random.word(),
      };
      return {
        name: "digest",
        args: [domain.hubChainId, domain.serviceManager, batch],
        answer: () => [domainSeparator(domain), batchDigest(domain, batch)],
      };
    });
    expect(await expectAgreement(both, questions)).to.equal(0);
  });

  it("on what is in a batch and what is not", async function () {
    const random = new QuickRandom("batches");
    const trees = [1, 2, 3, 64, 65, ...times(10, () => 1 + random.small(100))].map((size) => {
      return new StatementTree(sample.statements(random, size));
    });
    const questions = times(CASES, (i): Question => {
      const tree = elementAt(trees, i % trees.length);
      const leaf = elementAt(tree.leaves, random.small(tree.leaves.length));
      const root = i % 7 === 0 ? random.word() : tree.root;
      const proof = i % 3 === 0 ? damagedProof(random, tree.proof(leaf)) : tree.proof(leaf);
      return {
        name: "inBatch",
        args: [root, leaf, proof],
        answer: () => [verifyStatement(root, leaf, proof)],
      };
    });
    expect(await expectAgreement(both, questions)).to.be.within(1, CASES / 3);
  });

  it("on ERC-7930 addresses: OpenZeppelin's library writes and reads them alike", async function () {
    const random = new QuickRandom("addresses");
    const questions = times(CASES, (i): Question => {
      const chain = chainId(1n + random.uint(1 + (i % 63)));
      const account = random.address();
      return { name: "formatEvm", args: [chain, account], answer: () => [encodeEvmAddress(chain, account)] };
    });
    expect(await expectAgreement(both, questions)).to.equal(0);

    const read = times(CASES, (i): Question[] => {
      const value = i % 2 === 0 ? anyInteroperable(random) : damaged(random, anyInteroperable(random));
      const parts = () => {
        const { chainType, chainReference, address } = parseInteroperableAddress(value);
        return [chainType, chainReference, address];
      };
      const account = () => {
        const evm = parseEvmAddress(value);
        return [evm.chainId, evm.address];
      };
      return [
        { name: "parse", args: [value], answer: parts },
        { name: "parseEvm", args: [value], answer: account },
      ];
    });
    expect(await expectAgreement(both, read.flat())).to.be.within(CASES / 4, (CASES * 7) / 4);
  });
});

type RangeArguments = readonly [number, readonly Bytes32[], readonly Bytes32[]];

function anyMessage(random: Random): Message {
  const payloadBytes = elementAt([0, 1, 31, 32, 33, 100, 300], random.small(7));
  const gasLimit = Number(random.uint(32));
  return { ...sample.lane(random), ...sample.body(random, payloadBytes), gasLimit, nonce: 0n };
}

/** Addresses of any chain type, with references of 0 to 9 bytes, some with leading zeros, and accounts of 0 or 20 bytes. */
function anyInteroperable(random: Random): Hex {
  const reference = random.bytes(random.small(10));
  const account = random.small(4) === 0 ? hex("0x") : random.bytes(elementAt([20, 20, 20, 19, 32], random.small(5)));
  const type = random.small(4) === 0 ? random.bytes(2) : "0x0000";
  const zero = random.small(8) === 0 && byteLength(reference) > 0 ? "0x00" : "0x";
  const padded = hex(concat([zero, reference]));
  const size = (value: Hex) => Uint8Array.of(byteLength(value));
  return hex(concat(["0x0001", type, size(padded), padded, size(account), account]));
}

function damagedRange(random: Random, [first, leaves, proof]: RangeArguments): RangeArguments {
  const kind = random.small(4);
  if (kind === 0) return [first, leaves, damagedProof(random, proof)];
  if (kind === 1) return [random.small(300), leaves, proof];
  if (kind === 2) return [first, leaves.slice(1), proof];
  return [first, [...leaves, ...random.words(random.small(260))], proof];
}

/** A sibling left out, added, swapped or changed, or far too many of them. */
function damagedProof(random: Random, proof: readonly Bytes32[]): Bytes32[] {
  const at = random.small(Math.max(1, proof.length));
  const kind = random.small(5);
  if (kind === 0) return proof.filter((_, i) => i !== at);
  if (kind === 1) return [...proof.slice(0, at), random.word(), ...proof.slice(at)];
  if (kind === 2) return [...proof.slice(at), ...proof.slice(0, at)];
  if (kind === 3) return proof.map((node, i) => (i === at ? bytes32(bitTurned(random, node)) : node));
  return [...proof, ...random.words(33 - Math.min(33, proof.length) + random.small(2))];
}

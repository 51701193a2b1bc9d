import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import { mclVerifier } from "#protocol/blsMcl.ts";
import { keyPair, sign } from "#protocol/bn254.ts";
import { batchDigest, StatementTree } from "#protocol/batches.ts";
import { assembleCertificate } from "#protocol/certificates.ts";
import {
  addressSchema,
  batchSchema,
  bytes32Schema,
  certificateSchema,
  chainIdSchema,
  domainSchema,
  hexSchema,
  messageSchema,
  parse,
  runSchema,
  statementSchema,
  toJson,
} from "#protocol/schemas.ts";
import { laneId, messageId, type Message } from "#protocol/messages.ts";
import { PageTree } from "#protocol/pages.ts";
import { buildRun } from "#protocol/runs.ts";
import { operatorTable } from "#protocol/tables.ts";
import { address, chainId } from "#protocol/types.ts";
import { anyLane, anyMessage, anyPage, anyStatement } from "#support/arbitraries.ts";
import { expectRefusal } from "#support/refusals.ts";

function roundTrip<T>(schema: z.ZodType<T>, value: T): void {
  expect(parse(schema, JSON.parse(toJson(value)))).to.deep.equal(value);
}

/** Every way to break one field of a flat JSON object: gone, another type, or something added. */
function corruptions(value: Readonly<Record<string, unknown>>): unknown[] {
  const broken = Object.keys(value).flatMap((name) => {
    const { [name]: _, ...rest } = value;
    return [
      rest,
      { ...value, [name]: null },
      { ...value, [name]: "" },
      { ...value, [name]: -1 },
      { ...value, [name]: [] },
    ];
  });
  return [...broken, { ...value, surplus: 1 }, null, [], "text"];
}

describe("documents", function () {
  it("survive JSON: messages, statements, runs", function () {
    fc.assert(
      fc.property(anyMessage, anyStatement, anyLane, anyPage, (message, statement, lane, page) => {
        roundTrip(messageSchema, message);
        roundTrip(statementSchema, statement);
        const first: Message = { ...message, ...lane, nonce: 0n };
        const pageTree = new PageTree(laneId(lane), [messageId(first)]);
        const certified = {
          ...page,
          ...lane,
          pageIndex: 0n,
          count: 1,
          root: pageTree.root(),
          chainHead: pageTree.chainHead(),
        };
        const statements = new StatementTree([{ kind: "Page", content: certified }]);
        roundTrip(runSchema, buildRun({ page: certified, pageTree, messages: [first], statements }));
      }),
      { numRuns: 50 },
    );
  });

  it("survive JSON: certificates, batches, domains", async function () {
    const verifier = await mclVerifier();
    const domain = { hubChainId: chainId(5), serviceManager: address(`0x${"11".repeat(20)}`) };
    fc.assert(
      fc.property(anyStatement, (statement) => {
        const batch = {
          operatorSetId: 1,
          tableEpoch: 2,
          issuedAt: 3n,
          statementsRoot: new StatementTree([statement]).root,
        };
        const key = keyPair(7n);
        const table = operatorTable([{ key: key.g1, weight: 1n }]);
        const signature = { row: 0, signature: sign(key.secret, batchDigest(domain, batch)), key: key.g2 };
        roundTrip(certificateSchema, assembleCertificate(domain, table, batch, [signature], verifier));
        roundTrip(batchSchema, batch);
        roundTrip(domainSchema, domain);
      }),
      { numRuns: 5 },
    );
  });

  it("are refused with any one field missing, of another type, or added", function () {
    const record = z.record(z.string(), z.unknown());
    fc.assert(
      fc.property(anyMessage, anyStatement, (message, statement) => {
        const asJson = record.parse(JSON.parse(toJson(message)));
        for (const broken of corruptions(asJson)) expectRefusal(() => parse(messageSchema, broken), "InvalidInput");
        const content = record.parse(JSON.parse(toJson(statement.content)));
        for (const broken of corruptions(content)) {
          expectRefusal(() => parse(statementSchema, { kind: statement.kind, content: broken }), "InvalidInput");
        }
        expectRefusal(() => parse(statementSchema, { kind: "Other", content }), "InvalidInput");
      }),
      { numRuns: 10 },
    );
  });

  it("say where they are wrong", function () {
    const wrong = { operatorSetId: 1, tableEpoch: 1, issuedAt: "x", statementsRoot: `0x${"00".repeat(32)}` };
    expect(() => parse(batchSchema, wrong)).to.throw(/^issuedAt: /);
  });
});

describe("words", function () {
  it("refuse numbers that have two spellings, do not fit or are no numbers", function () {
    expect(parse(chainIdSchema, "18446744073709551615")).to.equal((1n << 64n) - 1n);
    for (const text of ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "0x1", "0", "18446744073709551616"]) {
      expectRefusal(() => parse(chainIdSchema, text), "InvalidInput");
    }
    expectRefusal(() => parse(chainIdSchema, 1), "InvalidInput");
  });

  it("take addresses with the right checksum or none, and give them the right one", function () {
    const checksummed = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
    expect(parse(addressSchema, checksummed.toLowerCase())).to.equal(checksummed);
    expect(parse(addressSchema, checksummed)).to.equal(checksummed);
    for (const text of [
      checksummed.replace("dA6", "Da6"),
      checksummed.slice(2),
      checksummed.slice(0, -2),
      "vitalik.eth",
    ]) {
      expectRefusal(() => parse(addressSchema, text), "InvalidInput");
    }
  });

  it("take hex in any case, and give it in lower case", function () {
    expect(parse(hexSchema, "0xABcd")).to.equal("0xabcd");
    expect(parse(hexSchema, "0x")).to.equal("0x");
    for (const text of ["", "0xa", "abcd", "0xgg"]) expectRefusal(() => parse(hexSchema, text), "InvalidInput");
    expectRefusal(() => parse(bytes32Schema, "0xabcd"), "InvalidInput");
    expect(parse(bytes32Schema, `0x${"AB".repeat(32)}`)).to.equal(`0x${"ab".repeat(32)}`);
  });

  it("refuse a payload of one byte more than the limit", function () {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const withPayload = (bytes: number): unknown =>
          JSON.parse(toJson({ ...message, payload: `0x${"00".repeat(bytes)}` }));
        expect(parse(messageSchema, withPayload(24_576)).nonce).to.equal(message.nonce);
        expectRefusal(() => parse(messageSchema, withPayload(24_577)), "InvalidInput");
      }),
      { numRuns: 2 },
    );
  });
});

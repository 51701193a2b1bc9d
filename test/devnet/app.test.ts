import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { sharedDevnet } from "#support/devnet.ts";
import { codeBlocks } from "#support/documents.ts";
import { install, node, packed, programs, readPackage } from "#support/library.ts";
import { readVectors } from "#support/vectors.ts";
import { Gateway__factory } from "#types/factories/contracts/rollup/Gateway__factory.ts";

const PAGE = "docs/building-an-app.md";

/** JavaScript without a compiler; says what it found as JSON. */
const CONSUMER = `
import { readFileSync } from "node:fs";
import { gatewayAbi } from "parley/abi";
import { Gateway__factory } from "parley/bindings";
import { messageId } from "parley/protocol/messages";
import { address, chainId, hex } from "parley/protocol/types";

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
for (const name of process.env.MODULES.split(",")) await import("parley/protocol/" + name);
const ids = read(process.env.VECTORS).cases.map((one) => messageId({
  sourceChainId: chainId(BigInt(one.sourceChainId)), sourceGateway: address(one.sourceGateway),
  destinationChainId: chainId(BigInt(one.destinationChainId)), destinationGateway: address(one.destinationGateway),
  nonce: BigInt(one.nonce), sender: address(one.sender), recipient: address(one.recipient),
  gasLimit: Number(one.gasLimit), deliverBefore: BigInt(one.deliverBefore), payload: hex(one.payload),
}));
console.log(JSON.stringify({
  ids,
  abi: gatewayAbi,
  file: read(new URL(import.meta.resolve("parley/abi/Gateway.json"))),
  deliver: Gateway__factory.connect(address("0x" + "11".repeat(20))).interface.getFunction("deliver").selector,
  inside: await import("parley/cache/library/modules/abi/index.js").catch(({ code }) => code),
}));
`;

const foundSchema = z.object({
  ids: z.array(z.string()),
  abi: z.unknown(),
  file: z.unknown(),
  deliver: z.string(),
  inside: z.string(),
});

describe("The library, packed, and installed where there is nothing else", function () {
  const app = mkdtempSync(join(tmpdir(), "parley-app-"));

  before(async function () {
    for (const { file, text } of codeBlocks(PAGE)) {
      if (file === undefined) continue;
      mkdirSync(dirname(join(app, file)), { recursive: true });
      writeFileSync(join(app, file), text);
    }
    await install(app, await packed(app));
  });

  after(function () {
    rmSync(app, { recursive: true, force: true });
  });

  it("gives ABIs, bindings and every module of the protocol to JavaScript, and nothing of its inside", async function () {
    const sources = readdirSync("scripts/protocol", { recursive: true, encoding: "utf8" });
    const modules = sources.filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\.ts$/, ""));
    const vectors = readVectors("messages", { cases: z.array(z.object({ id: z.string() })) });
    writeFileSync(join(app, "consumer.mjs"), CONSUMER);

    const VECTORS = join(process.cwd(), "test/vectors/messages.json");
    const found = foundSchema.parse(
      JSON.parse(await node(app, ["consumer.mjs"], { VECTORS, MODULES: modules.join(",") })),
    );

    expect(found.ids).to.deep.equal(vectors.cases.map(({ id }) => id));
    expect(found.abi).to.deep.equal(Gateway__factory.abi);
    expect(found.file).to.deep.equal(Gateway__factory.abi);
    expect(found.deliver).to.equal(Gateway__factory.createInterface().getFunction("deliver").selector);
    expect(found.inside).to.equal("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  it("holds no key, test, tool or double, and no code that reads what it did not ask to be installed", function () {
    const parley = join(app, "node_modules/parley");
    const files = readdirSync(parley, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const folders = new Set(files.map(({ parentPath }) => parentPath.slice(parley.length + 1).split("/")[0]));
    expect([...folders].sort()).to.deep.equal(["", "cache", "contracts"]);
    const names = files.map(({ name }) => name);
    expect(names).to.include.members(["IGateway.sol", "Statements.sol", "Gateway.json", "bn254.js", "bn254.d.ts"]);
    expect(names.filter((name) => /mock|sample|recipient|\.env|mnemonic/i.test(name))).to.deep.equal([]);
    const { dependencies, peerDependencies } = readPackage(parley);
    expect(Object.keys({ ...dependencies, ...peerDependencies })).to.have.length(6);
  });

  it("builds what docs/building-an-app.md shows, and on a devnet it greets, moves gold and governs", async function () {
    const said = codeBlocks(PAGE).find(({ language }) => language === "text")?.text;
    const nowhere = join(app, "nowhere.json");
    writeFileSync(nowhere, JSON.stringify({ rollups: [] }));
    // Side by side, because each waits for something else.
    const [{ deploymentFile }] = await Promise.all([
      sharedDevnet(),
      node(app, [programs.hardhat, "build", "--quiet"], { PARLEY_ADDRESS_BOOK: nowhere }),
    ]);
    const run = (script: string) =>
      node(app, [programs.hardhat, "run", "--no-compile", script], { PARLEY_ADDRESS_BOOK: deploymentFile });
    const scripts = async () =>
      `${await run("scripts/greet.ts")}${await run("scripts/gold.ts")}${await run("scripts/govern.ts")}`;
    const [output] = await Promise.all([scripts(), node(app, [programs.tsc])]);
    expect(output).to.equal(said);
  });
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, keccak256, ZeroAddress } from "ethers";
import hre from "hardhat";

import { devnetNetwork } from "#devnet/config.ts";
import { elementAt } from "#protocol/errors.ts";
import { runTask } from "#support/devnet.ts";
import { startExplorer, type ExplorerDouble } from "#support/explorer.ts";
import { startChain } from "#support/rollup.ts";
import { serveChain, type Endpoint } from "#support/rpc.ts";
import { writeConfig } from "#support/sceneNetwork.ts";

const CHAIN_ID = 77_001;
const SOMEBODY = `0x${"0".repeat(38)}99`;
const KEY_NAME = "ETHERSCAN_API_KEY";

describe("The task deploy verify", function () {
  const folder = mkdtempSync(join(tmpdir(), "parley-verify-"));
  const before_ = { key: process.env[KEY_NAME], chain: hre.config.chainDescriptors.get(BigInt(CHAIN_ID)) };
  let explorer: ExplorerDouble;
  let served: Endpoint;
  let file: string;
  let records: Record<string, { address: string; constructorArguments: string }>;

  before(async function () {
    const chain = await startChain(CHAIN_ID);
    served = await serveChain(chain);
    explorer = await startExplorer();
    process.env[KEY_NAME] = "a-key-of-nobody";
    const etherscan = { url: explorer.url, apiUrl: explorer.url };
    hre.config.chainDescriptors.set(BigInt(CHAIN_ID), {
      name: "double",
      chainType: "l1",
      blockExplorers: { etherscan },
    });
    const record = async (contract: string, types: string[], values: unknown[]) => {
      const at = await (await chain.ethers.deployContract(contract, values)).getAddress();
      return {
        ...{ contract, address: at, block: 1, transactionHash: keccak256(at), args: {} },
        codeHash: keccak256(await chain.ethers.provider.getCode(at)),
        constructorArguments: AbiCoder.defaultAbiCoder().encode(types, values),
      };
    };
    records = {
      "hub/shaper": await record("Shaper", ["uint256", "address[]", "address[]"], [900, [SOMEBODY], [ZeroAddress]]),
      "hub/certificate-verifier": await record("CertificateVerifier", ["uint64", "address"], [CHAIN_ID, SOMEBODY]),
    };
    const anywhere = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, SOMEBODY]));
    const contracts = [
      "shaper",
      "claimsTimelock",
      "certificateVerifier",
      "vault",
      "tableBuilder",
      "registry",
      "slasher",
    ];
    const hub = {
      ...{ name: "hub", chainId: CHAIN_ID, fromBlock: 0, records, assets: [], operatorSetIds: [1] },
      contracts: anywhere([...contracts, "serviceManagerImplementation", "serviceManager"]),
      eigenLayer: anywhere(["allocationManager", "delegationManager", "strategyManager", "keyRegistrar"]),
    };
    writeFileSync(join(folder, "scene.json"), JSON.stringify({ hub, rollups: [] }));
    const here = { ...devnetNetwork.hub, network: "local", chainId: CHAIN_ID, url: served.url };
    file = writeConfig(folder, "config.mjs", { ...devnetNetwork, hub: here, rollups: {} });
  });

  after(async function () {
    if (before_.key === undefined) Reflect.deleteProperty(process.env, KEY_NAME);
    else process.env[KEY_NAME] = before_.key;
    hre.config.chainDescriptors.delete(BigInt(CHAIN_ID));
    await Promise.all([served.close(), explorer.close()]);
  });

  const run = (args: Record<string, unknown> = {}) =>
    runTask(["deploy", "verify"], { name: "scene", networks: file, deployments: folder, ...args });

  it("hands in the source of every contract of the book, with the arguments that were recorded", async function () {
    const { exitCode, stdout, stderr } = await run({ json: true });
    expect(exitCode, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ ok: true, explorer: "etherscan" });
    expect(explorer.submissions.map(({ contractaddress }) => contractaddress)).to.deep.equal(
      Object.values(records).map(({ address }) => address),
    );
    for (const [at, { constructorArguments }] of Object.values(records).entries()) {
      expect(`0x${elementAt(explorer.submissions, at).constructorArguments}`).to.equal(constructorArguments);
    }
    const [shaper] = explorer.submissions;
    expect(shaper?.contractname).to.match(/contracts\/hub\/Shaper\.sol:Shaper$/);
    expect(shaper?.sourceCode).to.include("contract Shaper is TimelockController");
    expect(`${stdout}${stderr}`).to.not.include("a-key-of-nobody");
  });

  it("says what an explorer does not take, and goes on; and only asks for what is wanted", async function () {
    explorer.refused.add(elementAt(Object.values(records), 0).address);
    const { exitCode, stdout } = await run();
    expect(exitCode).to.equal(2);
    expect(stdout).to.match(
      /^scene: 1 of 2 contracts are verified on etherscan\nhub, hub\/shaper: Shaper at 0x\w+ is not verified: /,
    );
    expect((await run({ only: "hub/certificate-verifier" })).exitCode).to.equal(0);
    const none = await run({ only: "alpha" });
    expect([none.exitCode, none.stderr]).to.deep.equal([1, "the book has no record of what was deployed\n"]);
    const unknown = await run({ explorer: "elsewhere" });
    expect(unknown.stderr).to.match(/^--explorer: "elsewhere" is none of etherscan, blockscout, sourcify\n$/);
  });
});

import { createRequire } from "node:module";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

import { localNetworks, publicNetworks } from "./scripts/deploy/networks.ts";
import { devnetNetworks } from "./scripts/devnet/networks.ts";
import { tasks } from "./tasks/index.ts";
import { boundsPlugin } from "./tasks/shared/bounds.ts";
import { secretsPlugin } from "./tasks/shared/secrets.ts";

// The compiler comes from npm, so that nothing is downloaded at build time. The path must be absolute.
const solcPath = createRequire(import.meta.url).resolve("solc/soljson.js");

const compiler = (viaIR: boolean, runs: number | undefined) => ({
  version: "0.8.30",
  path: solcPath,
  settings: {
    evmVersion: "cancun",
    viaIR,
    optimizer: runs === undefined ? { enabled: false } : { enabled: true, runs },
    outputSelection: { "*": { "*": ["storageLayout"] } }, // read by scripts/checks/layout.ts
  },
});

// How long to fuzz: the numbers of a pull request here, more by `npm run fuzz`, which also picks a fresh seed.
const fuzzRuns = Number(process.env.FUZZ_RUNS ?? 2_000);
const invariantRuns = Number(process.env.INVARIANT_RUNS ?? 64);
const fuzzSeed = process.env.FUZZ_SEED;

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, secretsPlugin, boundsPlugin],
  solidity: {
    // Contracts of others that are deployed as they are.
    npmFilesToBuild: [
      "@openzeppelin/contracts/crosschain/CrosschainRemoteExecutor.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
      "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol",
      "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol",
    ],
    profiles: {
      // What `hardhat build` and `hardhat test` use: quick to compile.
      default: compiler(false, 200),
      // What is deployed, and what gas is measured on. One compilation for all sources halves the time; sizes are the same.
      production: {
        compilers: [compiler(true, 20_000)],
        isolated: false,
        // It is called for a lie, not for a message, and tuned for frequent calls it is too large to be deployed.
        overrides: { "contracts/hub/Slasher.sol": compiler(true, 200) },
      },
      // Three times as quick to compile, and too large and too dear to be deployed: for coverage and mutation.
      plain: { ...compiler(false, undefined), isolated: false },
    },
  },
  tasks,
  networks: {
    ...devnetNetworks,
    ...publicNetworks,
    ...localNetworks,
    default: { type: "edr-simulated", chainType: "l1", hardfork: "prague" },
  },
  paths: { ignition: "." },
  // Only `deploy verify` reads it.
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
  test: {
    // Hangs end too; what takes ten seconds here may take a minute beside other work.
    mocha: { timeout: 180_000 },
    solidity: {
      fsPermissions: { readDirectory: ["./test/vectors"] },
      fuzz: { runs: fuzzRuns, ...(fuzzSeed === undefined ? {} : { seed: fuzzSeed }) },
      invariant: { runs: invariantRuns, depth: 256, failOnRevert: true }, // 64 · 256 = 16 384 calls of each campaign
    },
  },
});

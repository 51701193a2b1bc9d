// What should be: every network with its hub and its rollups. `npx hardhat deploy plan NETWORK` tells what is missing, and what there is
// lies in deployments/. Nothing here is secret: keys and endpoints are configuration variables of hardhat.config.ts.
import { MAINNET_BRIDGE_DELAYS, OP_STACK_MESSENGER, ROLLUP_GAS } from "#deploy/bridge.ts";
import { defineParley } from "#deploy/config/schema.ts";
import {
  MAINNET_CLAIMS_SECONDS,
  MAINNET_COURT_SECONDS,
  MAINNET_NOTICES,
  MAINNET_SHAPING_SECONDS,
  MAINNET_WINDOWS,
} from "#deploy/hub.ts";
import { DEFAULT_POLICY, POLICY_DELAYS } from "#deploy/rollup.ts";
import { devnetNetwork } from "#devnet/config.ts";

/** Put yours here. As long as one of these stays, `deploy plan` works and `deploy apply` refuses: nobody has their keys. */
const YOURS = {
  deployer: "0x00000000000000000000000000000000000000d1",
  owner: "0x00000000000000000000000000000000000000d2",
  registrar: "0x00000000000000000000000000000000000000d3",
  guardian: "0x00000000000000000000000000000000000000d4",
  court: "0x00000000000000000000000000000000000000d5",
  shaper: "0x00000000000000000000000000000000000000d6",
  rollupOwner: "0x00000000000000000000000000000000000000d7",
  founder: "0x00000000000000000000000000000000000000d8",
};
const { shaper, rollupOwner, founder, ...single } = YOURS;
const founders = [founder];
const roles = { ...single, shapers: [shaper] };

const WAD = 10n ** 18n;
const policy = { owner: rollupOwner, ...POLICY_DELAYS, ...DEFAULT_POLICY };

/** What the registry shall say of a rollup. */
const entry = (name: string) => ({
  owner: rollupOwner,
  operatorSetId: 1,
  finality: 3,
  refutable: true,
  refuteWad: WAD / 10n,
  softWad: 0n,
  metadataURI: `https://example.org/${name}.json`,
});

/** `hubMessenger` is the rollup's own L1CrossDomainMessenger. */
const opStack = (hubMessenger: string) => ({
  stack: "op-stack" as const,
  hubMessenger,
  rollupMessenger: OP_STACK_MESSENGER,
  rollupGas: ROLLUP_GAS,
  ...MAINNET_BRIDGE_DELAYS["op-stack"],
});

export default defineParley({
  networks: {
    // EigenLayer's testnet lets stake go after 50 blocks, so everything that is promised on Sepolia is short: together 47 blocks.
    // What its rollups' proofs take is longer by far: false pages are told there, and not slashable.
    sepolia: {
      salt: "parley.sepolia.1",
      roles,
      hub: {
        network: "sepolia",
        chainId: 11_155_111,
        confirmations: 2,
        eigenLayer: {
          release: "1.12.1",
          allocationManager: "0x42583067658071247ec8CE0A516A58f682002d07",
          delegationManager: "0xD4A7E1Bd8015057293f0D0A557088c286942e84b",
          strategyManager: "0x2E3D6c0744b10eb0A4e6F679F71554a39Ec47a5D",
          keyRegistrar: "0xA4dB30D08d8bbcA00D40600bee9F029984dB162a",
        },
        windows: {
          lead: 120,
          validity: 120,
          grace: 96,
          evidence: 180,
          pause: 12,
          margin: 36,
          hubFact: 48,
          secondsPerBlock: 12,
          buildBlocks: 8,
        },
        notices: { first: 600, change: 1_800, draining: 3_600, bond: 600, pace: 60, raise: 3_600 },
        courtSeconds: 60,
        shapingSeconds: 900,
        claimsSeconds: 900,
        bond: WAD / 100n,
        metadataURI: "https://example.org/parley.json",
        operatorSets: [
          {
            strategies: [
              { strategy: "0x424246eF71b01ee33aA33aC590fd9a0855F5eFbc", multiplier: WAD }, // WETH
              { strategy: "0x8b29d91e67b013e855EaFe0ad704aC4Ab086a574", multiplier: WAD }, // stETH
            ],
            minimumWeight: WAD / 100n,
            // The first table is of whoever joins first, so who that may be is said before.
            hasAllowList: true,
            founders,
            fullFraction: WAD,
          },
        ],
      },
      rollups: {
        op: {
          network: "optimismSepolia",
          chainId: 11_155_420,
          entry: entry("op-sepolia"),
          bridge: opStack("0x58Cc85b8D04EA49cC6DBd3CbFFd00B4B8D6cb3ef"),
          policy,
        },
        base: {
          network: "baseSepolia",
          chainId: 84_532,
          entry: entry("base-sepolia"),
          bridge: opStack("0xC34855F4De64F1840e5686e64278da901e261f20"),
          policy,
        },
        arbitrum: {
          network: "arbitrumSepolia",
          chainId: 421_614,
          entry: entry("arbitrum-sepolia"),
          bridge: {
            stack: "orbit",
            inbox: "0xaAe29B0366299461418F5324a79Afc425BE5ae21",
            rollupGas: ROLLUP_GAS,
            uncontestedDelaySeconds: 240,
            contestedDelaySeconds: 86_400, // nobody states it; more than its periods together
          },
          policy,
        },
      },
    },

    mainnet: {
      salt: "parley.mainnet.1",
      roles,
      hub: {
        network: "mainnet",
        chainId: 1,
        confirmations: 3,
        eigenLayer: {
          release: "1.13.0",
          allocationManager: "0x948a420b8CC1d6BFd0B6087C2E7c344a2CD0bc39",
          delegationManager: "0x39053D51B77DC0d36036Fc1fCc8Cb819df8Ef37A",
          strategyManager: "0x858646372CC42E1A627fcE94aa7A7033e7CF075A",
          keyRegistrar: "0x54f4bC6bDEbe479173a2bbDc31dD7178408A57A4",
        },
        windows: MAINNET_WINDOWS,
        notices: MAINNET_NOTICES,
        courtSeconds: MAINNET_COURT_SECONDS,
        shapingSeconds: MAINNET_SHAPING_SECONDS,
        claimsSeconds: MAINNET_CLAIMS_SECONDS,
        bond: WAD / 2n,
        metadataURI: "https://example.org/parley.json",
        operatorSets: [
          {
            strategies: [
              { strategy: "0x0Fe4F44beE93503346A3Ac9EE5A26b130a5796d6", multiplier: WAD }, // swETH
              { strategy: "0x93c4b944D05dfe6df7645A86cd2206016c51564D", multiplier: WAD }, // stETH
            ],
            minimumWeight: 32n * WAD,
            hasAllowList: true,
            founders,
            fullFraction: WAD,
          },
        ],
      },
      rollups: {
        op: {
          network: "optimism",
          chainId: 10,
          confirmations: 2,
          entry: entry("op"),
          bridge: opStack("0x25ace71c97B33Cc4729CF772ae268934F7ab5fA1"),
          policy,
        },
        base: {
          network: "base",
          chainId: 8_453,
          confirmations: 2,
          entry: entry("base"),
          bridge: opStack("0x866E82a600A1414e583f7F13623F1aC5d58b0Afa"),
          policy,
        },
        arbitrum: {
          network: "arbitrum",
          chainId: 42_161,
          confirmations: 2,
          entry: entry("arbitrum"),
          bridge: {
            stack: "orbit",
            inbox: "0x4Dbd4fc535Ac27206064B68FfCf827b0A60BAB3f",
            rollupGas: ROLLUP_GAS,
            ...MAINNET_BRIDGE_DELAYS.orbit,
          },
          policy,
        },
      },
    },

    devnet: devnetNetwork,
  },
});

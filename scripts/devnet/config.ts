import { getCreateAddress } from "ethers";

import { ROLLUP_GAS } from "#deploy/bridge.ts";
import type { EigenLayerProfile } from "#deploy/eigenLayer.ts";
import type { NetworkConfig, NetworkConfigInput } from "#deploy/config/schema.ts";
import { checkNetwork } from "#deploy/config/read.ts";
import { DEFAULT_POLICY, POLICY_DELAYS, type SourcePolicy } from "#deploy/rollup.ts";

import { CHAINS, ROLLUP_NAMES, type RollupName } from "./chains.ts";
import {
  DEVNET_BOND,
  DEVNET_CLAIMS_SECONDS,
  DEVNET_COURT_SECONDS,
  DEVNET_NOTICES,
  DEVNET_SHAPING_SECONDS,
  DEVNET_WINDOWS,
  MINIMUM_WEIGHT,
  OPERATOR_SET_ID,
  WAD,
} from "./hub/profile.ts";

/** Accounts of the phrase by role, as `ACCOUNTS` numbers them: known here, because to derive them takes longer than all the rest. */
export const ROLE_ADDRESSES = {
  deployer: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  shaper: "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
  registrar: "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
  guardian: "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
  rollupOwner: "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
  court: "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
} as const;

const { deployer, guardian, registrar, court, shaper, rollupOwner } = ROLE_ADDRESSES;

/** What the deployer sends on the hub before anything of ours is there, in this order. */
const HUB_NONCES = {
  allocationManager: 0,
  delegationManager: 1,
  strategyManager: 2,
  keyRegistrar: 3,
  strategyFactory: 4,
  token: 5,
  strategy: 6,
  alpha: 7,
  beta: 8,
  gamma: 9,
} as const;

const onHub = (what: keyof typeof HUB_NONCES) => getCreateAddress({ from: deployer, nonce: HUB_NONCES[what] });
/** The first that its factory made. */
const strategy = getCreateAddress({ from: onHub("strategyFactory"), nonce: 1 });

/** What the devnet's rollups demand: of refutable sources only. */
export const DEVNET_POLICY: SourcePolicy = {
  ...DEFAULT_POLICY,
  // 2⁶⁵ of weight are 36 tokens: a third of what the founders have.
  minTotalWeightLog2: 65,
};

/** What refutations take up the slow road, in seconds, unless told otherwise. */
const UP_SECONDS = 6;

function rollup(name: RollupName, upSeconds = UP_SECONDS) {
  return {
    network: name,
    chainId: CHAINS[name].chainId,
    entry: {
      owner: rollupOwner,
      operatorSetId: OPERATOR_SET_ID,
      finality: 3,
      refutable: true,
      refuteWad: WAD / 10n,
      softWad: 0n,
      metadataURI: `https://example.org/${name}.json`,
    },
    bridge: {
      stack: "op-stack" as const,
      hubMessenger: onHub(name),
      rollupMessenger: getCreateAddress({ from: deployer, nonce: 0 }), // its first transaction there
      rollupGas: ROLLUP_GAS,
      uncontestedDelaySeconds: upSeconds,
      contestedDelaySeconds: upSeconds,
    },
    policy: { owner: deployer, ...POLICY_DELAYS, ...DEVNET_POLICY },
  };
}

/** The devnet as parley.config.ts has it. */
export const devnetNetwork: NetworkConfigInput = {
  salt: "parley.devnet.1",
  isLocal: true,
  roles: { deployer, owner: deployer, registrar, guardian, court, shapers: [shaper] },
  hub: {
    network: "hub",
    chainId: CHAINS.hub.chainId,
    eigenLayer: {
      release: "1.13",
      allocationManager: onHub("allocationManager"),
      delegationManager: onHub("delegationManager"),
      strategyManager: onHub("strategyManager"),
      keyRegistrar: onHub("keyRegistrar"),
    },
    windows: DEVNET_WINDOWS,
    notices: DEVNET_NOTICES,
    courtSeconds: DEVNET_COURT_SECONDS,
    shapingSeconds: DEVNET_SHAPING_SECONDS,
    claimsSeconds: DEVNET_CLAIMS_SECONDS,
    bond: DEVNET_BOND,
    metadataURI: "https://example.org/parley.json",
    operatorSets: [
      {
        strategies: [{ strategy, multiplier: WAD }],
        minimumWeight: MINIMUM_WEIGHT,
        hasAllowList: false,
        fullFraction: WAD,
      },
    ],
    directorySetId: OPERATOR_SET_ID,
  },
  rollups: Object.fromEntries(ROLLUP_NAMES.map((name) => [name, rollup(name)])),
};

/**
 * @param profile - The release that the hub's EigenLayer behaves as.
 * @param upSeconds - What refutations take up the slow road.
 * @returns The devnet, as it was asked for.
 */
export function devnetConfig(profile: EigenLayerProfile, upSeconds: number): NetworkConfig {
  const { hub } = devnetNetwork;
  return checkNetwork("devnet", {
    ...devnetNetwork,
    hub: { ...hub, eigenLayer: { ...hub.eigenLayer, release: profile } },
    rollups: Object.fromEntries(ROLLUP_NAMES.map((name) => [name, rollup(name, upSeconds)])),
  });
}

import { expect } from "chai";
import type { Interface } from "ethers";

import {
  IAllocationManager__factory,
  IAllocationManagerV2__factory,
  IAVSRegistrar__factory,
  ICommonErrors__factory,
  IDelegationManager__factory,
  IKeyRegistrar__factory,
  IStrategy__factory,
  IStrategyManager__factory,
  IStrategyManagerDelayed__factory,
} from "#types/index.ts";

/** What EigenLayer's own contracts answer to: name (or signature, where a name is overloaded) → first four bytes. */
interface Pins {
  readonly abi: Interface;
  readonly functions: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, string>>;
}

const COMMON_ERRORS = { InvalidPermissions: "932d94f7", CurrentlyPaused: "840a48d5", InputAddressZero: "73632176" };

const pins: Readonly<Record<string, Pins>> = {
  ICommonErrors: { abi: ICommonErrors__factory.createInterface(), functions: {}, errors: COMMON_ERRORS, events: {} },
  IAllocationManager: {
    abi: IAllocationManager__factory.createInterface(),
    functions: {
      updateAVSMetadataURI: "a9821821",
      setAVSRegistrar: "d3d96ff4",
      createRedistributingOperatorSets: "32a879e4",
      addStrategiesToOperatorSet: "50feea20",
      removeStrategiesFromOperatorSet: "b66bd989",
      registerForOperatorSets: "adc2e3d9",
      deregisterFromOperatorSets: "6e3492b5",
      setAllocationDelay: "56c483e6",
      modifyAllocations: "952899ee",
      clearDeallocationQueue: "4b5046ef",
      slashOperator: "36352057",
      isOperatorSet: "260dc758",
      isMemberOfOperatorSet: "670d3ba2",
      isOperatorSlashable: "1352c3e6",
      getMembers: "6e875dba",
      getMemberCount: "b2447af7",
      getStrategiesInOperatorSet: "4177a87c",
      getMinimumSlashableStake: "2bab2c4a",
      getAllocatedStake: "2b453a9a",
      getAllocation: "10e1b9b8",
      getAllocatableMagnitude: "6cfb4481",
      getMaxMagnitude: "a9333ec8",
      getAllocationDelay: "b9fbaed1",
      getRedistributionRecipient: "0f3df50e",
      isRedistributingOperatorSet: "f231bd08",
      getSlashCount: "4cfd2939",
      getAVSRegistrar: "304c10cd",
      DEALLOCATION_DELAY: "2981eb77",
      ALLOCATION_CONFIGURATION_DELAY: "7bc1ef61",
    },
    errors: {
      ...COMMON_ERRORS,
      InvalidCaller: "48f5c3ed",
      InvalidOperatorSet: "7ec5c154",
      InvalidOperator: "ccea9e6f",
      OperatorNotSlashable: "ebbff497",
      StrategyNotInOperatorSet: "6378684e",
      StrategiesMustBeInAscendingOrder: "9f1c8053",
      InvalidWadToSlash: "13536031",
      InputArrayLengthMismatch: "43714afd",
      NonexistentAVSMetadata: "48f7dbb9",
      InvalidAVSRegistrar: "e8589e08",
      InvalidRedistributionRecipient: "c97c347e",
      InvalidStrategy: "4e236e9a",
      AlreadyMemberOfSet: "d8d8dc4e",
      NotMemberOfSet: "25131d4f",
      ModificationAlreadyPending: "d8fcbe30",
      SameMagnitude: "8c0c2f26",
      InsufficientMagnitude: "6c9be0bf",
      UninitializedAllocationDelay: "fa55fc81",
    },
    events: {
      OperatorSlashed: "80969ad2",
      OperatorAddedToOperatorSet: "43232edf",
      OperatorRemovedFromOperatorSet: "ad34c307",
      AllocationUpdated: "1487af54",
      OperatorSetCreated: "31629285",
      RedistributionAddressSet: "90a6fa2a",
      StrategyAddedToOperatorSet: "7ab260fe",
      StrategyRemovedFromOperatorSet: "7b4b073d",
    },
  },
  IAllocationManagerV2: {
    abi: IAllocationManagerV2__factory.createInterface(),
    functions: {
      createRedistributingOperatorSets: "d1a83f54",
      updateSlasher: "6c9d7c58",
      getSlasher: "d4a3fcce",
      getPendingSlasher: "d7794857",
      SLASHER_CONFIGURATION_DELAY: "67aeaa53", // from its name alone
    },
    errors: { SlasherNotSet: "255b0f41" },
    events: { SlasherUpdated: "3873f29d" },
  },
  IAVSRegistrar: {
    abi: IAVSRegistrar__factory.createInterface(),
    functions: { registerOperator: "c63fd502", deregisterOperator: "303ca956", supportsAVS: "b5265787" },
    errors: {},
    events: {},
  },
  IKeyRegistrar: {
    abi: IKeyRegistrar__factory.createInterface(),
    functions: {
      configureOperatorSet: "ea0d8149",
      registerKey: "d40cda16",
      deregisterKey: "87ab86f4",
      isRegistered: "bd30a0b9",
      getOperatorSetCurveType: "7cffe48c",
      getBN254Key: "9a43e3fb",
      getOperatorFromSigningKey: "8256909c",
      getBN254KeyRegistrationMessageHash: "7690e395",
    },
    errors: {
      ...COMMON_ERRORS,
      OperatorStillSlashable: "10702879",
      KeyAlreadyRegistered: "18f78402",
      OperatorSetNotConfigured: "b9a620da",
      ConfigurationAlreadySet: "0081f09f",
      ZeroPubkey: "4935505f",
    },
    events: {},
  },
  IDelegationManager: {
    abi: IDelegationManager__factory.createInterface(),
    functions: {
      registerAsOperator: "2aa6d888",
      delegateTo: "eea9064b",
      queueWithdrawals: "0dd8dd02",
      undelegate: "da8be864",
      isOperator: "6d70f7ae",
      delegatedTo: "65da1264",
      getOperatorsShares: "f0e0e676",
      getSlashableSharesInQueue: "6e174448",
      minWithdrawalDelayBlocks: "c448feb8",
    },
    errors: {
      ...COMMON_ERRORS,
      FullySlashed: "28cef1a4",
      ActivelyDelegated: "77e56a06",
      OperatorNotRegistered: "25ec6c1f",
    },
    events: {},
  },
  IStrategyManager: {
    abi: IStrategyManager__factory.createInterface(),
    functions: {
      depositIntoStrategy: "e7a050aa",
      clearBurnOrRedistributableShares: "88c10299",
      clearBurnOrRedistributableSharesByStrategy: "2d44def6",
      "getBurnOrRedistributableShares((address,uint32),uint256)": "31f8fb4c",
      "getBurnOrRedistributableShares((address,uint32),uint256,address)": "76fb162b",
      getPendingSlashIds: "7def1564",
    },
    errors: { ...COMMON_ERRORS, StrategyNotWhitelisted: "5dfb2ca2", MaxStrategiesExceeded: "0d0a21c8" },
    events: { BurnOrRedistributableSharesIncreased: "5f520979", BurnOrRedistributableSharesDecreased: "e6413aa0" },
  },
  IStrategyManagerDelayed: {
    abi: IStrategyManagerDelayed__factory.createInterface(),
    functions: { SLASH_RESOLUTION_DELAY_BLOCKS: "07a79355", getSlashResolutionBlock: "4b3262f7" },
    errors: { SlashResolutionDelayNotElapsed: "06f6f070" },
    events: { SlashResolutionBlockSet: "a8fd1473" }, // from its signature alone
  },
  IStrategy: {
    abi: IStrategy__factory.createInterface(),
    functions: { underlyingToken: "2495a599", sharesToUnderlyingView: "7a8b2637", totalShares: "3a98ef39" },
    errors: {},
    events: {},
  },
};

describe("EigenLayer's interfaces", function () {
  for (const [name, { abi, functions, errors, events }] of Object.entries(pins)) {
    it(`${name} has the selectors and topics of the contracts it stands for`, function () {
      const found = {
        functions: new Map<string, string>(),
        errors: new Map<string, string>(),
        events: new Map<string, string>(),
      };
      abi.forEachFunction((fragment) => {
        const key = fragment.name in functions ? fragment.name : fragment.format();
        found.functions.set(key, fragment.selector.slice(2));
      });
      abi.forEachError((fragment) => found.errors.set(fragment.name, fragment.selector.slice(2)));
      abi.forEachEvent((fragment) => found.events.set(fragment.name, fragment.topicHash.slice(2, 10)));

      // All of them, so that nothing is added without its pin.
      expect(Object.fromEntries(found.functions)).to.deep.equal(functions);
      expect(Object.fromEntries(found.errors)).to.deep.equal(errors);
      expect(Object.fromEntries(found.events)).to.deep.equal(events);
    });
  }
});

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICommonErrors} from "./ICommonErrors.sol";

/// @notice An operator set: a service and the number it gave the set.
struct OperatorSet {
    address avs;
    uint32 id;
}

/// @notice What an operator puts at stake for one set by one strategy. Fractions are of 1e18; `pendingDiff` takes effect at
/// `effectBlock`.
struct Allocation {
    uint64 currentMagnitude;
    int128 pendingDiff;
    uint32 effectBlock;
}

/// @notice The magnitudes that an operator wants to have allocated to a set.
struct AllocateParams {
    OperatorSet operatorSet;
    address[] strategies;
    uint64[] newMagnitudes;
}

/// @notice Sets of one service that an operator joins; `data` is for the service's registrar.
struct RegisterParams {
    address avs;
    uint32[] operatorSetIds;
    bytes data;
}

/// @notice Sets of one service that an operator leaves, or is made to leave.
struct DeregisterParams {
    address operator;
    address avs;
    uint32[] operatorSetIds;
}

/// @notice A new set. Its slasher is whoever may act for the service, until 1.9.
struct CreateSetParams {
    uint32 operatorSetId;
    address[] strategies;
}

/// @notice A slash: of each strategy (ascending) a fraction of what is allocated to this set.
struct SlashingParams {
    address operator;
    uint32 operatorSetId;
    address[] strategies;
    uint256[] wadsToSlash;
    string description;
}

/// @title IAllocationManager
/// @notice EigenLayer 1.5 and later: operator sets, what operators allocate to them, and slashing.
interface IAllocationManager is ICommonErrors {
    /// @notice An operator was slashed. `wadSlashed` is the fraction of its whole stake, not of the allocation.
    event OperatorSlashed(
        address operator,
        OperatorSet operatorSet,
        address[] strategies,
        uint256[] wadSlashed,
        string description
    );

    /// @notice An operator joined a set.
    event OperatorAddedToOperatorSet(address indexed operator, OperatorSet operatorSet);

    /// @notice An operator left a set; it stays slashable for the deallocation delay.
    event OperatorRemovedFromOperatorSet(address indexed operator, OperatorSet operatorSet);

    /// @notice An allocation is to have this magnitude from `effectBlock` on.
    event AllocationUpdated(
        address operator,
        OperatorSet operatorSet,
        address strategy,
        uint64 magnitude,
        uint32 effectBlock
    );

    /// @notice A set exists.
    event OperatorSetCreated(OperatorSet operatorSet);

    /// @notice Where what is slashed from a set goes to; never changes.
    event RedistributionAddressSet(OperatorSet operatorSet, address redistributionRecipient);

    /// @notice A set counts one more strategy.
    event StrategyAddedToOperatorSet(OperatorSet operatorSet, address strategy);

    /// @notice A set counts one strategy less.
    event StrategyRemovedFromOperatorSet(OperatorSet operatorSet, address strategy);

    /// @notice The caller is not the one who may do this.
    error InvalidCaller();

    /// @notice The set does not exist, or exists already.
    error InvalidOperatorSet();

    /// @notice The account is no operator.
    error InvalidOperator();

    /// @notice The operator is not in the set, and left it longer than the deallocation delay ago.
    error OperatorNotSlashable();

    /// @notice The set does not count this strategy.
    error StrategyNotInOperatorSet();

    /// @notice Strategies are to be named in ascending order, each once.
    error StrategiesMustBeInAscendingOrder();

    /// @notice A slash is of more than nothing and at most all.
    error InvalidWadToSlash();

    /// @notice Lists that belong together differ in length.
    error InputArrayLengthMismatch();

    /// @notice A service makes sets only after it published metadata.
    error NonexistentAVSMetadata();

    /// @notice The registrar says that it does not serve this service.
    error InvalidAVSRegistrar();

    /// @notice A slash cannot be redistributed to nobody, nor to the burn address.
    error InvalidRedistributionRecipient();

    /// @notice The strategy cannot be redistributed: native ETH and EIGEN.
    error InvalidStrategy();

    /// @notice The operator is in the set, or left it and is still slashable.
    error AlreadyMemberOfSet();

    /// @notice The operator is not in the set.
    error NotMemberOfSet();

    /// @notice One change of an allocation at a time.
    error ModificationAlreadyPending();

    /// @notice The allocation has this magnitude already.
    error SameMagnitude();

    /// @notice The operator has less magnitude left than it wants to allocate.
    error InsufficientMagnitude();

    /// @notice The operator's allocation delay is not set, or not in effect yet.
    error UninitializedAllocationDelay();

    /// @notice Publishes a service's metadata, which must come first. Only for the service.
    function updateAVSMetadataURI(address avs, string calldata metadataURI) external;

    /// @notice Names who is asked and told when operators join and leave. Only for the service.
    function setAVSRegistrar(address avs, address registrar) external;

    /// @notice Makes sets of which slashes are redistributed to these recipients, for ever. Only for the service.
    function createRedistributingOperatorSets(
        address avs,
        CreateSetParams[] calldata params,
        address[] calldata redistributionRecipients
    ) external;

    /// @notice Makes a set count more strategies, at once. Only for the service.
    function addStrategiesToOperatorSet(address avs, uint32 operatorSetId, address[] calldata strategies) external;

    /// @notice Makes a set count fewer strategies, at once. Only for the service.
    function removeStrategiesFromOperatorSet(address avs, uint32 operatorSetId, address[] calldata strategies) external;

    /// @notice Joins sets; the service's registrar may refuse. Only for the operator.
    function registerForOperatorSets(address operator, RegisterParams calldata params) external;

    /// @notice Leaves sets; slashable until the deallocation delay is over. Only for the operator or the service.
    function deregisterFromOperatorSets(DeregisterParams calldata params) external;

    /// @notice Sets the blocks that allocations wait, in effect after a delay of its own. Only for the operator.
    function setAllocationDelay(address operator, uint32 delayBlocks) external;

    /// @notice Changes allocations: more waits the allocation delay, less the deallocation delay. Only for the operator.
    function modifyAllocations(address operator, AllocateParams[] calldata params) external;

    /// @notice Takes deallocations that are over out of the queue. Anyone may call.
    function clearDeallocationQueue(
        address operator,
        address[] calldata strategies,
        uint16[] calldata numToClear
    ) external;

    /// @notice Slashes. Succeeds with zero shares where nothing is allocated. Only for who may slash in the service's name
    /// (1.5) or the set's slasher (1.9).
    function slashOperator(
        address avs,
        SlashingParams calldata params
    ) external returns (uint256 slashId, uint256[] memory shares);

    /// @notice Whether the set exists.
    function isOperatorSet(OperatorSet calldata operatorSet) external view returns (bool);

    /// @notice Whether the operator is in the set.
    function isMemberOfOperatorSet(address operator, OperatorSet calldata operatorSet) external view returns (bool);

    /// @notice Whether the operator is in the set or left it no longer than the deallocation delay ago.
    function isOperatorSlashable(address operator, OperatorSet calldata operatorSet) external view returns (bool);

    /// @notice The operators in the set; a leaver's place is taken by the last.
    function getMembers(OperatorSet calldata operatorSet) external view returns (address[] memory);

    /// @notice How many operators are in the set.
    function getMemberCount(OperatorSet calldata operatorSet) external view returns (uint256);

    /// @notice The strategies that the set counts.
    function getStrategiesInOperatorSet(OperatorSet calldata operatorSet) external view returns (address[] memory);

    /// @notice Shares that stay slashable from now to a block less than the deallocation delay ahead, by operator and
    /// strategy. Does not look whether the set counts the strategy.
    function getMinimumSlashableStake(
        OperatorSet calldata operatorSet,
        address[] calldata operators,
        address[] calldata strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory);

    /// @notice Shares that are allocated now, whether slashable or not.
    function getAllocatedStake(
        OperatorSet calldata operatorSet,
        address[] calldata operators,
        address[] calldata strategies
    ) external view returns (uint256[][] memory);

    /// @notice One allocation, with a change that is due applied.
    function getAllocation(
        address operator,
        OperatorSet calldata operatorSet,
        address strategy
    ) external view returns (Allocation memory);

    /// @notice The magnitude that the operator can still allocate.
    function getAllocatableMagnitude(address operator, address strategy) external view returns (uint64);

    /// @notice The magnitude that the operator has in all: 1e18 until it is slashed, and only ever less.
    function getMaxMagnitude(address operator, address strategy) external view returns (uint64);

    /// @notice The blocks that the operator's allocations wait.
    function getAllocationDelay(address operator) external view returns (bool isSet, uint32 delayBlocks);

    /// @notice Where what is slashed from the set goes to.
    function getRedistributionRecipient(OperatorSet calldata operatorSet) external view returns (address);

    /// @notice Whether slashes of the set are redistributed, not burnt.
    function isRedistributingOperatorSet(OperatorSet calldata operatorSet) external view returns (bool);

    /// @notice How often the set was slashed: the newest slash's id.
    function getSlashCount(OperatorSet calldata operatorSet) external view returns (uint256);

    /// @notice Who is asked and told when operators join and leave.
    function getAVSRegistrar(address avs) external view returns (address);

    /// @notice Blocks for which what is deallocated stays slashable, the last included.
    function DEALLOCATION_DELAY() external view returns (uint32); // solhint-disable-line func-name-mixedcase

    /// @notice Blocks that a change of an operator's allocation delay waits.
    function ALLOCATION_CONFIGURATION_DELAY() external view returns (uint32); // solhint-disable-line func-name-mixedcase
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAVSRegistrar} from "./eigenlayer/IAVSRegistrar.sol";

/// @notice A strategy whose shares count, and how much: `multiplier` is the weight of 1e18 shares, 1e18 for one each.
struct CountedStrategy {
    address strategy;
    uint96 multiplier;
}

/// @notice What shapes the tables of an operator set.
struct SetParameters {
    /// @dev 1 to 8, ascending by address, each with a multiplier above zero.
    CountedStrategy[] strategies;
    /// @dev Least weight of a member and of a row. Above zero.
    uint96 minimumWeight;
    /// @dev Whether only operators on the set's allow-list may join.
    bool hasAllowList;
}

/// @title IServiceManagerShaper
/// @notice What may only be done through the shaper, a timelock of 17 days on mainnet: everything that shapes the next table.
interface IServiceManagerShaper {
    /// @notice Creates a redistributing operator set; its slashed stake goes to the vault. Emits `SetCreated` and `SetShaped`.
    /// @param fullFraction What a full fault takes of an operator's allocation: a fraction of 1e18, above zero, for ever.
    function createSet(SetParameters calldata parameters, uint64 fullFraction) external returns (uint32 operatorSetId);

    /// @notice Changes what shapes a set's next tables. A strategy that is not counted any more stays slashable: see
    /// `dropStrategy`. Emits `SetShaped`.
    function shapeSet(uint32 operatorSetId, SetParameters calldata parameters) external;

    /// @notice Puts operators on a set's allow-list, or takes them off it. Emits `OperatorAllowed`.
    function allow(uint32 operatorSetId, address[] calldata operators, bool allowed) external;

    /// @notice Ejects an operator, whatever it weighs. Emits `OperatorEjected`.
    function ejectAny(uint32 operatorSetId, address operator) external;
}

/// @title IServiceManagerOwner
/// @notice What the owner may do at once.
interface IServiceManagerOwner {
    /// @notice Says where the AVS describes itself.
    function setMetadataURI(string calldata uri) external;

    /// @notice Ejects an operator, as long as ejections and take-overs move at most a tenth of the last table's weight in an epoch;
    /// an operator counts with its weight now or in that table, whichever is more.
    /// Emits `OperatorEjected`.
    function eject(uint32 operatorSetId, address operator) external;
}

/// @title IServiceManager
/// @notice The AVS that EigenLayer knows: creates operator sets, lets operators join, keeps their seats, and takes stake on the
/// slasher's word.
interface IServiceManager is IAVSRegistrar, IServiceManagerShaper, IServiceManagerOwner {
    /// @notice An operator set was created.
    event SetCreated(uint32 indexed operatorSetId, uint64 fullFraction);

    /// @notice What shapes a set's next tables changed.
    event SetShaped(uint32 indexed operatorSetId, SetParameters parameters);

    /// @notice An operator was put on a set's allow-list, or taken off it.
    event OperatorAllowed(uint32 indexed operatorSetId, address indexed operator, bool allowed);

    /// @notice An operator has a seat from now on.
    event SeatTaken(uint32 indexed operatorSetId, address indexed operator);

    /// @notice An operator has no seat any more.
    event SeatLost(uint32 indexed operatorSetId, address indexed operator);

    /// @notice An operator was ejected from EigenLayer's set.
    event OperatorEjected(uint32 indexed operatorSetId, address indexed operator);

    /// @notice Where an operator's node can be reached.
    event EndpointChanged(address indexed operator, string endpoint);

    /// @notice A strategy that was not counted any more left EigenLayer's set.
    event StrategyDropped(uint32 indexed operatorSetId, address indexed strategy);

    /// @notice Only EigenLayer's AllocationManager calls back.
    error NotTheAllocationManager(address caller, address required);

    /// @notice EigenLayer speaks of another AVS.
    error NotThisService(address found, address required);

    /// @notice Only the slasher takes stake.
    error NotTheSlasher(address caller, address required);

    /// @notice Only the shaper changes what shapes tables.
    error NotTheShaper(address caller, address required);

    /// @notice The shaper's delay is shorter than what this contract was built for.
    error ShapingTooFast(uint256 foundSeconds, uint256 requiredSeconds);

    /// @notice No such set.
    error SetUnknown(uint32 operatorSetId);

    /// @notice 1 to 8 strategies.
    error StrategyCount(uint256 found, uint256 limit);

    /// @notice Strategies must ascend by address.
    error StrategiesNotAscending(address found, address after_);

    /// @notice A strategy that counts nothing.
    error MultiplierZero(address strategy);

    /// @notice A full fault takes more than nothing, and at most all.
    error FullFractionOutOfRange(uint64 found, uint64 limit);

    /// @notice A set without least weight.
    error MinimumWeightZero();

    /// @notice The operator has no BN254 key in EigenLayer's KeyRegistrar for the set.
    error KeyMissing(uint32 operatorSetId, address operator);

    /// @notice Too little can be taken from the operator: less than the set's minimum, or than 1.5 times the incumbent's.
    error WeightTooLow(uint256 found, uint256 required);

    /// @notice The operator is not on the set's allow-list.
    error NotAllowed(uint32 operatorSetId, address operator);

    /// @notice The operator is no member of EigenLayer's set.
    error NotAMember(uint32 operatorSetId, address operator);

    /// @notice The operator has a seat.
    error SeatedAlready(uint32 operatorSetId, address operator);

    /// @notice The incumbent has no seat.
    error NotSeated(uint32 operatorSetId, address operator);

    /// @notice All 256 seats are taken.
    error SeatsFull(uint256 limit);

    /// @notice Ejections and take-overs would move more than a tenth of the last table's weight in this epoch.
    error TooMuchMoved(uint256 found, uint256 limit);

    /// @notice The strategy is counted.
    error StrategyCounted(address strategy);

    /// @notice The strategy was never counted, or is dropped.
    error StrategyUnknown(address strategy);

    /// @notice Something can still be taken for an epoch that counted the strategy.
    error StrategySlashable(address strategy, uint256 timestamp, uint256 lastSecond);

    /// @notice The endpoint is longer than anybody needs.
    error EndpointTooLong(uint256 found, uint256 limit);

    /// @notice Gives a registered member a free seat, or the seat of an incumbent that weighs at most two thirds of it. Anyone may
    /// call. Nobody is ejected from EigenLayer for it. Emits `SeatTaken` and `SeatLost`.
    /// @param incumbent Who loses the seat; zero for a free one.
    function seat(uint32 operatorSetId, address member, address incumbent) external;

    /// @notice Says where the caller's node can be reached: at most 256 bytes. Emits `EndpointChanged`.
    function setEndpoint(string calldata endpoint) external;

    /// @notice Removes a strategy that is not counted any more from EigenLayer's set, once no epoch that counted it can be
    /// slashed. Anyone may call. Emits `StrategyDropped`.
    function dropStrategy(uint32 operatorSetId, address strategy) external;

    /// @notice Takes stake. Only the slasher.
    function slash(
        uint32 operatorSetId,
        address operator,
        address[] calldata strategies,
        uint256[] calldata wads,
        string calldata description
    ) external returns (uint256 slashId, uint256[] memory shares);

    /// @notice Who has a seat; tables are built from this list.
    function seats(uint32 operatorSetId) external view returns (address[] memory);

    /// @notice Whether an operator has a seat.
    function isSeated(uint32 operatorSetId, address operator) external view returns (bool);

    /// @notice What shapes a set's tables; empty for an unknown set.
    function parametersOf(uint32 operatorSetId) external view returns (SetParameters memory);

    /// @notice What a full fault takes of an operator's allocation to the set, as a fraction of 1e18.
    function fullFractionOf(uint32 operatorSetId) external view returns (uint64);

    /// @notice Whether an operator is on a set's allow-list.
    function isAllowed(uint32 operatorSetId, address operator) external view returns (bool);

    /// @notice Where an operator's node can be reached; empty where it never said.
    function endpointOf(address operator) external view returns (string memory);

    /// @notice How many sets there are: their ids are 1 to this.
    function setCount() external view returns (uint32);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {WindowsConfig} from "../libraries/Windows.sol";

/// @notice An epoch as the hub knows it. `table` is the contract whose code is the operator table (`OperatorTable`),
/// `operators` the one whose code begins with the operators of its rows.
struct HubEpoch {
    address table;
    address operators;
    bytes32 tableHash;
    uint64 validFrom;
    uint64 validUntil;
    uint64 readBlock;
    uint64 lookAheadBlock;
}

/// @notice A table that is being built: `plan` is the contract whose code is what was read when it began, `lastPart` the one
/// whose code is what was answered in the last call that did not complete the table, and where the part before stands. `isDue`: it
/// was begun by right of a conviction.
struct Build {
    address plan;
    uint16 done;
    uint16 members;
    uint64 readBlock;
    uint48 readAt;
    uint48 deadlineBlock;
    address lastPart;
    bool isDue;
}

/// @title ITableBuilder
/// @notice Builds the operator table of each epoch from what EigenLayer itself says on chain. Permissionless: nobody is
/// trusted for stake, keys or completeness.
interface ITableBuilder {
    /// @notice A build began: only who had a seat then is asked, however the set changes meanwhile. The code of `plan` names them:
    /// packed addresses behind a STOP.
    event BuildBegun(
        uint32 indexed operatorSetId,
        uint64 readBlock,
        uint64 lookAheadBlock,
        uint64 deadlineBlock,
        address plan
    );

    /// @notice A member has no row in the table that is being built.
    event MemberLeftOut(uint32 indexed operatorSetId, address indexed operator, uint96 weight, bool hasKey);

    /// @notice A table is complete: its epoch speaks from now on.
    event TableBuilt(
        uint32 indexed operatorSetId,
        uint32 indexed epoch,
        bytes32 tableHash,
        uint64 validFrom,
        uint64 validUntil,
        address table,
        address operators
    );

    /// @notice An operator that has weight was convicted: the next table may be begun at once.
    event NextTableDue(uint32 indexed operatorSetId, address indexed operator);

    /// @notice An operator that was about to be asked, or was, was convicted: what was being built is void.
    event BuildVoided(uint32 indexed operatorSetId, address indexed operator);

    /// @notice The service manager has no such set.
    error SetUnknown(uint32 operatorSetId);

    /// @notice Nobody has a seat in the set.
    error NoSeats(uint32 operatorSetId);

    /// @notice Nobody who has a seat has a key and enough stake.
    error TableEmpty(uint32 operatorSetId);

    /// @notice A build runs until its deadline.
    error BuildRunning(uint256 blockNumber, uint256 deadlineBlock);

    /// @notice No build runs, or its deadline is over.
    error NoBuild(uint32 operatorSetId);

    /// @notice The present epoch lasts longer.
    error BuildTooEarly(uint256 timestamp, uint256 earliest);

    /// @notice The call holds less gas than one question to EigenLayer may take, so nothing was done.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice Only the slasher tells of convictions.
    error NotTheSlasher(address caller, address required);

    /// @notice The table has no such epoch, or the epoch no such row.
    error RowUnknown(uint32 operatorSetId, uint32 epoch, uint256 row);

    /// @notice Begins the set's next table: reads seats, strategies, multipliers and least weight once.
    /// @dev Anyone may call, from the last epoch's `validUntil − lead` on, or at once after a conviction; a build that is past its
    /// deadline is void. Emits `BuildBegun`.
    function begin(uint32 operatorSetId) external;

    /// @notice Asks EigenLayer for key and stake of the next members, at most `most` of them, and completes the table after the last.
    /// @dev Anyone may call while a build runs. A member is left out only for a missing key or too little stake; an answer that
    /// reverts, burns its gas or makes no sense is no stake, and blocks nobody. Emits `MemberLeftOut` and `TableBuilt`.
    /// @return complete Whether the table is.
    function proceed(uint32 operatorSetId, uint256 most) external returns (bool complete);

    /// @notice Lets the next build begin at once if the operator has weight in the newest table, and voids a running one that asks it.
    /// Only the slasher. Emits `NextTableDue` and `BuildVoided`.
    /// @dev An operator counts once in each epoch and once in each build, and what it opens is one build: so early tables are as
    /// dear as the rows that are convicted for them. Convictions void one build between two epochs, so that nobody stops the tables by
    /// having one small operator after the other convicted. A build that goes on counts the convict as the epoch before did, and
    /// its successor may begin at once.
    function convicted(uint32 operatorSetId, address operator) external;

    /// @notice The windows of every epoch.
    function windows() external view returns (WindowsConfig memory);

    /// @notice Number of the set's newest epoch; zero for none.
    function newestEpoch(uint32 operatorSetId) external view returns (uint32);

    /// @notice An epoch; all zero where there is none. Stays for ever.
    function epoch(uint32 operatorSetId, uint32 number) external view returns (HubEpoch memory);

    /// @notice The running build; all zero for none.
    function build(uint32 operatorSetId) external view returns (Build memory);

    /// @notice The packed rows of an epoch's table; empty where there is none.
    function rowsOf(uint32 operatorSetId, uint32 number) external view returns (bytes memory);

    /// @notice Who has the rows of an epoch's table, in their order.
    function operatorsOf(uint32 operatorSetId, uint32 number) external view returns (address[] memory);

    /// @notice Who has row `row` of an epoch's table.
    function operatorAt(uint32 operatorSetId, uint32 number, uint256 row) external view returns (address);

    /// @notice Last second in which evidence against an epoch is accepted; zero where there is none.
    function evidenceUntil(uint32 operatorSetId, uint32 number) external view returns (uint256);

    /// @notice Weight of an operator's row in an epoch's table; zero where it has none.
    function weightOf(uint32 operatorSetId, uint32 number, address operator) external view returns (uint256);

    /// @notice Last second in which something can be taken for any epoch that is, or is being built: until evidence ends, and as
    /// long after that as a case may be held up and take to be executed.
    function slashableUntil(uint32 operatorSetId) external view returns (uint256);
}

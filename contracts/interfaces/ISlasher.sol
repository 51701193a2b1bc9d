// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Divergence, Speech} from "../libraries/Contradictions.sol";
import {Refutation} from "../libraries/Refutations.sol";
import {Page, Rollup, Table} from "../libraries/Statements.sol";

/// @notice What an operator can be guilty of, as far as the hub can judge alone.
enum Fault {
    Equivocation,
    FalseTable,
    FalseEntry,
    Stranger,
    FalsePage
}

/// @notice An operator by its rows in the tables of the two epochs that spoke.
struct Culprit {
    uint8 rowA;
    uint8 rowB;
}

/// @notice An opened case. Bit i of `signersA` says that row i of epoch `epochA` signed the first statement. `fraction`, of 1e18, is
/// what it takes; `cappedSource` is the chain whose word it rests on, zero for none.
struct Case {
    Fault fault;
    uint32 operatorSetId;
    uint32 epochA;
    uint32 epochB;
    uint64 openedAt;
    uint64 pausedUntil;
    uint64 executableAt;
    uint64 fraction;
    uint64 cappedSource;
    bool hasConvicted;
    bool isAcquitted;
    bytes32 faultKey;
    bytes32 evidence;
    uint256 signersA;
    uint256 signersB;
}

/// @title ISlasher
/// @notice Judges statements against each other and against the hub, and takes the stake of those who signed what cannot be true.
interface ISlasher {
    /// @notice A case was opened: its evidence is complete, and anyone may execute it.
    event CaseOpened(
        uint256 indexed caseId,
        uint32 indexed operatorSetId,
        Fault indexed fault,
        bytes32 faultKey,
        address accuser
    );

    /// @notice The guardian holds a case up.
    event CasePaused(uint256 indexed caseId, uint256 until);

    /// @notice An operator paid. `slashId` is EigenLayer's.
    event OperatorSlashed(
        uint256 indexed caseId,
        address indexed operator,
        uint256 slashId,
        address[] strategies,
        uint256[] shares
    );

    /// @notice An operator has paid the whole price of this fault, has nothing left to take, or is out of EigenLayer's reach.
    event NothingLeft(uint256 indexed caseId, address indexed operator);

    /// @notice The court acquits, and says why.
    event CaseAcquitted(uint256 indexed caseId, string reason);

    /// @notice Operators convicted in the epoch hold so much of its weight that it is revoked everywhere.
    event EpochRevoked(
        uint32 indexed operatorSetId,
        uint32 indexed epoch,
        uint256 convictedWeight,
        uint256 totalWeight
    );

    /// @notice The set has no such epoch on the hub.
    error EpochUnknown(uint32 operatorSetId, uint32 epoch);

    /// @notice Nobody signed both: there is no case.
    error NotACulprit(uint256 rowA, uint256 rowB);

    /// @notice Evidence against the epoch is not accepted any more.
    error EvidenceTooLate(uint256 timestamp, uint256 lastSecond);

    /// @notice What was said may still become true.
    error TooEarlyToJudge(uint256 timestamp, uint256 earliest);

    /// @notice The hub has this very table or entry, or the page's source has spoken.
    error StatementTrue();

    /// @notice No such case.
    error CaseUnknown(uint256 caseId);

    /// @notice The guardian holds the case up.
    error CaseHeldUp(uint256 timestamp, uint256 until);

    /// @notice Only the guardian pauses.
    error NotTheGuardian(address caller, address required);

    /// @notice The guardian paused once, or comes too late.
    error PauseOver(uint256 timestamp, uint256 last);

    /// @notice The source's gateway never spoke for its chain, or has no canonical bridge.
    error NoJudge(uint64 chainId, address gateway);

    /// @notice The source's gateway has not said this over its canonical bridge.
    error NotRefuted(bytes32 refutationHash);

    /// @notice The page may be true although the refutation is.
    error NotConvicting(bytes32 refutationHash);

    /// @notice Lies about the source, or with this finality, took nothing when the epoch began.
    error NothingToTake(uint64 chainId, uint8 finality);

    /// @notice The court has acquitted on this evidence.
    error Acquitted(bytes32 evidence);

    /// @notice Only the court acquits.
    error NotTheCourt(address caller, address required);

    /// @notice Who contradicts itself, or the hub, is not acquitted; nor who was convicted.
    error NotForTheCourt(uint256 caseId);

    /// @notice The court may acquit until then.
    error CaseBeforeCourt(uint256 timestamp, uint256 executableAt);

    /// @notice A case that rests on a source's word was not executed in time.
    error CaseLapsed(uint256 timestamp, uint256 lastSecond);

    /// @notice EigenLayer took nothing: what is allocated has no shares behind it.
    error NothingTaken(address operator);

    /// @notice Only this contract itself may call.
    error NotSelf(address caller);

    /// @notice Opens a case against those who signed two final pages that contradict each other.
    /// @dev Anyone may call. Checks everything before it writes. Emits `CaseOpened`.
    /// @param culprit One operator who signed both: without one there is no case.
    function accusePages(
        Speech calldata speechA,
        Page calldata pageA,
        Speech calldata speechB,
        Page calldata pageB,
        Divergence calldata divergence,
        Culprit calldata culprit
    ) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed two tables for one set and epoch. See `accusePages`.
    function accuseTables(
        Speech calldata speechA,
        Table calldata tableA,
        Speech calldata speechB,
        Table calldata tableB,
        Culprit calldata culprit
    ) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed two entries for one chain and version. See `accusePages`.
    function accuseEntries(
        Speech calldata speechA,
        Rollup calldata entryA,
        Speech calldata speechB,
        Rollup calldata entryB,
        Culprit calldata culprit
    ) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed a table that the hub does not have, two hours after they did. See `accusePages`.
    function accuseFalseTable(Speech calldata speech, Table calldata table) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed an entry that the registry does not have. See `accuseFalseTable`.
    function accuseFalseEntry(Speech calldata speech, Rollup calldata entry) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed a final page of a source whose gateway never spoke for its chain. See
    /// `accuseFalseTable`.
    function accuseStranger(Speech calldata speech, Page calldata page) external returns (uint256 caseId);

    /// @notice Opens a case against those who signed a page that the source's own gateway refutes, over its canonical bridge. It takes
    /// the source's `refuteWad`, below final its `softWad`, as they were when the epoch began, and can be executed after the court's
    /// time. Evidence ends so much earlier.
    /// @dev Anyone may call. All cases of one source that rest on its word take together at most that fraction of an operator's
    /// allocation, measured at the first of them, as long as no 30 days are between two. Emits `CaseOpened`.
    function accuseFalsePage(
        Speech calldata speech,
        Page calldata page,
        Refutation calldata refutation
    ) external returns (uint256 caseId);

    /// @notice Ends a case that rests on a source's word, before anybody was convicted, with a public reason. Only the court. Emits
    /// `CaseAcquitted`.
    function acquit(uint256 caseId, string calldata reason) external;

    /// @notice Takes the price from culprits of a case, as many as the caller names. Anyone may call, more than once.
    /// @dev Who has paid, or has nothing left, is skipped. Emits `OperatorSlashed` or `NothingLeft` for each.
    function execute(uint256 caseId, Culprit[] calldata culprits) external;

    /// @notice Takes the price from one operator, or undoes it all. Only this contract itself, from `execute`.
    function takeFrom(uint256 caseId, address operator) external returns (bool hasTaken);

    /// @notice Holds a case up, once, until at most `pause` seconds after it was opened. Only the guardian. Emits `CasePaused`.
    function pause(uint256 caseId) external;

    /// @notice Whether operators convicted in the epoch hold at least 3 334 basis points of its weight: then the epoch is revoked on
    /// all rollups, over their canonical bridges. What rests on a source's word does not count, so that no source stops a network.
    function isRevoked(uint32 operatorSetId, uint32 epoch) external view returns (bool);

    /// @notice Weight, in an epoch's table, of the operators that were convicted in it.
    function convictedWeight(uint32 operatorSetId, uint32 epoch) external view returns (uint256);

    /// @notice A case; all zero for none.
    function caseOf(uint256 caseId) external view returns (Case memory);

    /// @notice How many cases were opened: their ids are 1 to this.
    function caseCount() external view returns (uint256);

    /// @notice What an operator's allocation was, in magnitude, at the first case that rested on a source's word, what was taken of it
    /// since, and when last.
    function cappedOf(
        uint64 chainId,
        address operator,
        address strategy
    ) external view returns (uint64 magnitude, uint64 taken, uint64 lastAt);

    /// @notice What an operator's allocation was, in magnitude, when it first paid for a fault, and what was taken of it since.
    /// What it allocates after that has no part in the price.
    function paidOf(
        bytes32 faultKey,
        address operator,
        address strategy
    ) external view returns (uint64 magnitude, uint64 taken);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EpochNews} from "../libraries/CanonicalNews.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Divergence, Speech} from "../libraries/Contradictions.sol";
import {Epoch} from "../libraries/Epochs.sol";
import {Page, Rollup, Table} from "../libraries/Statements.sol";

/// @notice An operator table that is installed at deployment.
struct FirstTable {
    Table table;
    bytes rows;
}

/// @title IOperatorTables
/// @notice Copy of the hub's operator tables, by set and epoch, each as contract code. Later epochs arrive in
/// certificates of the epoch before (acceptance rules 1 and 3).
interface IOperatorTables {
    /// @notice An epoch may speak from now on.
    event TableInstalled(
        uint32 indexed operatorSetId,
        uint32 indexed epoch,
        bytes32 tableHash,
        uint64 validFrom,
        uint64 validUntil,
        address table
    );

    /// @notice An epoch speaks (0), is frozen (1) or revoked (2) from now on.
    event EpochStatusChanged(uint32 indexed operatorSetId, uint32 indexed epoch, uint8 status);

    /// @notice The canonical bridge, or who stands in for it, said what the hub has. `tableHash` is zero for no such epoch.
    event NewsBrought(
        uint32 indexed operatorSetId,
        uint32 indexed epoch,
        bytes32 tableHash,
        bool isRevoked,
        uint64 hubTime
    );

    /// @notice Two quorums of a set contradicted each other: its epochs so far prove nothing here any more.
    event SetFrozen(uint32 indexed operatorSetId, bytes32 evidence);

    /// @notice The rollup's owner lets a frozen set speak again.
    event SetLifted(uint32 indexed operatorSetId);

    /// @notice A certificate of one set brought a table of another.
    error WrongTableSet(uint32 found, uint32 required);

    /// @notice The epoch does not follow the newest one closely enough.
    error EpochOutOfReach(uint32 found, uint32 newest, uint32 limit);

    /// @notice The table's time begins later than clocks may differ.
    error TableFromFuture(uint64 validFrom, uint256 latest);

    /// @notice The table would be valid for no time, or for longer than this rollup takes it.
    error ValidityOutOfRange(uint64 validFrom, uint64 validUntil, uint256 limitSeconds);

    /// @notice The rows are not the ones that were certified.
    error TableHashMismatch(bytes32 found, bytes32 required);

    /// @notice Weight behind the certificate is below what a fact of the hub needs.
    error HubQuorumNotReached(uint16 signedBps, uint16 requiredBps);

    /// @notice The grace or the longest validity is out of bounds.
    error WindowOutOfRange(uint256 found, uint256 limit);

    /// @notice As many epochs of the set may speak as can be silenced in one transaction.
    error TooManyLasting(uint32 operatorSetId, uint256 found, uint256 limit);

    /// @notice An epoch whose table is replaced speaks again only when nothing that was said before can be taken for its own, and
    /// by then it is over.
    error EpochAlmostOver(uint32 operatorSetId, uint32 epoch, uint64 validUntil, uint256 speaksFrom);

    /// @notice The hub said later that it has no such epoch.
    error OlderThanNews(uint32 operatorSetId, uint32 epoch, uint64 issuedAt, uint64 hubTime);

    /// @notice The hub has the epoch otherwise.
    error ContradictsNews(uint32 operatorSetId, uint32 epoch, bytes32 found, bytes32 required);

    /// @notice Only the canonical bridge brings news, or the policy where there is none.
    error NotTheBringer(address caller, address required);

    /// @notice The canonical bridge brought no table of this epoch.
    error NothingBrought(uint32 operatorSetId, uint32 epoch);

    /// @notice The very table is installed.
    error InstalledAlready(uint32 operatorSetId, uint32 epoch);

    /// @notice The evidence froze the set before.
    error EvidenceUsed(bytes32 evidence);

    /// @notice Only the policy lifts.
    error NotThePolicy(address caller, address required);

    /// @notice The set is not frozen.
    error NotFrozen(uint32 operatorSetId);

    /// @notice Installs the table of a later epoch.
    /// @dev Anyone may call. Takes an unexpired epoch's certificate of at most 6 hours and 6 667 bps. Emits
    /// `TableInstalled`.
    /// @param certificate Signed by the set whose table it is.
    /// @param table The statement.
    /// @param batchProof Proves the statement in the certificate's batch.
    /// @param rows The packed rows (`OperatorTable`) whose hash the statement holds.
    function install(
        Certificate calldata certificate,
        Table calldata table,
        bytes32[] calldata batchProof,
        bytes calldata rows
    ) external;

    /// @notice Takes what the hub said of an epoch over the canonical bridge, and overrides what certificates said before.
    /// @dev Only the gateway's canonical receiver; where there is none, the policy, after its owner's loosening delay. An epoch that is
    /// revoked, or other than here, falls silent at once; so do those above the hub's newest that were said before `hubTime`. The
    /// table itself does not cross: see `installBrought`. Emits `NewsBrought` and `EpochStatusChanged`.
    function bring(EpochNews calldata news) external;

    /// @notice Installs the table that the canonical bridge brought. Anyone may call who has its rows. Emits `TableInstalled`.
    /// @dev One that takes another's place speaks 15 minutes later, so that nothing confirmed under the other comes to life again.
    function installBrought(uint32 operatorSetId, uint32 epoch, bytes calldata rows) external;

    /// @notice Silences a set here: two certificates of it, each of two thirds and usable now, hold final pages that contradict each
    /// other. Anyone may call, once with one evidence. All its epochs so far are frozen: no deliveries, no installs, no halts.
    /// Free are epochs that begin later and come over the canonical bridge; else the owner lifts, after the loosening delay. Emits
    /// `SetFrozen` and `EpochStatusChanged`.
    function freezeForPages(
        Speech calldata speechA,
        Page calldata pageA,
        Speech calldata speechB,
        Page calldata pageB,
        Divergence calldata divergence
    ) external;

    /// @notice As `freezeForPages`, for two tables of one set and epoch.
    function freezeForTables(
        Speech calldata speechA,
        Table calldata tableA,
        Speech calldata speechB,
        Table calldata tableB
    ) external;

    /// @notice As `freezeForPages`, for two entries of one chain and version.
    function freezeForEntries(
        Speech calldata speechA,
        Rollup calldata entryA,
        Speech calldata speechB,
        Rollup calldata entryB
    ) external;

    /// @notice Lets a frozen set speak again. Only the policy. Emits `SetLifted` and `EpochStatusChanged`.
    function lift(uint32 operatorSetId) external;

    /// @notice Reverts unless the certificate may carry facts of the hub: rule 1 without grace, at most 6 hours old, and
    /// at least 6 667 bps.
    function requireHubQuorum(Certificate calldata certificate) external view;

    /// @notice The gateway these tables are for.
    function gateway() external view returns (address);

    /// @notice Checks the signatures of certificates that carry facts of the hub.
    function certificateVerifier() external view returns (address);

    /// @notice How long an epoch may still deliver after it ended, in seconds.
    function graceSeconds() external view returns (uint24);

    /// @notice The longest time for which a table is taken, in seconds.
    function maxValiditySeconds() external view returns (uint24);

    /// @notice An installed epoch; all zero where none is.
    function epoch(uint32 operatorSetId, uint32 number) external view returns (Epoch memory);

    /// @notice The newest installed epoch of a set; zero for none.
    function newestEpoch(uint32 operatorSetId) external view returns (uint32);

    /// @notice When what was said of an installed epoch was said: its certificate's `issuedAt`, or the hub's time when it came over the
    /// bridge; zero at deployment.
    function saidAt(uint32 operatorSetId, uint32 epoch) external view returns (uint64);

    /// @notice Epochs of a set whose time is not over, and maybe some whose is.
    function lastingEpochs(uint32 operatorSetId) external view returns (uint32[] memory);

    /// @notice Since when a set is frozen; zero if it is not.
    function frozenAt(uint32 operatorSetId) external view returns (uint256);

    /// @notice The last that came over the canonical bridge about an epoch; all zero for nothing.
    function newsOf(uint32 operatorSetId, uint32 epoch) external view returns (EpochNews memory);

    /// @notice The epochs installed at deployment, as pairs of set and number.
    function firstEpochs() external view returns (uint32[2][] memory);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Certificate} from "../libraries/Certificates.sol";
import {Epoch} from "../libraries/Epochs.sol";
import {Table} from "../libraries/Statements.sol";

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

    /// @notice The epochs installed at deployment, as pairs of set and number.
    function firstEpochs() external view returns (uint32[2][] memory);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Entry} from "../../interfaces/IRollupRegistry.sol";
import {HubEpoch} from "../../interfaces/ITableBuilder.sol";
import {Rollup, Table} from "../../libraries/Statements.sol";

/// @title PaperHub
/// @notice Answers as TableBuilder, Slasher and RollupRegistry do, with what somebody typed in.
contract PaperHub {
    /// @notice Number of the set's newest epoch.
    mapping(uint32 operatorSetId => uint32) public newestEpoch;

    /// @notice Whether an epoch is revoked.
    mapping(uint32 operatorSetId => mapping(uint32 number => bool)) public isRevoked;

    mapping(uint32 operatorSetId => mapping(uint32 number => HubEpoch)) private _epochs;
    mapping(uint64 chainId => Rollup) private _entries;

    /// @notice Makes this the epoch's table.
    function write(Table calldata table) external {
        HubEpoch storage written = _epochs[table.operatorSetId][table.epoch];
        (written.tableHash, written.validFrom, written.validUntil) = (
            table.tableHash,
            table.validFrom,
            table.validUntil
        );
        if (table.epoch > newestEpoch[table.operatorSetId]) newestEpoch[table.operatorSetId] = table.epoch;
    }

    /// @notice Makes this the chain's entry.
    function record(Rollup calldata entry) external {
        _entries[entry.chainId] = entry;
    }

    /// @notice Revokes an epoch.
    function revoke(uint32 operatorSetId, uint32 number) external {
        isRevoked[operatorSetId][number] = true;
    }

    /// @notice An epoch.
    function epoch(uint32 operatorSetId, uint32 number) external view returns (HubEpoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @notice A chain's entry.
    function entryOf(uint64 chainId) external view returns (Entry memory entry) {
        entry.version = _entries[chainId].version;
    }

    /// @notice A chain's entry as the statement; only the latest version is kept.
    function rollupAt(uint64 chainId, uint64 version) external view returns (Rollup memory entry) {
        if (version != 0 && version == _entries[chainId].version) entry = _entries[chainId];
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rollup, Table} from "./Statements.sol";

/// @notice What the hub said at `hubTime` of one epoch of a set, and which epoch was the set's newest then. `table` names the
/// epoch; its hash is zero where the hub has no such epoch.
struct EpochNews {
    uint64 sequence;
    uint64 hubTime;
    uint32 newestEpoch;
    bool isRevoked;
    Table table;
}

/// @notice What the hub said at `hubTime` of one chain. `entry` names the chain; its version is zero where the hub has no entry.
struct EntryNews {
    uint64 sequence;
    uint64 hubTime;
    Rollup entry;
}

/// @title CanonicalNews
/// @notice What the canonical bridge carries from the hub. It is the hub's present state, so that later news replace earlier
/// ones, and losing some loses nothing.
library CanonicalNews {
    bytes32 private constant EPOCH_SUBJECT = keccak256("ParleyEpochNews");
    bytes32 private constant ENTRY_SUBJECT = keccak256("ParleyEntryNews");

    /// @notice Whom sequence numbers of an epoch's news count for.
    function epochSubject(uint32 operatorSetId, uint32 epoch) internal pure returns (bytes32) {
        return keccak256(abi.encode(EPOCH_SUBJECT, operatorSetId, epoch));
    }

    /// @notice Whom sequence numbers of a chain's news count for.
    function entrySubject(uint64 chainId) internal pure returns (bytes32) {
        return keccak256(abi.encode(ENTRY_SUBJECT, chainId));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Certificate} from "../libraries/Certificates.sol";
import {Rollup} from "../libraries/Statements.sol";

/// @title IDirectory
/// @notice Copy of the hub's registry, this chain's own entry included. Later versions arrive in certificates of the
/// directory set (acceptance rules 1 and 4).
interface IDirectory {
    /// @notice An entry took effect.
    event EntryApplied(
        uint64 indexed chainId,
        uint64 indexed version,
        address indexed gateway,
        uint32 operatorSetId,
        uint8 status,
        uint8 finality,
        bool refutable
    );

    /// @notice An entry that changes a known chain's gateway or operator set was taken; it can be applied from
    /// `effectiveAt` on.
    event EntryAnnounced(
        uint64 indexed chainId,
        uint64 indexed version,
        address indexed gateway,
        uint32 operatorSetId,
        uint256 effectiveAt
    );

    /// @notice A replaced gateway is heard until `lastSecond`.
    event GatewayDraining(uint64 indexed chainId, address indexed gateway, uint256 lastSecond);

    /// @notice Only the directory set speaks about entries.
    error NotTheDirectorySet(uint32 found, uint32 required);

    /// @notice The version is not above the known one, or too far above it.
    error VersionOutOfReach(uint64 found, uint64 known, uint64 limit);

    /// @notice An entry holds a value that no registry holds.
    error EntryMalformed(Rollup found);

    /// @notice Nothing was announced for the chain.
    error NothingAnnounced(uint64 chainId);

    /// @notice The announced entry takes effect later.
    error NotEffectiveYet(uint256 timestamp, uint256 effectiveAt);

    /// @notice The directory holds as many chains as the gateway can keep in step with.
    error DirectoryFull(uint64 chainId, uint256 limit);

    /// @notice The chain appears twice among the first entries.
    error ChainRepeated(uint64 chainId);

    /// @notice Takes a later version of a chain's entry.
    /// @dev Anyone may call. Takes an unexpired epoch's certificate of at most 6 hours and 6 667 bps. Applies it at once,
    /// unless it changes a known chain's gateway or set: that is announced, and applied a day later by `applyAnnounced`.
    /// Emits `EntryApplied` or `EntryAnnounced`.
    function update(Certificate calldata certificate, Rollup calldata entry, bytes32[] calldata batchProof) external;

    /// @notice Applies an announced entry whose day is over. Anyone may call. Emits `EntryApplied`.
    function applyAnnounced(uint64 chainId) external;

    /// @notice The gateway this directory is for.
    function gateway() external view returns (address);

    /// @notice Says whether a certificate may carry facts of the hub.
    function operatorTables() external view returns (address);

    /// @notice The one set that speaks about entries here.
    function directorySetId() external view returns (uint32);

    /// @notice The entry in effect; all zero for an unknown chain.
    function entry(uint64 chainId) external view returns (Rollup memory);

    /// @notice The announced entry, and when it can be applied; all zero for none.
    function announcedEntry(uint64 chainId) external view returns (Rollup memory announced, uint256 effectiveAt);

    /// @notice All known chains, in the order in which they became known.
    function chainIds() external view returns (uint64[] memory);

    /// @notice Last second in which a replaced gateway is heard; zero for a gateway that never was replaced.
    function drainingUntil(uint64 chainId, address replacedGateway) external view returns (uint256);
}

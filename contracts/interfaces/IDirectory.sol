// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EntryNews} from "../libraries/CanonicalNews.sol";
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

    /// @notice Only the canonical bridge brings news, or the policy where there is none.
    error NotTheBringer(address caller, address required);

    /// @notice The hub said later that it has no entry of the chain.
    error OlderThanNews(uint64 chainId, uint64 issuedAt, uint64 hubTime);

    /// @notice Takes a later version of a chain's entry.
    /// @dev Anyone may call. Takes an unexpired epoch's certificate of at most 6 hours and 6 667 bps. Applies it at once,
    /// unless it changes a known chain's gateway or set: that is announced, and applied a day later by `applyAnnounced`.
    /// Emits `EntryApplied` or `EntryAnnounced`.
    function update(Certificate calldata certificate, Rollup calldata entry, bytes32[] calldata batchProof) external;

    /// @notice Takes what the hub said of a chain over the canonical bridge, at once, and overrides what certificates said before, also
    /// by a lower version. A chain that the hub does not have is retired.
    /// @dev Only the gateway's canonical receiver; where there is none, the policy, after its owner's loosening delay. Emits
    /// `EntryApplied`.
    function bring(EntryNews calldata news) external;

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

    /// @notice When what was said of a chain was said: its certificate's `issuedAt`, or the hub's time when it came over the bridge;
    /// zero at deployment.
    function saidAt(uint64 chainId) external view returns (uint64);

    /// @notice The hub's time of the last that came over the bridge about a chain; zero for nothing.
    function newsAt(uint64 chainId) external view returns (uint64);

    /// @notice All known chains, in the order in which they became known.
    function chainIds() external view returns (uint64[] memory);

    /// @notice Last second in which a replaced gateway is heard; zero for a gateway that never was replaced.
    function drainingUntil(uint64 chainId, address replacedGateway) external view returns (uint256);
}

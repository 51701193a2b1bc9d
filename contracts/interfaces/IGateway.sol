// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Epoch} from "../libraries/Epochs.sol";
import {Source, SourcePolicy} from "../libraries/Acceptance.sol";
import {IInbox} from "./IInbox.sol";
import {IOutbox} from "./IOutbox.sol";

/// @title IGatewayBooks
/// @notice What the three books of a rollup, and nobody else, may write into the gateway: hot copies of what they hold, so
/// that a delivery reads one slot instead of calling another contract. Each function says which book.
interface IGatewayBooks {
    /// @notice A book's copy changed hands with the wrong caller.
    error NotTheBook(address caller, address required);

    /// @notice Copies a chain's directory entry. A new gateway is a new lane: the old one keeps its count and head.
    /// @dev Only the Directory. `status`: 1 Proposed, 2 Active, 3 Draining, 4 Retired; only Active and Draining
    /// sources are heard, only Active destinations are sent to.
    function copyEntry(uint64 chainId, address gateway, uint32 operatorSetId, uint8 status, bool refutable) external;

    /// @notice Copies what the policy asks of a source, and whether it must be asked for a halt. Only the Policy.
    function copyPolicy(uint64 chainId, SourcePolicy calldata sourcePolicy, bool isHalted) external;

    /// @notice Copies an installed epoch, and what became of it. Only the OperatorTables.
    function copyEpoch(uint32 operatorSetId, uint32 number, Epoch calldata epoch) external;
}

/// @title IGateway
/// @notice The one contract on each rollup that sends (outbox) and delivers (inbox). Immutable, without owner or upgrade.
interface IGateway is IOutbox, IInbox, IGatewayBooks {
    /// @notice A part of the wiring does not name this gateway, or names another hub.
    error WiringMismatch(address part);

    /// @notice A part of the wiring is missing.
    error WiringMissing();

    /// @notice This chain's id does not fit the 64 bits that the protocol gives it.
    error ChainIdTooLarge(uint256 found, uint256 most);

    /// @notice Chain id of the hub whose service manager operators sign for.
    function hubChainId() external view returns (uint64);

    /// @notice The service manager on the hub.
    function serviceManager() external view returns (address);

    /// @notice Copy of the registry.
    function directory() external view returns (address);

    /// @notice Copy of the operator tables.
    function operatorTables() external view returns (address);

    /// @notice What this rollup's owner demands.
    function policy() external view returns (address);

    /// @notice Checks signatures.
    function certificateVerifier() external view returns (address);

    /// @notice Rollup end of the canonical bridge; zero on a rollup without a slow road.
    function canonicalReceiver() external view returns (address);

    /// @notice The gateway's hot copy of a source: what the directory and the policy say of it.
    function source(uint64 chainId) external view returns (Source memory);

    /// @notice The gateway's hot copy of an epoch; all zero where none is installed.
    function epoch(uint32 operatorSetId, uint32 number) external view returns (Epoch memory);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IOrbitBridge
/// @notice What we call of the Bridge of an Arbitrum chain: it makes the calls that come from the rollup.
interface IOrbitBridge {
    /// @notice The outbox whose message is executed right now; zero when none is.
    function activeOutbox() external view returns (address);
}

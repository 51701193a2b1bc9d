// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IOrbitOutbox
/// @notice What we call of the Outbox of an Arbitrum chain.
interface IOrbitOutbox {
    /// @notice Who sent, on the rollup, the message that is executed right now; zero when none is.
    function l2ToL1Sender() external view returns (address);
}

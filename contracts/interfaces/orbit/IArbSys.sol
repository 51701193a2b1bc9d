// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IArbSys
/// @notice What we call of the precompile at 0x64 of an Arbitrum chain.
interface IArbSys {
    /// @notice Sends a message to `destination` on the hub, where anyone executes it once it is confirmed.
    function sendTxToL1(address destination, bytes calldata data) external payable returns (uint256 id);
}

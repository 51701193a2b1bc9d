// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ICrossDomainMessenger
/// @notice What we call of the OP Stack's CrossDomainMessenger, the same on both chains (since Bedrock; contracts-bedrock 1.x to 4.x).
interface ICrossDomainMessenger {
    /// @notice Sends a message to `target` on the other chain, which calls it with at least `minGasLimit` gas.
    function sendMessage(address target, bytes calldata message, uint32 minGasLimit) external payable;

    /// @notice Who sent, on the other chain, the message that is relayed right now. Reverts when none is.
    function xDomainMessageSender() external view returns (address);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IOrbitInbox
/// @notice What we call of the Inbox of an Arbitrum chain whose fees are paid in ether (nitro-contracts 1.x to 3.x).
interface IOrbitInbox {
    /// @notice Makes a ticket that calls `to` on the rollup, from this contract's aliased address.
    /// @dev Value at least `maxSubmissionCost + l2CallValue + gasLimit · maxFeePerGas`. A gas limit or price of 1 is refused: it asks
    /// for an estimate.
    function createRetryableTicket(
        address to,
        uint256 l2CallValue,
        uint256 maxSubmissionCost,
        address excessFeeRefundAddress,
        address callValueRefundAddress,
        uint256 gasLimit,
        uint256 maxFeePerGas,
        bytes calldata data
    ) external payable returns (uint256 ticket);

    /// @notice What a ticket with that much data costs at that base fee.
    function calculateRetryableSubmissionFee(uint256 dataLength, uint256 baseFee) external view returns (uint256);

    /// @notice The chain's bridge.
    function bridge() external view returns (address);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IOrbitInbox
/// @notice What we call of the Inbox of an Arbitrum chain whose fees are paid in ether (nitro-contracts 1.x to 3.x).
interface IOrbitInbox {
    /// @notice Makes a ticket that calls `to` on the rollup, from the caller's aliased address.
    /// @dev Unsafe in that both refund addresses, the second of which may cancel the ticket, are taken as they are, and that value below
    /// `maxSubmissionCost + l2CallValue + gasLimit · maxFeePerGas` makes a ticket that the rollup discards. A gas limit or price of 1
    /// is refused: it asks for an estimate.
    function unsafeCreateRetryableTicket(
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

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOrbitInbox} from "../../interfaces/orbit/IOrbitInbox.sol";

/// @title OrbitInboxDouble
/// @notice A double of nitro's Inbox with its rules on value and gas; it remembers the last ticket, and nobody redeems it.
contract OrbitInboxDouble is IOrbitInbox {
    /// @notice A ticket as it was asked for.
    struct Ticket {
        address sender;
        address to;
        uint256 l2CallValue;
        uint256 maxSubmissionCost;
        address excessFeeRefundAddress;
        address callValueRefundAddress;
        uint256 gasLimit;
        uint256 maxFeePerGas;
        bytes data;
        uint256 value;
    }

    /// @inheritdoc IOrbitInbox
    address public immutable bridge;

    Ticket private _last;

    /// @notice The ticket costs more than is offered for it.
    error InsufficientSubmissionCost(uint256 required, uint256 found);

    /// @notice The value does not cover what is offered.
    error InsufficientValue(uint256 required, uint256 found);

    /// @notice A gas limit or price of 1 asks for an estimate.
    error RetryableData();

    /// @param bridge_ The chain's bridge.
    constructor(address bridge_) {
        bridge = bridge_;
    }

    /// @inheritdoc IOrbitInbox
    function unsafeCreateRetryableTicket(
        address to,
        uint256 l2CallValue,
        uint256 maxSubmissionCost,
        address excessFeeRefundAddress,
        address callValueRefundAddress,
        uint256 gasLimit,
        uint256 maxFeePerGas,
        bytes calldata data
    ) external payable returns (uint256) {
        uint256 required = maxSubmissionCost + l2CallValue + gasLimit * maxFeePerGas;
        require(msg.value >= required, InsufficientValue(required, msg.value));
        require(gasLimit != 1 && maxFeePerGas != 1, RetryableData());
        uint256 submission = calculateRetryableSubmissionFee(data.length, block.basefee);
        require(maxSubmissionCost >= submission, InsufficientSubmissionCost(submission, maxSubmissionCost));
        _last.sender = msg.sender;
        _last.to = to;
        _last.l2CallValue = l2CallValue;
        _last.maxSubmissionCost = maxSubmissionCost;
        _last.excessFeeRefundAddress = excessFeeRefundAddress;
        _last.callValueRefundAddress = callValueRefundAddress;
        _last.gasLimit = gasLimit;
        _last.maxFeePerGas = maxFeePerGas;
        _last.data = data;
        _last.value = msg.value;
        return 0;
    }

    /// @notice The last ticket.
    function last() external view returns (Ticket memory) {
        return _last;
    }

    /// @inheritdoc IOrbitInbox
    function calculateRetryableSubmissionFee(uint256 dataLength, uint256 baseFee) public pure returns (uint256) {
        return (1_400 + 6 * dataLength) * baseFee;
    }
}

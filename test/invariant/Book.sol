// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Breaches} from "./Breaches.sol";

/// @notice What was sent, and what its recipients saw of it. Remembers what must never happen.
contract Book is Breaches {
    struct Sent {
        address recipient;
        uint32 gasLimit;
        uint64 deliverBefore;
        /// @dev Hash of the sender's ERC-7930 bytes, as the source chain knows it.
        bytes32 senderHash;
        bytes32 payloadHash;
    }

    /// @dev Gas between the gateway's CALL and where a recipient reads what it has.
    uint256 private constant ENTRY_GAS = 1_000;

    mapping(bytes32 id => Sent) public sent;
    mapping(bytes32 id => uint256) public executions;

    uint256 public executed;
    uint256 public reentryRefused;

    function send(bytes32 id, Sent calldata message) external {
        if (sent[id].recipient != address(0)) breach(3, "two messages with one id");
        sent[id] = message;
    }

    /// @notice Called by recipients, with all that they were given.
    function execute(bytes32 id, bytes calldata sender, bytes calldata payload, uint256 gas) external {
        Sent memory message = sent[id];
        ++executed;
        if (++executions[id] != 1) breach(1, "executed twice");
        if (message.recipient == address(0)) {
            breach(2, "executed and never sent");
            return;
        }
        if (message.recipient != msg.sender) breach(3, "another recipient");
        if (message.senderHash != keccak256(sender)) breach(3, "another sender");
        if (message.payloadHash != keccak256(payload)) breach(3, "another payload");
        if (gas + ENTRY_GAS < message.gasLimit) breach(3, "less gas than was asked");
        if (message.deliverBefore != 0 && block.timestamp > message.deliverBefore) breach(3, "executed after its time");
    }

    function reentry(bool success) external {
        if (success) breach(1, "delivered from within a delivery");
        else ++reentryRefused;
    }
}

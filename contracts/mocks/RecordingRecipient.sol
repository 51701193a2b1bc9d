// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title RecordingRecipient
/// @notice Accepts every message and tells what it got.
contract RecordingRecipient is IERC7786Recipient {
    /// @notice A message arrived.
    event Received(address indexed gateway, bytes32 indexed receiveId, bytes sender, bytes payload, uint256 gas);

    /// @notice Messages received so far.
    uint256 public count;

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(
        bytes32 receiveId,
        bytes calldata sender,
        bytes calldata payload
    ) external payable returns (bytes4) {
        ++count;
        emit Received(msg.sender, receiveId, sender, payload, gasleft());
        return IERC7786Recipient.receiveMessage.selector;
    }
}

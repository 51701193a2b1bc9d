// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title RevertingRecipient
/// @notice Refuses every message with the bytes it was told, right after it counted the message.
contract RevertingRecipient is IERC7786Recipient {
    /// @notice Messages counted; stays 0, because a refusal has no effect.
    uint256 public count;

    bytes private _reason;

    constructor(bytes memory reason) {
        _reason = reason;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        ++count;
        bytes memory reason = _reason;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}

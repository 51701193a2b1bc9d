// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title MisansweringRecipient
/// @notice Counts every message and returns exactly the bytes it was told, however few.
contract MisansweringRecipient is IERC7786Recipient {
    /// @notice Messages counted.
    uint256 public count;

    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        ++count;
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

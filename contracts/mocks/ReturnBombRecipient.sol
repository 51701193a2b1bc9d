// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title ReturnBombRecipient
/// @notice Answers with a megabyte, so that whoever copies it pays: the selector and zeros, or all of it as a reason.
contract ReturnBombRecipient is IERC7786Recipient {
    uint256 private constant BOMB_BYTES = 1_000_000;

    bool private immutable REVERTS;

    constructor(bool reverts) {
        REVERTS = reverts;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        bytes32 selector = IERC7786Recipient.receiveMessage.selector;
        bool reverts = REVERTS;
        assembly ("memory-safe") {
            let bomb := mload(0x40)
            mstore(bomb, selector)
            if reverts {
                revert(bomb, BOMB_BYTES)
            }
            return(bomb, BOMB_BYTES)
        }
    }
}

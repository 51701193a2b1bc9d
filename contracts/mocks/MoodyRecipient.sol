// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title MoodyRecipient
/// @notice Refuses every message until it is told to accept.
contract MoodyRecipient is IERC7786Recipient {
    /// @notice Whether messages are accepted.
    bool public isAccepting;

    /// @notice Changes its mind.
    function setAccepting(bool accepting) external {
        isAccepting = accepting;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        require(isAccepting, "not in the mood");
        return IERC7786Recipient.receiveMessage.selector;
    }
}

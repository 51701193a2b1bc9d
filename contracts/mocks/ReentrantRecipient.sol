// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title ReentrantRecipient
/// @notice Calls the gateway back while it delivers, with every call it was told, and accepts the message whatever happens.
contract ReentrantRecipient is IERC7786Recipient {
    /// @notice What the gateway answered to call number `index`.
    event Answered(uint256 index, bool success, bytes answer);

    bytes[] private _calls;

    /// @notice Replaces the calls to make.
    function plan(bytes[] calldata calls) external {
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) {
            _calls.push(calls[i]);
        }
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        for (uint256 i = 0; i < _calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls -- the answer is the point
            (bool success, bytes memory answer) = msg.sender.call(_calls[i]);
            emit Answered(i, success, answer);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }
}

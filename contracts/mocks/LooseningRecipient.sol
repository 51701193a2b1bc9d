// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IPolicy} from "../interfaces/IPolicy.sol";

/// @title LooseningRecipient
/// @notice Takes an announced policy into effect while a run executes.
contract LooseningRecipient is IERC7786Recipient {
    IPolicy private immutable POLICY;
    uint64 private immutable SOURCE;

    constructor(IPolicy policy, uint64 source) {
        POLICY = policy;
        SOURCE = source;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        POLICY.applyLoosening(SOURCE);
        return IERC7786Recipient.receiveMessage.selector;
    }
}

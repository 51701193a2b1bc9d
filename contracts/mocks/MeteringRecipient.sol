// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title MeteringRecipient
/// @notice Accepts a message only if it was called with enough gas: what it was promised, less what it costs to look at the gas.
contract MeteringRecipient is IERC7786Recipient {
    /// @notice A message came with this much gas.
    event Metered(uint256 found);

    /// @notice A message came with too little gas.
    error TooLittleGas(uint256 found, uint256 required);

    /// @notice Least gas to find on entry.
    uint256 public immutable REQUIRED;

    constructor(uint256 required) {
        REQUIRED = required;
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        uint256 found = gasleft();
        require(found >= REQUIRED, TooLittleGas(found, REQUIRED));
        emit Metered(found);
        return IERC7786Recipient.receiveMessage.selector;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IArbSys} from "../../interfaces/orbit/IArbSys.sol";

/// @title ArbSysDouble
/// @notice A double of Arbitrum's precompile: it remembers the last message to the hub.
contract ArbSysDouble is IArbSys {
    /// @notice Who sent the last message.
    address public sender;

    /// @notice Where it goes.
    address public destination;

    /// @notice What it says.
    bytes public data;

    /// @notice What it carries.
    uint256 public value;

    /// @inheritdoc IArbSys
    function sendTxToL1(address destination_, bytes calldata data_) external payable returns (uint256) {
        (sender, destination, data, value) = (msg.sender, destination_, data_, msg.value);
        return 0;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOrbitBridge} from "../../interfaces/orbit/IOrbitBridge.sol";
import {IOrbitOutbox} from "../../interfaces/orbit/IOrbitOutbox.sol";

/// @title OrbitBridgeDouble
/// @notice A double of nitro's Bridge and Outbox in one: it executes whatever message somebody says the rollup sent.
contract OrbitBridgeDouble is IOrbitBridge, IOrbitOutbox {
    /// @inheritdoc IOrbitBridge
    address public activeOutbox;

    /// @inheritdoc IOrbitOutbox
    address public l2ToL1Sender;

    /// @notice Calls `to` as the rollup's `sender` does; while `isActive` says so, with an outbox that names it.
    function execute(address sender, bool isActive, address to, bytes calldata data) external {
        if (isActive) activeOutbox = address(this);
        l2ToL1Sender = sender;
        (bool success, bytes memory returned) = to.call(data);
        (activeOutbox, l2ToL1Sender) = (address(0), address(0));
        if (success) return;
        assembly ("memory-safe") {
            revert(add(returned, 0x20), mload(returned))
        }
    }
}

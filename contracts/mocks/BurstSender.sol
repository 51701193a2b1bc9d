// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title BurstSender
/// @notice Sends many messages in one transaction.
contract BurstSender {
    /// @notice What one message is sent with.
    struct Order {
        bytes recipient;
        bytes payload;
        bytes[] attributes;
    }

    /// @notice Sends each order through `gateway`, in order.
    function burst(IERC7786GatewaySource gateway, Order[] calldata orders) external {
        for (uint256 i = 0; i < orders.length; ++i) {
            gateway.sendMessage(orders[i].recipient, orders[i].payload, orders[i].attributes);
        }
    }
}

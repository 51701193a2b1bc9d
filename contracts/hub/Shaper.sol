// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Shaper
/// @notice The timelock through which everything goes that shapes a table, upgrades of the service manager included. Its delay
/// may grow, and never falls below what it was built with: else one announcement would do away with all later ones, by a short
/// delay that is long again before anybody asks for it. What was announced lapses as long after it is ready as that, so that what is
/// carried out was news.
contract Shaper is TimelockController {
    /// @notice The delay that it was built with.
    uint256 public immutable LEAST_SECONDS;

    /// @notice The delay would be shorter than at the beginning.
    error ShapingTooFast(uint256 foundSeconds, uint256 requiredSeconds);

    /// @notice The announcement is over. Cancel it, and announce it again.
    error ShapingLapsed(uint256 timestamp, uint256 lastSecond);

    /// @param leastSeconds How long everything waits, at least, and may then be carried out.
    /// @param announcers Who may announce and cancel.
    /// @param executors Who may carry out what has waited; the zero address for anyone.
    constructor(
        uint256 leastSeconds,
        address[] memory announcers,
        address[] memory executors
    ) TimelockController(leastSeconds, announcers, executors, address(0)) {
        LEAST_SECONDS = leastSeconds;
    }

    /// @inheritdoc TimelockController
    function execute(
        address target,
        uint256 value,
        bytes calldata payload,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        _requireNews(hashOperation(target, value, payload, predecessor, salt));
        super.execute(target, value, payload, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        _requireNews(hashOperationBatch(targets, values, payloads, predecessor, salt));
        super.executeBatch(targets, values, payloads, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        require(newDelay >= LEAST_SECONDS, ShapingTooFast(newDelay, LEAST_SECONDS));
        super.updateDelay(newDelay);
    }

    /// @dev What is not ready is refused by the timelock itself.
    function _requireNews(bytes32 id) private view {
        if (!isOperationReady(id)) return;
        uint256 lastSecond = getTimestamp(id) + LEAST_SECONDS;
        require(block.timestamp <= lastSecond, ShapingLapsed(block.timestamp, lastSecond));
    }
}

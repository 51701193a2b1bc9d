// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Shaper
/// @notice The timelock through which everything goes that shapes a table, upgrades of the service manager included. Its delay
/// may grow, and never falls below what it was built with: else one announcement would do away with all later ones, by a short
/// delay that is long again before anybody asks for it.
contract Shaper is TimelockController {
    /// @notice The delay that it was built with.
    uint256 public immutable LEAST_SECONDS;

    /// @notice The delay would be shorter than at the beginning.
    error ShapingTooFast(uint256 foundSeconds, uint256 requiredSeconds);

    /// @param leastSeconds How long everything waits, at least.
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
    function updateDelay(uint256 newDelay) public override {
        require(newDelay >= LEAST_SECONDS, ShapingTooFast(newDelay, LEAST_SECONDS));
        super.updateDelay(newDelay);
    }
}

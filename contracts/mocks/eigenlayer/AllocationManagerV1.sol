// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {AllocationDelays} from "./AllocationDelays.sol";
import {IDelegatedShares} from "./Internals.sol";
import {Memberships} from "./Memberships.sol";
import {SlashableStake} from "./SlashableStake.sol";

/// @title AllocationManagerV1
/// @notice EigenLayer 1.5: the service itself slashes, in all of its sets.
contract AllocationManagerV1 is SlashableStake {
    constructor(
        IDelegatedShares delegationManager,
        uint32 deallocationDelay,
        uint32 allocationConfigurationDelay
    ) Memberships(delegationManager, deallocationDelay) AllocationDelays(allocationConfigurationDelay) {}

    /// @dev The service only.
    function _requireMayActFor(OperatorSet memory set) internal view override onlyAccount(set.avs) {}

    /// @dev Waits as every later change does.
    function _isFirstDelayInstant() internal pure override returns (bool) {
        return false;
    }
}

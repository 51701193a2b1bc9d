// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAllocationManager} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {Memberships} from "./Memberships.sol";

/// @title AllocationDelays
/// @notice How long each operator's allocations wait, which itself changes only after a delay.
abstract contract AllocationDelays is Memberships {
    /// @dev `pending` is in effect from `effectBlock` on, if that is not zero.
    struct Delay {
        uint32 current;
        uint32 pending;
        uint32 effectBlock;
        bool isSet;
    }

    /// @inheritdoc IAllocationManager
    uint32 public immutable ALLOCATION_CONFIGURATION_DELAY;

    mapping(address operator => Delay) private _delays;

    constructor(uint32 allocationConfigurationDelay) {
        ALLOCATION_CONFIGURATION_DELAY = allocationConfigurationDelay;
    }

    /// @inheritdoc IAllocationManager
    /// @dev The DelegationManager calls for a new operator.
    function setAllocationDelay(address operator, uint32 delayBlocks) external {
        bool isNew = msg.sender == address(DELEGATION_MANAGER);
        require(isNew || msg.sender == operator, InvalidPermissions());
        require(isNew || DELEGATION_MANAGER.isOperator(operator), InvalidOperator());
        Delay storage delay = _delays[operator];
        (delay.isSet, delay.current) = getAllocationDelay(operator);
        bool isInstant = isNew && _isFirstDelayInstant();
        delay.pending = delayBlocks;
        delay.effectBlock = uint32(block.number) + (isInstant ? 0 : ALLOCATION_CONFIGURATION_DELAY + 1);
    }

    /// @inheritdoc IAllocationManager
    function getAllocationDelay(address operator) public view returns (bool isSet, uint32 delayBlocks) {
        Delay storage delay = _delays[operator];
        bool isDue = delay.effectBlock != 0 && block.number >= delay.effectBlock;
        return isDue ? (true, delay.pending) : (delay.isSet, delay.current);
    }

    /// @dev Whether a new operator's delay is in effect at once.
    function _isFirstDelayInstant() internal pure virtual returns (bool);
}

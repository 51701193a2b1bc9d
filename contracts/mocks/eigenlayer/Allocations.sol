// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {
    AllocateParams,
    Allocation,
    IAllocationManager,
    OperatorSet
} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {AllocationDelays} from "./AllocationDelays.sol";

/// @title Allocations
/// @notice What operators put at stake for which set. An increase counts from its effect block on, but is reserved at once; a
/// decrease of what is slashable stays slashable until its effect block, and reserved until then.
abstract contract Allocations is AllocationDelays {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @dev All that an operator has of one strategy. `lost` is what was slashed of 1e18, `reserved` what is allocated or was,
    /// and is not free yet. `leaving` are the sets with decreases, oldest at `firstLeaving`.
    struct Purse {
        uint64 lost;
        uint64 reserved;
        uint64 firstLeaving;
        OperatorSet[] leaving;
    }

    uint64 internal constant ONE = 1e18;

    mapping(address operator => mapping(address strategy => Purse)) internal _purses;

    /// @dev As stored: a change that is due may not be applied yet.
    mapping(address operator => mapping(address avs => mapping(uint32 id => mapping(address strategy => Allocation))))
        private _allocations;

    /// @inheritdoc IAllocationManager
    function modifyAllocations(address operator, AllocateParams[] calldata params) external onlyAccount(operator) {
        (bool isSet, uint32 delay) = getAllocationDelay(operator);
        require(isSet, UninitializedAllocationDelay());
        for (uint256 i = 0; i < params.length; ++i) {
            require(params[i].strategies.length == params[i].newMagnitudes.length, InputArrayLengthMismatch());
            require(isOperatorSet(params[i].operatorSet), InvalidOperatorSet());
            for (uint256 j = 0; j < params[i].strategies.length; ++j) {
                address strategy = params[i].strategies[j];
                _clear(operator, strategy, type(uint16).max);
                _modify(operator, params[i].operatorSet, strategy, params[i].newMagnitudes[j], delay);
            }
        }
    }

    /// @inheritdoc IAllocationManager
    function clearDeallocationQueue(
        address operator,
        address[] calldata strategies,
        uint16[] calldata numToClear
    ) external {
        require(strategies.length == numToClear.length, InputArrayLengthMismatch());
        for (uint256 i = 0; i < strategies.length; ++i) _clear(operator, strategies[i], numToClear[i]);
    }

    /// @inheritdoc IAllocationManager
    function getAllocatableMagnitude(address operator, address strategy) external view returns (uint64) {
        Purse storage purse = _purses[operator][strategy];
        uint64 reserved = purse.reserved;
        for (uint256 i = purse.firstLeaving; i < purse.leaving.length; ++i) {
            OperatorSet memory set = purse.leaving[i];
            Allocation memory allocation = _allocations[operator][set.avs][set.id][strategy];
            if (block.number < allocation.effectBlock) break;
            if (allocation.pendingDiff < 0) reserved -= uint64(uint128(-allocation.pendingDiff));
        }
        return getMaxMagnitude(operator, strategy) - reserved;
    }

    /// @inheritdoc IAllocationManager
    function getMaxMagnitude(address operator, address strategy) public view returns (uint64) {
        return ONE - _purses[operator][strategy].lost;
    }

    /// @inheritdoc IAllocationManager
    function getAllocation(
        address operator,
        OperatorSet memory set,
        address strategy
    ) public view returns (Allocation memory allocation) {
        allocation = _allocations[operator][set.avs][set.id][strategy];
        if (block.number < allocation.effectBlock) return allocation;
        return Allocation(_plus(allocation.currentMagnitude, allocation.pendingDiff), 0, 0);
    }

    /// @dev Applies a change that is due, and frees what it gave up.
    function _settle(
        address operator,
        OperatorSet memory set,
        address strategy
    ) internal returns (Allocation storage allocation) {
        allocation = _allocations[operator][set.avs][set.id][strategy];
        if (block.number < allocation.effectBlock || allocation.effectBlock == 0) return allocation;
        int128 diff = allocation.pendingDiff;
        allocation.currentMagnitude = _plus(allocation.currentMagnitude, diff);
        allocation.pendingDiff = 0;
        allocation.effectBlock = 0;
        Purse storage purse = _purses[operator][strategy];
        if (diff < 0) purse.reserved = _plus(purse.reserved, diff);
    }

    function _modify(
        address operator,
        OperatorSet memory set,
        address strategy,
        uint64 magnitude,
        uint32 delay
    ) private {
        Allocation storage allocation = _settle(operator, set, strategy);
        require(allocation.effectBlock == 0, ModificationAlreadyPending());
        require(allocation.currentMagnitude != magnitude, SameMagnitude());
        Purse storage purse = _purses[operator][strategy];
        int128 diff = int128(uint128(magnitude)) - int128(uint128(allocation.currentMagnitude));
        uint32 effectBlock = uint32(block.number);
        if (diff > 0) {
            purse.reserved = _plus(purse.reserved, diff);
            require(purse.reserved <= getMaxMagnitude(operator, strategy), InsufficientMagnitude());
            effectBlock += delay;
            (allocation.pendingDiff, allocation.effectBlock) = (diff, effectBlock);
        } else if (isOperatorSlashable(operator, set) && _strategies[set.avs][set.id].contains(strategy)) {
            effectBlock += DEALLOCATION_DELAY + 1;
            (allocation.pendingDiff, allocation.effectBlock) = (diff, effectBlock);
            purse.leaving.push(set);
        } else {
            purse.reserved = _plus(purse.reserved, diff);
            allocation.currentMagnitude = magnitude;
        }
        emit AllocationUpdated(operator, set, strategy, magnitude, effectBlock);
    }

    function _clear(address operator, address strategy, uint16 most) private {
        Purse storage purse = _purses[operator][strategy];
        for (uint256 cleared = 0; cleared < most && purse.firstLeaving < purse.leaving.length; ++cleared) {
            Allocation storage allocation = _settle(operator, purse.leaving[purse.firstLeaving], strategy);
            if (allocation.effectBlock != 0) return;
            ++purse.firstLeaving;
        }
    }

    function _plus(uint64 magnitude, int128 diff) private pure returns (uint64) {
        return uint64(uint128(int128(uint128(magnitude)) + diff));
    }
}

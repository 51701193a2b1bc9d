// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Allocation, IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {Slashes} from "./Slashes.sol";

/// @title SlashableStake
/// @notice Allocations in shares. The allocated part of an operator's magnitude is rounded down to 18 digits first, then its
/// shares. Nothing here looks whether the set counts the strategy, nor which blocks are asked for.
abstract contract SlashableStake is Slashes {
    /// @inheritdoc IAllocationManager
    function getMinimumSlashableStake(
        OperatorSet calldata set,
        address[] calldata operators,
        address[] calldata strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory stakes) {
        stakes = _stakesUntil(set, operators, strategies, futureBlock);
        for (uint256 i = 0; i < operators.length; ++i) {
            if (!isOperatorSlashable(operators[i], set)) stakes[i] = new uint256[](strategies.length);
        }
    }

    /// @inheritdoc IAllocationManager
    function getAllocatedStake(
        OperatorSet calldata set,
        address[] calldata operators,
        address[] calldata strategies
    ) external view returns (uint256[][] memory) {
        return _stakesUntil(set, operators, strategies, uint32(block.number));
    }

    function _stakesUntil(
        OperatorSet calldata set,
        address[] calldata operators,
        address[] calldata strategies,
        uint32 futureBlock
    ) private view returns (uint256[][] memory stakes) {
        stakes = DELEGATION_MANAGER.getOperatorsShares(operators, strategies);
        for (uint256 i = 0; i < operators.length; ++i) {
            for (uint256 j = 0; j < strategies.length; ++j) {
                uint64 all = getMaxMagnitude(operators[i], strategies[j]);
                uint256 part = _leastUntil(getAllocation(operators[i], set, strategies[j]), futureBlock);
                stakes[i][j] = all == 0 ? 0 : Math.mulDiv(stakes[i][j], Math.mulDiv(part, ONE, all), ONE);
            }
        }
    }

    function _leastUntil(Allocation memory allocation, uint32 futureBlock) private pure returns (uint256) {
        bool falls = allocation.pendingDiff < 0 && allocation.effectBlock <= futureBlock;
        return allocation.currentMagnitude - (falls ? uint128(-allocation.pendingDiff) : 0);
    }
}

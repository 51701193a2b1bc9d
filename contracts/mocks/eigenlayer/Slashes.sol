// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {
    Allocation,
    IAllocationManager,
    OperatorSet,
    SlashingParams
} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {Allocations} from "./Allocations.sol";

/// @title Slashes
/// @notice Takes magnitude, and has the DelegationManager take the shares. What is allocated counts, not who is a member; nothing
/// allocated is nothing taken, without a word.
abstract contract Slashes is Allocations {
    using EnumerableSet for EnumerableSet.AddressSet;

    mapping(address avs => mapping(uint32 id => uint256)) private _slashCounts;

    /// @inheritdoc IAllocationManager
    function slashOperator(
        address avs,
        SlashingParams calldata params
    ) external returns (uint256 slashId, uint256[] memory shares) {
        OperatorSet memory set = OperatorSet(avs, params.operatorSetId);
        _requireMayActFor(set);
        require(params.strategies.length == params.wadsToSlash.length, InputArrayLengthMismatch());
        require(isOperatorSet(set), InvalidOperatorSet());
        require(isOperatorSlashable(params.operator, set), OperatorNotSlashable());
        _requireMaySlash(set);

        slashId = ++_slashCounts[avs][params.operatorSetId];
        shares = new uint256[](params.strategies.length);
        uint256[] memory wadSlashed = new uint256[](params.strategies.length);
        for (uint256 i = 0; i < params.strategies.length; ++i) {
            require(
                i == 0 || uint160(params.strategies[i]) > uint160(params.strategies[i - 1]),
                StrategiesMustBeInAscendingOrder()
            );
            (wadSlashed[i], shares[i]) = _slash(params, i, set, slashId);
        }
        emit OperatorSlashed(params.operator, set, params.strategies, wadSlashed, params.description);
    }

    /// @inheritdoc IAllocationManager
    function getSlashCount(OperatorSet calldata set) external view returns (uint256) {
        return _slashCounts[set.avs][set.id];
    }

    /// @dev The first thing that a slash checks.
    function _requireMayActFor(OperatorSet memory set) internal view virtual {}

    /// @dev What a slash checks when all else is right.
    function _requireMaySlash(OperatorSet memory set) internal view virtual {}

    function _slash(
        SlashingParams calldata params,
        uint256 i,
        OperatorSet memory set,
        uint256 slashId
    ) private returns (uint256 wadSlashed, uint256 shares) {
        (address operator, address strategy, uint256 wad) = (
            params.operator,
            params.strategies[i],
            params.wadsToSlash[i]
        );
        require(wad != 0 && wad <= ONE, InvalidWadToSlash());
        require(_strategies[set.avs][set.id].contains(strategy), StrategyNotInOperatorSet());

        Allocation storage allocation = _settle(operator, set, strategy);
        if (allocation.currentMagnitude == 0) return (0, 0);
        uint64 before = getMaxMagnitude(operator, strategy);
        uint64 taken = _partOf(allocation.currentMagnitude, wad);
        wadSlashed = Math.mulDiv(taken, ONE, before);
        allocation.currentMagnitude -= taken;
        _purses[operator][strategy].reserved -= taken;
        _purses[operator][strategy].lost += taken;
        if (allocation.pendingDiff < 0) {
            uint64 leaving = uint64(uint128(-allocation.pendingDiff));
            leaving -= _partOf(leaving, wad);
            allocation.pendingDiff = -int128(uint128(leaving));
            emit AllocationUpdated(
                operator,
                set,
                strategy,
                allocation.currentMagnitude - leaving,
                allocation.effectBlock
            );
        }
        emit AllocationUpdated(operator, set, strategy, allocation.currentMagnitude, uint32(block.number));
        shares = DELEGATION_MANAGER.slashOperatorShares(operator, set, slashId, strategy, before, before - taken);
    }

    /// @dev Rounded up.
    function _partOf(uint64 magnitude, uint256 wad) private pure returns (uint64) {
        return uint64(Math.mulDiv(magnitude, wad, ONE, Math.Rounding.Ceil));
    }
}

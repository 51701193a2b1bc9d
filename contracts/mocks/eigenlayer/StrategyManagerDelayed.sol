// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IStrategyManagerDelayed} from "../../interfaces/eigenlayer/IStrategyManagerDelayed.sol";
import {IDelegatedShares} from "./Internals.sol";
import {StrategyManager} from "./StrategyManager.sol";

/// @title StrategyManagerDelayed
/// @notice EigenLayer 1.13: a slash can be cleared only after its resolution block.
contract StrategyManagerDelayed is StrategyManager, IStrategyManagerDelayed {
    /// @inheritdoc IStrategyManagerDelayed
    uint32 public immutable SLASH_RESOLUTION_DELAY_BLOCKS;

    mapping(address avs => mapping(uint32 id => mapping(uint256 slashId => uint32))) private _resolutionBlocks;

    constructor(
        IAllocationManager allocationManager,
        IDelegatedShares delegationManager,
        address factory,
        uint32 slashResolutionDelay
    ) StrategyManager(allocationManager, delegationManager, factory) {
        SLASH_RESOLUTION_DELAY_BLOCKS = slashResolutionDelay;
    }

    /// @inheritdoc IStrategyManagerDelayed
    function getSlashResolutionBlock(OperatorSet calldata set, uint256 slashId) external view returns (uint32) {
        return _resolutionBlocks[set.avs][set.id][slashId];
    }

    /// @dev The first strategy starts the clock.
    function _onTaken(OperatorSet calldata set, uint256 slashId) internal override {
        if (_resolutionBlocks[set.avs][set.id][slashId] != 0) return;
        uint32 resolutionBlock = uint32(block.number) + SLASH_RESOLUTION_DELAY_BLOCKS;
        _resolutionBlocks[set.avs][set.id][slashId] = resolutionBlock;
        emit SlashResolutionBlockSet(set, slashId, resolutionBlock);
    }

    /// @dev As if there had never been a clock.
    function _onCleared(OperatorSet calldata set, uint256 slashId) internal override {
        delete _resolutionBlocks[set.avs][set.id][slashId];
    }

    /// @dev From the block after the resolution block on.
    function _requireClearable(OperatorSet calldata set, uint256 slashId) internal view override {
        require(block.number > _resolutionBlocks[set.avs][set.id][slashId], SlashResolutionDelayNotElapsed());
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "./IAllocationManager.sol";

/// @title IStrategyManagerDelayed
/// @notice EigenLayer 1.13 and later: what the StrategyManager has besides `IStrategyManager`. A slash is cleared only after
/// its resolution block; where these functions are missing, at once.
interface IStrategyManagerDelayed {
    /// @notice A slash can be cleared after this block.
    event SlashResolutionBlockSet(OperatorSet operatorSet, uint256 slashId, uint32 resolutionBlock);

    /// @notice The slash's resolution block is not over.
    error SlashResolutionDelayNotElapsed();

    /// @notice Blocks that a slash waits to be cleared.
    function SLASH_RESOLUTION_DELAY_BLOCKS() external view returns (uint32); // solhint-disable-line func-name-mixedcase

    /// @notice The block after which a slash can be cleared; zero for older slashes and for cleared ones.
    function getSlashResolutionBlock(OperatorSet calldata operatorSet, uint256 slashId) external view returns (uint32);
}

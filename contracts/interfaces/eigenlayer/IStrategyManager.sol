// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "./IAllocationManager.sol";
import {ICommonErrors} from "./ICommonErrors.sol";

/// @title IStrategyManager
/// @notice EigenLayer 1.5 and later: deposits, and the second step of a slash, in which tokens move.
interface IStrategyManager is ICommonErrors {
    /// @notice A slash took shares, which wait to be cleared.
    event BurnOrRedistributableSharesIncreased(
        OperatorSet operatorSet,
        uint256 slashId,
        address strategy,
        uint256 shares
    );

    /// @notice A slash's shares were cleared: tokens went to the set's recipient.
    event BurnOrRedistributableSharesDecreased(
        OperatorSet operatorSet,
        uint256 slashId,
        address strategy,
        uint256 shares
    );

    /// @notice EigenLayer does not take deposits into this strategy.
    error StrategyNotWhitelisted();

    /// @notice A staker has a bounded number of strategies.
    error MaxStrategiesExceeded();

    /// @notice Deposits the caller's tokens, which it has approved.
    function depositIntoStrategy(address strategy, address token, uint256 amount) external returns (uint256 shares);

    /// @notice Clears a slash: sends tokens to the set's recipient. Anyone may call; nothing for an unknown or cleared slash.
    function clearBurnOrRedistributableShares(
        OperatorSet calldata operatorSet,
        uint256 slashId
    ) external returns (uint256[] memory tokens);

    /// @notice Clears one strategy of a slash, so that others are not held up by it. Anyone may call.
    function clearBurnOrRedistributableSharesByStrategy(
        OperatorSet calldata operatorSet,
        uint256 slashId,
        address strategy
    ) external returns (uint256 tokens);

    /// @notice What waits to be cleared of a slash, by strategy.
    function getBurnOrRedistributableShares(
        OperatorSet calldata operatorSet,
        uint256 slashId
    ) external view returns (address[] memory strategies, uint256[] memory shares);

    /// @notice What waits to be cleared of a slash by one strategy.
    function getBurnOrRedistributableShares(
        OperatorSet calldata operatorSet,
        uint256 slashId,
        address strategy
    ) external view returns (uint256 shares);

    /// @notice The slashes of a set that are not cleared in full.
    function getPendingSlashIds(OperatorSet calldata operatorSet) external view returns (uint256[] memory);
}

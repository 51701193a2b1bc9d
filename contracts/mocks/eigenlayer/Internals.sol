// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IDelegationManager} from "../../interfaces/eigenlayer/IDelegationManager.sol";
import {IStrategy} from "../../interfaces/eigenlayer/IStrategy.sol";

/// @title IDelegatedShares
/// @notice What the DelegationManager is told by the others.
interface IDelegatedShares is IDelegationManager {
    /// @notice A staker has more shares. Only for the StrategyManager.
    function increaseDelegatedShares(address staker, address strategy, uint256 before, uint256 added) external;

    /// @notice An operator has less magnitude, so its stakers have fewer shares. Only for the AllocationManager.
    function slashOperatorShares(
        address operator,
        OperatorSet calldata operatorSet,
        uint256 slashId,
        address strategy,
        uint64 magnitudeBefore,
        uint64 magnitudeAfter
    ) external returns (uint256 shares);
}

/// @title IDepositShares
/// @notice What the StrategyManager is told and asked by the DelegationManager.
interface IDepositShares {
    /// @notice A staker takes shares out. Only for the DelegationManager.
    function removeDepositShares(address staker, address strategy, uint256 shares) external returns (uint256 left);

    /// @notice A slash took shares. Only for the DelegationManager.
    function increaseBurnOrRedistributableShares(
        OperatorSet calldata operatorSet,
        uint256 slashId,
        address strategy,
        uint256 shares
    ) external;

    /// @notice What a staker has deposited: slashes do not show here.
    function getDeposits(address staker) external view returns (address[] memory strategies, uint256[] memory shares);
}

/// @title IVaultStrategy
/// @notice What a strategy is told by the StrategyManager.
interface IVaultStrategy is IStrategy {
    /// @notice Tokens have come. Only for the StrategyManager.
    function deposit(address token, uint256 amount) external returns (uint256 shares);

    /// @notice Sends what shares are worth. Only for the StrategyManager.
    function withdraw(address recipient, address token, uint256 shares) external returns (uint256 tokens);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {IAllocationManager} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IStrategyManager} from "../../interfaces/eigenlayer/IStrategyManager.sol";
import {IDelegatedShares, IDepositShares, IVaultStrategy} from "./Internals.sol";
import {Redistributions} from "./Redistributions.sol";

/// @title StrategyManager
/// @notice Deposits into the strategies that the factory made. EigenLayer 1.5 and 1.9: a slash can be cleared at once.
contract StrategyManager is Redistributions {
    using EnumerableSet for EnumerableSet.AddressSet;
    using SafeERC20 for IERC20;

    uint256 private constant MAX_STRATEGIES = 32;

    address private immutable FACTORY;

    mapping(address strategy => bool) private _isWhitelisted;
    mapping(address staker => EnumerableSet.AddressSet) private _strategiesOf;
    mapping(address staker => mapping(address strategy => uint256)) private _deposits;

    /// @notice The staker has not deposited that many shares.
    error SharesAmountTooHigh();

    constructor(
        IAllocationManager allocationManager,
        IDelegatedShares delegationManager,
        address factory
    ) Redistributions(allocationManager, delegationManager) {
        FACTORY = factory;
    }

    /// @notice Takes deposits into a strategy from now on. Only for the factory.
    function whitelist(address strategy) external {
        require(msg.sender == FACTORY, OnlyInternal());
        _isWhitelisted[strategy] = true;
    }

    /// @inheritdoc IStrategyManager
    function depositIntoStrategy(address strategy, address token, uint256 amount) external returns (uint256 shares) {
        require(_isWhitelisted[strategy], StrategyNotWhitelisted());
        IERC20(token).safeTransferFrom(msg.sender, strategy, amount);
        shares = IVaultStrategy(strategy).deposit(token, amount);
        uint256 before = _deposits[msg.sender][strategy];
        _deposits[msg.sender][strategy] = before + shares;
        _strategiesOf[msg.sender].add(strategy);
        require(_strategiesOf[msg.sender].length() <= MAX_STRATEGIES, MaxStrategiesExceeded());
        DELEGATION_MANAGER.increaseDelegatedShares(msg.sender, strategy, before, shares);
    }

    /// @inheritdoc IDepositShares
    function removeDepositShares(
        address staker,
        address strategy,
        uint256 shares
    ) external onlyDelegationManager returns (uint256 left) {
        uint256 before = _deposits[staker][strategy];
        require(shares <= before, SharesAmountTooHigh());
        left = before - shares;
        _deposits[staker][strategy] = left;
        if (left == 0) _strategiesOf[staker].remove(strategy);
    }

    /// @inheritdoc IDepositShares
    function getDeposits(address staker) external view returns (address[] memory strategies, uint256[] memory shares) {
        strategies = _strategiesOf[staker].values();
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < shares.length; ++i) shares[i] = _deposits[staker][strategies[i]];
    }
}

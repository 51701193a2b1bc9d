// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStrategy} from "../../interfaces/eigenlayer/IStrategy.sol";
import {IVaultStrategy} from "./Internals.sol";

/// @title Strategy
/// @notice Holds one token. A share is a token, unless somebody donates tokens, which then belong to all shares.
/// @dev A thousand shares and tokens that nobody has keep the first depositor from setting the price.
contract Strategy is IVaultStrategy {
    using SafeERC20 for IERC20;

    uint256 private constant VIRTUAL = 1e3;

    address private immutable STRATEGY_MANAGER;

    /// @inheritdoc IStrategy
    address public immutable underlyingToken; // solhint-disable-line immutable-vars-naming

    /// @inheritdoc IStrategy
    uint256 public totalShares;

    /// @notice Only the StrategyManager moves tokens.
    error OnlyStrategyManager();

    /// @notice The strategy holds another token.
    error OnlyUnderlyingToken();

    /// @notice The deposit is worth no share.
    error NewSharesZero();

    modifier onlyStrategyManager(address token) {
        require(msg.sender == STRATEGY_MANAGER, OnlyStrategyManager());
        require(token == underlyingToken, OnlyUnderlyingToken());
        _;
    }

    constructor(address strategyManager, address token) {
        STRATEGY_MANAGER = strategyManager;
        underlyingToken = token;
    }

    /// @inheritdoc IVaultStrategy
    function deposit(address token, uint256 amount) external onlyStrategyManager(token) returns (uint256 shares) {
        uint256 before = _balance() - amount;
        shares = Math.mulDiv(amount, totalShares + VIRTUAL, before);
        require(shares != 0, NewSharesZero());
        totalShares += shares;
    }

    /// @inheritdoc IVaultStrategy
    function withdraw(
        address recipient,
        address token,
        uint256 shares
    ) external onlyStrategyManager(token) returns (uint256 tokens) {
        tokens = sharesToUnderlyingView(shares);
        totalShares -= shares;
        IERC20(token).safeTransfer(recipient, tokens);
    }

    /// @inheritdoc IStrategy
    function sharesToUnderlyingView(uint256 shares) public view returns (uint256 tokens) {
        return Math.mulDiv(_balance(), shares, totalShares + VIRTUAL);
    }

    function _balance() private view returns (uint256) {
        return IERC20(underlyingToken).balanceOf(address(this)) + VIRTUAL;
    }
}

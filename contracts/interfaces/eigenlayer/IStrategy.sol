// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IStrategy
/// @notice EigenLayer 1.5 and later: holds one token, of which stakers have shares.
interface IStrategy {
    /// @notice The token that the strategy holds.
    function underlyingToken() external view returns (address);

    /// @notice What shares are worth in tokens now.
    function sharesToUnderlyingView(uint256 shares) external view returns (uint256 tokens);

    /// @notice All shares of the strategy.
    function totalShares() external view returns (uint256);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ICommonErrors
/// @notice EigenLayer 1.5 and later: what several of its contracts refuse for the same reasons.
interface ICommonErrors {
    /// @notice The caller is neither the account that the call is about, nor an admin or appointee of it.
    error InvalidPermissions();

    /// @notice EigenLayer's pausers have stopped this kind of call.
    error CurrentlyPaused();

    /// @notice An address must not be zero.
    error InputAddressZero();
}

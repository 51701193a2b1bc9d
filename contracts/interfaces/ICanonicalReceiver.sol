// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ICanonicalReceiver
/// @notice Rollup end of the canonical bridge, as far as a gateway's constructor must know it.
interface ICanonicalReceiver {
    /// @notice The gateway this receiver is for.
    function gateway() external view returns (address);
}

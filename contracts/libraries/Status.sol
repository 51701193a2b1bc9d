// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Status
/// @notice A rollup's life in the registry. 0 is a chain that the registry does not know.
library Status {
    uint8 internal constant PROPOSED = 1;
    uint8 internal constant ACTIVE = 2;
    /// @notice Sends are refused, deliveries go on.
    uint8 internal constant DRAINING = 3;
    uint8 internal constant RETIRED = 4;

    /// @notice Whether messages of a rollup with this status are heard.
    function isHeard(uint8 status) internal pure returns (bool) {
        return status == ACTIVE || status == DRAINING;
    }
}

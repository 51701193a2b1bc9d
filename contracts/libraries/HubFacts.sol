// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title HubFacts
/// @notice What a certificate must be to carry a fact of the hub (acceptance rules 3 and 4): fixed, no policy may change it.
library HubFacts {
    /// @notice Least weight behind it, in basis points of the table's.
    uint16 internal constant QUORUM_BPS = 6_667;

    /// @notice Most seconds since its batch was issued.
    uint256 internal constant MAX_AGE = 6 hours;
}

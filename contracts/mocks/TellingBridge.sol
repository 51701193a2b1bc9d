// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Refutation, Refutations} from "../libraries/Refutations.sol";

/// @title TellingBridge
/// @notice Stands where the hub's end of a canonical bridge stands, and says whatever a test tells it.
contract TellingBridge {
    /// @notice Whether a test has told it.
    mapping(bytes32 refutationHash => bool) public isRefuted;

    /// @notice Says from now on that the gateway has refuted this.
    function tell(Refutation calldata refutation) external {
        isRefuted[Refutations.hash(refutation)] = true;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Remembers what must never happen.
contract Breaches {
    /// @notice The first breach of each invariant of docs/invariants.md, by its number; empty if there is none.
    mapping(uint256 number => string) public breaches;

    function breach(uint256 number, string memory what) public {
        if (bytes(breaches[number]).length == 0) breaches[number] = what;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ThirstyTarget
/// @notice Does what it is told, which takes about 300 000 gas.
contract ThirstyTarget {
    /// @notice What was set.
    uint256 public number;
    mapping(uint256 => uint256) private _work;

    /// @notice Works, then sets.
    function set(uint256 next) external {
        for (uint256 i = 0; i < 13; ++i) _work[i] = next;
        number = next;
    }
}

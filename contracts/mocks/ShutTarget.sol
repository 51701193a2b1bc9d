// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title ShutTarget
/// @notice Keeps a number that one account may set, once somebody opened it.
contract ShutTarget {
    /// @notice The caller is not the account that may set the number.
    error NotTheMaster(address caller, address master);

    /// @notice Nobody opened it yet.
    error StillShut();

    /// @notice Who may set the number.
    address public immutable MASTER;

    /// @notice The number.
    uint256 public number;

    bool private _isOpen;

    constructor(address master) {
        MASTER = master;
    }

    /// @notice Lets the number be set from now on.
    function open() external {
        _isOpen = true;
    }

    /// @notice Sets the number.
    function set(uint256 next) external {
        require(msg.sender == MASTER, NotTheMaster(msg.sender, MASTER));
        require(_isOpen, StillShut());
        number = next;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title ReentrantERC20
/// @notice A token that calls something whenever it moves. Its code can be put where a FreeERC20 was: balances stay.
contract ReentrantERC20 is ERC20 {
    /// @dev Whom it calls; nobody while zero.
    address private _target;

    /// @dev What it calls.
    bytes private _data;

    constructor() ERC20("Reentrant", "RE") {}

    /// @notice Arms it. Anyone may call.
    function arm(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target != address(0)) Address.functionCall(_target, _data);
    }
}

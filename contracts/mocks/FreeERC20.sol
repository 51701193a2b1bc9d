// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title FreeERC20
/// @notice A token that anyone mints. Its code also works where it is put without its constructor, only nameless.
contract FreeERC20 is ERC20 {
    constructor() ERC20("Free", "FREE") {}

    /// @notice Mints tokens. Anyone may call.
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}

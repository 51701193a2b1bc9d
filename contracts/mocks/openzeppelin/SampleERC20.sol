// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Pausable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Pausable.sol";

/// @title SampleERC20
/// @notice A token that its owner mints and can pause.
contract SampleERC20 is ERC20Pausable, Ownable {
    constructor() ERC20("Sample", "SMP") Ownable(msg.sender) {}

    /// @notice Mints tokens. Only the owner.
    function mint(address account, uint256 amount) external onlyOwner {
        _mint(account, amount);
    }

    /// @notice Stops all transfers. Only the owner.
    function pause() external onlyOwner {
        _pause();
    }

    /// @notice Lets transfers happen again. Only the owner.
    function unpause() external onlyOwner {
        _unpause();
    }
}

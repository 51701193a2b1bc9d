// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Supply} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Supply.sol";

/// @title SampleERC1155
/// @notice Kinds of tokens that the owner mints.
contract SampleERC1155 is ERC1155Supply, Ownable {
    constructor() ERC1155("") Ownable(msg.sender) {}

    /// @notice Mints tokens of a kind. Only the owner.
    function mint(address account, uint256 id, uint256 amount) external onlyOwner {
        _mint(account, id, amount, "");
    }
}

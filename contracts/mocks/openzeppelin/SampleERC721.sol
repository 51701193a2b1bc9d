// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title SampleERC721
/// @notice A collection that its owner mints.
contract SampleERC721 is ERC721, Ownable {
    constructor() ERC721("Sample", "SMP") Ownable(msg.sender) {}

    /// @notice Mints a token. Only the owner.
    function mint(address account, uint256 tokenId) external onlyOwner {
        _mint(account, tokenId);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC721} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC721.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @title LockingERC721Bridge
/// @notice OpenZeppelin's BridgeERC721 as it is: each side holds what is on the other.
contract LockingERC721Bridge is BridgeERC721, Ownable {
    constructor(
        IERC721 token
    ) BridgeERC721(token) CrosschainLinked(new CrosschainLinked.Link[](0)) Ownable(msg.sender) {}

    /// @notice Links the bridge of another chain. Only the owner, once for a chain.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC1155} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC1155.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";

/// @title LockingERC1155Bridge
/// @notice OpenZeppelin's BridgeERC1155 as it is: locks tokens here, releases them when they come back.
contract LockingERC1155Bridge is BridgeERC1155, Ownable {
    constructor(
        IERC1155 token
    ) BridgeERC1155(token) CrosschainLinked(new CrosschainLinked.Link[](0)) Ownable(msg.sender) {}

    /// @notice Links the bridge of another chain. Only the owner, once for a chain.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC7802} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC7802.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";

/// @title MintingERC20Bridge
/// @notice OpenZeppelin's BridgeERC7802 as it is: mints tokens that arrive, burns those that leave.
contract MintingERC20Bridge is BridgeERC7802, Ownable {
    constructor(
        IERC7802 token
    ) BridgeERC7802(token) CrosschainLinked(new CrosschainLinked.Link[](0)) Ownable(msg.sender) {}

    /// @notice Links the bridge of another chain. Only the owner, once for a chain.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC20} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title LockingERC20Bridge
/// @notice OpenZeppelin's BridgeERC20 as it is: locks tokens here, releases them when they come back.
contract LockingERC20Bridge is BridgeERC20, Ownable {
    constructor(IERC20 token) BridgeERC20(token) CrosschainLinked(new CrosschainLinked.Link[](0)) Ownable(msg.sender) {}

    /// @notice Links the bridge of another chain. Only the owner, once for a chain.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Crosschain} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Crosschain.sol";
import {ERC1155Supply} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Supply.sol";

/// @title SampleERC1155Crosschain
/// @notice OpenZeppelin's ERC1155Crosschain as it is, the token with the bridge inside: mints what arrives, burns what
/// leaves.
contract SampleERC1155Crosschain is ERC1155Crosschain, ERC1155Supply, Ownable {
    constructor() ERC1155("") CrosschainLinked(new CrosschainLinked.Link[](0)) Ownable(msg.sender) {}

    /// @notice Links the bridge of another chain. Only the owner, once for a chain.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }

    function _update(
        address from,
        address to,
        uint256[] memory ids,
        uint256[] memory values
    ) internal override(ERC1155, ERC1155Supply) {
        super._update(from, to, ids, values);
    }
}

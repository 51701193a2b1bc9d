// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";

/// @title ShutERC1155Receiver
/// @notice Refuses batches of tokens until somebody opens it.
contract ShutERC1155Receiver is ERC1155Holder {
    /// @notice Nobody opened it yet.
    error StillShut();

    bool private _isOpen;

    /// @notice Lets tokens in from now on.
    function open() external {
        _isOpen = true;
    }

    /// @inheritdoc ERC1155Holder
    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] memory ids,
        uint256[] memory values,
        bytes memory data
    ) public override returns (bytes4) {
        require(_isOpen, StillShut());
        return super.onERC1155BatchReceived(operator, from, ids, values, data);
    }
}

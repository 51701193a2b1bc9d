// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Bridgeable} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20Bridgeable.sol";

/// @title SampleERC7802
/// @notice A token that exists only as far as bridges with the role mint it.
contract SampleERC7802 is ERC20Bridgeable, AccessControl {
    /// @notice Who may mint what arrives and burn what leaves.
    bytes32 public constant TOKEN_BRIDGE = keccak256("TOKEN_BRIDGE");

    constructor() ERC20("Sample", "SMP") {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    }

    /// @inheritdoc AccessControl
    function supportsInterface(bytes4 interfaceId) public view override(ERC20Bridgeable, AccessControl) returns (bool) {
        return super.supportsInterface(interfaceId);
    }

    function _checkTokenBridge(address caller) internal view override {
        _checkRole(TOKEN_BRIDGE, caller);
    }
}

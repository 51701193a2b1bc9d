// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title SampleVotes
/// @notice A token that votes; the deployer has all of it.
contract SampleVotes is ERC20Votes {
    constructor(uint256 supply) ERC20("Sample votes", "SMPV") EIP712("Sample votes", "1") {
        _mint(msg.sender, supply);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Where a contract will be.
library Nonces {
    /// @notice The address of what `deployer` creates with a nonce below 128.
    function at(address deployer, uint256 nonce) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", deployer, uint8(nonce))))));
    }
}

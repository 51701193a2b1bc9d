// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Interoperable
/// @notice Writes ERC-7930 version 1 addresses of EVM chains, as OpenZeppelin's `InteroperableAddress.formatEvmV1` does.
/// @dev Written out because every send and every delivery needs it: 250 gas instead of 900. A fuzz test holds both equal;
/// everything else about ERC-7930 is OpenZeppelin's.
library Interoperable {
    /// @notice `0x00010000 | length of the chain reference | chain reference | 0x14 | account`.
    function format(uint64 chainId, address account) internal pure returns (bytes memory formatted) {
        assembly ("memory-safe") {
            let referenceBytes := add(1, gt(chainId, 0xff))
            if gt(chainId, 0xffff) {
                referenceBytes := add(add(3, gt(chainId, 0xffffff)), gt(chainId, 0xffffffff))
                referenceBytes := add(referenceBytes, add(gt(chainId, 0xffffffffff), gt(chainId, 0xffffffffffff)))
                referenceBytes := add(referenceBytes, gt(chainId, 0xffffffffffffff))
            }
            formatted := mload(0x40)
            mstore(formatted, add(26, referenceBytes))
            mstore(add(formatted, 0x40), 0)
            // Each store overwrites the zeros that the one before left behind its own bytes.
            mstore(add(formatted, 0x20), shl(216, or(0x0001000000, referenceBytes)))
            mstore(add(formatted, 0x25), shl(sub(256, shl(3, referenceBytes)), chainId))
            mstore(add(formatted, add(0x25, referenceBytes)), shl(88, or(shl(160, 20), account)))
            mstore(0x40, add(formatted, 0x60))
        }
    }
}

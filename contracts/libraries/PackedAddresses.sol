// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title PackedAddresses
/// @notice Addresses one behind the other, 20 bytes each, as they are kept in code.
library PackedAddresses {
    uint256 internal constant BYTES_EACH = 20;

    /// @notice Packs a list.
    function pack(address[] memory list) internal pure returns (bytes memory packed) {
        packed = new bytes(list.length * BYTES_EACH);
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 word = uint256(uint160(list[i])) << 96;
            assembly ("memory-safe") {
                // Twelve bytes beyond are the next address's, or zeros of the array's padding and of free memory.
                mstore(add(add(packed, 0x20), mul(i, 20)), word)
            }
        }
    }

    /// @notice `count` addresses from the one at `first` on, which the caller knows to be there.
    function unpack(bytes memory packed, uint256 first, uint256 count) internal pure returns (address[] memory list) {
        list = new address[](count);
        assembly ("memory-safe") {
            let from := add(add(packed, 0x20), mul(first, 20))
            let to := add(list, 0x20)
            for {
                let end := add(to, shl(5, count))
            } lt(to, end) {
                from := add(from, 20)
                to := add(to, 0x20)
            } {
                mstore(to, shr(96, mload(from)))
            }
        }
    }

    /// @notice The address at a place that the caller knows to be there.
    function at(bytes memory packed, uint256 index) internal pure returns (address) {
        return behind(packed, index * BYTES_EACH);
    }

    /// @notice The address behind so many bytes, which the caller knows to be there.
    function behind(bytes memory data, uint256 offset) internal pure returns (address found) {
        assembly ("memory-safe") {
            found := shr(96, mload(add(add(data, 0x20), offset)))
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Code
/// @notice Bytes kept as the code of a contract of their own: written once, read for the price of one cold account.
library Code {
    /// @dev Init code that returns what follows it: PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE,
    /// RETURN. The size goes into bits 56 to 71.
    uint80 private constant RETURN_THE_REST = 0x610000_80_600a_3d_39_3d_f3;

    /// @dev EIP-170, without the leading STOP.
    uint256 private constant MOST_BYTES = 24_575;

    /// @notice More bytes than a contract's code can hold.
    error TooManyBytes(uint256 found, uint256 limit);

    /// @notice The bytes could not be stored.
    error BytesNotStored();

    /// @notice Stores `data` behind a STOP, so that nobody can run it.
    function store(bytes memory data) internal returns (address pointer) {
        require(data.length <= MOST_BYTES, TooManyBytes(data.length, MOST_BYTES));
        // The size fits 16 bits.
        bytes memory initCode = abi.encodePacked(
            bytes10(RETURN_THE_REST | (uint80(data.length + 1) << 56)),
            hex"00",
            data
        );
        assembly ("memory-safe") {
            pointer := create(0, add(initCode, 0x20), mload(initCode))
        }
        require(pointer != address(0), BytesNotStored());
    }

    /// @notice What `store` stored at `pointer`; empty for the zero address.
    function read(address pointer) internal view returns (bytes memory data) {
        if (pointer == address(0)) return data;
        uint256 size = pointer.code.length - 1;
        data = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(pointer, add(data, 0x20), 1, size)
        }
    }
}

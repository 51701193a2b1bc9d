// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BN254, G1Point} from "./BN254.sol";

/// @title OperatorTable
/// @notice The members of an operator set for one epoch: packed rows `key x 32 | key y 32 | weight 12`, kept as the
/// code of a contract of its own: `00 | aggregate key x 32 | y 32 | total weight 16 | rows`.
/// @dev Code is the cheapest place to read from: one cold account instead of two cold slots a row.
library OperatorTable {
    using BN254 for G1Point;

    /// @notice What a table says as a whole.
    struct Summary {
        G1Point aggregateKey;
        uint128 totalWeight;
    }

    uint256 internal constant MAX_ROWS = 256;
    uint256 internal constant ROW_BYTES = 76;

    /// @dev STOP, aggregate key, total weight.
    uint256 private constant ROWS_AT = 81;

    /// @dev Init code that returns what follows it: PUSH2 size, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY,
    /// RETURNDATASIZE, RETURN. The size goes into bits 56 to 71.
    uint80 private constant RETURN_THE_REST = 0x610000_80_600a_3d_39_3d_f3;

    /// @notice The rows are not a whole number of rows, or not 1 to 256 of them.
    error RowBytes(uint256 found);

    /// @notice A row without weight has no place in a table.
    error WeightlessRow(uint256 row);

    /// @notice The table's code could not be stored.
    error TableNotStored();

    /// @notice The absentee word names rows that the table does not have.
    error AbsenteeBeyondTable(uint256 nonSigners, uint256 rows);

    /// @notice Checks `rows`, sums them up and stores them as code.
    /// @return pointer The address whose code is the table.
    function store(bytes memory rows) internal returns (address pointer) {
        (G1Point memory aggregateKey, uint128 totalWeight) = sum(rows);
        uint256 size = ROWS_AT + rows.length;
        // `size` fits 16 bits: at most 81 + 256 · 76 = 19 537.
        bytes memory initCode = abi.encodePacked(
            bytes10(RETURN_THE_REST | (uint80(size) << 56)),
            hex"00",
            aggregateKey.x,
            aggregateKey.y,
            totalWeight,
            rows
        );
        assembly ("memory-safe") {
            pointer := create(0, add(initCode, 0x20), mload(initCode))
        }
        require(pointer != address(0), TableNotStored());
    }

    /// @notice Aggregate key and total weight of packed rows: 1 to 256 of them, each a real point of the curve with a
    /// weight above zero, and keys that do not cancel each other out.
    function sum(bytes memory rows) internal view returns (G1Point memory aggregateKey, uint128 totalWeight) {
        uint256 count = rows.length / ROW_BYTES;
        require(rows.length % ROW_BYTES == 0 && count != 0 && count <= MAX_ROWS, RowBytes(rows.length));
        G1Point memory key;
        for (uint256 row = 0; row < count; ++row) {
            uint256 at = row * ROW_BYTES;
            key.x = _word(rows, at);
            key.y = _word(rows, at + 32);
            key.requireReal();
            // The word that ends with the row holds its weight in the low 12 bytes.
            uint96 weight = uint96(_word(rows, at + ROW_BYTES - 32));
            require(weight != 0, WeightlessRow(row));
            aggregateKey.addInPlace(key);
            totalWeight += weight;
        }
        aggregateKey.requireReal();
    }

    /// @notice Reads what the table stored at `pointer` says as a whole.
    function summary(address pointer) internal view returns (Summary memory read) {
        G1Point memory aggregateKey = read.aggregateKey;
        assembly ("memory-safe") {
            // The point's two words, then the weight's 16 bytes.
            let copy := mload(0x40)
            extcodecopy(pointer, copy, 1, 0x50)
            mcopy(aggregateKey, copy, 0x40)
            mstore(add(read, 0x20), shr(128, mload(add(copy, 0x40))))
        }
    }

    /// @notice How many rows the table stored at `pointer` has.
    function rowsOf(address pointer) internal view returns (uint256) {
        return (pointer.code.length - ROWS_AT) / ROW_BYTES;
    }

    /// @notice The weight of each row of the table stored at `pointer`; none for the zero address.
    function weights(address pointer) internal view returns (uint96[] memory each) {
        bytes memory rows = packedRows(pointer);
        each = new uint96[](rows.length / ROW_BYTES);
        // The word that ends with a row holds its weight in the low 12 bytes.
        for (uint256 row = 0; row < each.length; ++row) each[row] = uint96(_word(rows, (row + 1) * ROW_BYTES - 32));
    }

    /// @notice The packed rows of the table stored at `pointer`; none for the zero address.
    function packedRows(address pointer) internal view returns (bytes memory packed) {
        if (pointer == address(0)) return packed;
        uint256 size = pointer.code.length - ROWS_AT;
        packed = new bytes(size);
        assembly ("memory-safe") {
            extcodecopy(pointer, add(packed, 0x20), ROWS_AT, size)
        }
    }

    /// @notice Sums up keys and weights of the rows that the absentee word `nonSigners` names (bit i = row i).
    function absent(address pointer, uint256 nonSigners) internal view returns (G1Point memory keys, uint256 weight) {
        uint256 rows = rowsOf(pointer);
        require(rows == MAX_ROWS || nonSigners >> rows == 0, AbsenteeBeyondTable(nonSigners, rows));
        // A row as it lies in the code: the key's two words, and the weight at the top of a third.
        G1Point memory key;
        assembly ("memory-safe") {
            key := mload(0x40)
            mstore(0x40, add(key, 0x60))
        }
        // Unchecked: 256 weights of 96 bits fit 104 bits; the lowest bit that is set is taken away each time.
        unchecked {
            for (; nonSigners != 0; nonSigners &= nonSigners - 1) {
                uint256 at = ROWS_AT + Math.log2(nonSigners & (~nonSigners + 1)) * ROW_BYTES;
                assembly ("memory-safe") {
                    extcodecopy(pointer, key, at, ROW_BYTES)
                    weight := add(weight, shr(160, mload(add(key, 0x40))))
                }
                keys.addInPlace(key);
            }
        }
    }

    function _word(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}

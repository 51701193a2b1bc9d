// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title PageTree
/// @notice The positional Merkle tree of a page: 256 leaves, depth 8, node = keccak256(left ‖ right). An empty place
/// is the zero leaf.
library PageTree {
    /// @notice Messages of a page.
    uint256 internal constant PAGE_SIZE = 256;

    /// @notice Levels of a page's tree.
    uint256 internal constant DEPTH = 8;

    /// @notice The proof holds more or fewer siblings than the run needs.
    error RangeProofLength(uint256 found, uint256 required);

    /// @notice The run would reach past the page.
    error RunBeyondPage(uint256 end, uint256 limit);

    /// @notice The run is empty.
    error EmptyRun();

    /// @notice Root of the page that holds `leaves` side by side from `firstIndex` on.
    /// @dev Siblings stand in the order in which they are used: from the leaves up, on each level the left one if the
    /// range begins odd, then the right one if it ends even. Overwrites `leaves`.
    function rootOfRun(
        bytes32[] memory leaves,
        uint256 firstIndex,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32) {
        uint256 width = leaves.length;
        require(width != 0, EmptyRun());
        require(
            firstIndex < PAGE_SIZE && width <= PAGE_SIZE - firstIndex,
            RunBeyondPage(firstIndex + width, PAGE_SIZE)
        );
        uint256 required = siblingCount(firstIndex, width);
        require(siblings.length == required, RangeProofLength(siblings.length, required));

        uint256 used = 0;
        // Unchecked: every index is below `width` ≤ 256, and `used` ends at `siblings.length`, as just counted.
        unchecked {
            for (uint256 level = 0; level < DEPTH; ++level) {
                uint256 read = 0;
                uint256 written = 0;
                if (firstIndex & 1 == 1) {
                    leaves[0] = Hashes.efficientKeccak256(siblings[used++], leaves[0]);
                    read = 1;
                    written = 1;
                }
                for (; read + 1 < width; read += 2) {
                    leaves[written++] = Hashes.efficientKeccak256(leaves[read], leaves[read + 1]);
                }
                if (read < width) {
                    leaves[written++] = Hashes.efficientKeccak256(leaves[read], siblings[used++]);
                }
                width = written;
                firstIndex >>= 1;
            }
        }
        return leaves[0];
    }

    /// @notice How many siblings prove a run of `width` leaves from `firstIndex` on.
    function siblingCount(uint256 firstIndex, uint256 width) internal pure returns (uint256 count) {
        // Unchecked: callers checked firstIndex + width ≤ 256 and width ≥ 1, so nothing leaves the range 0…256.
        unchecked {
            uint256 lastIndex = firstIndex + width - 1;
            for (uint256 level = 0; level < DEPTH; ++level) {
                count += (firstIndex & 1) + (~lastIndex & 1);
                firstIndex >>= 1;
                lastIndex >>= 1;
            }
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

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
        // Unchecked: both are lengths or indexes of what is in memory or calldata.
        unchecked {
            require(firstIndex + width <= PAGE_SIZE, RunBeyondPage(firstIndex + width, PAGE_SIZE));
        }
        uint256 used;

        bytes32 root;
        assembly ("memory-safe") {
            let nodes := add(leaves, 0x20)
            let sibling := siblings.offset
            let level := 0
            for {} and(lt(level, DEPTH), gt(width, 1)) {
                level := add(level, 1)
            } {
                let from := nodes
                let to := nodes
                let end := add(nodes, shl(5, width))
                if and(firstIndex, 1) {
                    mstore(0x00, calldataload(sibling))
                    mstore(0x20, mload(nodes))
                    mstore(nodes, keccak256(0x00, 0x40))
                    sibling := add(sibling, 0x20)
                    from := add(nodes, 0x20)
                    to := from
                }
                // Neighbours lie side by side already; their parent takes a place that was read before.
                for {} lt(add(from, 0x20), end) {
                    from := add(from, 0x40)
                } {
                    mstore(to, keccak256(from, 0x40))
                    to := add(to, 0x20)
                }
                if lt(from, end) {
                    mstore(0x00, mload(from))
                    mstore(0x20, calldataload(sibling))
                    mstore(to, keccak256(0x00, 0x40))
                    sibling := add(sibling, 0x20)
                    to := add(to, 0x20)
                }
                width := shr(5, sub(to, nodes))
                firstIndex := shr(1, firstIndex)
            }
            // From here on one node climbs, with one sibling a level, on whichever side it stands.
            root := mload(nodes)
            for {
                let top := add(sibling, shl(5, sub(DEPTH, level)))
            } lt(sibling, top) {
                sibling := add(sibling, 0x20)
            } {
                let side := shl(5, and(firstIndex, 1))
                mstore(side, root)
                mstore(xor(side, 0x20), calldataload(sibling))
                root := keccak256(0x00, 0x40)
                firstIndex := shr(1, firstIndex)
            }
            used := shr(5, sub(sibling, siblings.offset))
        }
        // What lies behind the proof was read as siblings where there were too few, and means nothing.
        require(siblings.length == used, RangeProofLength(siblings.length, used));
        return root;
    }
}

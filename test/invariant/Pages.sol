// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A page as an honest operator rebuilds it, level by level: its root, and the siblings of any run.
library Pages {
    uint256 private constant DEPTH = 8;

    struct Levels {
        bytes32[][9] nodes;
        bytes32[9] empty;
    }

    /// @notice All levels above these leaves; the rest of the 256 places is empty.
    function build(bytes32[] memory leaves) internal pure returns (Levels memory levels) {
        levels.nodes[0] = leaves;
        for (uint256 level = 0; level < DEPTH; ++level) {
            levels.nodes[level + 1] = _parents(levels.nodes[level], levels.empty[level]);
            levels.empty[level + 1] = keccak256(abi.encode(levels.empty[level], levels.empty[level]));
        }
    }

    function root(Levels memory levels) internal pure returns (bytes32) {
        return levels.nodes[DEPTH][0];
    }

    /// @notice Siblings of a run: from the leaves up, the left one if it begins odd, then the right one if it ends even.
    function proof(Levels memory levels, uint256 first, uint256 width) internal pure returns (bytes32[] memory used) {
        used = new bytes32[](2 * DEPTH);
        uint256 last = first + width - 1;
        uint256 size = 0;
        for (uint256 level = 0; level < DEPTH; ++level) {
            bytes32[] memory row = levels.nodes[level];
            if (first % 2 == 1) used[size++] = row[first - 1];
            if (last % 2 == 0) used[size++] = last + 1 < row.length ? row[last + 1] : levels.empty[level];
            (first, last) = (first / 2, last / 2);
        }
        assembly ("memory-safe") {
            mstore(used, size)
        }
    }

    /// @dev In assembly because campaigns build many thousands of full pages.
    function _parents(bytes32[] memory nodes, bytes32 empty) private pure returns (bytes32[] memory parents) {
        parents = new bytes32[]((nodes.length + 1) / 2);
        assembly ("memory-safe") {
            let from := add(nodes, 0x20)
            let end := add(from, shl(5, mload(nodes)))
            let to := add(parents, 0x20)
            for {} lt(add(from, 0x20), end) {
                from := add(from, 0x40)
            } {
                mstore(to, keccak256(from, 0x40))
                to := add(to, 0x20)
            }
            if lt(from, end) {
                mstore(0, mload(from))
                mstore(0x20, empty)
                mstore(to, keccak256(0, 0x40))
            }
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Messages} from "./Messages.sol";
import {PageTree} from "./PageTree.sol";

/// @title PageHistory
/// @notice What a page was at each of its counts, told from its message ids.
library PageHistory {
    /// @notice The lane's head after `messageIds`, from the head before them.
    /// @dev The plain twin is `Messages.nextHead` for one id after another, six times as dear.
    function fold(bytes32 chainHead, bytes32[] calldata messageIds) internal pure returns (bytes32 head) {
        head = chainHead;
        bytes32 step = Messages.LANE_STEP;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, step)
            let at := messageIds.offset
            let end := add(at, shl(5, messageIds.length))
            for {} lt(at, end) {
                at := add(at, 0x20)
            } {
                mstore(add(words, 0x20), head)
                mstore(add(words, 0x40), calldataload(at))
                head := keccak256(words, 0x60)
            }
        }
    }

    /// @notice Root of the page that holds `messageIds` from its beginning, and nothing behind them.
    function root(bytes32[] calldata messageIds) internal pure returns (bytes32) {
        uint256 count = messageIds.length;
        require(count <= PageTree.PAGE_SIZE, PageTree.RunBeyondPage(count, PageTree.PAGE_SIZE));
        bytes32[] memory leaves = new bytes32[](PageTree.PAGE_SIZE);
        assembly ("memory-safe") {
            // No more than the list was made for.
            calldatacopy(add(leaves, 0x20), messageIds.offset, shl(5, count))
        }
        // A whole page needs no sibling.
        return PageTree.rootOfRun(leaves, 0, messageIds[:0]);
    }
}

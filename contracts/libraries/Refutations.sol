// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Page} from "./Statements.sol";

/// @notice What a source gateway says about one page of a lane of its own. Either what the page truly was at `count`
/// (`isNotYet` false, `timestamp` zero, timeless); or that by `timestamp` it held no more than `count` messages (`isNotYet`, root
/// and head zero).
struct Refutation {
    uint64 sourceChainId;
    address sourceGateway;
    uint64 destinationChainId;
    address destinationGateway;
    uint64 pageIndex;
    bool isNotYet;
    uint16 count;
    bytes32 root;
    bytes32 chainHead;
    uint64 timestamp;
}

/// @title Refutations
/// @notice Both are true sentences of a gateway about itself: it says what is true, not what is accused, and the hub compares.
library Refutations {
    /// @notice What the canonical bridge's hub end remembers.
    function hash(Refutation memory refutation) internal pure returns (bytes32) {
        return keccak256(abi.encode(refutation));
    }

    /// @notice Whether a page cannot be true if the refutation is.
    function convicts(Refutation memory refutation, Page memory page) internal pure returns (bool) {
        bool isOfPage =
            refutation.sourceChainId == page.sourceChainId &&
                refutation.sourceGateway == page.sourceGateway &&
                refutation.destinationChainId == page.destinationChainId &&
                refutation.destinationGateway == page.destinationGateway &&
                refutation.pageIndex == page.pageIndex;
        if (!isOfPage) return false;
        if (refutation.isNotYet) return page.count > refutation.count && refutation.timestamp > page.sourceTimestamp;
        return
            refutation.count == page.count && (refutation.root != page.root || refutation.chainHead != page.chainHead);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Page} from "./Statements.sol";

/// @notice What a gateway must know of a source to hear it, in one storage slot: gateway and set from the directory, the
/// rest from the policy. `gateway` is zero for a source that is not heard.
struct Source {
    address gateway;
    uint32 operatorSetId;
    uint24 maxAgeSeconds;
    uint16 quorumBps;
    uint8 minFinality;
    uint8 minTotalWeightLog2;
    uint8 flags;
}

/// @notice What a rollup demands of a source. A field is tighter when it lets less through.
struct SourcePolicy {
    /// @dev Most seconds between a batch's `issuedAt` and a delivery under it. Above 0. Mainnet: 86 400.
    uint24 maxAgeSeconds;
    /// @dev Least weight behind a certificate, in basis points of the table's. 6 667 to 10 000.
    uint16 quorumBps;
    /// @dev Least finality of a page: 1 latest, 2 safe, 3 final. Mainnet: 3.
    uint8 minFinality;
    /// @dev Least total weight of the operator table, as a power of two: 2^n, hence never zero. At most 104. Mainnet: 80, which
    /// is 1.2 million whole tokens of 18 decimals.
    uint8 minTotalWeightLog2;
    /// @dev Whether pages of a source that cannot be refuted are taken.
    bool acceptsIrrefutable;
    /// @dev Whether nothing of the source is taken.
    bool refused;
    /// @dev Messages that may be delivered in an hour; `type(uint32).max` for no limit.
    uint32 messagesPerHour;
}

/// @notice Who stands behind the batch that a page statement is in.
struct Backing {
    uint32 operatorSetId;
    uint64 issuedAt;
    uint16 signedBps;
    uint128 totalWeight;
}

/// @title Acceptance
/// @notice Acceptance rule 2: which page statements a rollup takes from whom. The same list in the same order wherever a
/// page enters, so that no weak set speaks for a strong source.
library Acceptance {
    /// @dev Set by the directory: lies of the source cannot be proven on the hub.
    uint8 internal constant IRREFUTABLE = 1;

    /// @dev Set by the policy.
    uint8 internal constant ACCEPTS_IRREFUTABLE = 2;
    uint8 internal constant REFUSED = 4;
    uint8 internal constant LIMITED = 8;

    /// @dev Set by the policy while its operators have the source halted, or had until a while ago.
    uint8 internal constant HALTED = 16;

    /// @notice `messagesPerHour` of a policy without limit.
    uint32 internal constant NO_LIMIT = type(uint32).max;

    uint8 internal constant FINAL = 3;
    uint256 internal constant MAX_COUNT = 256;
    uint256 internal constant MAX_PAGE_INDEX = 2 ** 56 - 1;

    /// @notice The directory knows no such source, or does not let it speak.
    error SourceNotAccepted(uint64 chainId);

    /// @notice Another operator set than the source's own speaks.
    error WrongOperatorSet(uint32 found, uint32 required);

    /// @notice The rollup's owner refuses the source.
    error SourceRefused(uint64 chainId);

    /// @notice The source's operators have it halted, up to and with the second `until`.
    error StillHalted(uint64 chainId, uint256 until);

    /// @notice The operator table has too little weight as a whole: less than 2^`requiredLog2`.
    error TableTooLight(uint128 found, uint8 requiredLog2);

    /// @notice The signers have too little of the table's weight.
    error QuorumNotReached(uint16 signedBps, uint16 requiredBps);

    /// @notice The page is less final than the policy asks, or has no finality of the protocol.
    error FinalityOutOfRange(uint8 found, uint8 least, uint8 most);

    /// @notice Lies of the source cannot be proven on the hub, and the policy does not take that.
    error SourceIrrefutable(uint64 chainId);

    /// @notice The page's gateway is neither the source's present one nor one whose time is not over yet.
    error SourceGatewayNotAccepted(uint64 chainId, address gateway);

    /// @notice A chain does not send to itself.
    error SourceIsHere(uint64 chainId);

    /// @notice The page is for another gateway.
    error WrongDestination(uint64 chainId, address gateway);

    /// @notice A page holds 1 to 256 messages.
    error CountOutOfRange(uint16 found, uint256 most);

    /// @notice No nonce of the lane can be in the page.
    error PageIndexOutOfRange(uint64 found, uint256 most);

    /// @notice No page has this root.
    error RootZero();

    /// @notice The page is from after the batch.
    error PageFromFuture(uint64 sourceTimestamp, uint64 issuedAt);

    /// @notice The first part of rule 2: the source, and who speaks for it. Whether `page.sourceGateway` is another one
    /// that is still heard is the caller's to look up.
    function requireSpeaker(Source memory source, Backing memory backing, Page calldata page) internal pure {
        require(
            source.operatorSetId == backing.operatorSetId,
            WrongOperatorSet(backing.operatorSetId, source.operatorSetId)
        );
        if (source.flags & REFUSED != 0) revert SourceRefused(page.sourceChainId);
        uint8 log2 = source.minTotalWeightLog2;
        require(backing.totalWeight >> log2 != 0, TableTooLight(backing.totalWeight, log2));
        require(backing.signedBps >= source.quorumBps, QuorumNotReached(backing.signedBps, source.quorumBps));
        uint8 finality = page.finality;
        require(
            finality >= source.minFinality && finality <= FINAL,
            FinalityOutOfRange(finality, source.minFinality, FINAL)
        );
        if (isIrrefutable(source)) revert SourceIrrefutable(page.sourceChainId);
    }

    /// @notice Reverts unless the directory lets the source speak at all.
    function requireHeard(Source memory source, Page calldata page) internal pure {
        if (source.gateway == address(0)) revert SourceNotAccepted(page.sourceChainId);
    }

    /// @notice The last part of rule 2: what any page must be.
    function requireWellFormed(Page calldata page, uint64 issuedAt) internal pure {
        uint16 count = page.count;
        require(count != 0 && count <= MAX_COUNT, CountOutOfRange(count, MAX_COUNT));
        uint64 pageIndex = page.pageIndex;
        require(pageIndex <= MAX_PAGE_INDEX, PageIndexOutOfRange(pageIndex, MAX_PAGE_INDEX));
        require(page.root != 0, RootZero());
        uint64 sourceTimestamp = page.sourceTimestamp;
        require(sourceTimestamp <= issuedAt, PageFromFuture(sourceTimestamp, issuedAt));
    }

    /// @notice Writes what the rollup's owner demands into `source`, and whether its operators have it halted.
    function demand(Source memory source, SourcePolicy memory policy, bool isHalted) internal pure {
        source.maxAgeSeconds = policy.maxAgeSeconds;
        source.quorumBps = policy.quorumBps;
        source.minFinality = policy.minFinality;
        source.minTotalWeightLog2 = policy.minTotalWeightLog2;
        source.flags &= IRREFUTABLE;
        if (policy.acceptsIrrefutable) source.flags |= ACCEPTS_IRREFUTABLE;
        if (policy.refused) source.flags |= REFUSED;
        if (policy.messagesPerHour != NO_LIMIT) source.flags |= LIMITED;
        if (isHalted) source.flags |= HALTED;
    }

    /// @notice Whether lies of the source cannot be proven and the policy does not take that.
    function isIrrefutable(Source memory source) internal pure returns (bool) {
        return source.flags & (IRREFUTABLE | ACCEPTS_IRREFUTABLE) == IRREFUTABLE;
    }
}

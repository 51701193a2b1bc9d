// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Page} from "./Statements.sol";

/// @notice What a gateway must know of a source to hear it, in one storage slot: gateway and set from the directory, the
/// rest from the policy. `gateway` is zero for a source that is not heard.
struct Source {
    address gateway;
    uint32 operatorSetId;
    uint32 maxAgeSeconds;
    uint16 quorumBps;
    uint8 minFinality;
    uint8 flags;
}

/// @notice What a rollup demands of a source. A field is tighter when it lets less through.
struct SourcePolicy {
    /// @dev Most seconds between a batch's `issuedAt` and a delivery under it. Above 0. Mainnet: 86 400.
    uint32 maxAgeSeconds;
    /// @dev Least weight behind a certificate, in basis points of the table's. 6 667 to 10 000.
    uint16 quorumBps;
    /// @dev Least finality of a page: 1 latest, 2 safe, 3 final. Mainnet: 3.
    uint8 minFinality;
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

    /// @notice The operator table has too little weight as a whole.
    error TableTooLight(uint128 found, uint128 required);

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
    /// that is still heard is the caller's to look up (`isPresentGateway`).
    function requireSpeaker(
        Source memory source,
        Backing memory backing,
        uint128 minTotalWeight,
        Page calldata page
    ) internal pure {
        require(source.gateway != address(0), SourceNotAccepted(page.sourceChainId));
        require(
            source.operatorSetId == backing.operatorSetId,
            WrongOperatorSet(backing.operatorSetId, source.operatorSetId)
        );
        require(source.flags & REFUSED == 0, SourceRefused(page.sourceChainId));
        require(backing.totalWeight >= minTotalWeight, TableTooLight(backing.totalWeight, minTotalWeight));
        require(backing.signedBps >= source.quorumBps, QuorumNotReached(backing.signedBps, source.quorumBps));
        require(
            page.finality >= source.minFinality && page.finality <= FINAL,
            FinalityOutOfRange(page.finality, source.minFinality, FINAL)
        );
        require(!isIrrefutable(source), SourceIrrefutable(page.sourceChainId));
    }

    /// @notice The last part of rule 2: what any page must be.
    function requireWellFormed(Page calldata page, uint64 issuedAt) internal pure {
        require(page.count != 0 && page.count <= MAX_COUNT, CountOutOfRange(page.count, MAX_COUNT));
        require(page.pageIndex <= MAX_PAGE_INDEX, PageIndexOutOfRange(page.pageIndex, MAX_PAGE_INDEX));
        require(page.root != 0, RootZero());
        require(page.sourceTimestamp <= issuedAt, PageFromFuture(page.sourceTimestamp, issuedAt));
    }

    /// @notice Writes what the rollup's owner demands into `source`.
    function demand(Source memory source, SourcePolicy memory policy) internal pure {
        source.maxAgeSeconds = policy.maxAgeSeconds;
        source.quorumBps = policy.quorumBps;
        source.minFinality = policy.minFinality;
        source.flags &= IRREFUTABLE;
        if (policy.acceptsIrrefutable) source.flags |= ACCEPTS_IRREFUTABLE;
        if (policy.refused) source.flags |= REFUSED;
        if (policy.messagesPerHour != NO_LIMIT) source.flags |= LIMITED;
    }

    /// @notice Whether lies of the source cannot be proven and the policy does not take that.
    function isIrrefutable(Source memory source) internal pure returns (bool) {
        return source.flags & (IRREFUTABLE | ACCEPTS_IRREFUTABLE) == IRREFUTABLE;
    }
}

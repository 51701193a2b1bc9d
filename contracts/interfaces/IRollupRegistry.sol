// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One version of what the hub says of a rollup. `bridge` is the hub's end of the rollup's canonical bridge, zero for
/// none; the last two are fractions of 1e18.
struct Entry {
    address gateway;
    uint32 operatorSetId;
    uint8 status;
    uint8 finality;
    bool refutable;
    address bridge;
    uint64 version;
    address owner;
    string metadataURI;
}

/// @notice What somebody would have the registry say of a chain. It binds nothing.
struct Proposal {
    uint64 chainId;
    address gateway;
    uint32 operatorSetId;
    uint8 finality;
    bool refutable;
    address bridge;
    uint64 refuteWad;
    uint64 softWad;
    string metadataURI;
}

/// @notice A proposal that the registrar has checked, and the second from which anyone may apply it.
struct Pending {
    uint256 proposalId;
    uint64 effectiveAt;
}

/// @notice What a lie about a source costs the least quorum that can tell it, today. Weights are those of the newest table.
struct LieCost {
    uint32 operatorSetId;
    uint32 epoch;
    uint256 quorumWeight;
    uint64 refuteWad;
    uint256 refutedWeight;
    uint64 softWad;
    uint256 softWeight;
}

/// @title IRollupRegistryRegistrar
/// @notice What the registrar may do: let a checked proposal begin its notice. It cannot change an entry, nor keep one from
/// leaving.
interface IRollupRegistryRegistrar {
    /// @notice Accepts a proposal after its gateway's code, constructor arguments and canonical receiver were checked off chain
    /// (`rollup verify`). A new chain's takes effect after 2 days; a change of an active entry after 7. Emits `ProposalAccepted`.
    /// @dev The set speaks for the source only if operators with a quorum of its newest table opted in to the gateway.
    function accept(uint256 proposalId) external;

    /// @notice Takes an acceptance back before it takes effect. Emits `AcceptanceWithdrawn`.
    function withdrawAcceptance(uint64 chainId) external;
}

/// @title IRollupRegistryOwner
/// @notice What the owner of an entry may do.
interface IRollupRegistryOwner {
    /// @notice Says anew what operators must wait for, and where the rollup describes itself. Emits `EntryChanged`.
    function update(uint64 chainId, uint8 finality, string calldata metadataURI) external;

    /// @notice Says that lies about the rollup cannot be proven any more. Emits `EntryChanged`.
    function declareIrrefutable(uint64 chainId) external;

    /// @notice Active → Draining: nobody sends to it any more, what it sent still arrives. Emits `EntryChanged`.
    function drain(uint64 chainId) external;

    /// @notice Draining → Retired, 30 days later at the earliest. Emits `EntryChanged`.
    function retire(uint64 chainId) external;

    /// @notice Announces what a refuted page, and one below final, takes of its signers' allocation. More takes effect after the
    /// raise delay, less at once for epochs that begin later. Emits `WadsAnnounced`.
    function announceWads(uint64 chainId, uint64 refuteWad, uint64 softWad) external;

    /// @notice Offers the entry to another owner, who accepts with `acceptEntry`. Emits `EntryOffered`.
    function offerEntry(uint64 chainId, address nextOwner) external;
}

/// @title IRollupRegistry
/// @notice Who may be heard: one entry per chain id, each version of it for ever. Operators sign entries from here, and every
/// rollup's Directory follows them.
interface IRollupRegistry is IRollupRegistryRegistrar, IRollupRegistryOwner {
    /// @notice Somebody would have the registry say this.
    event Proposed(uint256 indexed proposalId, address indexed proposer, Proposal proposal);

    /// @notice A proposal was withdrawn, and its bond can be claimed.
    event ProposalWithdrawn(uint256 indexed proposalId);

    /// @notice A checked proposal takes effect at `effectiveAt`.
    event ProposalAccepted(uint256 indexed proposalId, uint64 indexed chainId, uint64 effectiveAt);

    /// @notice The registrar took an acceptance back.
    event AcceptanceWithdrawn(uint256 indexed proposalId, uint64 indexed chainId);

    /// @notice An entry has a new version.
    event EntryChanged(uint64 indexed chainId, uint64 indexed version, Entry entry);

    /// @notice A gateway speaks for a chain, judged by this bridge, for ever.
    event GatewayActivated(uint64 indexed chainId, address indexed gateway, address indexed bridge, uint64 since);

    /// @notice What false pages take is this, for epochs that begin at `effectiveAt` or later.
    event WadsAnnounced(uint64 indexed chainId, uint64 refuteWad, uint64 softWad, uint64 effectiveAt);

    /// @notice An operator will sign, or not, for a gateway.
    event OptedIn(address indexed operator, uint64 indexed chainId, address indexed gateway, bool isIn);

    /// @notice An entry is offered to another owner.
    event EntryOffered(uint64 indexed chainId, address indexed owner, address indexed nextOwner);

    /// @notice An entry has another owner.
    event EntryOwnerChanged(uint64 indexed chainId, address indexed owner);

    /// @notice A bond went back.
    event BondClaimed(address indexed proposer, uint256 amount);

    /// @notice The bond is exactly this.
    error BondMismatch(uint256 found, uint256 required);

    /// @notice A proposal holds a value that no entry has.
    error ProposalMalformed(Proposal found);

    /// @notice No such proposal, or it is accepted or withdrawn.
    error ProposalNotOpen(uint256 proposalId);

    /// @notice Only who proposed withdraws.
    error NotTheProposer(address caller, address required);

    /// @notice A bond stays for a while.
    error BondLocked(uint256 timestamp, uint256 until);

    /// @notice There is no bond to claim.
    error NoBond(address proposer);

    /// @notice The bond could not be sent.
    error BondNotSent(address proposer);

    /// @notice Another accepted proposal waits for the chain.
    error AcceptancePending(uint64 chainId, uint256 proposalId);

    /// @notice Nothing accepted waits for the chain.
    error NothingPending(uint64 chainId);

    /// @notice The notice is not over.
    error NoticeRunning(uint256 timestamp, uint256 effectiveAt);

    /// @notice Only the owner of an active entry proposes to change it.
    error NotTheEntrysOwner(uint64 chainId, address caller, address required);

    /// @notice The gateway spoke for the chain before, or its bridge was another: gateways are never used again.
    error GatewayUsed(uint64 chainId, address gateway);

    /// @notice The gateway's bridge is this one, for ever.
    error BridgeMismatch(address found, address required);

    /// @notice Too little of the set's weight opted in to the gateway.
    error OptInMissing(uint256 foundBps, uint256 requiredBps);

    /// @notice The set has no table yet, so nobody can opt in.
    error SetWithoutTable(uint32 operatorSetId);

    /// @notice The entry has another status.
    error WrongStatus(uint64 chainId, uint8 found, uint8 required);

    /// @notice A rollup drains for 30 days at least.
    error DrainingTooShort(uint256 timestamp, uint256 earliest);

    /// @notice The entry is not refutable already.
    error IrrefutableAlready(uint64 chainId);

    /// @notice A finality is 1 to 3.
    error FinalityUnknown(uint8 found);

    /// @notice A fraction is at most all.
    error WadTooLarge(uint64 found, uint64 limit);

    /// @notice Only whom the entry was offered to accepts it.
    error NotOffered(uint64 chainId, address caller);

    /// @notice Proposes an entry, or a change of one. Anyone may propose for a chain without an active entry; else only its owner.
    /// Costs the bond, which is refundable. Emits `Proposed`.
    function propose(Proposal calldata proposal) external payable returns (uint256 proposalId);

    /// @notice Withdraws one's open proposal, once its bond was locked long enough. Emits `ProposalWithdrawn`.
    function withdrawProposal(uint256 proposalId) external;

    /// @notice Sends the caller its bonds of accepted and withdrawn proposals. Emits `BondClaimed`.
    function claimBonds() external returns (uint256 amount);

    /// @notice Applies an accepted proposal whose notice is over. Anyone may call. Emits `EntryChanged` and, for a gateway that
    /// speaks for the first time, `GatewayActivated`.
    function applyAccepted(uint64 chainId) external;

    /// @notice Says whether the caller, an operator, signs for a source's gateway. Emits `OptedIn`.
    function optIn(uint64 chainId, address gateway, bool isIn) external;

    /// @notice Takes over an entry that was offered to the caller. Emits `EntryOwnerChanged` and `EntryChanged`.
    function acceptEntry(uint64 chainId) external;

    /// @notice The present entry; all zero for an unknown chain.
    function entryOf(uint64 chainId) external view returns (Entry memory);

    /// @notice Any version of an entry; all zero where there is none.
    function entryAt(uint64 chainId, uint64 version) external view returns (Entry memory);

    /// @notice An accepted proposal that waits; all zero for none.
    function pendingOf(uint64 chainId) external view returns (Pending memory);

    /// @notice A proposal that is open; all zero for none.
    function proposalOf(uint256 proposalId) external view returns (Proposal memory proposal, address proposer);

    /// @notice The bridge by which a gateway is judged, and since when the gateway speaks; zeros for one that never did.
    function judgeOf(uint64 chainId, address gateway) external view returns (address bridge, uint64 since);

    /// @notice What false pages of a source take of signers in an epoch that begins at `validFrom`.
    function wadsAt(uint64 chainId, uint64 validFrom) external view returns (uint64 refuteWad, uint64 softWad);

    /// @notice Whether an operator signs for a gateway.
    function isOptedIn(address operator, uint64 chainId, address gateway) external view returns (bool);

    /// @notice How much of a set's newest table opted in to a gateway, in basis points.
    function optedInBps(uint32 operatorSetId, uint64 chainId, address gateway) external view returns (uint256);

    /// @notice What a lie about the source would cost its set today.
    function costOfLie(uint64 chainId) external view returns (LieCost memory);

    /// @notice All chains that have an entry, in the order in which they got it.
    function chainIds(uint256 first, uint256 most) external view returns (uint64[] memory);

    /// @notice How many chains have an entry.
    function chainCount() external view returns (uint256);
}

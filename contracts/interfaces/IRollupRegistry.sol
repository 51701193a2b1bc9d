// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rollup} from "../libraries/Statements.sol";

/// @notice One version of what the hub says of a rollup, from second `since` until the next version's. `bridge` is the hub's
/// end of the rollup's canonical bridge, zero for none.
struct Entry {
    address gateway;
    uint32 operatorSetId;
    uint8 status;
    uint8 finality;
    bool refutable;
    address bridge;
    uint64 version;
    address owner;
    uint64 since;
    string metadataURI;
}

/// @notice What somebody would have the registry say of a chain. It binds nothing. The two fractions, of 1e18, are those of a
/// chain without an active entry: its first acceptance makes them hold, each later one announces them. Who proposes to change an
/// active entry repeats what holds, and announces others.
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

/// @notice What a lie about a source costs the least quorum that can tell it. Weights are those of the set's newest table,
/// fractions those that hold in its epoch. What a refutation takes is nothing where lies cannot be proven.
struct LieCost {
    uint32 operatorSetId;
    uint32 epoch;
    uint256 quorumWeight;
    uint64 refuteWad;
    uint256 refutedWeight;
    uint64 softWad;
    uint256 softWeight;
}

/// @notice How long what is announced waits, in seconds.
/// @dev Mainnet: 2 d, 7 d, 30 d, 7 d, 1 h, 17 d.
struct Notices {
    /// @dev From the acceptance of a chain without an active entry until it speaks.
    uint32 first;
    /// @dev From the acceptance of a change of an active entry until it holds.
    uint32 change;
    /// @dev How long a chain drains, at least, before it is retired.
    uint32 draining;
    /// @dev How long a proposal's bond is locked.
    uint32 bond;
    /// @dev Between changes that can wait, so that nobody makes versions faster than a Directory follows them.
    uint32 pace;
    /// @dev Before a fraction rises: longer than EigenLayer's deallocation delay, so that who does not agree to more can leave.
    uint32 raise;
}

/// @title IRollupRegistryRegistrar
/// @notice What the registrar may do: let a checked proposal begin its notice, and end it. It cannot change an entry that is
/// heard, nor keep one from leaving; new chains, and changes that their owners want, do wait for it.
interface IRollupRegistryRegistrar {
    /// @notice Accepts a proposal after it was checked off chain: gateway's code, constructor arguments and canonical receiver
    /// (`rollup verify`), and that who proposes speaks for the rollup. It takes effect after its notice. Of a chain without an
    /// active entry the proposer is the owner of the entry.
    /// @dev Only the registrar. A proposal's id binds what it says and who said it. Emits `ProposalAccepted`, and for a chain
    /// without an active entry `EntryChanged` and `WadsAnnounced`: whatever rises, but by a chain's very first acceptance, does so
    /// after the raise delay.
    function accept(uint256 proposalId) external;

    /// @notice Takes an acceptance back before it takes effect; the proposal stays open. Also the proposer may. Emits
    /// `AcceptanceWithdrawn`.
    function withdrawAcceptance(uint64 chainId) external;
}

/// @title IRollupRegistryOwner
/// @notice What the owner of an entry may do while the entry is active or draining. Everything else it proposes.
interface IRollupRegistryOwner {
    /// @notice Says anew what operators must wait for, and where the rollup describes itself. Emits `EntryChanged`.
    /// @dev At the registry's pace: Directories follow 64 versions at a time, and nobody shall outrun them. An acceptance that waits
    /// replaces both when it takes effect.
    function update(uint64 chainId, uint8 finality, string calldata metadataURI) external;

    /// @notice Says that lies about the rollup cannot be proven any more. Withdraws an acceptance that waits. Emits
    /// `EntryChanged`.
    function declareIrrefutable(uint64 chainId) external;

    /// @notice Active → Draining: nobody sends to it any more, what it sent still arrives. Emits `EntryChanged`.
    function drain(uint64 chainId) external;

    /// @notice Draining → Retired, 30 days later at the earliest. An acceptance or offer that waits is void. Emits `EntryChanged`.
    function retire(uint64 chainId) external;

    /// @notice Announces what a refuted page, and one below final, takes of its signers' allocation. Whatever becomes less does
    /// so at once, for epochs that begin from now on; whatever becomes more does so after the raise delay. Emits `WadsAnnounced`.
    /// @dev A raise that waits keeps its time: no other raise can be announced before, and what raises nothing voids it.
    function announceWads(uint64 chainId, uint64 refuteWad, uint64 softWad) external;

    /// @notice Offers the entry to another owner, who takes it with `acceptEntry`. Replaces an earlier offer; zero ends it. Emits
    /// `EntryOffered`.
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

    /// @notice A checked proposal can take effect from `effectiveAt` on.
    event ProposalAccepted(uint256 indexed proposalId, uint64 indexed chainId, uint64 effectiveAt);

    /// @notice An acceptance was taken back before it took effect.
    event AcceptanceWithdrawn(uint256 indexed proposalId, uint64 indexed chainId);

    /// @notice An entry has a new version.
    event EntryChanged(uint64 indexed chainId, uint64 indexed version, Entry entry);

    /// @notice A gateway speaks for a chain, judged by this bridge, for ever.
    event GatewayActivated(uint64 indexed chainId, address indexed gateway, address indexed bridge, uint64 since);

    /// @notice What false pages take is this, for epochs that begin at `effectiveAt` or later. Whatever was announced for later
    /// is void.
    event WadsAnnounced(uint64 indexed chainId, uint64 refuteWad, uint64 softWad, uint64 effectiveAt);

    /// @notice An operator will sign, or not, for a gateway that is judged by this bridge.
    event OptedIn(address indexed operator, uint64 indexed chainId, address indexed gateway, address bridge, bool isIn);

    /// @notice An entry is offered to another owner.
    event EntryOffered(uint64 indexed chainId, address indexed owner, address indexed nextOwner);

    /// @notice An entry has another owner.
    event EntryOwnerChanged(uint64 indexed chainId, address indexed owner);

    /// @notice Bonds went back.
    event BondsClaimed(address indexed proposer, address indexed recipient, uint256 amount);

    /// @notice A notice of no second would be none.
    error NoticeMissing(Notices found);

    /// @notice The bond is exactly this.
    error BondMismatch(uint256 found, uint256 required);

    /// @notice A proposal holds a value that no entry has.
    error ProposalMalformed(Proposal found);

    /// @notice No such proposal, or it took effect or was withdrawn.
    error ProposalNotOpen(uint256 proposalId);

    /// @notice Only who proposed withdraws. The registrar takes back acceptances, too.
    error NotTheProposer(address caller, address required);

    /// @notice A bond stays for a while.
    error BondLocked(uint256 timestamp, uint256 until);

    /// @notice There is no bond to claim.
    error NoBond(address proposer);

    /// @notice The bonds could not be sent.
    error BondNotSent(address recipient);

    /// @notice Another accepted proposal waits for the chain.
    error AcceptancePending(uint64 chainId, uint256 proposalId);

    /// @notice Nothing accepted waits for the chain.
    error NothingPending(uint64 chainId);

    /// @notice The notice is not over.
    error NoticeRunning(uint256 timestamp, uint256 effectiveAt);

    /// @notice Only the owner of an active entry changes it, or proposes to.
    error NotTheEntrysOwner(uint64 chainId, address caller, address required);

    /// @notice The gateway spoke for the chain before: gateways are never used again.
    error GatewayUsed(uint64 chainId, address gateway);

    /// @notice The gateway's bridge is this one, for ever.
    error BridgeMismatch(address found, address required);

    /// @notice Too little of the set's weight opted in to the gateway.
    error OptInMissing(uint256 foundBps, uint256 requiredBps);

    /// @notice The set has no table yet, so nobody can opt in.
    error SetWithoutTable(uint32 operatorSetId);

    /// @notice The time of the set's newest table is over: who it names may have no stake any more. Build the next one.
    error TableExpired(uint256 timestamp, uint256 validUntil);

    /// @notice The entry has another status.
    error WrongStatus(uint64 chainId, uint8 found, uint8 required);

    /// @notice The entry is neither active nor draining.
    error EntryNotHeard(uint64 chainId, uint8 status);

    /// @notice What can wait waits for an hour after the last such change.
    error ChangeTooEarly(uint256 timestamp, uint256 earliest);

    /// @notice A description is at most this long.
    error MetadataTooLong(uint256 foundBytes, uint256 limitBytes);

    /// @notice A rollup drains for 30 days at least.
    error DrainingTooShort(uint256 timestamp, uint256 earliest);

    /// @notice The entry is not refutable already.
    error IrrefutableAlready(uint64 chainId);

    /// @notice A finality is 1 to 3.
    error FinalityUnknown(uint8 found);

    /// @notice A fraction is at most all.
    error WadTooLarge(uint64 found, uint64 limit);

    /// @notice A raise that was announced before waits until `effectiveAt`.
    error RaiseWaiting(uint64 chainId, uint64 effectiveAt);

    /// @notice Only whom the entry was offered to accepts it.
    error NotOffered(uint64 chainId, address caller);

    /// @notice Proposes an entry, or a change of one. Anyone may propose for a chain without an active entry; else only its owner.
    /// Costs the bond, which is refundable. Emits `Proposed`.
    /// @return proposalId A hash of what is proposed and by whom, with a counter that never restarts: no reorganisation of the
    /// hub makes it another proposal's.
    function propose(Proposal calldata proposal) external payable returns (uint256 proposalId);

    /// @notice Withdraws one's open proposal, accepted or not, once its bond was locked for 7 days. Emits `ProposalWithdrawn`.
    function withdrawProposal(uint256 proposalId) external;

    /// @notice Sends the caller's bonds of proposals that took effect or were withdrawn to `recipient`. Emits `BondsClaimed`.
    function claimBonds(address recipient) external returns (uint256 amount);

    /// @notice Applies an accepted proposal whose notice is over. Anyone may call. Emits `EntryChanged` and, for a gateway that
    /// speaks for the first time, `GatewayActivated`.
    /// @dev The set speaks for the source only once operators with a quorum of its newest table opted in to gateway and bridge.
    function applyAccepted(uint64 chainId) external;

    /// @notice Says whether the caller, an operator, signs for a source's gateway as judged by this bridge. Emits `OptedIn`.
    function optIn(uint64 chainId, address gateway, address bridge, bool isIn) external;

    /// @notice Takes over an entry that was offered to the caller. Withdraws an acceptance that waits. Emits `EntryOwnerChanged`
    /// and `EntryChanged`.
    function acceptEntry(uint64 chainId) external;

    /// @notice The present entry; all zero for an unknown chain.
    function entryOf(uint64 chainId) external view returns (Entry memory);

    /// @notice Any version of an entry, for ever; all zero where there is none.
    function entryAt(uint64 chainId, uint64 version) external view returns (Entry memory);

    /// @notice The entry that was in force in this second, the last of those that began in it; all zero for none.
    function entryInForce(uint64 chainId, uint64 timestamp) external view returns (Entry memory);

    /// @notice Any version of an entry as the statement that operators sign; all zero where there is none.
    function rollupAt(uint64 chainId, uint64 version) external view returns (Rollup memory);

    /// @notice An accepted proposal that waits; all zero for none.
    function pendingOf(uint64 chainId) external view returns (Pending memory);

    /// @notice A proposal that is open; all zero for none.
    function proposalOf(uint256 proposalId) external view returns (Proposal memory proposal, address proposer);

    /// @notice The bridge by which a gateway is judged, and since when the gateway speaks; zeros for one that never did.
    function judgeOf(uint64 chainId, address gateway) external view returns (address bridge, uint64 since);

    /// @notice What false pages of a source take of signers in an epoch that begins at `validFrom`. Of the past it never changes.
    function wadsAt(uint64 chainId, uint64 validFrom) external view returns (uint64 refuteWad, uint64 softWad);

    /// @notice Whether an operator signs for a gateway as judged by this bridge.
    function isOptedIn(address operator, uint64 chainId, address gateway, address bridge) external view returns (bool);

    /// @notice How much of a set's newest table opted in to a gateway and its bridge, in basis points.
    function optedInBps(
        uint32 operatorSetId,
        uint64 chainId,
        address gateway,
        address bridge
    ) external view returns (uint256);

    /// @notice What a lie about the source would cost its set today.
    function costOfLie(uint64 chainId) external view returns (LieCost memory);

    /// @notice At most `most` of the chains that have an entry, from the one at place `first` on, in the order in which they got it.
    function chainIds(uint256 first, uint256 most) external view returns (uint64[] memory);

    /// @notice How long what is announced waits.
    function notices() external view returns (Notices memory);

    /// @notice How many chains have an entry.
    function chainCount() external view returns (uint256);
}

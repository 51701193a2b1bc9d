// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {
    Entry,
    IRollupRegistry,
    IRollupRegistryOwner,
    IRollupRegistryRegistrar,
    LieCost,
    Notices,
    Pending,
    Proposal
} from "../interfaces/IRollupRegistry.sol";
import {HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {Acceptance} from "../libraries/Acceptance.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Rollup} from "../libraries/Statements.sol";
import {Status} from "../libraries/Status.sol";
import {Consents} from "./Consents.sol";
import {LiePrices} from "./LiePrices.sol";
import {Proposals} from "./Proposals.sol";

/// @title RollupRegistry
/// @notice Who may be heard, and under whom. Operators sign its entries as hub facts, and Directories follow them.
/// @dev The owner of this contract is the registrar. It accepts what it has checked and can do nothing to an entry that is
/// heard. Safety rests on notice: no gateway, bridge or set speaks, and no fraction rises, before it was announced. Liveness of
/// newcomers and of changes rests on the registrar, and on operators that opt in.
contract RollupRegistry is Consents, Proposals, LiePrices, Ownable2Step {
    using SafeCast for uint256;

    /// @notice Since when a gateway speaks for its chain, and which bridge judges it: once written, for ever.
    struct Judge {
        address bridge;
        uint64 since;
    }

    uint256 private constant MAX_METADATA_BYTES = 1_024;

    uint32 private immutable FIRST_NOTICE;
    uint32 private immutable CHANGE_NOTICE;
    uint32 private immutable LEAST_DRAINING;
    uint32 private immutable BOND_LOCK;
    uint32 private immutable PACE;

    mapping(uint64 chainId => mapping(uint64 version => Entry entry)) private _entries;
    mapping(uint64 chainId => uint64 version) private _version;
    mapping(uint64 chainId => Pending pending) private _pending;
    mapping(uint64 chainId => address nextOwner) private _nextOwner;
    mapping(uint64 chainId => uint256 timestamp) private _pacedAt;
    mapping(uint64 chainId => uint256 timestamp) private _drainingSince;
    mapping(uint64 chainId => mapping(address gateway => Judge judge)) private _judges;
    uint64[] private _chainIds;

    modifier onlyEntryOwner(uint64 chainId) {
        Entry storage present = _present(chainId);
        require(Status.isHeard(present.status), EntryNotHeard(chainId, present.status));
        require(msg.sender == present.owner, NotTheEntrysOwner(chainId, msg.sender, present.owner));
        _;
    }

    /// @param registrar Accepts proposals.
    /// @param tableBuilder Knows who a set is.
    /// @param bond Wei that a proposal costs, refundable.
    /// @param notices_ How long what is announced waits, each above zero.
    constructor(
        address registrar,
        ITableBuilder tableBuilder,
        uint256 bond,
        Notices memory notices_
    ) Ownable(registrar) Consents(tableBuilder) Proposals(bond) LiePrices(notices_.raise) {
        require(
            notices_.first != 0 &&
                notices_.change != 0 &&
                notices_.draining != 0 &&
                notices_.bond != 0 &&
                notices_.pace != 0 &&
                notices_.raise != 0,
            NoticeMissing(notices_)
        );
        FIRST_NOTICE = notices_.first;
        CHANGE_NOTICE = notices_.change;
        LEAST_DRAINING = notices_.draining;
        BOND_LOCK = notices_.bond;
        PACE = notices_.pace;
    }

    /// @inheritdoc IRollupRegistry
    function propose(Proposal calldata proposal) external payable returns (uint256 proposalId) {
        require(
            proposal.chainId != 0 &&
                proposal.gateway != address(0) &&
                proposal.operatorSetId != 0 &&
                proposal.finality != 0 &&
                proposal.finality <= Acceptance.FINAL &&
                proposal.refuteWad <= WHOLE &&
                proposal.softWad <= proposal.refuteWad &&
                !(proposal.refutable && proposal.bridge == address(0)),
            ProposalMalformed(proposal)
        );
        _requireMetadata(proposal.metadataURI);
        Entry storage present = _present(proposal.chainId);
        if (Status.isHeard(present.status)) {
            require(msg.sender == present.owner, NotTheEntrysOwner(proposal.chainId, msg.sender, present.owner));
            // Fractions change by announcement only.
            (uint64 refuteWad, uint64 softWad) = wadsAt(proposal.chainId, _now());
            require(proposal.refuteWad == refuteWad && proposal.softWad == softWad, ProposalMalformed(proposal));
        }
        return _propose(proposal);
    }

    /// @inheritdoc IRollupRegistry
    function withdrawProposal(uint256 proposalId) external {
        Bonded storage bonded = _open(proposalId);
        require(msg.sender == bonded.proposer, NotTheProposer(msg.sender, bonded.proposer));
        uint256 until = bonded.bondedAt + BOND_LOCK;
        require(block.timestamp >= until, BondLocked(block.timestamp, until));
        uint64 chainId = bonded.proposal.chainId;
        if (_pending[chainId].proposalId == proposalId) _endPending(chainId);
        emit ProposalWithdrawn(proposalId);
        _close(proposalId);
    }

    /// @inheritdoc IRollupRegistryRegistrar
    function accept(uint256 proposalId) external onlyOwner {
        Bonded storage bonded = _open(proposalId);
        Proposal memory proposal = bonded.proposal;
        uint64 chainId = proposal.chainId;
        uint256 waiting = _pending[chainId].proposalId;
        require(waiting == 0, AcceptancePending(chainId, waiting));
        Entry memory present = _present(chainId);
        bool isChange = Status.isHeard(present.status);
        address owner_ = isChange ? present.owner : bonded.proposer;
        require(bonded.proposer == owner_, NotTheEntrysOwner(chainId, bonded.proposer, owner_));
        _requireJudge(proposal, isChange ? present.gateway : address(0));
        uint64 effectiveAt = _now() + (isChange ? CHANGE_NOTICE : FIRST_NOTICE);
        _pending[chainId] = Pending(proposalId, effectiveAt);
        emit ProposalAccepted(proposalId, chainId, effectiveAt);
        if (isChange) return;
        _keepPace(chainId);
        _write(chainId, _entryFrom(proposal, Status.PROPOSED, owner_));
        // Before a chain's first acceptance nobody agreed to anything. Since then operators may have, and get time to leave.
        if (present.version == 0) _hold(chainId, proposal.refuteWad, proposal.softWad);
        else _announce(chainId, proposal.refuteWad, proposal.softWad);
    }

    /// @inheritdoc IRollupRegistryRegistrar
    function withdrawAcceptance(uint64 chainId) external {
        uint256 proposalId = _pending[chainId].proposalId;
        require(proposalId != 0, NothingPending(chainId));
        address proposer = _open(proposalId).proposer;
        require(msg.sender == proposer || msg.sender == owner(), NotTheProposer(msg.sender, proposer));
        _endPending(chainId);
    }

    /// @inheritdoc IRollupRegistry
    function applyAccepted(uint64 chainId) external {
        Pending memory pending = _pending[chainId];
        require(pending.proposalId != 0, NothingPending(chainId));
        require(block.timestamp >= pending.effectiveAt, NoticeRunning(block.timestamp, pending.effectiveAt));
        Proposal memory proposal = _open(pending.proposalId).proposal;
        Entry memory present = _present(chainId);
        uint256 found = optedInBps(proposal.operatorSetId, chainId, proposal.gateway, proposal.bridge);
        require(found >= HubFacts.QUORUM_BPS, OptInMissing(found, HubFacts.QUORUM_BPS));

        delete _pending[chainId];
        _close(pending.proposalId);
        Judge storage judge = _judges[chainId][proposal.gateway];
        if (judge.since == 0) {
            (judge.bridge, judge.since) = (proposal.bridge, _now());
            emit GatewayActivated(chainId, proposal.gateway, judge.bridge, judge.since);
        }
        uint8 status = present.status == Status.PROPOSED ? Status.ACTIVE : present.status;
        _write(chainId, _entryFrom(proposal, status, present.owner));
    }

    /// @inheritdoc IRollupRegistryOwner
    function update(uint64 chainId, uint8 finality, string calldata metadataURI) external onlyEntryOwner(chainId) {
        require(finality != 0 && finality <= Acceptance.FINAL, FinalityUnknown(finality));
        _requireMetadata(metadataURI);
        _keepPace(chainId);
        Entry memory next = _present(chainId);
        (next.finality, next.metadataURI) = (finality, metadataURI);
        _write(chainId, next);
    }

    /// @inheritdoc IRollupRegistryOwner
    function declareIrrefutable(uint64 chainId) external onlyEntryOwner(chainId) {
        Entry memory next = _present(chainId);
        require(next.refutable, IrrefutableAlready(chainId));
        next.refutable = false;
        // Else what was accepted before could say the opposite again.
        _endPending(chainId);
        _write(chainId, next);
    }

    /// @inheritdoc IRollupRegistryOwner
    function drain(uint64 chainId) external onlyEntryOwner(chainId) {
        Entry memory next = _present(chainId);
        require(next.status == Status.ACTIVE, WrongStatus(chainId, next.status, Status.ACTIVE));
        next.status = Status.DRAINING;
        _drainingSince[chainId] = block.timestamp;
        _write(chainId, next);
    }

    /// @inheritdoc IRollupRegistryOwner
    function retire(uint64 chainId) external onlyEntryOwner(chainId) {
        Entry memory next = _present(chainId);
        require(next.status == Status.DRAINING, WrongStatus(chainId, next.status, Status.DRAINING));
        uint256 earliest = _drainingSince[chainId] + LEAST_DRAINING;
        require(block.timestamp >= earliest, DrainingTooShort(block.timestamp, earliest));
        next.status = Status.RETIRED;
        // What its owner left behind binds nobody who registers the chain anew.
        delete _nextOwner[chainId];
        _endPending(chainId);
        _write(chainId, next);
    }

    /// @inheritdoc IRollupRegistryOwner
    function announceWads(uint64 chainId, uint64 refuteWad, uint64 softWad) external onlyEntryOwner(chainId) {
        _requireAnnounceable(chainId, refuteWad, softWad);
        _announce(chainId, refuteWad, softWad);
    }

    /// @inheritdoc IRollupRegistryOwner
    function offerEntry(uint64 chainId, address nextOwner) external onlyEntryOwner(chainId) {
        _nextOwner[chainId] = nextOwner;
        emit EntryOffered(chainId, msg.sender, nextOwner);
    }

    /// @inheritdoc IRollupRegistry
    function acceptEntry(uint64 chainId) external {
        require(msg.sender == _nextOwner[chainId], NotOffered(chainId, msg.sender));
        delete _nextOwner[chainId];
        _keepPace(chainId);
        // What the former owner proposed is not the new one's.
        _endPending(chainId);
        emit EntryOwnerChanged(chainId, msg.sender);
        Entry memory next = _present(chainId);
        next.owner = msg.sender;
        _write(chainId, next);
    }

    /// @inheritdoc IRollupRegistry
    function entryOf(uint64 chainId) external view returns (Entry memory) {
        return _present(chainId);
    }

    /// @inheritdoc IRollupRegistry
    function entryAt(uint64 chainId, uint64 version) external view returns (Entry memory) {
        return _entries[chainId][version];
    }

    /// @inheritdoc IRollupRegistry
    function entryInForce(uint64 chainId, uint64 timestamp) external view returns (Entry memory) {
        (uint64 low, uint64 high) = (0, _version[chainId]);
        while (low < high) {
            // The upper of two, so that the search ends.
            uint64 middle = high - (high - low) / 2;
            if (_entries[chainId][middle].since <= timestamp) low = middle;
            else high = middle - 1;
        }
        return _entries[chainId][low];
    }

    /// @inheritdoc IRollupRegistry
    function rollupAt(uint64 chainId, uint64 version) external view returns (Rollup memory) {
        Entry storage entry = _entries[chainId][version];
        return
            Rollup({
                chainId: entry.version == 0 ? 0 : chainId,
                gateway: entry.gateway,
                operatorSetId: entry.operatorSetId,
                status: entry.status,
                finality: entry.finality,
                refutable: entry.refutable,
                version: entry.version
            });
    }

    /// @inheritdoc IRollupRegistry
    function pendingOf(uint64 chainId) external view returns (Pending memory) {
        return _pending[chainId];
    }

    /// @inheritdoc IRollupRegistry
    function judgeOf(uint64 chainId, address gateway) external view returns (address bridge, uint64 since) {
        Judge storage judge = _judges[chainId][gateway];
        return (judge.bridge, judge.since);
    }

    /// @inheritdoc IRollupRegistry
    function costOfLie(uint64 chainId) external view returns (LieCost memory cost) {
        Entry storage present = _present(chainId);
        cost.operatorSetId = present.operatorSetId;
        cost.epoch = TABLE_BUILDER.newestEpoch(present.operatorSetId);
        if (cost.epoch == 0) return cost;
        HubEpoch memory epoch = TABLE_BUILDER.epoch(present.operatorSetId, cost.epoch);
        (cost.refuteWad, cost.softWad) = wadsAt(chainId, epoch.validFrom);
        uint256 total = OperatorTable.summary(epoch.table).totalWeight;
        cost.quorumWeight = Math.ceilDiv(total * HubFacts.QUORUM_BPS, WHOLE_BPS);
        if (present.refutable) {
            cost.refutedWeight = (cost.quorumWeight * cost.refuteWad) / WHOLE;
            cost.softWeight = (cost.quorumWeight * cost.softWad) / WHOLE;
        }
    }

    /// @inheritdoc IRollupRegistry
    function chainIds(uint256 first, uint256 most) external view returns (uint64[] memory page) {
        uint256 count = _chainIds.length;
        uint256 size = first < count ? Math.min(most, count - first) : 0;
        page = new uint64[](size);
        for (uint256 i = 0; i < size; ++i) page[i] = _chainIds[first + i];
    }

    /// @inheritdoc IRollupRegistry
    function chainCount() external view returns (uint256) {
        return _chainIds.length;
    }

    /// @inheritdoc IRollupRegistry
    function notices() external view returns (Notices memory) {
        return Notices(FIRST_NOTICE, CHANGE_NOTICE, LEAST_DRAINING, BOND_LOCK, PACE, RAISE_NOTICE);
    }

    function _write(uint64 chainId, Entry memory next) private {
        uint64 version = ++_version[chainId];
        if (version == 1) _chainIds.push(chainId);
        (next.version, next.since) = (version, _now());
        _entries[chainId][version] = next;
        emit EntryChanged(chainId, version, next);
    }

    function _keepPace(uint64 chainId) private {
        uint256 earliest = _pacedAt[chainId] + PACE;
        require(block.timestamp >= earliest, ChangeTooEarly(block.timestamp, earliest));
        _pacedAt[chainId] = block.timestamp;
    }

    /// @dev The proposal stays open.
    function _endPending(uint64 chainId) private {
        uint256 proposalId = _pending[chainId].proposalId;
        if (proposalId == 0) return;
        delete _pending[chainId];
        emit AcceptanceWithdrawn(proposalId, chainId);
    }

    function _present(uint64 chainId) private view returns (Entry storage) {
        return _entries[chainId][_version[chainId]];
    }

    /// @dev A gateway that spoke once is only ever the present one again, under its own bridge.
    function _requireJudge(Proposal memory proposal, address presentGateway) private view {
        Judge storage judge = _judges[proposal.chainId][proposal.gateway];
        if (judge.since == 0) return;
        require(proposal.gateway == presentGateway, GatewayUsed(proposal.chainId, proposal.gateway));
        require(proposal.bridge == judge.bridge, BridgeMismatch(proposal.bridge, judge.bridge));
    }

    function _now() private view returns (uint64) {
        return block.timestamp.toUint64();
    }

    function _requireMetadata(string calldata metadataURI) private pure {
        uint256 size = bytes(metadataURI).length;
        require(size <= MAX_METADATA_BYTES, MetadataTooLong(size, MAX_METADATA_BYTES));
    }

    function _entryFrom(Proposal memory proposal, uint8 status, address owner_) private pure returns (Entry memory) {
        return
            Entry({
                gateway: proposal.gateway,
                operatorSetId: proposal.operatorSetId,
                status: status,
                finality: proposal.finality,
                refutable: proposal.refutable,
                bridge: proposal.bridge,
                version: 0,
                owner: owner_,
                since: 0,
                metadataURI: proposal.metadataURI
            });
    }
}

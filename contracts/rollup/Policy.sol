// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";

import {IDirectory} from "../interfaces/IDirectory.sol";
import {IGateway, IGatewayBooks} from "../interfaces/IGateway.sol";
import {IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {IPolicy, IPolicyOwner} from "../interfaces/IPolicy.sol";
import {Acceptance, SourcePolicy} from "../libraries/Acceptance.sol";
import {EntryNews, EpochNews} from "../libraries/CanonicalNews.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {Announcements} from "./Announcements.sol";
import {Halts} from "./Halts.sol";

/// @title Policy
/// @notice What this rollup's owner demands, source by source. It can only ever withhold: no policy makes the gateway take
/// what less than a quorum of the source's set signed.
/// @dev The worst an owner can do at once is to stop this rollup's inbound messages; everything looser waits.
contract Policy is Announcements, Halts, Ownable2Step {
    using RateLimiter for RateLimiter.SlidingWindow;

    uint16 private constant WHOLE_BPS = 10_000;

    /// @dev 256 rows of 96 bits weigh less than 2^104 together.
    uint8 private constant MAX_WEIGHT_LOG2 = 104;
    uint48 private constant LIMIT_WINDOW = 1 hours;

    /// @dev What an announcement is about.
    bytes32 private constant POLICY_SUBJECT = keccak256("ParleyPolicySubject");
    bytes32 private constant LIFT_SUBJECT = keccak256("ParleyLiftSubject");
    bytes32 private constant EPOCH_SUBJECT = keccak256("ParleyEpochNewsSubject");
    bytes32 private constant ENTRY_SUBJECT = keccak256("ParleyEntryNewsSubject");

    /// @dev Key of the policy that new sources get.
    uint64 private constant DEFAULT = 0;

    /// @inheritdoc IPolicy
    address public immutable gateway;

    /// @inheritdoc IPolicy
    uint32 public immutable exitTimeSeconds;

    mapping(uint64 chainId => SourcePolicy policy) private _policies;
    mapping(uint64 chainId => SourcePolicy policy) private _announced;
    mapping(uint64 chainId => RateLimiter.SlidingWindow window) private _limits;

    /// @inheritdoc IPolicy
    mapping(uint64 chainId => mapping(address gateway => bool)) public isRefusedGateway;

    modifier onlyGateway() {
        require(msg.sender == gateway, NotTheGateway(msg.sender, gateway));
        _;
    }

    /// @param gateway_ The gateway's computed address.
    /// @param owner_ The rollup's owner.
    /// @param looseningDelaySeconds_ Seconds that a loosening waits. Mainnet: 691 200.
    /// @param exitTimeSeconds_ What users were told; shorter than the delay. Mainnet: 604 800.
    /// @param haltQuorumBps_ Weight that stops a source, in basis points. Mainnet: 3 334.
    /// @param defaultPolicy What every source gets when it appears.
    constructor(
        address gateway_,
        address owner_,
        uint32 looseningDelaySeconds_,
        uint32 exitTimeSeconds_,
        uint16 haltQuorumBps_,
        SourcePolicy memory defaultPolicy
    ) Announcements(looseningDelaySeconds_) Halts(haltQuorumBps_) Ownable(owner_) {
        require(looseningDelaySeconds_ > exitTimeSeconds_, LooseningTooFast(looseningDelaySeconds_, exitTimeSeconds_));
        _requireInBounds(defaultPolicy);
        gateway = gateway_;
        exitTimeSeconds = exitTimeSeconds_;
        _policies[DEFAULT] = defaultPolicy;
        emit SourcePolicyChanged(DEFAULT, defaultPolicy);
    }

    /// @inheritdoc IPolicyOwner
    function tighten(uint64 chainId, SourcePolicy calldata next) external onlyOwner {
        _requireInBounds(next);
        SourcePolicy memory present = _known(chainId);
        require(_isNowhereLooser(next, present), NotTighter(next, present));
        if (_effectiveAtOf(_policySubject(chainId)) != 0) _dropAnnouncement(chainId);
        _demand(chainId, next);
    }

    /// @inheritdoc IPolicyOwner
    function announceLoosening(uint64 chainId, SourcePolicy calldata next) external onlyOwner {
        _requireInBounds(next);
        _known(chainId);
        _announced[chainId] = next;
        emit LooseningAnnounced(chainId, next, _announce(_policySubject(chainId)));
    }

    /// @inheritdoc IPolicyOwner
    function cancelLoosening(uint64 chainId) external onlyOwner {
        bytes32 subject = _policySubject(chainId);
        require(_effectiveAtOf(subject) != 0, NothingAnnounced(subject));
        _dropAnnouncement(chainId);
    }

    /// @inheritdoc IPolicyOwner
    function announceLift(uint32 operatorSetId) external onlyOwner {
        (bytes32 subject, uint256 since) = _liftSubject(operatorSetId);
        require(since != 0, IOperatorTables.NotFrozen(operatorSetId));
        emit LiftAnnounced(operatorSetId, since, _announce(subject));
    }

    /// @inheritdoc IPolicyOwner
    function cancelLift(uint32 operatorSetId) external onlyOwner {
        (bytes32 subject, ) = _liftSubject(operatorSetId);
        _cancel(subject);
    }

    /// @inheritdoc IPolicyOwner
    function announceEpoch(EpochNews calldata news) external onlyOwner {
        _requireInTime(news.hubTime);
        emit EpochNewsAnnounced(news, _announce(_epochSubject(news)));
    }

    /// @inheritdoc IPolicyOwner
    function announceEntry(EntryNews calldata news) external onlyOwner {
        _requireInTime(news.hubTime);
        emit EntryNewsAnnounced(news, _announce(_entrySubject(news)));
    }

    /// @inheritdoc IPolicyOwner
    function cancelEpoch(EpochNews calldata news) external onlyOwner {
        _cancel(_epochSubject(news));
    }

    /// @inheritdoc IPolicyOwner
    function cancelEntry(EntryNews calldata news) external onlyOwner {
        _cancel(_entrySubject(news));
    }

    /// @inheritdoc IPolicyOwner
    function endHalt(uint64 chainId) external onlyOwner {
        require(haltedUntil[chainId] != 0, NotHalted(chainId));
        _endHalt(chainId);
    }

    /// @inheritdoc IPolicyOwner
    function refuseGateway(uint64 chainId, address replacedGateway) external onlyOwner {
        isRefusedGateway[chainId][replacedGateway] = true;
        emit GatewayRefused(chainId, replacedGateway);
    }

    /// @inheritdoc IPolicy
    function applyLoosening(uint64 chainId) external {
        _take(_policySubject(chainId));
        SourcePolicy memory next = _announced[chainId];
        delete _announced[chainId];
        _demand(chainId, next);
    }

    /// @inheritdoc IPolicy
    function applyLift(uint32 operatorSetId) external {
        (bytes32 subject, ) = _liftSubject(operatorSetId);
        _take(subject);
        _operatorTables().lift(operatorSetId);
    }

    /// @inheritdoc IPolicy
    function bringEpoch(EpochNews calldata news) external {
        _take(_epochSubject(news));
        _operatorTables().bring(news);
    }

    /// @inheritdoc IPolicy
    function bringEntry(EntryNews calldata news) external {
        _take(_entrySubject(news));
        IDirectory(IGateway(gateway).directory()).bring(news);
    }

    /// @inheritdoc IPolicy
    function adopt(uint64 chainId) external onlyGateway returns (SourcePolicy memory adopted) {
        adopted = _policies[chainId];
        if (adopted.quorumBps == 0) {
            adopted = _policies[DEFAULT];
            _record(chainId, adopted);
        }
    }

    /// @inheritdoc IPolicy
    function charge(uint64 chainId, uint256 delivered) external onlyGateway {
        RateLimiter.SlidingWindow storage limit = _limits[chainId];
        // Never refused: a recipient in the run may have lowered the limit, and must not void its neighbours by that.
        limit.tryConsume(bytes32(0), Math.min(delivered, limit.available(bytes32(0))));
    }

    /// @inheritdoc IPolicy
    function messagesLeft(uint64 chainId) external view returns (uint256) {
        if (_policies[chainId].messagesPerHour == Acceptance.NO_LIMIT) return type(uint256).max;
        return _limits[chainId].available(bytes32(0));
    }

    /// @inheritdoc IPolicy
    function sourcePolicy(uint64 chainId) external view returns (SourcePolicy memory) {
        return _policies[chainId];
    }

    /// @inheritdoc IPolicy
    function announcedPolicy(
        uint64 chainId
    ) external view returns (SourcePolicy memory announced, uint256 effectiveAt) {
        return (_announced[chainId], _effectiveAtOf(_policySubject(chainId)));
    }

    function _copy(uint64 chainId) internal override {
        IGatewayBooks(gateway).copyPolicy(chainId, _policies[chainId], haltedUntil[chainId] != 0);
    }

    function _gateway() internal view override returns (address) {
        return gateway;
    }

    function _demand(uint64 chainId, SourcePolicy memory next) private {
        _record(chainId, next);
        if (chainId != DEFAULT) _copy(chainId);
    }

    function _record(uint64 chainId, SourcePolicy memory next) private {
        _policies[chainId] = next;
        _limits[chainId].updateSettings(LIMIT_WINDOW, next.messagesPerHour);
        emit SourcePolicyChanged(chainId, next);
    }

    function _dropAnnouncement(uint64 chainId) private {
        delete _announced[chainId];
        _drop(_policySubject(chainId));
        emit LooseningCancelled(chainId);
    }

    /// @dev News of a later time would keep out everything that is true before it.
    function _requireInTime(uint64 hubTime) private view {
        uint256 latest = block.timestamp + looseningDelaySeconds;
        require(hubTime <= latest, NewsFromFuture(hubTime, latest));
    }

    function _known(uint64 chainId) private view returns (SourcePolicy memory present) {
        present = _policies[chainId];
        require(present.quorumBps != 0, SourceUnknown(chainId));
    }

    function _operatorTables() private view returns (IOperatorTables) {
        return IOperatorTables(IGateway(gateway).operatorTables());
    }

    /// @dev Of the present freeze only: what was announced before it, or about an earlier one, lifts nothing.
    function _liftSubject(uint32 operatorSetId) private view returns (bytes32 subject, uint256 since) {
        since = _operatorTables().frozenAt(operatorSetId);
        subject = keccak256(abi.encode(LIFT_SUBJECT, operatorSetId, since));
    }

    function _requireInBounds(SourcePolicy memory found) private pure {
        require(
            found.maxAgeSeconds != 0 &&
                found.quorumBps >= HubFacts.QUORUM_BPS &&
                found.quorumBps <= WHOLE_BPS &&
                found.minTotalWeightLog2 <= MAX_WEIGHT_LOG2 &&
                found.minFinality != 0 &&
                found.minFinality <= Acceptance.FINAL,
            PolicyOutOfBounds(found)
        );
    }

    function _policySubject(uint64 chainId) private pure returns (bytes32) {
        return keccak256(abi.encode(POLICY_SUBJECT, chainId));
    }

    function _epochSubject(EpochNews calldata news) private pure returns (bytes32) {
        return keccak256(abi.encode(EPOCH_SUBJECT, news));
    }

    function _entrySubject(EntryNews calldata news) private pure returns (bytes32) {
        return keccak256(abi.encode(ENTRY_SUBJECT, news));
    }

    function _isNowhereLooser(SourcePolicy memory next, SourcePolicy memory present) private pure returns (bool) {
        return
            next.maxAgeSeconds <= present.maxAgeSeconds &&
            next.quorumBps >= present.quorumBps &&
            next.minFinality >= present.minFinality &&
            next.minTotalWeightLog2 >= present.minTotalWeightLog2 &&
            (!next.acceptsIrrefutable || present.acceptsIrrefutable) &&
            (next.refused || !present.refused) &&
            next.messagesPerHour <= present.messagesPerHour;
    }
}

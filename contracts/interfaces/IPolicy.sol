// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SourcePolicy} from "../libraries/Acceptance.sol";
import {EntryNews, EpochNews} from "../libraries/CanonicalNews.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Halt} from "../libraries/Statements.sol";

/// @title IPolicyOwner
/// @notice What the rollup's owner may do. Tightening is instant; loosening waits longer than the announced exit time.
interface IPolicyOwner {
    /// @notice Replaces a source's policy (chain id 0: the default of sources that appear later) by one that is nowhere
    /// looser. Drops an announced loosening. Emits `SourcePolicyChanged`.
    function tighten(uint64 chainId, SourcePolicy calldata next) external;

    /// @notice Announces any policy for a source; `applyLoosening` takes it into effect after the loosening delay, and can do
    /// so for as long again. Emits `LooseningAnnounced`.
    function announceLoosening(uint64 chainId, SourcePolicy calldata next) external;

    /// @notice Takes back an announced loosening. Emits `LooseningCancelled`.
    function cancelLoosening(uint64 chainId) external;

    /// @notice Stops hearing a replaced gateway before its time is over. Cannot be taken back. Emits `GatewayRefused`.
    function refuseGateway(uint64 chainId, address gateway) external;

    /// @notice Announces that a frozen set may speak again; `applyLift` does it after the loosening delay. It is about the present
    /// freeze only: nobody can have it at hand for the next one. Emits `LiftAnnounced`.
    function announceLift(uint32 operatorSetId) external;

    /// @notice Drops what `announceLift` announced. Emits `AnnouncementCancelled`.
    function cancelLift(uint32 operatorSetId) external;

    /// @notice Announces news of an epoch where no canonical bridge brings any; `bringEpoch` brings them after the loosening delay. The
    /// event tells them in full, so that everybody sees what will be said. Emits `EpochNewsAnnounced`.
    function announceEpoch(EpochNews calldata news) external;

    /// @notice As `announceEpoch`, of a chain's entry, for `bringEntry`. Emits `EntryNewsAnnounced`.
    function announceEntry(EntryNews calldata news) external;

    /// @notice Drops what `announceEpoch` announced. Emits `AnnouncementCancelled`.
    function cancelEpoch(EpochNews calldata news) external;

    /// @notice Drops what `announceEntry` announced. Emits `AnnouncementCancelled`.
    function cancelEntry(EntryNews calldata news) external;

    /// @notice Ends a halt at once. Emits `HaltEnded`.
    function endHalt(uint64 chainId) external;
}

/// @title IPolicy
/// @notice What this rollup's owner demands of certificates, source by source.
interface IPolicy is IPolicyOwner {
    /// @notice A source's policy (chain id 0: the default) changed.
    event SourcePolicyChanged(uint64 indexed chainId, SourcePolicy policy);

    /// @notice A loosening was announced.
    event LooseningAnnounced(uint64 indexed chainId, SourcePolicy policy, uint256 effectiveAt);

    /// @notice An announced loosening was taken back, or dropped by a tightening.
    event LooseningCancelled(uint64 indexed chainId);

    /// @notice A replaced gateway is not heard any more.
    event GatewayRefused(uint64 indexed chainId, address indexed gateway);

    /// @notice A frozen set may speak again from `effectiveAt` on, once somebody applies it.
    event LiftAnnounced(uint32 indexed operatorSetId, uint256 frozenAt, uint256 effectiveAt);

    /// @notice News of an epoch may be brought from `effectiveAt` on.
    event EpochNewsAnnounced(EpochNews news, uint256 effectiveAt);

    /// @notice News of a chain may be brought from `effectiveAt` on.
    event EntryNewsAnnounced(EntryNews news, uint256 effectiveAt);

    /// @notice What was announced will not be done.
    event AnnouncementCancelled(bytes32 indexed subject);

    /// @notice A source's operators stopped deliveries from it.
    event SourceHalted(uint64 indexed chainId, uint256 until, bytes32 reason);

    /// @notice A halt is over, or was ended.
    event HaltEnded(uint64 indexed chainId);

    /// @notice A field is out of its bounds.
    error PolicyOutOfBounds(SourcePolicy found);

    /// @notice The new policy is looser somewhere; announce it instead.
    error NotTighter(SourcePolicy found, SourcePolicy present);

    /// @notice The source has no policy yet, because the directory never named it.
    error SourceUnknown(uint64 chainId);

    /// @notice Nothing was announced.
    error NothingAnnounced(bytes32 subject);

    /// @notice The announcement takes effect later.
    error NotEffectiveYet(uint256 timestamp, uint256 effectiveAt);

    /// @notice The announcement is over: as long after it could take effect as it had to wait. Announce it again.
    error LooseningLapsed(uint256 timestamp, uint256 lastSecond);

    /// @notice The loosening delay must be longer than the exit time that was announced to users.
    error LooseningTooFast(uint256 delaySeconds, uint256 exitTimeSeconds);

    /// @notice Only the gateway reports deliveries and new sources.
    error NotTheGateway(address caller, address required);

    /// @notice Less than a third could stop a source, or nobody.
    error HaltQuorumOutOfRange(uint16 found, uint16 least, uint16 most);

    /// @notice Another set than the source's own, or another gateway than its present one, is halted.
    error HaltOfAnother(uint64 chainId, uint32 operatorSetId, address gateway);

    /// @notice A halt that is over, or longer than halts may be.
    error HaltOutOfRange(uint64 expiresAt, uint256 earliest, uint256 latest);

    /// @notice The halt was used before.
    error HaltUsed(bytes32 deed);

    /// @notice The signers have too little of the table's weight to halt.
    error HaltQuorumNotReached(uint16 signedBps, uint16 requiredBps);

    /// @notice Less than a quorum halted the source a short while ago.
    error HaltTooSoon(uint256 timestamp, uint256 lastSecond);

    /// @notice The owner's news must not be of a time after the delay that they wait.
    error NewsFromFuture(uint64 hubTime, uint256 latest);

    /// @notice The source is not halted.
    error NotHalted(uint64 chainId);

    /// @notice Stops deliveries from a source until the statement expires, at most 24 hours after it was issued.
    /// @dev Anyone may call, with a certificate of the source's own set in an unexpired epoch, at most 6 hours old, of
    /// `haltQuorumBps`; each only once. One of less than 6 667 bps comes 24 hours after the last such halt ended. Emits
    /// `SourceHalted`.
    function halt(Certificate calldata certificate, Halt calldata statement, bytes32[] calldata batchProof) external;

    /// @notice Tells the gateway that a halt is over, which makes deliveries cheaper. Anyone may call. Emits `HaltEnded`.
    function clearHalt(uint64 chainId) external;

    /// @notice Lets a frozen set speak again, after the announcement's delay. Anyone may call.
    function applyLift(uint32 operatorSetId) external;

    /// @notice Brings announced news of an epoch, after their delay. Anyone may call, on a rollup without canonical bridge.
    function bringEpoch(EpochNews calldata news) external;

    /// @notice Brings announced news of a chain, after their delay. Anyone may call, on a rollup without canonical bridge.
    function bringEntry(EntryNews calldata news) external;

    /// @notice Takes an announced loosening into effect, once its delay is over and before it has lapsed. Anyone may call.
    /// Emits `SourcePolicyChanged`.
    function applyLoosening(uint64 chainId) external;

    /// @notice Gives a source that appears for the first time the default policy and returns the source's policy.
    /// @dev Only the gateway.
    function adopt(uint64 chainId) external returns (SourcePolicy memory);

    /// @notice Charges `delivered` messages against the source's hourly limit; more than it leaves exhausts it. Only the
    /// gateway.
    function charge(uint64 chainId, uint256 delivered) external;

    /// @notice Messages that the source's hourly limit leaves now.
    function messagesLeft(uint64 chainId) external view returns (uint256);

    /// @notice Last second of a source's halt; zero for none.
    function haltedUntil(uint64 chainId) external view returns (uint256);

    /// @notice Weight that halts a source, in basis points of its set's.
    function haltQuorumBps() external view returns (uint16);

    /// @notice The gateway this policy is for.
    function gateway() external view returns (address);

    /// @notice Seconds that a loosening waits.
    function looseningDelaySeconds() external view returns (uint32);

    /// @notice Seconds that users were told they have to leave before a loosening takes effect.
    function exitTimeSeconds() external view returns (uint32);

    /// @notice A source's policy; of chain id 0 the default; all zero for an unknown source.
    function sourcePolicy(uint64 chainId) external view returns (SourcePolicy memory);

    /// @notice The announced policy and when it can take effect; all zero for none.
    function announcedPolicy(uint64 chainId) external view returns (SourcePolicy memory announced, uint256 effectiveAt);

    /// @notice Whether a replaced gateway is not heard any more.
    function isRefusedGateway(uint64 chainId, address replacedGateway) external view returns (bool);
}

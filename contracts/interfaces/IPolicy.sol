// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SourcePolicy} from "../libraries/Acceptance.sol";

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

    /// @notice A field is out of its bounds.
    error PolicyOutOfBounds(SourcePolicy found);

    /// @notice The new policy is looser somewhere; announce it instead.
    error NotTighter(SourcePolicy found, SourcePolicy present);

    /// @notice The source has no policy yet, because the directory never named it.
    error SourceUnknown(uint64 chainId);

    /// @notice Nothing was announced.
    error NothingAnnounced(uint64 chainId);

    /// @notice The announcement takes effect later.
    error NotEffectiveYet(uint256 timestamp, uint256 effectiveAt);

    /// @notice The announcement is over: as long after it could take effect as it had to wait. Announce it again.
    error LooseningLapsed(uint256 timestamp, uint256 lastSecond);

    /// @notice The loosening delay must be longer than the exit time that was announced to users.
    error LooseningTooFast(uint256 delaySeconds, uint256 exitTimeSeconds);

    /// @notice Only the gateway reports deliveries and new sources.
    error NotTheGateway(address caller, address required);

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

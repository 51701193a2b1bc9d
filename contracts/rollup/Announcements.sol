// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPolicy} from "../interfaces/IPolicy.sol";

/// @title Announcements
/// @notice What waits the loosening delay before it may be done, and lapses when it is not done for as long again: else it would be
/// at hand for ever, and nobody would have notice of it.
abstract contract Announcements is IPolicy {
    /// @inheritdoc IPolicy
    uint32 public immutable looseningDelaySeconds;

    mapping(bytes32 subject => uint256 timestamp) private _effectiveAt;

    constructor(uint32 looseningDelaySeconds_) {
        looseningDelaySeconds = looseningDelaySeconds_;
    }

    function _announce(bytes32 subject) internal returns (uint256 effectiveAt) {
        effectiveAt = block.timestamp + looseningDelaySeconds;
        _effectiveAt[subject] = effectiveAt;
    }

    function _drop(bytes32 subject) internal {
        delete _effectiveAt[subject];
    }

    /// @notice Ends an announcement before it came to anything.
    function _cancel(bytes32 subject) internal {
        require(_effectiveAt[subject] != 0, NothingAnnounced(subject));
        delete _effectiveAt[subject];
        emit AnnouncementCancelled(subject);
    }

    /// @notice Ends an announcement whose time has come.
    function _take(bytes32 subject) internal {
        uint256 effectiveAt = _effectiveAt[subject];
        require(effectiveAt != 0, NothingAnnounced(subject));
        require(block.timestamp >= effectiveAt, NotEffectiveYet(block.timestamp, effectiveAt));
        uint256 lastSecond = effectiveAt + looseningDelaySeconds;
        require(block.timestamp <= lastSecond, LooseningLapsed(block.timestamp, lastSecond));
        delete _effectiveAt[subject];
    }

    function _effectiveAtOf(bytes32 subject) internal view returns (uint256) {
        return _effectiveAt[subject];
    }
}

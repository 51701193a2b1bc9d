// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IRollupRegistry} from "../interfaces/IRollupRegistry.sol";
import {Fractions} from "../libraries/Fractions.sol";

/// @title LiePrices
/// @notice What false pages of a source take of those who signed them. What falls does so now; what rises does so after a notice, so
/// that who does not agree to more can leave before.
abstract contract LiePrices is IRollupRegistry {
    using Fractions for Fractions.Schedule;
    using SafeCast for uint256;

    uint64 internal constant WHOLE = 1e18;

    /// @notice Longer than EigenLayer's deallocation delay, in seconds.
    uint32 internal immutable RAISE_NOTICE;

    mapping(uint64 chainId => Fractions.Schedule wads) private _wads;

    constructor(uint32 raiseNotice) {
        RAISE_NOTICE = raiseNotice;
    }

    /// @inheritdoc IRollupRegistry
    function wadsAt(uint64 chainId, uint64 validFrom) public view returns (uint64 refuteWad, uint64 softWad) {
        return _wads[chainId].at(validFrom);
    }

    function _announce(uint64 chainId, uint64 refuteWad, uint64 softWad) internal {
        uint64 present = block.timestamp.toUint64();
        (uint64 lowRefute, uint64 lowSoft) = wadsAt(chainId, present);
        if (refuteWad < lowRefute) lowRefute = refuteWad;
        if (softWad < lowSoft) lowSoft = softWad;
        _hold(chainId, lowRefute, lowSoft);
        if (refuteWad == lowRefute && softWad == lowSoft) return;
        uint64 effectiveAt = present + RAISE_NOTICE;
        _wads[chainId].raise = Fractions.Raise(refuteWad, softWad, effectiveAt);
        emit WadsAnnounced(chainId, refuteWad, softWad, effectiveAt);
    }

    function _hold(uint64 chainId, uint64 refuteWad, uint64 softWad) internal {
        _wads[chainId].hold(refuteWad, softWad);
        emit WadsAnnounced(chainId, refuteWad, softWad, block.timestamp.toUint64());
    }

    /// @dev One raise waits at a time; what falls may be announced meanwhile.
    function _requireAnnounceable(uint64 chainId, uint64 refuteWad, uint64 softWad) internal view {
        require(refuteWad <= WHOLE, WadTooLarge(refuteWad, WHOLE));
        require(softWad <= refuteWad, WadTooLarge(softWad, refuteWad));
        (uint64 presentRefute, uint64 presentSoft) = wadsAt(chainId, block.timestamp.toUint64());
        uint64 waitingUntil = _wads[chainId].waitingUntil();
        require(
            waitingUntil == 0 || (refuteWad <= presentRefute && softWad <= presentSoft),
            RaiseWaiting(chainId, waitingUntil)
        );
    }
}

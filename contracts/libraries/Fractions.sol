// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Fractions
/// @notice What false pages of a source take of those who signed them, over time: all of the past, and at most one raise that
/// waits. Fractions are of 1e18.
library Fractions {
    using Checkpoints for Checkpoints.Trace208;
    using SafeCast for uint256;

    /// @notice More that was announced, and the second from which on it holds; zero for none.
    struct Raise {
        uint64 refuteWad;
        uint64 softWad;
        uint64 effectiveAt;
    }

    /// @notice `refuteWad 64 | softWad 64` by the second from which on it holds, and what waits.
    struct Schedule {
        Checkpoints.Trace208 held;
        Raise raise;
    }

    /// @notice Makes these hold from this second on, whatever waited.
    function hold(Schedule storage schedule, uint64 refuteWad, uint64 softWad) internal {
        Raise memory raise = schedule.raise;
        // A raise that was reached meanwhile is past, and stays.
        if (raise.effectiveAt != 0 && raise.effectiveAt <= block.timestamp) {
            schedule.held.push(uint256(raise.effectiveAt).toUint48(), _packed(raise.refuteWad, raise.softWad));
        }
        delete schedule.raise;
        schedule.held.push(block.timestamp.toUint48(), _packed(refuteWad, softWad));
    }

    /// @notice The second until which a raise waits; zero for none.
    function waitingUntil(Schedule storage schedule) internal view returns (uint64 effectiveAt) {
        effectiveAt = schedule.raise.effectiveAt;
        if (effectiveAt <= block.timestamp) effectiveAt = 0;
    }

    /// @notice What holds at `timestamp`.
    function at(Schedule storage schedule, uint64 timestamp) internal view returns (uint64 refuteWad, uint64 softWad) {
        Raise memory raise = schedule.raise;
        if (raise.effectiveAt != 0 && timestamp >= raise.effectiveAt) return (raise.refuteWad, raise.softWad);
        uint208 packed = schedule.held.upperLookup(uint256(timestamp).toUint48());
        // The upper and the lower half of 128 bits.
        return (uint64(packed >> 64), uint64(packed));
    }

    function _packed(uint64 refuteWad, uint64 softWad) private pure returns (uint208) {
        return (uint208(refuteWad) << 64) | softWad;
    }
}

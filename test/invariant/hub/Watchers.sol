// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAllocationManager} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {Culprit, Fault, ISlasher} from "../../../contracts/interfaces/ISlasher.sol";
import {Accusers} from "./Accusers.sol";

/// @notice Strangers who punish each lie: now, in the last second, or too late; all at once or one by one, or again.
abstract contract Watchers is Accusers {
    /// @notice What a deed cost an operator, by strategy: what it had allocated when it first paid, and what it paid.
    struct Price {
        bool isKnown;
        uint256[2] first;
        uint256[2] paid;
    }

    mapping(bytes32 deed => mapping(address operator => Price)) private _prices;
    uint256 private _punishings;

    /// @notice Somebody accuses for a lie, mostly the last one, and executes.
    function punish(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        if (_deeds.length == 0) return;
        uint256 turn = _punishings++;
        Deed memory deed = _deeds[_deeds.length - 1 - (turn % 6 == 2 ? seed % _deeds.length : 0)];
        uint256 until = _evidenceUntil(deed.epoch);
        if (deed.fault != Fault.Equivocation) _awaitHubFact(deed, turn);
        if (turn % 6 == 5) _passTo(until + ((turn / 6) % 2));

        (address[] memory guilty, Culprit[] memory culprits) = _guiltyOf(deed);
        uint256 at = _divergence(deed);
        (bool success, bytes memory reason) = _accuse(deed.fault, deed.a, deed.b, at, culprits[0]);
        if (_now > until) {
            if (success) BOOK.breach(13, "evidence was accepted after its window");
            if (bytes4(reason) == ISlasher.EvidenceTooLate.selector) _happened(uint256(Did.RefuseTooLate));
            return;
        }
        if (!success) return BOOK.breach(13, "nobody can be accused of a lie in its window");
        uint256 caseId = abi.decode(reason, (uint256));
        bool isLast = _now == until;
        if (turn % 4 == 3) _holdUp(caseId, culprits, seed);
        if (seed % 2 == 0) {
            for (uint256 i = 0; i < culprits.length; ++i) _execute(caseId, deed.key, guilty, _only(culprits[i]));
        } else {
            _execute(caseId, deed.key, guilty, _twice(culprits));
        }
        for (uint256 i = 0; i < guilty.length; ++i) {
            if (!_prices[deed.key][guilty[i]].isKnown) BOOK.breach(13, "somebody guilty paid nothing");
        }
        _happened(uint256(Did.Punish));
        if (isLast) _happened(uint256(Did.PunishLastSecond));
    }

    /// @dev Called with each slash that was made.
    function _onSlash(uint256 slashId) internal virtual;

    /// @dev Called after each execution.
    function _audit() internal virtual;

    /// @dev Who signed both, by the rows of both.
    function _guiltyOf(Deed memory deed) internal view returns (address[] memory guilty, Culprit[] memory culprits) {
        (guilty, culprits) = (new address[](OPERATORS), new Culprit[](OPERATORS));
        (Told storage a, Told storage b) = (_told[deed.a], _told[deed.b]);
        uint256 count = 0;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            address operator = _operator(i);
            if (!_signed(a.epoch, a.signers, operator) || !_signed(b.epoch, b.signers, operator)) continue;
            guilty[count] = operator;
            culprits[count++] = Culprit(uint8(_placeOf(a.epoch, operator) - 1), uint8(_placeOf(b.epoch, operator) - 1));
        }
        assembly ("memory-safe") {
            mstore(guilty, count)
            mstore(culprits, count)
        }
    }

    /// @dev A place that both pages have and at which they differ.
    function _divergence(Deed memory deed) internal view returns (uint256) {
        return deed.fault == Fault.Equivocation && _told[deed.a].kind == Kind.Page ? _told[deed.b].forkedAt - 1 : 0;
    }

    /// @dev Executes, and looks at what EigenLayer took of whom.
    function _execute(uint256 caseId, bytes32 key, address[] memory guilty, Culprit[] memory culprits) private {
        IAllocationManager allocations = _eigenLayer.ALLOCATIONS();
        uint256[2][OPERATORS] memory before = _magnitudes();
        for (uint256 i = 0; i < guilty.length; ++i) _price(key, guilty[i]);
        uint256 slashes = allocations.getSlashCount(_set());
        _must(address(0xe8ec), address(_hub.SLASHER()), abi.encodeCall(ISlasher.execute, (caseId, culprits)));
        uint256[2][OPERATORS] memory afterwards = _magnitudes();
        for (uint256 i = 0; i < OPERATORS; ++i) {
            uint256[2] memory taken = [before[i][0] - afterwards[i][0], before[i][1] - afterwards[i][1]];
            if (taken[0] + taken[1] == 0) continue;
            _judge(key, _operator(i), taken, guilty);
        }
        uint256 slashesNow = allocations.getSlashCount(_set());
        if (slashesNow == slashes) _happened(uint256(Did.PunishAgain));
        while (slashes < slashesNow) _onSlash(++slashes);
        _audit();
    }

    function _judge(bytes32 key, address operator, uint256[2] memory taken, address[] memory guilty) private {
        bool isGuilty = false;
        for (uint256 i = 0; i < guilty.length; ++i) isGuilty = isGuilty || guilty[i] == operator;
        if (!isGuilty) {
            BOOK.breach(_isLiar(operator) ? 14 : 12, "somebody paid who did not say both");
            return;
        }
        Price storage price = _prices[key][operator];
        bool isFirst = !price.isKnown;
        price.isKnown = true;
        for (uint256 s = 0; s < 2; ++s) {
            price.paid[s] += taken[s];
            // Rounded up, as EigenLayer does.
            uint256 most = (price.first[s] * FULL_FRACTION + ONE - 1) / ONE;
            if (price.paid[s] > most) BOOK.breach(14, "somebody paid more than the full fraction for one deed");
            if (isFirst && price.paid[s] != most) BOOK.breach(13, "a lie did not cost the full fraction");
        }
    }

    /// @dev What somebody has allocated when it is about to pay for the first time.
    function _price(bytes32 key, address operator) private {
        Price storage price = _prices[key][operator];
        if (price.isKnown) return;
        for (uint256 s = 0; s < 2; ++s) {
            price.first[s] = _eigenLayer
                .ALLOCATIONS()
                .getAllocation(operator, _set(), _eigenLayer.strategies(s))
                .currentMagnitude;
        }
    }

    /// @dev The guardian holds the case up as long as it may; nobody pays meanwhile, and everybody afterwards.
    function _holdUp(uint256 caseId, Culprit[] memory culprits, uint256 seed) private {
        uint256 openedAt = _now;
        _pass(seed % _windows().pause, 0);
        _must(_hub.GUARDIAN(), address(_hub.SLASHER()), abi.encodeCall(ISlasher.pause, (caseId)));
        _passTo(openedAt + _windows().pause - 1);
        bytes memory call = abi.encodeCall(ISlasher.execute, (caseId, culprits));
        (bool success, ) = _try(address(0xe8ec), address(_hub.SLASHER()), call);
        if (success) BOOK.breach(13, "a case was executed while it was held up");
        _passTo(openedAt + _windows().pause + (seed % 2 == 0 ? _windows().margin : 0));
        _happened(uint256(Did.HoldUp));
    }

    /// @dev What the hub may still come to say is not judged before.
    function _awaitHubFact(Deed memory deed, uint256 turn) private {
        uint256 last = _told[deed.a].issuedAt + _windows().hubFact;
        if (turn % 2 == 0) _passTo(last);
        if (_now <= last) {
            Culprit memory nobody;
            (bool success, ) = _accuse(deed.fault, deed.a, deed.b, 0, nobody);
            if (success) BOOK.breach(12, "what may still become true was judged");
            _happened(uint256(Did.RefuseTooEarly));
        }
        _passTo(last + 1);
    }

    function _magnitudes() private view returns (uint256[2][OPERATORS] memory magnitudes) {
        for (uint256 i = 0; i < OPERATORS; ++i) {
            for (uint256 s = 0; s < 2; ++s) {
                magnitudes[i][s] = _eigenLayer.ALLOCATIONS().getMaxMagnitude(_operator(i), _eigenLayer.strategies(s));
            }
        }
    }

    function _only(Culprit memory culprit) private pure returns (Culprit[] memory one) {
        one = new Culprit[](1);
        one[0] = culprit;
    }

    function _twice(Culprit[] memory culprits) private pure returns (Culprit[] memory all) {
        all = new Culprit[](2 * culprits.length);
        for (uint256 i = 0; i < all.length; ++i) all[i] = culprits[i % culprits.length];
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Culprit, Fault} from "../../../contracts/interfaces/ISlasher.sol";
import {Watchers} from "./Watchers.sol";

/// @notice Those who would have honest operators slashed: with pairs of what they said, with others' lies, with others' rows.
abstract contract Framers is Watchers {
    uint256 private constant MEMORY = 16;

    uint256 private _framings;

    /// @notice Nothing that somebody accuses honest operators of is ever taken up.
    function frame(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _framings++;
        uint256 cases = _hub.SLASHER().caseCount();
        if (turn % 4 == 3) _frameByLie(seed);
        else if (turn % 4 == 2) _frameTruth(turn / 4, seed);
        else _framePages(seed, turn % 2 == 0);
        if (_hub.SLASHER().caseCount() != cases) BOOK.breach(12, "a case was opened against honest operators");
    }

    /// @dev Two pages that honest operators signed, mostly of one lane and page, with whatever differs between them.
    function _framePages(uint256 seed, bool isGrowth) private {
        uint256 a = _speak(seed % 8 == 0 ? 3 : 0, seed >> 8);
        uint256 b = _partner(a, isGrowth, seed >> 16);
        (uint256 at, bool isBeyond) = _place(a, b, isGrowth, seed >> 64);
        _accuseHonest(a, b, at, seed);
        _happened(uint256(isBeyond ? Did.FrameGrowth : Did.FramePages));
    }

    /// @dev Two true statements as a contradiction, in either order.
    function _accuseHonest(uint256 a, uint256 b, uint256 at, uint256 seed) private {
        if (seed % 2 == 0) (a, b) = (b, a);
        (bool success, ) = _accuse(Fault.Equivocation, a, b, at, _somebody(a, b, seed));
        if (success) BOOK.breach(12, "true statements were taken for a contradiction");
    }

    /// @dev What honest operators said of the hub, now and before, as a lie, and twice as a contradiction.
    function _frameTruth(uint256 turn, uint256 seed) private {
        Kind kind = Kind(turn % 3);
        uint256 a = _speak(turn % 3 == 0 ? 0 : 3 + (turn % 3), seed);
        Fault fault =
            turn % 3 == 0
                ? Fault.Stranger
                : turn % 3 == 1
                    ? Fault.FalseTable
                    : Fault.FalseEntry;
        _passTo(_told[a].issuedAt + _windows().hubFact + 1);
        (bool success, ) = _accuse(fault, a, a, 0, _somebody(a, a, seed));
        if (success) BOOK.breach(12, "a true statement was taken for a lie");
        if (kind != Kind.Page) _frameTwice(a, seed);
        _happened(uint256(Did.FrameTruth));
    }

    /// @dev What was said beside the last thing of its kind that was said before.
    function _frameTwice(uint256 a, uint256 seed) private {
        for (uint256 i = 1; i <= MEMORY && i <= a; ++i) {
            uint256 b = a - i;
            if (_told[b].kind != _told[a].kind || !_told[b].isTrue) continue;
            return _accuseHonest(a, b, 0, seed);
        }
    }

    /// @dev Somebody's lie beside what honest operators said of the same: they signed the one and not the other.
    function _frameByLie(uint256 seed) private {
        bool isNeighbour = (_framings / 4) % 2 == 0;
        for (uint256 i = 1; i <= _deeds.length; ++i) {
            Deed memory deed = _deeds[_deeds.length - i];
            if (deed.fault != Fault.Equivocation) continue;
            (bool isFound, Culprit memory culprit) = _innocent(deed, isNeighbour, seed);
            if (!isFound) continue;
            (bool success, ) = _accuse(deed.fault, deed.a, deed.b, _divergence(deed), culprit);
            if (success) BOOK.breach(12, "somebody is named who did not say both");
            return _happened(uint256(isNeighbour ? Did.FrameNeighbour : Did.FrameByLie));
        }
    }

    /// @dev Where two pages are said to differ; beyond the lower count, where one has grown and the other one is empty, if it can be.
    function _place(
        uint256 a,
        uint256 b,
        bool isGrowth,
        uint256 seed
    ) private view returns (uint256 at, bool isBeyond) {
        (uint256 least, uint256 most) = (_told[a].page.count, _told[b].page.count);
        if (least > most) (least, most) = (most, least);
        isBeyond = isGrowth && least < most;
        at = isBeyond ? within(seed, least, most - 1) : seed % most;
    }

    /// @dev Another page that honest operators signed before; of the same lane and page if it must be.
    function _partner(uint256 a, bool isSame, uint256 seed) private view returns (uint256 b) {
        b = a;
        for (uint256 i = 1; i <= MEMORY && i <= a; ++i) {
            Told storage told = _told[a - i];
            if (told.kind != Kind.Page || !told.isTrue || (isSame && !_isOnePage(a, a - i))) continue;
            b = a - i;
            if ((seed >> i) % 2 == 0) return b;
        }
    }

    /// @dev Somebody who signed only one of both; or the rows of two neighbours, each of which signed one.
    function _innocent(
        Deed memory deed,
        bool isNeighbour,
        uint256 seed
    ) private view returns (bool isFound, Culprit memory culprit) {
        (Told storage a, Told storage b) = (_told[deed.a], _told[deed.b]);
        (address[] storage ofA, address[] storage ofB) = (_epochs[a.epoch].operators, _epochs[b.epoch].operators);
        for (uint256 i = 0; i < ofA.length * ofB.length; ++i) {
            uint256 pair = (seed % 64) + i;
            (uint256 rowA, uint256 rowB) = (pair % ofA.length, (pair / ofA.length) % ofB.length);
            bool isBoth = (a.signers >> rowA) & (b.signers >> rowB) & 1 == 1;
            bool isOneOperator = ofA[rowA] == ofB[rowB];
            if (isNeighbour ? isBoth && !isOneOperator : isOneOperator && !isBoth) {
                return (true, Culprit(uint8(rowA), uint8(rowB)));
            }
        }
    }

    function _isOnePage(uint256 a, uint256 b) private view returns (bool) {
        return
            _told[a].page.destinationGateway == _told[b].page.destinationGateway &&
            _told[a].page.pageIndex == _told[b].page.pageIndex;
    }

    /// @dev Mostly somebody who signed both.
    function _somebody(uint256 a, uint256 b, uint256 seed) private view returns (Culprit memory) {
        address operator = _operator((seed >> 128) % 2);
        (uint256 placeA, uint256 placeB) = (_placeOf(_told[a].epoch, operator), _placeOf(_told[b].epoch, operator));
        if (placeA == 0 || placeB == 0) {
            (placeA, placeB) = (_placeOf(_told[a].epoch, _operator(0)), _placeOf(_told[b].epoch, _operator(0)));
        }
        return Culprit(uint8(placeA - 1), uint8(placeB - 1));
    }
}

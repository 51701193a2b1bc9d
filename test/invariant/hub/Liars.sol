// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Fault} from "../../../contracts/interfaces/ISlasher.sol";
import {Page} from "../../../contracts/libraries/Statements.sol";
import {Histories} from "./Histories.sol";

/// @notice Liars contradict what they said before, truth or lie, in the same epoch or a later one; or the hub.
abstract contract Liars is Histories {
    /// @notice A lie with what it contradicts, which is itself where the hub refutes it.
    struct Deed {
        Fault fault;
        uint256 a;
        uint256 b;
        /// @dev The deed by the rules: what was said twice, in which epoch.
        bytes32 key;
        uint32 epoch;
    }

    uint256 private constant MEMORY = 12;
    address private constant STRANGER = address(0xbad);

    Deed[] internal _deeds;
    uint256 private _lies;

    /// @notice One or two liars lie, about one kind of thing after the other.
    function lie(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        if (_now > _validUntil(_newest())) _renew();
        (, uint256 liars) = _rows(seed);
        if (liars == 0) (, liars) = _rows(type(uint256).max);
        if (liars == 0) return;
        uint256 kind = _lies++ % 7;
        if (kind < 4) _equivocate(kind, liars, seed >> 8);
        else _lieAboutHub(kind, liars, seed >> 8);
        _happened(uint256(Did.Lie));
    }

    /// @dev Whether somebody has a row in both epochs, and signed with both.
    function _bothSigned(
        uint256 epochA,
        uint256 signersA,
        uint256 epochB,
        uint256 signersB
    ) internal view returns (bool) {
        for (uint256 i = 0; i < OPERATORS; ++i) {
            if (_signed(epochA, signersA, _operator(i)) && _signed(epochB, signersB, _operator(i))) return true;
        }
        return false;
    }

    function _signed(uint256 epoch, uint256 signers, address operator) internal view returns (bool) {
        uint256 place = _placeOf(epoch, operator);
        return place != 0 && (signers >> (place - 1)) & 1 == 1;
    }

    /// @dev 0 and 1: pages of equal and of different counts, 2: tables, 3: entries.
    function _equivocate(uint256 kind, uint256 liars, uint256 seed) private {
        Kind about =
            kind < 2
                ? Kind.Page
                : kind == 2
                    ? Kind.Table
                    : Kind.Entry;
        (bool isFound, uint256 a) = _recall(about, liars, seed % 3 == 0);
        if (!isFound) {
            a = _speak(kind < 2 ? 0 : kind + 2, seed);
            _told[a].signers |= liars;
        }
        // Every other time in a later epoch, for which that counts.
        if (_lies % 2 == 0) {
            _renew();
            (, liars) = _rows(type(uint256).max);
            if (!_bothSigned(_told[a].epoch, _told[a].signers, _newest(), liars)) return;
        }
        Told memory told = _told[a];
        told.isTrue = false;
        if (about == Kind.Page) {
            uint256 first = told.page.pageIndex * PAGE_SIZE;
            uint256 lane = _laneOf(told.page);
            if (_sent(lane) < first + 2) _send(lane, 2);
            uint256 room = _sent(lane) - first < PAGE_SIZE ? _sent(lane) - first : PAGE_SIZE;
            uint256 least = told.page.count;
            if (kind == 1) {
                uint256 count = 1 + ((seed >> 8) % room);
                if (count == least) count = count == room ? count - 1 : count + 1;
                if (count < least) least = count;
                (told.page, told.forkedAt) = (_pageAt(lane, told.page.pageIndex, count, seed >> 16), 0);
            }
            _fork(told, (seed >> 24) % least, bytes32(seed));
        } else if (about == Kind.Table) {
            told.table.tableHash = bytes32(seed);
        } else {
            told.entry.gateway = address(uint160(seed));
        }
        uint256 b = _say(told, liars);
        uint32 epoch = _told[a].epoch > told.epoch ? _told[a].epoch : _told[b].epoch;
        if (_told[a].epoch != _told[b].epoch) _happened(uint256(Did.LieAcrossEpochs));
        _deeds.push(Deed(Fault.Equivocation, a, b, _keyOf(Fault.Equivocation, epoch, _told[b]), epoch));
    }

    /// @dev 4: a table, 5: an entry, 6: a page of somebody who never spoke for the chain.
    function _lieAboutHub(uint256 kind, uint256 liars, uint256 seed) private {
        Told memory told;
        Fault fault;
        if (kind == 4) {
            (fault, told.kind, told.table) = (Fault.FalseTable, Kind.Table, _tableOf(uint32(1 + (seed % _newest()))));
            if (seed % 2 == 0) told.table.epoch += 1000;
            else ++told.table.validUntil;
        } else if (kind == 5) {
            uint64 version = 1 + uint64(seed % _hub.REGISTRY().entryOf(SOURCE).version);
            (fault, told.kind, told.entry) = (Fault.FalseEntry, Kind.Entry, _hub.REGISTRY().rollupAt(SOURCE, version));
            if (seed % 2 == 0) told.entry.version += 1000;
            else told.entry.refutable = !told.entry.refutable;
        } else {
            fault = Fault.Stranger;
            told.page = _pageAt(0, 0, 1 + (seed % 200), seed);
            told.page.sourceGateway = STRANGER;
        }
        uint256 which = _say(told, liars);
        _deeds.push(Deed(fault, which, which, _keyOf(fault, _newest(), told), _newest()));
    }

    /// @dev Something that a liar among `liars` of the newest epoch said not long ago; only lies if `isLie`.
    function _recall(Kind kind, uint256 liars, bool isLie) private view returns (bool isFound, uint256 which) {
        for (uint256 i = 1; i <= MEMORY && i <= _told.length; ++i) {
            Told storage told = _told[_told.length - i];
            bool isContent = kind != Kind.Page || (told.page.finality == 3 && told.page.sourceGateway == GATEWAY);
            bool isKnown = kind != Kind.Entry || told.entry.version < 1000;
            isKnown = isKnown && (kind != Kind.Table || told.table.epoch < 1000);
            if (told.kind != kind || !isContent || !isKnown || told.isTrue == isLie) continue;
            if (_bothSigned(told.epoch, told.signers, _newest(), liars)) return (true, _told.length - i);
        }
    }

    function _keyOf(Fault fault, uint32 epoch, Told memory told) private pure returns (bytes32) {
        Page memory page = told.page;
        bytes memory subject =
            told.kind == Kind.Page
                ? abi.encode(page.sourceGateway, page.destinationGateway, page.pageIndex)
                : told.kind == Kind.Table
                    ? abi.encode(told.table.epoch)
                    : abi.encode(told.entry.chainId, told.entry.version);
        return keccak256(abi.encode(fault, epoch, told.kind, subject));
    }
}

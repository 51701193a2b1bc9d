// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRollupRegistryOwner} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {Acceptance} from "../../../contracts/libraries/Acceptance.sol";
import {Speakers} from "./Speakers.sol";

/// @notice Honest histories, and operators that leave, rotate their keys and come back, or flee after a lie.
abstract contract Histories is Speakers {
    /// @notice What must have happened in each run.
    enum Did {
        SayPage,
        SaySoftPage,
        SayTable,
        SayEntry,
        Build,
        Leave,
        Rotate,
        Flee,
        Return,
        UpdateEntry,
        Lie,
        LieAcrossEpochs,
        Punish,
        PunishLastSecond,
        RefuseTooLate,
        RefuseTooEarly,
        HoldUp,
        PunishAgain,
        FramePages,
        FrameGrowth,
        FrameTruth,
        FrameByLie,
        FrameNeighbour,
        Collect,
        CollectCleared,
        CollectTwice,
        BookSurplus
    }

    uint256 private _speeches;
    uint256 private _operations;

    /// @notice Time passes.
    function pass(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _pass(1 + ((seed >> 8) % 6 minutes), seed % 2 == 0 ? 0 : seed >> 64);
    }

    /// @notice Honest operators say what is so; liars may do that too.
    function speak(uint256 seed) external acting(seed) {
        _speak(_speeches++ % 6, _mixed(seed));
    }

    /// @notice Operators build, leave, rotate and come back; a chain's owner changes its entry.
    function operate(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _operations++;
        for (uint256 i = 1; i < OPERATORS; ++i) _comeBack(i);
        if (turn % 4 == 0) _renew();
        else if (turn % 4 == 1) _flee(FIRST_LIAR + ((turn / 4) % 2), seed);
        else if (turn % 4 == 2) _updateEntry(seed);
        else if (_leave(_operator(1))) _happened(uint256(Did.Leave));
    }

    function _prepare() internal override {
        for (uint256 i = 0; i < OPERATORS; ++i) {
            _enlist(_operator(i), 1 << i, [uint256(1e25), i == FIRST_LIAR ? 1e25 : 0], ONE);
        }
    }

    function _open() internal override {
        _epochs.push();
        _buildNow();
        _register();
        _send(0, 250);
        _send(1, 2);
    }

    /// @dev 0 to 2: final pages, 3: one below final, 4: a table, 5: an entry. Signed by all that are honest.
    function _speak(uint256 what, uint256 seed) internal returns (uint256) {
        if (_now > _validUntil(_newest())) _renew();
        (uint256 honest, uint256 liars) = _rows(seed >> 200);
        Told memory told;
        told.isTrue = true;
        if (what < 4) {
            uint256 lane = (seed >> 8) % 2;
            _send(lane, 1 + ((seed >> 16) % 8));
            uint256 pages = 1 + (_sent(lane) - 1) / PAGE_SIZE;
            uint256 pageIndex = (seed >> 24) % 4 == 0 ? (seed >> 32) % pages : pages - 1;
            uint256 room = pageIndex + 1 == pages ? _sent(lane) - pageIndex * PAGE_SIZE : PAGE_SIZE;
            uint256 count = (seed >> 40) % 2 == 0 ? room : 1 + ((seed >> 48) % room);
            told.page = _pageAt(lane, pageIndex, count, seed >> 64);
            if (what == 3) {
                // The source took it back before it was final.
                _fork(told, (seed >> 56) % count, bytes32(seed));
                told.page.finality = uint8(1 + ((seed >> 72) % (Acceptance.FINAL - 1)));
            }
            _happened(uint256(what == 3 ? Did.SaySoftPage : Did.SayPage));
        } else if (what == 4) {
            told.kind = Kind.Table;
            told.table = _tableOf(uint32(1 + ((seed >> 8) % _newest())));
            _happened(uint256(Did.SayTable));
        } else {
            told.kind = Kind.Entry;
            uint64 chainId = SOURCE + uint64((seed >> 8) % 2);
            uint64 versions = _hub.REGISTRY().entryOf(chainId).version;
            told.entry = _hub.REGISTRY().rollupAt(chainId, 1 + uint64((seed >> 16) % versions));
            _happened(uint256(Did.SayEntry));
        }
        return _say(told, honest | liars);
    }

    /// @dev The next table, as soon as the hub allows it; a new set of rows if somebody left or came back.
    function _renew() internal {
        if (_begin()) {
            (, bool complete) = _proceed(type(uint256).max);
            isTrue(complete, "a build completed");
        } else {
            _buildNow();
        }
        _happened(uint256(Did.Build));
    }

    /// @dev A liar takes out what it can, before or after anybody knows.
    function _flee(uint256 number, uint256 seed) private {
        address liar = _operator(number);
        bool hasLeft = false;
        if (seed % 3 != 0) {
            for (uint256 s = 0; s < 2; ++s) hasLeft = _allocate(liar, _set(), s, 0) || hasLeft;
        }
        if (seed % 3 != 1) hasLeft = _leave(liar) || hasLeft;
        if (seed % 5 == 0) hasLeft = _queue(liar, 0, 1e24 + ((seed >> 8) % 1e24)) || hasLeft;
        if (hasLeft) _happened(uint256(Did.Flee));
    }

    /// @dev Whoever left and answers for nothing any more joins again, the honest one with another key.
    function _comeBack(uint256 number) private {
        address operator = _operator(number);
        if (_isLiar(operator)) {
            _restake(operator);
        } else if (!_isSlashable(operator) && secretOf[operator] == 1 << number) {
            isTrue(_deregisterKey(operator), "a key given up");
            isTrue(_registerKey(operator, 1 << (number + OPERATORS)), "another key");
            _happened(uint256(Did.Rotate));
        }
        if (_isSlashable(operator)) return;
        if (_join(operator, _set())) _happened(uint256(Did.Return));
    }

    function _restake(address liar) private {
        for (uint256 s = 0; s < 2; ++s) {
            address strategy = _eigenLayer.strategies(s);
            if (_eigenLayer.ALLOCATIONS().getAllocation(liar, _set(), strategy).currentMagnitude != 0) continue;
            uint64 all = _eigenLayer.ALLOCATIONS().getAllocatableMagnitude(liar, strategy);
            if (all != 0) _allocate(liar, _set(), s, all);
        }
    }

    function _updateEntry(uint256 seed) private {
        uint64 chainId = SOURCE + uint64((seed >> 8) % 2);
        (bool success, ) = _try(
            ENTRY_OWNER,
            address(_hub.REGISTRY()),
            abi.encodeCall(IRollupRegistryOwner.update, (chainId, uint8(1 + (seed % 3)), ""))
        );
        if (success) _happened(uint256(Did.UpdateEntry));
    }
}

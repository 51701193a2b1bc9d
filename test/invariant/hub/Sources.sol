// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Acceptance} from "../../../contracts/libraries/Acceptance.sol";
import {Refutation} from "../../../contracts/libraries/Refutations.sol";
import {Page} from "../../../contracts/libraries/Statements.sol";
import {TellingBridge} from "../../../contracts/mocks/TellingBridge.sol";
import {Speakers} from "./Speakers.sol";

/// @notice Two sources with bridges. Source 0 tells the truth about its pages, source 1 says what it likes. Honest operators sign
/// true pages of both; liars sign others, too.
abstract contract Sources is Speakers {
    /// @notice What must have happened in each run.
    enum Did {
        SayTruth,
        SayFork,
        SayFuture,
        SaySoft,
        TellTruth,
        TellLie,
        OpenCase,
        RefuseCase,
        RefuseTooLate,
        RefuseBeforeCourt,
        Execute,
        NothingLeft,
        CapAnew,
        Lapse,
        HonestPays,
        Acquit,
        HoldUp,
        EigenLayerPaused,
        Adjust
    }

    /// @notice What a source said about a page that operators told of.
    struct Refuted {
        uint256 which;
        Refutation refutation;
    }

    uint64 internal constant REFUTE_WAD = 1e17;
    uint64 internal constant SOFT_WAD = 3e16;

    TellingBridge[2] private _bridges = [new TellingBridge(), new TellingBridge()];
    Refuted[] internal _refuted;
    uint256 private _speeches;

    /// @notice Operators say what is so of a page, or liars among them something else.
    function speak(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _renewed();
        uint256 kind = _speeches++ % 4;
        uint256 lane = (seed >> 8) % 2;
        _send(lane, 1 + ((seed >> 16) % 4));
        uint256 pages = 1 + (_sent(lane) - 1) / PAGE_SIZE;
        uint256 pageIndex = kind == 2 || seed % 4 != 0 ? pages - 1 : (seed >> 32) % pages;
        uint256 count = _reached(lane, pageIndex);
        if (kind != 2) count = 1 + ((seed >> 48) % count);
        Told memory told;
        told.isTrue = kind == 0;
        told.page = _truth(seed % 2, lane, pageIndex, count);
        if (kind % 2 == 1) _fork(told, (seed >> 56) % count, bytes32(seed));
        if (kind == 2) (told.page.count, told.page.root) = (told.page.count + 1, bytes32(seed));
        if (kind == 3) told.page.finality = uint8(1 + ((seed >> 72) % (Acceptance.FINAL - 1)));
        if (told.page.count > PAGE_SIZE) return;
        (uint256 honest, uint256 liars) = _rows(type(uint256).max);
        _say(told, told.isTrue ? honest | liars : liars);
        _happened(uint256(Did.SayTruth) + kind);
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
        // From here on both sources' words are in force.
        _buildNow();
        _send(0, 250);
        _send(1, 2);
    }

    /// @dev Has a source say something about a page, true or not; it is heard at once.
    function _tell(uint256 which, bool isTrue, bool isNotYet, uint256 seed) internal {
        Page memory page = _told[which].page;
        uint256 lane = _laneOf(page);
        Refutation memory said;
        said.sourceChainId = page.sourceChainId;
        said.sourceGateway = page.sourceGateway;
        said.destinationChainId = page.destinationChainId;
        said.destinationGateway = page.destinationGateway;
        said.pageIndex = page.pageIndex;
        uint256 reached = _reached(lane, page.pageIndex);
        if (isNotYet) {
            said.isNotYet = true;
            (said.count, said.timestamp) =
                isTrue ? (uint16(reached), uint64(_now)) : (page.count - 1, page.sourceTimestamp + 1);
        } else {
            said.count = page.count < reached ? page.count : uint16(reached);
            Page memory truth = _truth(_sourceOf(page), lane, page.pageIndex, said.count);
            (said.root, said.chainHead) = isTrue ? (truth.root, truth.chainHead) : (bytes32(seed), truth.chainHead);
        }
        _bridges[_sourceOf(page)].tell(said);
        _refuted.push(Refuted(which, said));
        _happened(uint256(isTrue ? Did.TellTruth : Did.TellLie));
    }

    function _renewed() internal {
        if (_now <= _validUntil(_newest())) return;
        isTrue(_begin(), "a build begun");
        (, bool complete) = _proceed(type(uint256).max);
        isTrue(complete, "a build completed");
    }

    function _wordOf(uint64 chainId) internal view override returns (address bridge, uint64 refuteWad, uint64 softWad) {
        return (address(_bridges[chainId - SOURCE]), REFUTE_WAD, SOFT_WAD);
    }

    function _sourceOf(Page memory page) internal pure returns (uint256) {
        return page.sourceChainId - SOURCE;
    }

    /// @dev A page of a source as it was when it had so many messages; both sources have the same ones.
    function _truth(
        uint256 source,
        uint256 lane,
        uint256 pageIndex,
        uint256 count
    ) private view returns (Page memory page) {
        page = _pageAt(lane, pageIndex, count, 0);
        if (source == 0) return page;
        (page.sourceChainId, page.sourceGateway, page.destinationChainId) = (DESTINATION, address(0xd0), SOURCE);
    }

    /// @dev How many messages a page has now.
    function _reached(uint256 lane, uint256 pageIndex) private view returns (uint256) {
        uint256 more = _sent(lane) - pageIndex * PAGE_SIZE;
        return more < PAGE_SIZE ? more : PAGE_SIZE;
    }
}

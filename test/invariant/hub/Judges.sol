// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAllocationManager} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {ICommonErrors} from "../../../contracts/interfaces/eigenlayer/ICommonErrors.sol";
import {Case, Culprit, ISlasher} from "../../../contracts/interfaces/ISlasher.sol";
import {Acceptance} from "../../../contracts/libraries/Acceptance.sol";
import {Refutation} from "../../../contracts/libraries/Refutations.sol";
import {Page} from "../../../contracts/libraries/Statements.sol";
import {Sources} from "./Sources.sol";

/// @notice Strangers who accuse and execute on a source's word, the court, and whoever pauses. What is taken is read from EigenLayer.
abstract contract Judges is Sources {
    struct Opened {
        uint256 caseId;
        uint256 which;
        uint256 openedAt;
        bytes32 evidence;
        bool hasConvicted;
    }

    /// @notice What one source's word took of an operator since 30 days passed without a taking, and the most that the operator had
    /// allocated at any execution since then.
    struct Takings {
        uint256 lastAt;
        uint256[2] most;
        uint256[2] taken;
    }

    uint256 private constant COURT_SECONDS = 20 minutes;
    uint256 private constant CAP_SECONDS = 30 days;
    uint256 private constant LAPSE_SECONDS = 14 days;

    Opened[] private _cases;
    mapping(bytes32 evidence => bool) private _isAcquitted;
    mapping(uint256 source => mapping(address operator => Takings)) private _takings;
    mapping(bytes32 deed => mapping(address operator => bool)) private _hasPaid;
    uint256 private _tellings;
    uint256 private _judgements;
    uint256 private _adjustments;

    /// @notice Time passes: mostly minutes, seldom weeks.
    function pass(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _pass(1 + (seed % 8 == 0 ? (seed >> 8) % 20 days : (seed >> 8) % 8 minutes), seed >> 64);
    }

    /// @notice A source says something, and somebody accuses by it, or by what it said before.
    function accuse(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        if (_told.length == 0) return;
        uint256 turn = _tellings++;
        uint256 most = turn % 8 == 7 ? _told.length : 6;
        uint256 which = _told.length - 1 - (seed % (_told.length < most ? _told.length : most));
        bool isTrue = _sourceOf(_told[which].page) == 0 || turn % 3 == 0;
        _tell(which, isTrue, (seed >> 8) % 2 == 0, seed);
        _accuse(_refuted.length - 1);
        if (turn % 4 == 3) _accuse((seed >> 16) % _refuted.length);
    }

    /// @notice A case is executed, too early, in time, or when it is acquitted or paused.
    function judge(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        if (_cases.length == 0) return;
        uint256 turn = _judgements++;
        uint256 at = _cases.length - 1 - (turn % 4 == 3 ? seed % _cases.length : 0);
        Opened storage opened = _cases[at];
        if (turn % 5 == 1) _holdUp(opened, seed);
        if (turn % 7 == 6) _acquit(opened);
        uint256 executableAt = opened.openedAt + COURT_SECONDS;
        if (turn % 2 == 0 && _now < executableAt) {
            _refuse(opened, "a case was executed before the court's time", Did.RefuseBeforeCourt);
        }
        _passTo(executableAt + (turn % 3 == 0 ? 0 : (seed >> 32) % 10 minutes));
        if (_isAcquitted[opened.evidence]) return _refuse(opened, "a case was executed that is acquitted", Did.Acquit);
        if (_now > opened.openedAt + LAPSE_SECONDS)
            return _refuse(opened, "a case was executed that lapsed", Did.Lapse);
        if (turn % 5 == 2) _pauseEigenLayer(opened);
        _execute(opened);
    }

    /// @notice Operators allocate more and less.
    function adjust(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _adjustments++;
        address operator = _operator(turn % OPERATORS);
        uint256 s = _isLiar(operator) ? (seed >> 8) % 2 : 0;
        uint64 most = _eigenLayer.ALLOCATIONS().getMaxMagnitude(operator, _eigenLayer.strategies(s));
        if (_allocate(operator, _set(), s, uint64(within(seed >> 16, most / 4, most)))) {
            _happened(uint256(Did.Adjust));
        }
    }

    function _accuse(uint256 at) private {
        Refuted memory refuted = _refuted[at];
        Told memory told = _told[refuted.which];
        bytes32 evidence = keccak256(abi.encode(told.page, refuted.refutation));
        bool isLate = _now + COURT_SECONDS > _evidenceUntil(told.epoch);
        bool isDue = _isProof(refuted.refutation, told.page) && !isLate && !_isAcquitted[evidence];
        bytes memory call = abi.encodeCall(
            ISlasher.accuseFalsePage,
            (_evidence(refuted.which), told.page, refuted.refutation)
        );
        (bool success, bytes memory result) = _try(address(0x57a4e2), address(_hub.SLASHER()), call);
        if (!success) {
            if (isDue) BOOK.breach(13, "nobody can be accused of a page that its source refutes");
            bool isTooLate = bytes4(result) == ISlasher.EvidenceTooLate.selector;
            return _happened(uint256(isTooLate ? Did.RefuseTooLate : Did.RefuseCase));
        }
        if (isLate) BOOK.breach(18, "evidence was accepted after its window");
        if (!isDue) BOOK.breach(12, "a case was opened by what proves nothing");
        _cases.push(Opened(abi.decode(result, (uint256)), refuted.which, _now, evidence, false));
        _happened(uint256(Did.OpenCase));
    }

    /// @dev Executes against all who signed, and looks at what EigenLayer took of whom.
    function _execute(Opened storage opened) private {
        uint256[2][OPERATORS] memory present = _magnitudes(false);
        uint256[2][OPERATORS] memory before = _magnitudes(true);
        (bool success, ) = _try(address(0xe8ec), address(_hub.SLASHER()), _execution(opened));
        if (!success) return BOOK.breach(18, "a case cannot be executed in its time");
        uint256[2][OPERATORS] memory afterwards = _magnitudes(true);
        bool hasTaken = false;
        for (uint256 i = 0; i < OPERATORS; ++i) {
            uint256[2] memory taken = [before[i][0] - afterwards[i][0], before[i][1] - afterwards[i][1]];
            hasTaken = hasTaken || taken[0] + taken[1] != 0;
            _compare(opened.which, i, present[i], taken);
        }
        opened.hasConvicted = opened.hasConvicted || hasTaken;
        _happened(uint256(hasTaken ? Did.Execute : Did.NothingLeft));
    }

    function _compare(uint256 which, uint256 i, uint256[2] memory present, uint256[2] memory taken) private {
        Told memory told = _told[which];
        address operator = _operator(i);
        uint256 place = _placeOf(told.epoch, operator);
        bool isSigner = place != 0 && (told.signers >> (place - 1)) & 1 == 1;
        uint256 source = _sourceOf(told.page);
        Takings storage takings = _takings[source][operator];
        bool isNew = takings.lastAt == 0 || _now > takings.lastAt + CAP_SECONDS;
        bytes32 deed = keccak256(abi.encode(told.epoch, source, told.page.destinationGateway, told.page.pageIndex));
        uint256 wad = told.page.finality == Acceptance.FINAL ? REFUTE_WAD : SOFT_WAD;
        if (isNew && taken[0] + taken[1] != 0) {
            if (takings.lastAt != 0) _happened(uint256(Did.CapAnew));
            (takings.most, takings.taken) = (present, [uint256(0), 0]);
        }
        for (uint256 s = 0; isSigner && s < 2; ++s) {
            if (present[s] > takings.most[s]) takings.most[s] = present[s];
        }
        if (taken[0] + taken[1] == 0) {
            bool isDue = isSigner && isNew && !_hasPaid[deed][operator] && present[0] + present[1] != 0;
            if (isDue) BOOK.breach(18, "somebody owes nothing though 30 days have passed");
            return;
        }
        if (!isSigner) BOOK.breach(12, "somebody paid who did not sign");
        if (!_isLiar(operator)) {
            if (source == 0) BOOK.breach(12, "an honest operator paid by the word of an honest source");
            _happened(uint256(Did.HonestPays));
        }
        for (uint256 s = 0; s < 2; ++s) {
            takings.taken[s] += taken[s];
            if (takings.taken[s] > _price(takings.most[s], REFUTE_WAD)) {
                BOOK.breach(16, "a source's word took more than was announced in 30 days");
            }
            if (isNew && !_hasPaid[deed][operator] && taken[s] != _price(present[s], wad)) {
                BOOK.breach(16, "a page that its source refutes did not cost what was announced");
            }
        }
        takings.lastAt = _now;
        _hasPaid[deed][operator] = true;
    }

    /// @dev Nothing may come of an execution now.
    function _refuse(Opened storage opened, string memory what, Did did_) private {
        uint256[2][OPERATORS] memory before = _magnitudes(true);
        (bool success, ) = _try(address(0xe8ec), address(_hub.SLASHER()), _execution(opened));
        if (success || keccak256(abi.encode(before)) != keccak256(abi.encode(_magnitudes(true)))) {
            BOOK.breach(18, what);
        }
        _happened(uint256(did_));
    }

    /// @dev The court acquits, unless somebody was convicted.
    function _acquit(Opened storage opened) private {
        bytes memory call = abi.encodeCall(ISlasher.acquit, (opened.caseId, "a reason"));
        (bool success, ) = _try(_hub.COURT(), address(_hub.SLASHER()), call);
        if (success == opened.hasConvicted) BOOK.breach(18, "a case was acquitted after a conviction, or never");
        if (success) _isAcquitted[opened.evidence] = true;
    }

    /// @dev The guardian's pause moves neither the court's time nor the window of evidence.
    function _holdUp(Opened storage opened, uint256 seed) private {
        uint256 until = opened.openedAt + _windows().pause;
        if (_now >= until) return;
        _pass(seed % (until - _now), 0);
        bytes memory call = abi.encodeCall(ISlasher.pause, (opened.caseId));
        (bool success, ) = _try(_hub.GUARDIAN(), address(_hub.SLASHER()), call);
        if (!success) return;
        Case memory known = _hub.SLASHER().caseOf(opened.caseId);
        if (known.pausedUntil != until) BOOK.breach(18, "a pause ends at another second than the opening names");
        if (known.executableAt != opened.openedAt + COURT_SECONDS) BOOK.breach(18, "a pause moved the court's time");
        uint32 epoch = _told[opened.which].epoch;
        if (_hub.TABLES().evidenceUntil(SET, epoch) != _evidenceUntil(epoch)) {
            BOOK.breach(18, "a pause moved the window of evidence");
        }
        _happened(uint256(Did.HoldUp));
    }

    /// @dev While EigenLayer is paused nothing is taken nor written down, and afterwards everything goes on from there.
    function _pauseEigenLayer(Opened storage opened) private {
        vm.mockCallRevert(
            address(_eigenLayer.ALLOCATIONS()),
            abi.encodeWithSelector(IAllocationManager.slashOperator.selector),
            abi.encodeWithSelector(ICommonErrors.CurrentlyPaused.selector)
        );
        bytes32 before = keccak256(abi.encode(_hub.SLASHER().caseOf(opened.caseId), _magnitudes(true)));
        (bool success, bytes memory reason) = _try(address(0xe8ec), address(_hub.SLASHER()), _execution(opened));
        vm.clearMockedCalls();
        if (before != keccak256(abi.encode(_hub.SLASHER().caseOf(opened.caseId), _magnitudes(true)))) {
            BOOK.breach(18, "something came of a case while EigenLayer was paused");
        }
        // Where nothing is left to take, nobody asks EigenLayer.
        if (!success && bytes4(reason) == ICommonErrors.CurrentlyPaused.selector) {
            _happened(uint256(Did.EigenLayerPaused));
        }
    }

    function _execution(Opened storage opened) private view returns (bytes memory) {
        uint256 signers = _told[opened.which].signers;
        uint256 count = 0;
        Culprit[] memory culprits = new Culprit[](OPERATORS);
        for (uint8 row = 0; row < OPERATORS; ++row) {
            if ((signers >> row) & 1 == 1) culprits[count++] = Culprit(row, row);
        }
        assembly ("memory-safe") {
            mstore(culprits, count)
        }
        return abi.encodeCall(ISlasher.execute, (opened.caseId, culprits));
    }

    /// @dev What operators have allocated; or all they could, of which what was slashed is gone.
    function _magnitudes(bool isMost) private view returns (uint256[2][OPERATORS] memory magnitudes) {
        IAllocationManager allocations = _eigenLayer.ALLOCATIONS();
        for (uint256 i = 0; i < OPERATORS; ++i) {
            for (uint256 s = 0; s < 2; ++s) {
                address strategy = _eigenLayer.strategies(s);
                magnitudes[i][s] =
                    isMost
                        ? allocations.getMaxMagnitude(_operator(i), strategy)
                        : allocations.getAllocation(_operator(i), _set(), strategy).currentMagnitude;
            }
        }
    }

    /// @dev By the rules: another page at the same count, or too many messages at a later time.
    function _isProof(Refutation memory said, Page memory page) private pure returns (bool) {
        if (said.isNotYet) return said.count < page.count && page.sourceTimestamp < said.timestamp;
        return said.count == page.count && !(said.root == page.root && said.chainHead == page.chainHead);
    }

    /// @dev Rounded up, as EigenLayer does.
    function _price(uint256 magnitude, uint256 wad) private pure returns (uint256) {
        return (magnitude * wad + ONE - 1) / ONE;
    }
}

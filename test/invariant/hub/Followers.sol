// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../../../contracts/interfaces/ICertificateVerifier.sol";
import {IInbox} from "../../../contracts/interfaces/IInbox.sol";
import {FirstTable, IOperatorTables} from "../../../contracts/interfaces/IOperatorTables.sol";
import {Acceptance} from "../../../contracts/libraries/Acceptance.sol";
import {Certificate} from "../../../contracts/libraries/Certificates.sol";
import {Epochs} from "../../../contracts/libraries/Epochs.sol";
import {Page, Rollup, Table} from "../../../contracts/libraries/Statements.sol";
import {RollupFactory} from "../RollupFactory.sol";
import {Probers} from "./Probers.sol";

/// @notice A rollup that follows the hub's tables, and certificates that come there in time, too early and too late. All of them
/// are signed by everybody.
abstract contract Followers is Probers {
    /// @notice A batch that the gateway confirmed.
    struct Stored {
        Page page;
        bytes32 sibling;
        uint256 epoch;
        uint256 issuedAt;
    }

    uint64 private constant SOURCE = 11;
    uint256 private constant MAX_AGE = 6 hours;
    uint256 private constant TOLERANCE = 15 minutes;

    RollupFactory private _factory;
    RollupFactory.Contracts private _rollup;
    uint64 private _chain = 100;
    uint32[] private _installed;
    Stored private _stored;
    uint256 private _speeches;

    /// @notice The rollup learns of the newest table while it can; else somebody makes a new one that begins with it.
    function install(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint32 speaker = _installed[_installed.length - 1];
        bool isMute = _now > _validUntil(speaker);
        if (speaker == _newest()) _buildNow();
        if (isMute) return _deploy();
        uint32 newest = _newest();
        Table memory table = _tableOf(newest);
        bytes32 sibling = bytes32(seed);
        Certificate memory certificate = _certificate(speaker, _now, _root(_leaf(table), sibling), _allRows(speaker));
        bytes memory rows = _hub.TABLES().rowsOf(SET, newest);
        _must(
            address(0xf0110),
            address(_rollup.tables),
            abi.encodeCall(IOperatorTables.install, (certificate, table, _proof(sibling), rows))
        );
        _installed.push(newest);
        _happened(uint256(Did.Install));
    }

    /// @notice A certificate of any epoch, issued about any boundary of it, comes about any boundary.
    function certify(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _speeches++;
        uint256 known = _installed.length;
        uint256 epoch = _installed[known - 1 - ((seed >> 8) % (known < 3 ? known : 3))];
        uint256 until = _validUntil(epoch);
        if (turn % 3 == 0) _passTo(until + (seed % 2));
        if (turn % 3 == 1) _passTo(until + _windows().grace + (seed % 2));

        uint256 issuedAt = [
            _epochs[epoch].validFrom,
            _epochs[epoch].validFrom - 1,
            until,
            until + 1,
            within(seed >> 16, _epochs[epoch].validFrom, until)
        ][(seed >> 1) % 5];
        bool isWithin = _epochs[epoch].validFrom <= issuedAt && issuedAt <= until && issuedAt <= _now + TOLERANCE;
        Stored memory told = Stored(_page(uint64(issuedAt), seed), bytes32(seed), epoch, issuedAt);
        bytes32 root = _root(_leaf(told.page), told.sibling);
        Certificate memory certificate = _certificate(epoch, issuedAt, root, _allRows(epoch));

        if (turn % 2 == 0) {
            bytes memory hubFact = abi.encodeCall(IOperatorTables.requireHubQuorum, (certificate));
            _expect(address(_rollup.tables), hubFact, isWithin && _now <= issuedAt + MAX_AGE, _now <= until);
        } else {
            bytes memory confirm = abi.encodeCall(IInbox.confirm, (certificate));
            bool isUsable = _now <= until + _windows().grace;
            if (_expect(address(_rollup.gateway), confirm, isWithin, isUsable)) {
                _stored = told;
                _happened(uint256(Did.Confirm));
            }
        }
        _lookAtStored();
    }

    /// @notice A batch that was confirmed is believed as long as its epoch's grace lasts, and never again.
    function sleep(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        if (_stored.epoch == 0) return;
        if (seed % 3 == 0) _passTo(_validUntil(_stored.epoch) + _windows().grace + ((seed >> 8) % 2));
        _lookAtStored();
    }

    function _open() internal override {
        _epochs.push();
        _buildNow();
        _read(1);
        _factory = new RollupFactory(address(_hub.SERVICE()), _windows().grace, _windows().lead + _windows().validity);
        _deploy();
    }

    /// @dev A rollup whose first table is the newest.
    function _deploy() private {
        uint32 newest = _newest();
        FirstTable[] memory tables = new FirstTable[](1);
        tables[0] = FirstTable(_tableOf(newest), _hub.TABLES().rowsOf(SET, newest));
        Rollup[] memory entries = new Rollup[](2);
        (entries[0], entries[1]) = (_factory.entryOf(SOURCE, SET), _factory.entryOf(++_chain, SET));
        vm.chainId(_chain);
        _rollup = _factory.deploy(_chain, ICertificateVerifier(_hub.VERIFIER()), entries, tables);
        vm.chainId(1);
        delete _installed;
        _installed.push(newest);
        delete _stored;
    }

    /// @return isTaken Whether the call was taken, which it must be exactly if the epoch lasts and all else is right.
    function _expect(address target, bytes memory call, bool isRight, bool isInTime) private returns (bool isTaken) {
        bytes memory reason;
        vm.chainId(_chain);
        (isTaken, reason) = _try(address(0xf0110), target, call);
        vm.chainId(1);
        if (isTaken && !isInTime) BOOK.breach(10, "an expired epoch verified");
        if (isTaken && !isRight) BOOK.breach(10, "a batch from outside its epoch verified");
        if (!isTaken && isRight && isInTime) BOOK.breach(10, "an epoch that lasts did not verify");
        if (isTaken) _happened(uint256(Did.Verify));
        else if (bytes4(reason) == Epochs.EpochExpired.selector) _happened(uint256(Did.RefuseExpired));
        else if (bytes4(reason) == Epochs.IssuedOutsideEpoch.selector) _happened(uint256(Did.RefuseOutside));
    }

    function _lookAtStored() private {
        if (_stored.epoch == 0) return;
        vm.chainId(_chain);
        (bool isCertified, ) = _try(
            address(0xf0110),
            address(_rollup.gateway),
            abi.encodeCall(IInbox.isCertified, (_stored.page, _proof(_stored.sibling)))
        );
        vm.chainId(1);
        bool isAlive = _now <= _validUntil(_stored.epoch) + _windows().grace;
        if (isCertified && !isAlive) BOOK.breach(10, "a stored root outlived its epoch");
        if (!isCertified && isAlive) BOOK.breach(10, "a stored root died before its epoch");
        _happened(uint256(isAlive ? Did.Deliverable : Did.SleepForEver));
    }

    function _page(uint64 issuedAt, uint256 seed) private view returns (Page memory page) {
        page.sourceChainId = SOURCE;
        page.sourceGateway = _factory.gatewayOf(SOURCE);
        (page.destinationChainId, page.destinationGateway) = (_chain, address(_rollup.gateway));
        (page.count, page.root, page.sourceTimestamp) = (1, bytes32(seed | 1), issuedAt);
        page.finality = Acceptance.FINAL;
    }
}

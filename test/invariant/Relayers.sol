// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IInbox, Run} from "../../contracts/interfaces/IInbox.sol";
import {IOperatorTables} from "../../contracts/interfaces/IOperatorTables.sol";
import {Certificate} from "../../contracts/libraries/Certificates.sol";
import {Batch, Statements, Table} from "../../contracts/libraries/Statements.sol";
import {Errands} from "./Errands.sol";
import {FickleRecipient, RedeliveringRecipient} from "./Recipients.sol";

/// @notice Operators that sign only what is true, and relayers that carry it: also too often, and with too few signers.
abstract contract Relayers is Errands {
    /// @notice A root as the destination must have it.
    struct Stored {
        uint32 epoch;
        uint256 signedBps;
        uint256 issuedAt;
    }

    /// @notice What was seen of a message before a delivery.
    struct Before {
        bool isDelivered;
        bool isOver;
        uint256 executions;
    }

    uint256 internal constant PAST = 8;
    /// @dev A seed of the greatest width.
    uint256 private constant IN_ORDER = 7;

    mapping(uint256 s => Errand) internal _confirmed;
    mapping(uint32 operatorSetId => mapping(bytes32 root => Stored)) internal _stored;
    bytes[PAST] internal _past;
    mapping(uint256 s => uint256 nonce) private _next;
    uint256 private _deliveries;
    uint256 private _confirmations;

    /// @notice A run under a certificate with some absent: accepted if and only if a quorum signed.
    function deliver(
        uint256 s,
        uint256 first,
        uint256 width,
        uint256 absent,
        uint256 age,
        uint32 gasPerMessage
    ) external onGamma {
        uint256 turn = _deliveries++;
        // Every other time it is the next messages of a lane, whatever they are.
        bool inOrder = turn % 2 == 0;
        s = (inOrder ? turn / 2 : s) % 2;
        if (inOrder) (first, width) = ((_next[s] % _lanes[s].length) * 4, IN_ORDER);
        Errand memory errand = _errand(s, s, first, width, age);
        if (inOrder) _next[s] = errand.first + errand.width;
        errand.nonSigners = _absentees(s, absent, turn / 2);
        Certificate memory certificate = _committees[s].certify(errand.batch, errand.nonSigners, errand.nonSigners);
        Run[] memory runs = _runs(errand, gasPerMessage % 300_000);
        if (turn % 3 == 1) runs = _doubled(runs);
        bytes memory call = abi.encodeCall(IInbox.deliver, (certificate, runs));
        if (!_carry(errand, call, abi.encodeCall(IInbox.deliver, (certificate, _neighbour(errand))))) {
            if (_signedBps(errand) < _quorumBps[s]) ++_did[Did.RefuseUnderQuorum];
            return;
        }
        ++_did[errand.nonSigners == 0 ? Did.Deliver : Did.DeliverWithAbsentees];
        if (runs.length == 2) ++_did[Did.DeliverTwiceInOneCall];
        _past[turn % PAST] = call;
    }

    /// @notice Stores a batch's root: accepted if and only if two thirds signed, and more or later than before.
    function confirm(uint256 s, uint256 first, uint256 width, uint256 absent, uint256 age) external onGamma {
        uint256 turn = _confirmations++;
        s %= 2;
        Errand memory errand = _errand(s, s, first, width, age);
        errand.nonSigners = _absentees(s, absent, turn / 2);
        if (_store(errand)) ++_did[Did.Confirm];
        if (turn % 8 == 4) _deliverConfirmed(s);
        if (turn % 2 == 0) return;
        // A rival has the same root with other signers, at another time.
        uint256 issuedAt = uint256(errand.batch.issuedAt) - (age % 3);
        uint64 from = _epochs[s][errand.batch.tableEpoch].from;
        errand.batch.issuedAt = issuedAt < from ? from : uint64(issuedAt);
        errand.nonSigners = _absentees(s, absent >> 8, turn / 2 + 2);
        bool isUsable = _isUsable(errand);
        if (_store(errand)) ++_did[Did.ConfirmOverRival];
        else if (isUsable) ++_did[Did.RefuseRival];
    }

    /// @notice Delivers under the root that was stored last: accepted if and only if its certificate still would be.
    function deliverConfirmed(uint256 s) external onGamma {
        _deliverConfirmed(s % 2);
    }

    /// @notice Somebody repeats a call that was good once.
    function replay(uint256 which) external onGamma {
        bytes memory call = _past[which % PAST];
        if (call.length == 0) return;
        (bool success, ) = address(_gamma.gateway).call(call);
        if (success) ++_did[Did.Replay];
    }

    function _deliverConfirmed(uint256 s) private {
        Errand memory errand = _confirmed[s];
        if (errand.width == 0) return;
        bytes memory call = abi.encodeCall(IInbox.deliverConfirmed, (_runs(errand, 0)));
        bytes memory inner = abi.encodeCall(IInbox.deliverConfirmed, (_neighbour(errand)));
        ++_did[_carry(errand, call, inner) ? Did.DeliverConfirmed : Did.RefuseConfirmed];
    }

    /// @dev In turn: nobody, the lightest member, the two heaviest, anybody but not everybody.
    function _absentees(uint256 s, uint256 seed, uint256 turn) private view returns (uint256 nonSigners) {
        uint256 rows = _committees[s].rows();
        if (turn % 4 == 0) return 0;
        if (turn % 4 == 1) return 1 << (rows - 1);
        return turn % 4 == 2 ? 3 : seed % ((1 << rows) - 1);
    }

    /// @dev Confirms an errand's batch and compares what became of it with what must.
    function _store(Errand memory errand) private returns (bool success) {
        Batch memory batch = errand.batch;
        uint256 s = batch.operatorSetId - 1;
        bool isDue = _isUsable(errand) && _isStorable(errand);
        Certificate memory certificate = _committees[s].certify(batch, errand.nonSigners, errand.nonSigners);
        (success, ) = address(_gamma.gateway).call(abi.encodeCall(IInbox.confirm, (certificate)));
        if (success != isDue) BOOK.breach(5, success ? "a root wrongly stored" : "a root wrongly refused");
        if (!success) return false;
        _confirmed[s] = errand;
        _stored[batch.operatorSetId][batch.statementsRoot] = Stored(
            batch.tableEpoch,
            _signedBps(errand),
            batch.issuedAt
        );
    }

    /// @dev Calls the gateway and compares what it did to the messages with what it must do. `inner` is what recipients that
    /// deliver again try.
    function _carry(Errand memory errand, bytes memory call, bytes memory inner) private returns (bool success) {
        bool isDue = _isAcceptable(errand);
        bool allSucceed = true;
        for (uint256 i = 0; i < errand.width; ++i) {
            uint8 kind = _lanes[errand.lane][errand.first + i].kind;
            allSucceed = allSucceed && _succeeds(kind);
            if (_redelivers(kind)) RedeliveringRecipient(_recipients[kind]).plan(inner);
        }
        Before[] memory before = new Before[](errand.width);
        for (uint256 i = 0; i < errand.width; ++i) before[i] = _look(errand, i);

        (success, ) = address(_gamma.gateway).call(call);
        if (success && !isDue) BOOK.breach(5, "accepted without a quorum of the right set in time");
        if (!success && isDue && allSucceed) BOOK.breach(5, "the word of a quorum refused");
        if (!success && isDue && !allSucceed) BOOK.breach(4, "a run lost by a recipient that fails");
        if (success) _compare(errand, before);
        _checkTraces();
    }

    /// @dev A committee's table of the next epoch is installed, by the word of the present one.
    function _renew(uint256 s) internal {
        uint32 epoch = uint32(_epochs[s].length - 1);
        if (_now > _epochs[s][epoch].until) return;
        Table memory table = _nextTable(s);
        bytes32 leaf = keccak256(abi.encodePacked(keccak256(abi.encode(Statements.TABLE_TYPEHASH, table))));
        Batch memory batch = Batch(uint32(s + 1), epoch, uint64(_now), leaf);
        Certificate memory certificate = _committees[s].certify(batch, 0, 0);
        bytes memory rows = _committees[s].packed();
        IOperatorTables(_gamma.gateway.operatorTables()).install(certificate, table, new bytes32[](0), rows);
        ++_did[Did.Renew];
    }

    /// @dev The destination's owner asks for a higher quorum.
    /// @dev The owner asks for more than is behind a root that was just stored, which must not be woken then.
    function _tighten(uint256 s, uint256 seed) internal {
        uint16 next = uint16(within(seed, 7_001, 7_500));
        if (next < _quorumBps[s]) return;
        Errand memory errand = _errand(s, s, seed >> 16, seed >> 32, seed >> 48);
        // 7 000 bps are left without the two lightest of the first committee, or the second of the second.
        errand.nonSigners = s == 0 ? 12 : 2;
        _store(errand);
        _gamma.policy.tighten(uint64(11 + s), FACTORY.policy(next));
        _quorumBps[s] = next;
        ++_did[Did.Tighten];
        _deliverConfirmed(s);
    }

    function _doubled(Run[] memory runs) private pure returns (Run[] memory twice) {
        twice = new Run[](2);
        (twice[0], twice[1]) = (runs[0], runs[0]);
    }

    /// @dev A stored root gives way to more weight, to equal weight that is not older, and when it is dead.
    function _isStorable(Errand memory errand) private view returns (bool) {
        Batch memory batch = errand.batch;
        Stored memory stored = _stored[batch.operatorSetId][batch.statementsRoot];
        uint256 signedBps = _signedBps(errand);
        if (signedBps < 6_667) return false;
        return
            signedBps > stored.signedBps ||
            (signedBps == stored.signedBps && batch.issuedAt >= stored.issuedAt) ||
            _now > _epochs[batch.operatorSetId - 1][stored.epoch].until + FACTORY.GRACE();
    }

    function _look(Errand memory errand, uint256 i) private view returns (Before memory seen) {
        Sent storage sent = _lanes[errand.lane][errand.first + i];
        seen.isDelivered = _isDelivered(errand, i);
        seen.isOver = sent.deliverBefore != 0 && _now > sent.deliverBefore;
        seen.executions = BOOK.executions(sent.id);
    }

    function _compare(Errand memory errand, Before[] memory before) private {
        uint256 delivered = 0;
        uint256 failed = 0;
        for (uint256 i = 0; i < errand.width; ++i) {
            Sent storage sent = _lanes[errand.lane][errand.first + i];
            bool isDelivered = _isDelivered(errand, i);
            uint256 executions = BOOK.executions(sent.id);
            if (before[i].isDelivered || before[i].isOver) {
                if (isDelivered != before[i].isDelivered) BOOK.breach(1, "a skipped message changed its state");
                if (executions != before[i].executions) BOOK.breach(1, "a skipped message was executed");
                ++_did[before[i].isOver ? Did.SkipExpired : Did.SkipDelivered];
            } else if (_succeeds(sent.kind)) {
                if (!isDelivered || executions != 1) BOOK.breach(4, "a good recipient did not get its message");
                ++delivered;
            } else {
                if (isDelivered) BOOK.breach(4, "a failed message counts as delivered");
                if (executions != 0) BOOK.breach(4, "a failed message had an effect");
                ++failed;
            }
        }
        if (delivered != 0 && failed != 0) ++_did[Did.DeliverBesideFailure];
    }

    function _isDelivered(Errand memory errand, uint256 i) private view returns (bool) {
        return
            _gamma.gateway.isDelivered(errand.page.sourceChainId, errand.page.sourceGateway, uint64(errand.first + i));
    }

    function _succeeds(uint8 kind) private view returns (bool) {
        return kind < FICKLE || (kind == FICKLE && !FickleRecipient(_recipients[FICKLE]).inBadMood());
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IInbox} from "../../../contracts/interfaces/IInbox.sol";
import {EpochNews} from "../../../contracts/libraries/CanonicalNews.sol";
import {Certificate} from "../../../contracts/libraries/Certificates.sol";
import {Speech} from "../../../contracts/libraries/Contradictions.sol";
import {Batch, Halt, Statements, Table} from "../../../contracts/libraries/Statements.sol";
import {Status} from "../../../contracts/libraries/Status.sol";
import {Gateway} from "../../../contracts/rollup/Gateway.sol";
import {Errands} from "../Errands.sol";
import {Users} from "../Users.sol";

/// @notice Everything that stops deliveries, and everything that lets them go on: sets are frozen and lifted, sources halted and
/// cleared, epochs revoked and healed by the word that overrides certificates, and a source drains.
abstract contract Brakes is Users, Errands {
    /// @notice What must have happened in each run.
    enum Braked {
        Deliver,
        RefuseFrozen,
        RefuseRevoked,
        RefuseHalted,
        Freeze,
        Lift,
        Halt,
        EndHalt,
        Revoke,
        Heal,
        Drain,
        RefuseToSend
    }

    uint256 private constant HEAD_START = 254;
    /// @dev A seed of the greatest width.
    uint256 private constant IN_ORDER = 7;
    /// @dev The turn in which the second source leaves.
    uint256 private constant DRAINS = 20;

    mapping(uint256 s => bool) private _isFrozen;
    mapping(uint256 s => bool) private _isRevoked;
    mapping(uint256 s => uint256) private _haltedUntil;
    mapping(uint256 s => Table) private _newest;
    bool private _isDrained;
    uint256 private _turns;

    /// @notice How often each action really happened.
    mapping(Braked => uint256) public braked;

    constructor() {
        for (uint256 i = 0; i < HEAD_START; ++i) _send(0, _draft(i, i, ""));
        _send(1, _draft(0, 0, "x"));
        for (uint256 s = 0; s < 2; ++s) _newest[s] = _tableNow(s, 1);
    }

    /// @notice Somebody sends from one of the sources, or is refused where the source drains.
    function post(uint256 from, uint256 seed) external onGamma {
        uint256 s = (from >> 8) % 2;
        if (s == 0 || !_isDrained) return _send(s, _draft(from, seed % KINDS, _payload(seed, seed % 64)));
        (uint64 chain, Gateway gateway) = _source(1);
        vm.chainId(chain);
        bytes memory to = InteroperableAddress.formatEvmV1(GAMMA, _recipients[0]);
        (bool success, ) = address(gateway).call(abi.encodeCall(gateway.sendMessage, (to, "", new bytes[](0))));
        vm.chainId(GAMMA);
        if (success) BOOK.breach(17, "a source that drains takes messages");
        ++braked[Braked.RefuseToSend];
    }

    /// @notice A run under a certificate of the newest epoch: it goes through if and only if nothing brakes it.
    function carry(uint256 s, uint256 first, uint256 width, uint256 age) external onGamma {
        _carry(s % 2, first, width, age);
    }

    /// @notice A brake is pulled or let go, one after the other.
    function brake(uint256 seed) external onGamma {
        uint256 turn = _turns++;
        uint256 s = (turn / 7) % 2;
        if (turn % 7 == 0) _halt(s, seed);
        else if (turn % 7 == 1) _endHalt(s, seed);
        else if (turn % 7 == 2) _freeze(s);
        else if (turn % 7 == 3 && turn % 3 == 0) _lift(s);
        else if (turn % 7 == 4) _heal(s);
        else if (turn % 7 == 5) _revoke(s);
        else if (turn % 7 == 6) _heal(s);
        // What is braked is tried at once.
        _carry(s, seed, seed >> 8, seed >> 16);
        if (turn == DRAINS) _drain();
    }

    /// @notice When all brakes are let go everything that was ever sent is delivered, once.
    function settle() external onGamma {
        for (uint256 s = 0; s < 2; ++s) {
            if (_gamma.policy.haltedUntil(uint64(11 + s)) != 0) _gamma.policy.endHalt(uint64(11 + s));
            _haltedUntil[s] = 0;
            _heal(s);
            for (uint256 next = 0; next < _lanes[s].length;) {
                Errand memory errand = _carry(s, next * 4, IN_ORDER, 0);
                next = errand.first + errand.width;
            }
            for (uint256 nonce = 0; nonce < _lanes[s].length; ++nonce) {
                Sent storage sent = _lanes[s][nonce];
                if (sent.kind > FICKLE) continue;
                if (!_isDelivered(s, nonce)) BOOK.breach(17, "a message was lost");
                if (BOOK.executions(sent.id) != 1) BOOK.breach(17, "a message was not executed once");
            }
        }
    }

    function _carry(uint256 s, uint256 first, uint256 width, uint256 age) private returns (Errand memory errand) {
        errand = _errand(s, s, first, width, age);
        Certificate memory certificate = _committees[s].certify(errand.batch, 0, 0);
        bool isHalted = _now <= _haltedUntil[s];
        bool isDue = !_isFrozen[s] && !_isRevoked[s] && !isHalted && _isAcceptable(errand);
        (bool success, ) = address(_gamma.gateway).call(
            abi.encodeCall(IInbox.deliver, (certificate, _runs(errand, 0)))
        );
        if (success && !isDue) BOOK.breach(17, "delivered under a brake");
        if (!success && isDue) BOOK.breach(17, "refused without a brake");
        if (success) ++braked[Braked.Deliver];
        else if (_isRevoked[s]) ++braked[Braked.RefuseRevoked];
        else if (_isFrozen[s]) ++braked[Braked.RefuseFrozen];
        else if (isHalted) ++braked[Braked.RefuseHalted];
    }

    /// @dev A quorum says two things about one table.
    function _freeze(uint256 s) private {
        if (_isFrozen[s] || _isRevoked[s] || _now > _newest[s].validUntil) return;
        Table memory tableA = _tableNow(s, _newest[s].epoch + 9);
        Table memory tableB = _tableNow(s, _newest[s].epoch + 9);
        ++tableB.validUntil;
        _gamma.tables.freezeForTables(
            _said(s, Statements.leaf(tableA)),
            tableA,
            _said(s, Statements.leaf(tableB)),
            tableB
        );
        _isFrozen[s] = true;
        ++braked[Braked.Freeze];
    }

    /// @dev The owner lifts a freeze, which takes longer than any epoch lasts.
    function _lift(uint256 s) private {
        if (_gamma.tables.frozenAt(uint32(s + 1)) == 0) return;
        _gamma.policy.announceLift(uint32(s + 1));
        _now += 8 days;
        vm.warp(_now);
        _gamma.policy.applyLift(uint32(s + 1));
        _isFrozen[s] = false;
        ++braked[Braked.Lift];
    }

    function _halt(uint256 s, uint256 seed) private {
        if (_isFrozen[s] || _isRevoked[s] || _now > _newest[s].validUntil) return;
        uint64 expiresAt = uint64(_now + 1 + (seed % 6 hours));
        Halt memory statement = Halt(uint64(11 + s), address(_sources[s].gateway), expiresAt, bytes32(seed));
        Speech memory speech = _said(
            s,
            keccak256(abi.encodePacked(keccak256(abi.encode(Statements.HALT_TYPEHASH, statement))))
        );
        _gamma.policy.halt(speech.certificate, statement, speech.batchProof);
        if (expiresAt > _haltedUntil[s]) _haltedUntil[s] = expiresAt;
        ++braked[Braked.Halt];
    }

    /// @dev By the owner, or by anybody when the halt is over.
    function _endHalt(uint256 s, uint256 seed) private {
        if (_gamma.policy.haltedUntil(uint64(11 + s)) == 0) return;
        if (seed % 2 == 0) {
            _gamma.policy.endHalt(uint64(11 + s));
        } else {
            if (_now <= _haltedUntil[s]) _now = _haltedUntil[s] + 1;
            vm.warp(_now);
            vm.prank(address(0xa11));
            _gamma.policy.clearHalt(uint64(11 + s));
        }
        _haltedUntil[s] = 0;
        ++braked[Braked.EndHalt];
    }

    /// @dev The hub says that the newest epoch is revoked.
    function _revoke(uint256 s) private {
        _bring(_newest[s], true);
        _isRevoked[s] = true;
        ++braked[Braked.Revoke];
    }

    /// @dev The hub says what its next table is, and anybody brings the rows.
    function _heal(uint256 s) private {
        // An epoch that began in the second of a freeze is frozen with it.
        vm.warp(++_now);
        Table memory next = _nextTable(s);
        _bring(next, false);
        _gamma.tables.installBrought(next.operatorSetId, next.epoch, _committees[s].packed());
        _newest[s] = next;
        (_isFrozen[s], _isRevoked[s]) = (false, false);
        ++braked[Braked.Heal];
    }

    /// @dev The second source leaves: everybody knows, it takes no message any more, and what it sent goes on.
    function _drain() private {
        (uint64 chain, Gateway gateway) = _source(1);
        vm.prank(address(_gamma.directory));
        _gamma.gateway.copyEntry(chain, address(gateway), 2, Status.DRAINING, true);
        vm.chainId(chain);
        vm.prank(address(_sources[1].directory));
        gateway.copyEntry(chain, address(gateway), 2, Status.DRAINING, true);
        vm.chainId(GAMMA);
        _isDrained = true;
        ++braked[Braked.Drain];
    }

    /// @dev Where there is no bridge, its place is the policy's.
    function _bring(Table memory table, bool isRevoked) private {
        EpochNews memory news = EpochNews(1, uint64(_now), table.epoch, isRevoked, table);
        vm.prank(address(_gamma.policy));
        _gamma.tables.bring(news);
    }

    /// @dev A committee says one thing alone.
    function _said(uint256 s, bytes32 leaf) private returns (Speech memory speech) {
        Batch memory batch = Batch(uint32(s + 1), _newest[s].epoch, uint64(_now), leaf);
        speech.certificate = _committees[s].certify(batch, 0, 0);
    }

    function _tableNow(uint256 s, uint32 epoch) private view returns (Table memory) {
        bytes32 tableHash = keccak256(_committees[s].packed());
        return Table(uint32(s + 1), epoch, tableHash, uint64(_now), uint64(_now + FACTORY.VALIDITY()));
    }

    function _isDelivered(uint256 s, uint256 nonce) private view returns (bool) {
        (uint64 chain, Gateway gateway) = _source(s);
        return _gamma.gateway.isDelivered(chain, address(gateway), uint64(nonce));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Entry,
    IRollupRegistry,
    IRollupRegistryOwner,
    IRollupRegistryRegistrar,
    Proposal
} from "../../../contracts/interfaces/IRollupRegistry.sol";
import {Status} from "../../../contracts/libraries/Status.sol";
import {Ledger} from "./Ledger.sol";

/// @notice Those who have entries or want them, the registrar, operators who agree or not, and everybody of the framework, who
/// tries what is not theirs.
abstract contract Registrants is Ledger {
    uint256 private constant PEOPLE = 4;
    uint256 private constant OPERATORS = 4;
    uint256 private constant DRAINING = 30 days;

    uint256[] private _open_;
    uint256 private _turns;
    uint256 private _ownings;
    uint256 private _applications;
    mapping(uint64 chainId => uint256) private _drainedAt;

    /// @notice Time passes.
    function pass(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        _pass(seed % 4 == 0 ? (seed >> 8) % 9 days : (seed >> 8) % 12 hours, 0);
        for (uint64 chainId = 1; chainId <= CHAINS; ++chainId) _compare(chainId);
    }

    /// @notice Somebody proposes an entry, mostly the owner where there is one; operators mostly agree.
    function propose(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint64 chainId = _chain(seed);
        bool isHeard = Status.isHeard(_entries[chainId].status);
        address who = isHeard && (seed >> 8) % 4 != 0 ? _entries[chainId].owner : _person(seed >> 16);
        _propose(who, _proposal(chainId, seed >> 24, isHeard), (seed >> 200) % 4 != 0);
    }

    /// @notice The registrar accepts whatever it is given, one after the other, and sometimes takes it back; proposers withdraw.
    function accept(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _turns++;
        if (_open_.length == 0) return;
        if (turn % 5 == 4) return _withdraw(seed % _open_.length);
        for (uint256 i = 1; i <= 3 && i <= _open_.length; ++i) {
            // The last ones, and any.
            uint256 proposalId = _open_[i == 3 ? seed % _open_.length : _open_.length - i];
            uint64 chainId = _proposals[proposalId].chainId;
            bool isHeard = Status.isHeard(_entries[chainId].status);
            bytes memory call = abi.encodeCall(IRollupRegistryRegistrar.accept, (proposalId));
            (bool success, ) = _act(_hub.REGISTRAR(), chainId, call);
            if (success) _happened(uint256(isHeard ? Did.AcceptChange : Did.AcceptNewcomer));
            if (turn % 4 == 3) _takeBack(chainId, seed);
        }
    }

    /// @notice Anybody applies what was accepted: too early, and in time.
    function apply_(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        uint256 turn = _applications++;
        uint64 chainId = turn % 4 == 3 ? _change(seed) : _chain(seed);
        for (uint64 i = 0; _accepted[chainId].proposalId == 0 && i < CHAINS; ++i) chainId = 1 + (chainId % CHAINS);
        Accepted memory accepted = _accepted[chainId];
        if (accepted.proposalId == 0) return;
        bytes memory call = abi.encodeCall(IRollupRegistry.applyAccepted, (chainId));
        uint256 effectiveAt = accepted.acceptedAt + (accepted.isChange ? CHANGE_NOTICE : FIRST_NOTICE);
        if (_now < effectiveAt) {
            if (turn % 2 == 0) _passTo(effectiveAt - 1);
            _applyTooEarly(_person(seed), chainId, call);
            _passTo(effectiveAt);
        }
        if (_now > _validUntil(_newest())) {
            _applyUnderAnExpiredTable(_person(seed), chainId, call);
            _buildNow();
        }
        (bool success, bytes memory reason) = _act(_person(seed), chainId, call);
        if (success) _happened(uint256(accepted.isChange ? Did.Change : Did.Activate));
        if (bytes4(reason) == IRollupRegistry.OptInMissing.selector) _happened(uint256(Did.RefuseWithoutConsent));
    }

    /// @notice The owner of an entry does what owners do.
    function own(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        for (uint64 i = 0; i < CHAINS; ++i) {
            uint64 chainId = 1 + uint64((seed + i) % CHAINS);
            if (!Status.isHeard(_entries[chainId].status)) continue;
            // Only what is refutable can be declared not to be.
            if (_verb(_ownings) == 1 && !_entries[chainId].refutable) continue;
            return _own(chainId, _ownings++, seed >> 8);
        }
        if (_verb(_ownings) == 1) ++_ownings;
    }

    /// @notice Everybody who is not the owner tries to be: the framework's roles and contracts, strangers, former owners.
    function meddle(uint256 seed) external acting(seed) {
        seed = _mixed(seed);
        address[10] memory framework = [
            _hub.REGISTRAR(),
            _hub.OWNER(),
            _hub.GUARDIAN(),
            _hub.ANNOUNCER(),
            address(_hub.SHAPER()),
            address(_hub.SERVICE()),
            address(_hub.SLASHER()),
            address(_hub.TABLES()),
            _person(seed >> 16),
            _operator((seed >> 24) % OPERATORS)
        ];
        uint64 chainId = _chain(seed);
        address who = framework[(seed >> 8) % framework.length];
        uint256 from = seed >> 32;
        for (uint256 i = 0; i < 3; ++i) {
            if (who == _entries[chainId].owner) return;
            _act(who, chainId, _wish(chainId, from + i, seed >> 40, who));
        }
        _happened(uint256(Did.Meddle));
    }

    function _prepare() internal override {
        for (uint256 i = 0; i < OPERATORS; ++i) _enlist(_operator(i), 1 << i, [uint256(100e18), 0], ONE);
    }

    function _open() internal override {
        _epochs.push();
        _buildNow();
        Proposal memory first = _proposal(1, uint256(1) << 32, false);
        uint256 proposalId = _propose(_person(0), first, true);
        _act(_hub.REGISTRAR(), 1, abi.encodeCall(IRollupRegistryRegistrar.accept, (proposalId)));
        _pass(FIRST_NOTICE, 0);
        _buildNow();
        _act(_person(1), 1, abi.encodeCall(IRollupRegistry.applyAccepted, (1)));
    }

    function _applyTooEarly(address who, uint64 chainId, bytes memory call) private {
        (bool success, ) = _act(who, chainId, call);
        if (!success) _happened(uint256(Did.RefuseEarly));
    }

    function _applyUnderAnExpiredTable(address who, uint64 chainId, bytes memory call) private {
        (, bytes memory refusal) = _act(who, chainId, call);
        if (bytes4(refusal) == IRollupRegistry.TableExpired.selector) _happened(uint256(Did.RefuseExpired));
    }

    function _own(uint64 chainId, uint256 turn, uint256 seed) private {
        address owner = _entries[chainId].owner;
        uint256 verb = _verb(turn);
        bool isDraining = _entries[chainId].status == Status.DRAINING;
        // Retired entries make room for newcomers.
        if (isDraining && turn % 2 == 0) return _retire(chainId, owner);
        if (verb == 5) {
            address next = _person(seed >> 16);
            (bool isOffered, ) = _act(owner, chainId, abi.encodeCall(IRollupRegistryOwner.offerEntry, (chainId, next)));
            if (isOffered) _happened(uint256(Did.Offer));
            if (turn % 12 == 3) return;
            (bool isTaken, ) = _act(next, chainId, abi.encodeCall(IRollupRegistry.acceptEntry, (chainId)));
            if (isTaken) _happened(uint256(Did.TakeOver));
            return;
        }
        Wads memory before = _presentWads(chainId);
        // Fractions rise and fall by turns.
        bytes memory wish = _wish(chainId, verb, (seed << 1) | ((turn / 2) % 2 == 1 ? 0 : 1), owner);
        (bool success, ) = _act(owner, chainId, wish);
        if (!success) return;
        if (verb == 0) _happened(uint256(Did.Update));
        if (verb == 1) _happened(uint256(Did.DeclareIrrefutable));
        if (verb == 2) {
            _drainedAt[chainId] = _now;
            _happened(uint256(Did.Drain));
            if (turn % 24 == 7) _retire(chainId, owner);
        }
        if (verb == 4) {
            _happened(uint256(_wads[chainId].higherFrom == 0 ? Did.Lower : Did.Raise));
            if (before.refute == 0 && turn % 3 == 0) _passTo(_wads[chainId].higherFrom);
            _compare(chainId);
        }
    }

    /// @dev In the last second in which it drains, and in the first one after that.
    function _retire(uint64 chainId, address owner) private {
        bytes memory retire = abi.encodeCall(IRollupRegistryOwner.retire, (chainId));
        _passTo(_drainedAt[chainId] + DRAINING - 1);
        (bool isRetired, ) = _act(owner, chainId, retire);
        if (!isRetired) _happened(uint256(Did.RetireTooEarly));
        _passTo(_drainedAt[chainId] + DRAINING);
        (isRetired, ) = _act(owner, chainId, retire);
        if (isRetired) _happened(uint256(Did.Retire));
    }

    /// @dev The owner of some entry proposes a change to which everybody agrees, and the registrar accepts it.
    function _change(uint256 seed) private returns (uint64 chainId) {
        chainId = _chain(seed);
        for (uint64 i = 0; !Status.isHeard(_entries[chainId].status) && i < CHAINS; ++i) {
            chainId = 1 + (chainId % CHAINS);
        }
        if (!Status.isHeard(_entries[chainId].status) || _accepted[chainId].proposalId != 0) return chainId;
        uint256 proposalId = _propose(_entries[chainId].owner, _proposal(chainId, seed >> 24, true), true);
        bytes memory accept_ = abi.encodeCall(IRollupRegistryRegistrar.accept, (proposalId));
        (bool success, ) = _act(_hub.REGISTRAR(), chainId, accept_);
        if (success) _happened(uint256(Did.AcceptChange));
    }

    function _propose(address who, Proposal memory proposal, bool agree) private returns (uint256 proposalId) {
        // Asked before, because the next call is the one that is made as somebody else.
        address registry = address(_hub.REGISTRY());
        vm.deal(who, 1 ether);
        vm.prank(who);
        (bool success, bytes memory result) = registry.call{value: 1 ether}(
            abi.encodeCall(IRollupRegistry.propose, (proposal))
        );
        if (success) {
            proposalId = abi.decode(result, (uint256));
            _remember(proposalId, proposal, who);
            _happened(uint256(Did.Propose));
        }
        _consent(proposal, agree);
        _compare(proposal.chainId);
    }

    function _remember(uint256 proposalId, Proposal memory proposal, address who) private {
        _open_.push(proposalId);
        (_proposals[proposalId], _proposerOf[proposalId]) = (proposal, who);
        Entry storage entry = _entries[proposal.chainId];
        if (Status.isHeard(entry.status) && who != entry.owner) BOOK.breach(11, "a stranger proposed");
    }

    /// @dev The first operator agrees to everything.
    function _consent(Proposal memory proposal, bool agree) private {
        (uint64 chainId, address gateway, address bridge) = (proposal.chainId, proposal.gateway, proposal.bridge);
        for (uint256 i = 0; i < OPERATORS; ++i) {
            bytes memory call = abi.encodeCall(IRollupRegistry.optIn, (chainId, gateway, bridge, agree || i == 0));
            _must(_operator(i), address(_hub.REGISTRY()), call);
        }
    }

    /// @dev An acceptance is taken back by the registrar, or by who proposed.
    function _takeBack(uint64 chainId, uint256 seed) private {
        uint256 proposalId = _accepted[chainId].proposalId;
        if (proposalId == 0) return;
        address who = seed % 2 == 0 ? _hub.REGISTRAR() : _proposerOf[proposalId];
        (bool success, ) = _act(who, chainId, abi.encodeCall(IRollupRegistryRegistrar.withdrawAcceptance, (chainId)));
        if (success) _happened(uint256(Did.WithdrawAcceptance));
    }

    function _withdraw(uint256 place) private {
        uint256 proposalId = _open_[place];
        address proposer = _proposerOf[proposalId];
        uint64 chainId = _proposals[proposalId].chainId;
        _open_[place] = _open_[_open_.length - 1];
        _open_.pop();
        if (proposer == address(0)) return;
        _pass(CHANGE_NOTICE, 0);
        (bool success, ) = _act(proposer, chainId, abi.encodeCall(IRollupRegistry.withdrawProposal, (proposalId)));
        if (success) _happened(uint256(Did.WithdrawProposal));
    }

    /// @dev A call that changes an entry, if who makes it may.
    function _wish(uint64 chainId, uint256 verb, uint256 seed, address who) private view returns (bytes memory) {
        verb %= 9;
        if (verb == 0) return abi.encodeCall(IRollupRegistryOwner.update, (chainId, uint8(1 + (seed % 3)), "new"));
        if (verb == 1) return abi.encodeCall(IRollupRegistryOwner.declareIrrefutable, (chainId));
        if (verb == 2) return abi.encodeCall(IRollupRegistryOwner.drain, (chainId));
        if (verb == 3) return abi.encodeCall(IRollupRegistryOwner.retire, (chainId));
        if (verb == 4) {
            uint64 refute = seed % 2 == 0 ? uint64((seed >> 8) % ONE) : _presentWads(chainId).refute / 2;
            return abi.encodeCall(IRollupRegistryOwner.announceWads, (chainId, refute, refute / 2));
        }
        if (verb == 5) return abi.encodeCall(IRollupRegistryOwner.offerEntry, (chainId, who));
        if (verb == 6) return abi.encodeCall(IRollupRegistry.acceptEntry, (chainId));
        if (verb == 7 || _open_.length == 0) return abi.encodeCall(IRollupRegistry.applyAccepted, (chainId));
        for (uint256 i = 0; i < _open_.length; ++i) {
            uint256 proposalId = _open_[(seed + i) % _open_.length];
            if (_proposals[proposalId].chainId == chainId) {
                return abi.encodeCall(IRollupRegistryRegistrar.accept, (proposalId));
            }
        }
        return abi.encodeCall(IRollupRegistry.applyAccepted, (chainId));
    }

    function _proposal(uint64 chainId, uint256 seed, bool isHeard) private view returns (Proposal memory proposal) {
        bool keepsGateway = isHeard && seed % 2 == 0;
        proposal.chainId = chainId;
        proposal.gateway = keepsGateway ? _entries[chainId].gateway : address(uint160(0x6a7e00 + ((seed >> 8) % 256)));
        proposal.bridge =
            keepsGateway && seed % 8 != 0 ? _entries[chainId].bridge : address(uint160(0xb41d60 + ((seed >> 16) % 3)));
        proposal.operatorSetId = SET;
        proposal.finality = uint8(1 + ((seed >> 24) % 3));
        proposal.refutable = (seed >> 32) % 4 != 0;
        Wads memory wads = _presentWads(chainId);
        (proposal.refuteWad, proposal.softWad) = isHeard ? (wads.refute, wads.soft) : (uint64((seed >> 40) % ONE), 0);
        proposal.metadataURI = "proposed";
    }

    /// @dev Update (0), declare irrefutable (1), drain (2), announce fractions (4), offer (5): by turns.
    function _verb(uint256 turn) private pure returns (uint256) {
        return [uint256(0), 1, 4, 5, 4, 1, 0, 2, 4, 5, 4, 5][turn % 12];
    }

    function _chain(uint256 seed) private pure returns (uint64) {
        return 1 + uint64((seed >> 128) % CHAINS);
    }

    function _person(uint256 seed) private pure returns (address) {
        return address(uint160(0x9e0 + (seed % PEOPLE)));
    }
}

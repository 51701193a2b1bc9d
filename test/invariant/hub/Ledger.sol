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
import {Builders} from "./Builders.sol";

/// @notice What the registry must say of each chain, by who did what so far. Every call of the campaign goes through here.
abstract contract Ledger is Builders {
    /// @notice What must have happened in each run.
    enum Did {
        Propose,
        WithdrawProposal,
        AcceptNewcomer,
        AcceptChange,
        WithdrawAcceptance,
        RefuseEarly,
        RefuseWithoutConsent,
        Activate,
        Change,
        Update,
        DeclareIrrefutable,
        Drain,
        RetireTooEarly,
        Retire,
        Lower,
        Raise,
        Offer,
        TakeOver,
        Meddle,
        RefuseExpired
    }

    /// @notice A proposal that the registrar accepted, as it was made.
    struct Accepted {
        uint256 proposalId;
        uint256 acceptedAt;
        bool isChange;
    }

    /// @notice What false pages take, and from when on they take more.
    struct Wads {
        uint64 refute;
        uint64 soft;
        uint64 higherRefute;
        uint64 higherSoft;
        uint256 higherFrom;
    }

    uint256 internal constant FIRST_NOTICE = 2 days;
    uint256 internal constant CHANGE_NOTICE = 7 days;
    uint256 internal constant RAISE_NOTICE = 17 days;
    uint64 internal constant CHAINS = 3;

    mapping(uint256 proposalId => Proposal) internal _proposals;
    mapping(uint256 proposalId => address) internal _proposerOf;
    mapping(uint64 chainId => Accepted) internal _accepted;
    mapping(uint64 chainId => Entry) internal _entries;
    mapping(uint64 chainId => Wads) internal _wads;
    mapping(uint64 chainId => address) internal _offeredTo;
    mapping(uint64 chainId => mapping(address gateway => address)) private _bridgeOf;

    /// @dev A call about one chain, by whomever; whatever came of it must be theirs to do.
    function _act(address who, uint64 chainId, bytes memory call) internal returns (bool success, bytes memory result) {
        (success, result) = _try(who, address(_hub.REGISTRY()), call);
        if (success) _follow(who, chainId, bytes4(call), call);
        _compare(chainId);
    }

    /// @dev The registry says what it must: of entry, fractions, and of who judges the gateway.
    function _compare(uint64 chainId) internal {
        Entry memory known = _entries[chainId];
        Entry memory found = _hub.REGISTRY().entryOf(chainId);
        if (known.version == 0 && found.version == 0) return;
        if (keccak256(abi.encode(known)) != keccak256(abi.encode(found))) {
            BOOK.breach(11, "an entry is not what its owner made of it");
        }
        if (!Status.isHeard(known.status)) return;
        Wads memory wads = _presentWads(chainId);
        (uint64 refute, uint64 soft) = _hub.REGISTRY().wadsAt(chainId, uint64(_now));
        if (refute != wads.refute || soft != wads.soft) BOOK.breach(11, "a fraction is not what the owner announced");
        (address bridge, uint64 since) = _hub.REGISTRY().judgeOf(chainId, known.gateway);
        address before = _bridgeOf[chainId][known.gateway];
        if (before == address(0)) _bridgeOf[chainId][known.gateway] = bridge;
        else if (before != bridge) BOOK.breach(11, "a gateway has another bridge");
        if (since == 0) BOOK.breach(11, "a gateway is heard that was never activated");
    }

    function _presentWads(uint64 chainId) internal view returns (Wads memory wads) {
        wads = _wads[chainId];
        if (wads.higherFrom != 0 && _now >= wads.higherFrom) {
            wads = Wads(wads.higherRefute, wads.higherSoft, 0, 0, 0);
        }
    }

    /// @dev Writes down what the call may do at most, by the rules and not by what the registry says now.
    function _follow(address who, uint64 chainId, bytes4 verb, bytes memory call) private {
        Entry storage entry = _entries[chainId];
        bool isHeard = Status.isHeard(entry.status);
        bool isOwner = isHeard && who == entry.owner;
        if (verb == IRollupRegistryRegistrar.accept.selector) {
            _followAcceptance(who, chainId, abi.decode(_arguments(call), (uint256)), isHeard);
        } else if (verb == IRollupRegistry.applyAccepted.selector) {
            _followApplication(chainId, isHeard);
        } else if (verb == IRollupRegistry.acceptEntry.selector) {
            if (who != _offeredTo[chainId] || !isHeard) BOOK.breach(11, "an entry was taken that was not offered");
            delete _offeredTo[chainId];
            delete _accepted[chainId];
            entry.owner = who;
            _bump(chainId);
        } else if (verb == IRollupRegistryRegistrar.withdrawAcceptance.selector) {
            delete _accepted[chainId];
        } else if (verb == IRollupRegistry.withdrawProposal.selector) {
            uint256 proposalId = abi.decode(_arguments(call), (uint256));
            if (_accepted[chainId].proposalId == proposalId) delete _accepted[chainId];
            delete _proposerOf[proposalId];
        } else if (!isOwner) {
            BOOK.breach(11, "somebody else did what only the owner of an entry does");
        } else {
            _followOwner(chainId, verb, call);
        }
    }

    function _followOwner(uint64 chainId, bytes4 verb, bytes memory call) private {
        Entry storage entry = _entries[chainId];
        if (verb == IRollupRegistryOwner.offerEntry.selector) {
            (, _offeredTo[chainId]) = abi.decode(_arguments(call), (uint64, address));
            return;
        }
        if (verb == IRollupRegistryOwner.announceWads.selector) {
            (, uint64 refute, uint64 soft) = abi.decode(_arguments(call), (uint64, uint64, uint64));
            return _announce(chainId, refute, soft);
        }
        if (verb == IRollupRegistryOwner.update.selector) {
            (, entry.finality, entry.metadataURI) = abi.decode(_arguments(call), (uint64, uint8, string));
        } else if (verb == IRollupRegistryOwner.declareIrrefutable.selector) {
            entry.refutable = false;
            delete _accepted[chainId];
        } else if (verb == IRollupRegistryOwner.drain.selector) {
            entry.status = Status.DRAINING;
        } else if (verb == IRollupRegistryOwner.retire.selector) {
            entry.status = Status.RETIRED;
            delete _accepted[chainId];
            delete _offeredTo[chainId];
        }
        _bump(chainId);
    }

    function _followAcceptance(address who, uint64 chainId, uint256 proposalId, bool isHeard) private {
        Entry storage entry = _entries[chainId];
        if (who != _hub.REGISTRAR()) BOOK.breach(11, "somebody else accepted");
        if (isHeard && _proposerOf[proposalId] != entry.owner) BOOK.breach(11, "a stranger's proposal was accepted");
        _accepted[chainId] = Accepted(proposalId, _now, isHeard);
        if (isHeard) return;
        Proposal storage proposal = _proposals[proposalId];
        if (entry.version != 0) _announce(chainId, proposal.refuteWad, proposal.softWad);
        else _wads[chainId] = Wads(proposal.refuteWad, proposal.softWad, 0, 0, 0);
        _adopt(chainId, proposal);
        (entry.status, entry.owner) = (Status.PROPOSED, _proposerOf[proposalId]);
    }

    function _followApplication(uint64 chainId, bool isHeard) private {
        Accepted memory accepted = _accepted[chainId];
        Entry storage entry = _entries[chainId];
        if (accepted.proposalId == 0) return BOOK.breach(11, "what nobody accepted was applied");
        if (_proposerOf[accepted.proposalId] != entry.owner) BOOK.breach(11, "a stranger's proposal was applied");
        uint256 notice = isHeard ? CHANGE_NOTICE : FIRST_NOTICE;
        if (_now < accepted.acceptedAt + notice) BOOK.breach(11, "a proposal was applied before its notice was over");
        if (_now > _validUntil(_newest())) BOOK.breach(11, "a table whose time is over agreed to an entry");
        uint8 status = isHeard ? entry.status : Status.ACTIVE;
        _adopt(chainId, _proposals[accepted.proposalId]);
        entry.status = status;
        delete _accepted[chainId];
        delete _proposerOf[accepted.proposalId];
    }

    function _announce(uint64 chainId, uint64 refute, uint64 soft) private {
        Wads memory wads = _presentWads(chainId);
        if (refute < wads.refute) wads.refute = refute;
        if (soft < wads.soft) wads.soft = soft;
        wads.higherFrom = 0;
        if (refute > wads.refute || soft > wads.soft) {
            (wads.higherRefute, wads.higherSoft, wads.higherFrom) = (refute, soft, _now + RAISE_NOTICE);
        }
        _wads[chainId] = wads;
    }

    function _adopt(uint64 chainId, Proposal memory proposal) private {
        Entry storage entry = _entries[chainId];
        (entry.gateway, entry.operatorSetId, entry.finality) = (
            proposal.gateway,
            proposal.operatorSetId,
            proposal.finality
        );
        (entry.refutable, entry.bridge, entry.metadataURI) = (
            proposal.refutable,
            proposal.bridge,
            proposal.metadataURI
        );
        _bump(chainId);
    }

    function _bump(uint64 chainId) private {
        ++_entries[chainId].version;
        _entries[chainId].since = uint64(_now);
    }

    function _arguments(bytes memory call) private pure returns (bytes memory arguments) {
        arguments = new bytes(call.length - 4);
        for (uint256 i = 0; i < arguments.length; ++i) arguments[i] = call[i + 4];
    }
}

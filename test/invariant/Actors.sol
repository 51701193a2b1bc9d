// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IInbox, Run} from "../../contracts/interfaces/IInbox.sol";
import {Acceptance} from "../../contracts/libraries/Acceptance.sol";
import {Certificate, Certificates} from "../../contracts/libraries/Certificates.sol";
import {Epochs} from "../../contracts/libraries/Epochs.sol";
import {Messages} from "../../contracts/libraries/Messages.sol";
import {Statements} from "../../contracts/libraries/Statements.sol";
import {Pages} from "./Pages.sol";
import {Relayers} from "./Relayers.sol";
import {Users} from "./Users.sol";

/// @notice All actors of a campaign: users, honest operators and relayers, and those who lie.
abstract contract Actors is Users, Relayers {
    /// @notice What a liar changes; all else is as honest as it can be.
    enum Lie {
        Sender,
        Recipient,
        Gas,
        Deadline,
        Payload,
        OneMoreMessage,
        Place,
        Sibling,
        UnsignedPage,
        NeverConfirmed,
        OtherRoot,
        OtherSetSpeaks,
        OtherSetSigns,
        AbsenteesClaimed,
        TooFewSign,
        OtherDestination,
        FromFuture,
        FromBeforeEpoch,
        UnknownEpoch
    }

    /// @dev Messages with which lane 0 begins, so that campaigns cross a page's border.
    uint256 private constant HEAD_START = 254;
    uint256 private constant LIES_AT_ONCE = 3;

    /// @notice How often each lie was told and refused for what it is.
    mapping(Lie => uint256) public told;

    /// @dev The error that each lie must meet; zero where several are right.
    mapping(Lie => bytes4) private _rules;
    uint256 private _changes;

    constructor() {
        for (Lie kind = Lie.Sender; kind <= Lie.Payload; kind = Lie(uint256(kind) + 1)) {
            _rules[kind] = IInbox.PageRootMismatch.selector;
        }
        _rules[Lie.Sibling] = IInbox.PageRootMismatch.selector;
        _rules[Lie.UnsignedPage] = Statements.StatementNotInBatch.selector;
        _rules[Lie.NeverConfirmed] = IInbox.BatchNotConfirmed.selector;
        _rules[Lie.OtherSetSpeaks] = Acceptance.WrongOperatorSet.selector;
        _rules[Lie.OtherSetSigns] = Certificates.SignatureInvalid.selector;
        _rules[Lie.AbsenteesClaimed] = Certificates.SignatureInvalid.selector;
        _rules[Lie.TooFewSign] = Acceptance.QuorumNotReached.selector;
        _rules[Lie.OtherDestination] = Acceptance.WrongDestination.selector;
        _rules[Lie.FromFuture] = Epochs.IssuedInFuture.selector;
        _rules[Lie.FromBeforeEpoch] = Epochs.IssuedOutsideEpoch.selector;
        _rules[Lie.UnknownEpoch] = Epochs.EpochNotInstalled.selector;
        for (uint256 i = 0; i < HEAD_START; ++i) {
            Sent memory sent = _draft(i, i, "");
            if (i % 7 == 6) sent.deliverBefore = uint64(_now + i * 1 minutes);
            _send(0, sent);
        }
        _send(1, _draft(0, 0, "x"));
        for (uint256 s = 0; s < 2; ++s) _detour(s, 0);
        delete _did[Did.Repoint];
    }

    /// @notice What happens seldom, one after the other: somebody sends value, directories, moods, epochs and policies change.
    function change(uint256 seed) external onGamma {
        uint256 turn = _changes++;
        uint256 s = (turn / 5) % 2;
        if (turn % 5 == 0) _sendValue(s, seed);
        else if (turn % 5 == 1) _detour(s, seed);
        else if (turn % 5 == 2) _turn();
        else if (turn % 5 == 3) _renew(s);
        else _tighten(s, seed);
    }

    /// @notice Somebody lies about one thing, several times, each time about the next one. Nothing may come of it.
    function lie(uint256 s, uint256 first, uint256 width, uint256 age, uint256 seed) external onGamma {
        for (uint256 i = 0; i < LIES_AT_ONCE; ++i) {
            _tell(Lie(_did[Did.Lie] % (uint256(type(Lie).max) + 1)), s % 2, first, width, age, seed);
        }
    }

    function _tell(Lie kind, uint256 s, uint256 first, uint256 width, uint256 age, uint256 seed) private {
        uint256 lane = kind == Lie.OtherDestination ? s + 2 : s;
        Errand memory errand = _errand(lane, kind == Lie.OtherSetSpeaks ? 1 - s : s, first, width, age);
        // No honest operator has signed this batch, nor will.
        errand.sibling = word(_did[Did.Lie], uint256(errand.page.root));
        errand.batch.statementsRoot = _statementsRoot(errand.page, errand.sibling);
        _refused(kind, _lie(kind, errand, s, seed));
    }

    function _refused(Lie kind, bytes memory call) private {
        uint256 executed = BOOK.executed();
        (bool success, bytes memory reason) = address(_gamma.gateway).call(call);
        uint256 number =
            kind <= Lie.Payload
                ? 3
                : kind <= Lie.NeverConfirmed
                    ? 2
                    : 5;
        if (success) BOOK.breach(number, string.concat("lie accepted: ", vm.toString(uint256(kind))));
        if (BOOK.executed() != executed) BOOK.breach(2, "a lie was executed");
        // A lie that was refused for something else was not really told.
        bytes4 rule = _rules[kind];
        if (rule == 0 || bytes4(reason) == rule) ++told[kind];
        ++_did[Did.Lie];
    }

    function _lie(Lie kind, Errand memory errand, uint256 s, uint256 seed) private returns (bytes memory) {
        if (kind == Lie.FromFuture) errand.batch.issuedAt = uint64(_now + 16 minutes);
        if (kind == Lie.FromBeforeEpoch) errand.batch.issuedAt = _epochs[s][errand.batch.tableEpoch].from - 1;
        if (kind == Lie.FromBeforeEpoch) {
            errand.page.sourceTimestamp = errand.batch.issuedAt;
            errand.batch.statementsRoot = _statementsRoot(errand.page, errand.sibling);
        }
        if (kind == Lie.UnknownEpoch) ++errand.batch.tableEpoch;
        (uint256 claimed, uint256 absent) = (0, 0);
        if (kind == Lie.AbsenteesClaimed) absent = 1;
        if (kind == Lie.TooFewSign) (claimed, absent) = (1, 1);
        // The row of a second committee's heaviest member weighs exactly half: without the next one too there is no quorum.
        if (kind == Lie.TooFewSign && s == 1) (claimed, absent) = (3, 3);
        uint256 signer = kind == Lie.OtherSetSpeaks || kind == Lie.OtherSetSigns ? 1 - s : s;
        Certificate memory certificate = _committees[signer].certify(errand.batch, claimed, absent);
        if (kind == Lie.OtherRoot) certificate.batch.statementsRoot = bytes32(seed);

        Run[] memory runs = _runs(errand, 0);
        bytes memory messages = runs[0].messages;
        if (kind == Lie.Sender) messages[seed % 20] ^= 0x01;
        if (kind == Lie.Recipient) messages[20 + (seed % 20)] ^= 0x01;
        if (kind == Lie.Gas) messages[40 + (seed % 4)] ^= 0x01;
        if (kind == Lie.Deadline) messages[44 + (seed % 8)] ^= 0x01;
        if (kind == Lie.Payload) runs[0].messages = _withLongerPayload(errand, messages);
        if (kind == Lie.OneMoreMessage) runs[0].messages = bytes.concat(messages, new bytes(55));
        if (kind == Lie.Place) runs[0].firstIndex ^= 1;
        if (kind == Lie.Sibling) runs[0].rangeProof[seed % runs[0].rangeProof.length] ^= bytes32(uint256(1));
        if (kind == Lie.UnsignedPage) _forge(runs[0], errand);
        if (kind == Lie.NeverConfirmed) return abi.encodeCall(IInbox.deliverConfirmed, (runs));
        return abi.encodeCall(IInbox.deliver, (certificate, runs));
    }

    /// @dev One byte more in the first payload, which thus also differs where it was empty.
    function _withLongerPayload(Errand memory errand, bytes memory messages) private view returns (bytes memory) {
        Sent memory sent = _lanes[errand.lane][errand.first];
        uint256 end = 55 + sent.payload.length;
        bytes memory rest = new bytes(messages.length - end);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = messages[end + i];
        bytes memory header = new bytes(52);
        for (uint256 i = 0; i < 52; ++i) header[i] = messages[i];
        return bytes.concat(header, bytes3(uint24(sent.payload.length + 1)), sent.payload, hex"2a", rest);
    }

    /// @dev A page that proves an invented message, with everything right but the operators' word.
    function _forge(Run memory run, Errand memory errand) private view {
        run.messages[0] ^= 0x01;
        Sent memory sent = _lanes[errand.lane][errand.first];
        bytes32 id = keccak256(
            abi.encode(
                Messages.Preimage(
                    Messages.MESSAGE_TYPEHASH,
                    run.page.sourceChainId,
                    run.page.sourceGateway,
                    run.page.destinationChainId,
                    run.page.destinationGateway,
                    errand.first,
                    address(bytes20(sent.sender) ^ bytes20(bytes1(0x01))),
                    _recipients[sent.kind],
                    sent.gasLimit,
                    sent.deliverBefore,
                    keccak256(sent.payload)
                )
            )
        );
        uint256 index = errand.first % 256;
        bytes32[] memory leaves = _idsOf(errand.lane, errand.first - index, run.page.count);
        leaves[index] = id;
        Pages.Levels memory levels = Pages.build(leaves);
        run.page.root = Pages.root(levels);
        run.rangeProof = Pages.proof(levels, index, errand.width);
    }
}

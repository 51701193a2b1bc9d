// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {ConfirmedBatch, IInbox, MessageStatus, Obstacle, Run} from "../interfaces/IInbox.sol";
import {IPolicy} from "../interfaces/IPolicy.sol";
import {Acceptance, Backing, Source} from "../libraries/Acceptance.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Epoch, Epochs} from "../libraries/Epochs.sol";
import {Frames} from "../libraries/Frames.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {Lane, Message, Messages} from "../libraries/Messages.sol";
import {PageTree} from "../libraries/PageTree.sol";
import {Batch, Page, Statements} from "../libraries/Statements.sol";

/// @title Inbox
/// @notice Step 5 of 5: what certified pages held reaches its recipients, each message at most once. The Outbox of the
/// source's gateway was step 1; relayers (`scripts/nodes/relayer`) call this.
/// @dev Safety rests on: less than a quorum of the source's set signing a lie; the CertificateVerifier; the books (Directory,
/// OperatorTables, Policy) copying what they hold. Liveness only rests on: a quorum signing, one aggregator, one relayer.
abstract contract Inbox is IInbox, ReentrancyGuardTransient {
    using Epochs for Epoch;
    using Acceptance for Source;
    using Frames for Frames.Frame;

    /// @dev Selector and two words, before the call that a frame is to make.
    uint256 private constant FRAME_HEAD_BYTES = 68;

    /// @dev Keeps replaced gateways; asked only about those.
    IDirectory internal immutable DIRECTORY;

    /// @dev Keeps limits and refused gateways; asked only about those.
    IPolicy internal immutable POLICY;

    /// @dev Checks signatures.
    ICertificateVerifier internal immutable CERTIFICATE_VERIFIER;

    mapping(uint64 chainId => Source copy) internal _sources;
    mapping(uint32 operatorSetId => mapping(uint32 number => Epoch)) internal _epochs;
    mapping(uint32 operatorSetId => mapping(bytes32 statementsRoot => ConfirmedBatch)) private _confirmed;
    mapping(uint64 sourceChainId => mapping(address sourceGateway => mapping(uint64 pageIndex => uint256)))
        private _delivered;

    constructor(IDirectory directory_, IPolicy policy_, ICertificateVerifier certificateVerifier_) {
        DIRECTORY = directory_;
        POLICY = policy_;
        CERTIFICATE_VERIFIER = certificateVerifier_;
    }

    /// @inheritdoc IInbox
    function deliver(Certificate calldata certificate, Run[] calldata runs) external nonReentrant {
        Backing memory backing = _verify(certificate, _endBefore(certificate, runs));
        bytes32 statementsRoot = certificate.batch.statementsRoot;
        for (uint256 i = 0; i < runs.length; ++i) {
            Run calldata run = runs[i];
            Statements.requireInBatch(Statements.leaf(run.page), run.batchProof, statementsRoot);
            _deliverRun(run, _sources[run.page.sourceChainId], backing);
        }
    }

    /// @inheritdoc IInbox
    function confirm(Certificate calldata certificate) external nonReentrant {
        Backing memory backing = _verify(certificate, msg.data.length);
        // No policy asks for less.
        if (backing.signedBps < HubFacts.QUORUM_BPS) {
            revert Acceptance.QuorumNotReached(backing.signedBps, HubFacts.QUORUM_BPS);
        }
        Batch calldata batch = certificate.batch;
        ConfirmedBatch storage slot = _confirmed[batch.operatorSetId][batch.statementsRoot];
        ConfirmedBatch memory stored = slot;
        // At equal weight the younger one stays, so that nobody can bring a root's end nearer.
        require(
            backing.signedBps > stored.signedBps ||
                (backing.signedBps == stored.signedBps && batch.issuedAt >= stored.issuedAt) ||
                _isDead(batch.operatorSetId, stored),
            StrongerBatchStored(backing.signedBps, stored.signedBps)
        );
        slot.epoch = batch.tableEpoch;
        slot.signedBps = backing.signedBps;
        slot.issuedAt = batch.issuedAt;
        slot.totalWeight = backing.totalWeight;
        emit BatchConfirmed(batch.operatorSetId, batch.statementsRoot);
    }

    /// @inheritdoc IInbox
    function deliverConfirmed(Run[] calldata runs) external nonReentrant {
        for (uint256 i = 0; i < runs.length; ++i) {
            Run calldata run = runs[i];
            Source memory source = _sources[run.page.sourceChainId];
            _deliverRun(run, source, _storedBacking(source.operatorSetId, run.page, run.batchProof));
        }
    }

    /// @inheritdoc IInbox
    function wrapInFrame(address recipient, uint256 gasLimit) external {
        require(msg.sender == address(this), NotSelf(msg.sender));
        Frames.enter(recipient, gasLimit, msg.data[FRAME_HEAD_BYTES:]);
    }

    /// @inheritdoc IInbox
    function messageStatus(
        Lane calldata lane,
        Message calldata message
    ) external view nonReentrantView returns (MessageStatus status, Obstacle obstacle) {
        if (lane.destinationChainId != block.chainid || lane.destinationGateway != address(this)) {
            return (MessageStatus.Unseen, Obstacle.WrongDestination);
        }
        (uint64 pageIndex, uint256 index) = _place(message.nonce);
        if ((_delivered[lane.sourceChainId][lane.sourceGateway][pageIndex] >> index) & 1 == 1) {
            return (MessageStatus.Delivered, Obstacle.None);
        }
        if (_isOver(message.deliverBefore)) return (MessageStatus.Expired, Obstacle.None);
        return (MessageStatus.Unseen, _obstacle(lane, message.recipient));
    }

    /// @inheritdoc IInbox
    function isDelivered(
        uint64 sourceChainId,
        address sourceGateway,
        uint64 nonce
    ) external view nonReentrantView returns (bool) {
        (uint64 pageIndex, uint256 index) = _place(nonce);
        return (_delivered[sourceChainId][sourceGateway][pageIndex] >> index) & 1 == 1;
    }

    /// @inheritdoc IInbox
    function deliveredWord(
        uint64 sourceChainId,
        address sourceGateway,
        uint64 pageIndex
    ) external view nonReentrantView returns (uint256) {
        return _delivered[sourceChainId][sourceGateway][pageIndex];
    }

    /// @inheritdoc IInbox
    function isCertified(
        Page calldata page,
        bytes32[] calldata batchProof
    ) external view returns (uint32 operatorSetId, uint16 signedBps, uint8 finality) {
        Source memory source = _sources[page.sourceChainId];
        Backing memory backing = _storedBacking(source.operatorSetId, page, batchProof);
        _requireAcceptable(page, source, backing, true);
        return (backing.operatorSetId, backing.signedBps, page.finality);
    }

    /// @inheritdoc IInbox
    function confirmed(uint32 operatorSetId, bytes32 statementsRoot) external view returns (ConfirmedBatch memory) {
        return _confirmed[operatorSetId][statementsRoot];
    }

    /// @dev All checks, then all bits, then the calls.
    function _deliverRun(Run calldata run, Source memory source, Backing memory backing) private {
        Page calldata page = run.page;
        _requireAcceptable(page, source, backing, false);
        (bytes32[] memory ids, uint256 due) = _prove(run);

        mapping(uint64 pageIndex => uint256) storage words = _delivered[page.sourceChainId][page.sourceGateway];
        uint256 word = words[page.pageIndex];
        due &= ~word;
        if (due == 0) return;
        uint256 left =
            source.flags & Acceptance.LIMITED == 0 ? type(uint256).max : POLICY.messagesLeft(page.sourceChainId);
        words[page.pageIndex] = word | due;

        (uint256 undone, uint256 delivered) = _execute(run, ids, due, left);

        if (undone != 0) words[page.pageIndex] = (word | due) & ~undone;
        if (left != type(uint256).max) POLICY.charge(page.sourceChainId, delivered);
    }

    /// @notice Calls the recipients of the messages whose bit is set in `due`, at most `left` of them with success.
    /// @return undone Bits of the messages that stay unseen.
    /// @return delivered How many were delivered.
    function _execute(
        Run calldata run,
        bytes32[] memory ids,
        uint256 due,
        uint256 left
    ) private returns (uint256 undone, uint256 delivered) {
        bytes calldata messages = run.messages;
        Frames.Frame memory frame = Frames.prepare(run.page.sourceChainId, run.gasPerMessage);
        due >>= run.firstIndex;
        uint256 offset = 0;
        // Unchecked: at most 256 messages.
        unchecked {
            for (uint256 i = 0; due >> i != 0; ++i) {
                if ((due >> i) & 1 == 1) {
                    if (delivered != left && _open(frame, ids[i], messages, offset)) ++delivered;
                    else undone |= 1 << i;
                }
                offset = Messages.nextOffset(messages, offset);
            }
        }
        undone <<= run.firstIndex;
    }

    function _open(
        Frames.Frame memory frame,
        bytes32 messageId,
        bytes calldata messages,
        uint256 offset
    ) private returns (bool delivered) {
        bytes memory reason;
        (delivered, reason) = frame.open(messageId, messages, offset);
        if (delivered) emit MessageDelivered(messageId);
        else emit MessageFailed(messageId, reason);
    }

    /// @dev Rule 1 and the signature. All of the certificate lies in calldata before `end`.
    function _verify(Certificate calldata certificate, uint256 end) private view returns (Backing memory backing) {
        Batch calldata batch = certificate.batch;
        Epoch memory epoch = _epochs[batch.operatorSetId][batch.tableEpoch];
        epoch.requireUsable(batch.operatorSetId, batch.tableEpoch, batch.issuedAt);
        backing.operatorSetId = batch.operatorSetId;
        backing.issuedAt = batch.issuedAt;
        (backing.signedBps, backing.totalWeight) = _signedWeight(epoch.table, certificate, end);
    }

    /// @dev `CERTIFICATE_VERIFIER.verify(table, certificate)`, with the certificate handed on as it lies in calldata: what is
    /// verified is what was read here, and nothing is decoded and encoded anew. The verifier reverts if parts lie elsewhere.
    function _signedWeight(
        address table,
        Certificate calldata certificate,
        uint256 end
    ) private view returns (uint16 signedBps, uint128 totalWeight) {
        address verifier = address(CERTIFICATE_VERIFIER);
        bytes4 selector = ICertificateVerifier.verify.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, selector)
            mstore(add(input, 0x04), table)
            mstore(add(input, 0x24), 0x40)
            let size := sub(end, certificate)
            calldatacopy(add(input, 0x44), certificate, size)
            let success := staticcall(gas(), verifier, input, add(0x44, size), 0x00, 0x40)
            if iszero(and(success, gt(returndatasize(), 0x3f))) {
                returndatacopy(input, 0, returndatasize())
                revert(input, returndatasize())
            }
            signedBps := mload(0x00)
            totalWeight := mload(0x20)
        }
    }

    /// @dev Rule 1 again for a stored root: no root outlives its certificate.
    function _storedBacking(
        uint32 operatorSetId,
        Page calldata page,
        bytes32[] calldata batchProof
    ) private view returns (Backing memory) {
        bytes32 statementsRoot = Statements.batchRoot(Statements.leaf(page), batchProof);
        ConfirmedBatch storage stored = _confirmed[operatorSetId][statementsRoot];
        require(stored.signedBps != 0, BatchNotConfirmed(operatorSetId, statementsRoot));
        _epochs[operatorSetId][stored.epoch].requireUsable(operatorSetId, stored.epoch, stored.issuedAt);
        return Backing(operatorSetId, stored.issuedAt, stored.signedBps, stored.totalWeight);
    }

    function _isDead(uint32 operatorSetId, ConfirmedBatch memory stored) private view returns (bool) {
        Epoch memory epoch = _epochs[operatorSetId][stored.epoch];
        // What was issued before the epoch's table was replaced is over, too.
        return epoch.isOver() || stored.issuedAt < epoch.validFrom;
    }

    /// @dev What rule 1 asks by source, and rule 2; `anyDestination` leaves out whom the page is for.
    function _requireAcceptable(
        Page calldata page,
        Source memory source,
        Backing memory backing,
        bool anyDestination
    ) private view {
        source.requireHeard(page);
        Epochs.requireFresh(backing.issuedAt, source.maxAgeSeconds);
        source.requireSpeaker(backing, page);
        if (source.flags & Acceptance.HALTED != 0) {
            uint256 until = POLICY.haltedUntil(page.sourceChainId);
            require(block.timestamp > until, Acceptance.StillHalted(page.sourceChainId, until));
        }
        if (page.sourceGateway != source.gateway && !_isStillHeard(page.sourceChainId, page.sourceGateway)) {
            revert Acceptance.SourceGatewayNotAccepted(page.sourceChainId, page.sourceGateway);
        }
        if (
            !anyDestination && !(page.destinationChainId == block.chainid && page.destinationGateway == address(this))
        ) {
            revert Acceptance.WrongDestination(page.destinationChainId, page.destinationGateway);
        }
        if (page.sourceChainId == block.chainid) revert Acceptance.SourceIsHere(page.sourceChainId);
        Acceptance.requireWellFormed(page, backing.issuedAt);
    }

    function _isStillHeard(uint64 chainId, address replacedGateway) private view returns (bool) {
        return
            block.timestamp <= DIRECTORY.drainingUntil(chainId, replacedGateway) &&
            !POLICY.isRefusedGateway(chainId, replacedGateway);
    }

    /// @notice Recomputes every message id with this chain's own id and address and proves the run in its page.
    /// @return ids The ids, in order.
    /// @return due Bit i is set for a message at page index i whose time is not over.
    function _prove(Run calldata run) private view returns (bytes32[] memory ids, uint256 due) {
        Page calldata page = run.page;
        bytes calldata messages = run.messages;
        uint256 first = run.firstIndex;
        uint256 count = page.count;
        if (first >= count) revert RunBeyondCount(first, count);
        uint256 consumed;
        // Unchecked: `page.pageIndex` is below 2^56; a page has at most 256 messages.
        unchecked {
            uint256 nonce = page.pageIndex * PageTree.PAGE_SIZE + first;
            // No run has more messages than headers fit, nor more than the page has left.
            uint256 most = count - first;
            uint256 fit = messages.length / Messages.HEADER_BYTES + 1;
            if (fit < most) most = fit;
            (ids, due, consumed) = Messages.ids(messages, page, nonce, most);
            if (consumed != messages.length) revert RunBeyondCount(count + 1, count);
            // What was marked as over so far, from bit 0 on, becomes what is due, from bit `first` on.
            due = (~due & ((1 << ids.length) - 1)) << first;
        }
        bytes32 root = PageTree.rootOfRun(_copy(ids), first, run.rangeProof);
        if (root != page.root) revert PageRootMismatch(root, page.root);
    }

    /// @dev What hinders an unseen message of `lane`, in the order of the acceptance rules.
    function _obstacle(Lane calldata lane, address recipient) private view returns (Obstacle) {
        Source memory source = _sources[lane.sourceChainId];
        if (source.gateway == address(0) || lane.sourceChainId == block.chainid) return Obstacle.SourceNotAccepted;
        if (source.flags & Acceptance.REFUSED != 0) return Obstacle.SourceRefused;
        if (source.isIrrefutable()) return Obstacle.SourceIrrefutable;
        if (source.flags & Acceptance.HALTED != 0 && block.timestamp <= POLICY.haltedUntil(lane.sourceChainId)) {
            return Obstacle.SourceHalted;
        }
        if (lane.sourceGateway != source.gateway && !_isStillHeard(lane.sourceChainId, lane.sourceGateway)) {
            return Obstacle.SourceGatewayNotAccepted;
        }
        if (source.flags & Acceptance.LIMITED != 0 && POLICY.messagesLeft(lane.sourceChainId) == 0) {
            return Obstacle.OverLimit;
        }
        return recipient.code.length == 0 ? Obstacle.RecipientWithoutCode : Obstacle.None;
    }

    function _isOver(uint256 deliverBefore) private view returns (bool) {
        return deliverBefore != 0 && block.timestamp > deliverBefore;
    }

    /// @dev Where the certificate's bytes end: where `runs` begin, if they lie behind it, as every encoder has it.
    function _endBefore(Certificate calldata certificate, Run[] calldata runs) private pure returns (uint256 end) {
        assembly ("memory-safe") {
            end := runs.offset
            if lt(end, certificate) {
                end := calldatasize()
            }
        }
    }

    function _copy(bytes32[] memory array) private pure returns (bytes32[] memory copied) {
        assembly ("memory-safe") {
            let size := shl(5, add(mload(array), 1))
            copied := mload(0x40)
            mcopy(copied, array, size)
            mstore(0x40, add(copied, size))
        }
    }

    function _place(uint64 nonce) private pure returns (uint64 pageIndex, uint256 index) {
        return (uint64(nonce / PageTree.PAGE_SIZE), nonce % PageTree.PAGE_SIZE);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {IGateway} from "../interfaces/IGateway.sol";
import {IPolicy} from "../interfaces/IPolicy.sol";
import {Acceptance, Source} from "../libraries/Acceptance.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Epoch, Epochs} from "../libraries/Epochs.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {Batch, Halt, Statements} from "../libraries/Statements.sol";

/// @title Halts
/// @notice Acceptance rule 5: a source's own operators stop deliveries from it for a day at most. A third of them could stop signing
/// anyway; so a third can do it, but not again and again.
/// @dev The worst that whoever holds a third of a set can do: hold one source up here for half of the time. The owner lifts at once.
abstract contract Halts is IPolicy {
    using Epochs for Epoch;

    /// @dev From `issuedAt` to the end of a halt.
    uint256 private constant MOST_SECONDS = 24 hours;

    /// @dev Between the end of a halt by less than a quorum and the next one.
    uint256 private constant REST_SECONDS = 24 hours;

    /// @dev More than a third.
    uint16 private constant LEAST_BPS = 3_334;
    uint16 private constant WHOLE_BPS = 10_000;

    /// @inheritdoc IPolicy
    uint16 public immutable haltQuorumBps;

    /// @inheritdoc IPolicy
    mapping(uint64 chainId => uint256 timestamp) public haltedUntil;

    /// @dev End of the last halt by less than a quorum.
    mapping(uint64 chainId => uint256 timestamp) private _weakUntil;
    mapping(bytes32 deed => bool isUsed) private _isUsed;

    constructor(uint16 haltQuorumBps_) {
        require(
            haltQuorumBps_ >= LEAST_BPS && haltQuorumBps_ <= WHOLE_BPS,
            HaltQuorumOutOfRange(haltQuorumBps_, LEAST_BPS, WHOLE_BPS)
        );
        haltQuorumBps = haltQuorumBps_;
    }

    /// @inheritdoc IPolicy
    function halt(Certificate calldata certificate, Halt calldata statement, bytes32[] calldata batchProof) external {
        IGateway books = IGateway(_gateway());
        Batch calldata batch = certificate.batch;
        uint64 chainId = statement.chainId;
        Epoch memory epoch = books.epoch(batch.operatorSetId, batch.tableEpoch);
        epoch.requireUnexpired(batch.operatorSetId, batch.tableEpoch, batch.issuedAt);
        Epochs.requireFresh(batch.issuedAt, HubFacts.MAX_AGE);
        Source memory source = books.source(chainId);
        require(
            source.operatorSetId == batch.operatorSetId && source.gateway == statement.gateway,
            HaltOfAnother(chainId, batch.operatorSetId, statement.gateway)
        );
        uint256 latest = batch.issuedAt + MOST_SECONDS;
        require(
            statement.expiresAt <= latest && statement.expiresAt >= block.timestamp,
            HaltOutOfRange(statement.expiresAt, block.timestamp, latest)
        );
        bytes32 leaf = Statements.leaf(statement);
        Statements.requireInBatch(leaf, batchProof, batch.statementsRoot);
        bytes32 deed = keccak256(abi.encode(batch, leaf));
        require(!_isUsed[deed], HaltUsed(deed));
        (uint16 signedBps, ) = ICertificateVerifier(books.certificateVerifier()).verify(epoch.table, certificate);
        require(signedBps >= haltQuorumBps, HaltQuorumNotReached(signedBps, haltQuorumBps));
        if (signedBps < HubFacts.QUORUM_BPS) {
            uint256 last = _weakUntil[chainId];
            require(
                last == 0 || block.timestamp > last + REST_SECONDS,
                HaltTooSoon(block.timestamp, last + REST_SECONDS)
            );
            _weakUntil[chainId] = statement.expiresAt;
        }
        _isUsed[deed] = true;
        if (statement.expiresAt > haltedUntil[chainId]) haltedUntil[chainId] = statement.expiresAt;
        _copy(chainId);
        emit SourceHalted(chainId, statement.expiresAt, statement.reason);
    }

    /// @inheritdoc IPolicy
    function clearHalt(uint64 chainId) external {
        uint256 until = haltedUntil[chainId];
        require(until != 0, NotHalted(chainId));
        require(block.timestamp > until, Acceptance.StillHalted(chainId, until));
        _endHalt(chainId);
    }

    function _endHalt(uint64 chainId) internal {
        delete haltedUntil[chainId];
        _copy(chainId);
        emit HaltEnded(chainId);
    }

    /// @dev Copies what is demanded of a source, and whether it is halted, to the gateway.
    function _copy(uint64 chainId) internal virtual;

    function _gateway() internal view virtual returns (address);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {IGateway} from "../interfaces/IGateway.sol";
import {FirstTable, IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {EpochNews} from "../libraries/CanonicalNews.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Contradictions, Divergence, Speech} from "../libraries/Contradictions.sol";
import {Epoch, Epochs} from "../libraries/Epochs.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {Batch, Page, Rollup, Statements, Table} from "../libraries/Statements.sol";
import {EpochBook} from "./EpochBook.sol";

/// @title OperatorTables
/// @notice Copy of the hub's operator tables. The gateway reads an epoch from its own hot copy, and the rows from the code
/// that is stored here.
/// @dev Safety rests on the set's previous epoch (a quorum of it certifies the next) and on the canonical bridge, which
/// overrides it. There is no owner.
contract OperatorTables is EpochBook {
    using Epochs for Epoch;

    /// @dev What the hub had of a set when it was heard of last.
    struct Horizon {
        uint32 newestEpoch;
        uint64 hubTime;
    }

    /// @dev How far above the newest installed epoch the next one may be.
    uint32 private constant EPOCH_REACH = 64;

    /// @inheritdoc IOperatorTables
    address public immutable certificateVerifier;

    uint32[2][] private _firstEpochs;

    /// @inheritdoc IOperatorTables
    mapping(uint32 operatorSetId => uint256 timestamp) public frozenAt;

    mapping(bytes32 evidence => bool isUsed) private _isUsed;

    mapping(uint32 operatorSetId => Horizon horizon) private _horizons;

    /// @dev The latest news of an epoch.
    mapping(uint32 operatorSetId => mapping(uint32 number => EpochNews)) private _news;

    /// @param gateway_ The gateway's computed address; its constructor copies the first tables.
    /// @param certificateVerifier_ Checks signatures.
    /// @param graceSeconds_ How long an epoch may still deliver after it ended. Mainnet: 21 600.
    /// @param maxValiditySeconds_ Longest time for which a table is taken. Mainnet: 129 600. Not zero.
    /// @param firstTables One table or more for each set that speaks here from the beginning.
    constructor(
        address gateway_,
        ICertificateVerifier certificateVerifier_,
        uint256 graceSeconds_,
        uint256 maxValiditySeconds_,
        FirstTable[] memory firstTables
    ) EpochBook(gateway_, graceSeconds_, maxValiditySeconds_) {
        certificateVerifier = address(certificateVerifier_);
        for (uint256 i = 0; i < firstTables.length; ++i) {
            Table memory table = firstTables[i].table;
            _requireInReach(table);
            // News from before this are older than what the deployer saw.
            _store(table, firstTables[i].rows, uint64(block.timestamp), Epochs.SPEAKING);
            _firstEpochs.push([table.operatorSetId, table.epoch]);
        }
    }

    /// @inheritdoc IOperatorTables
    function install(
        Certificate calldata certificate,
        Table calldata table,
        bytes32[] calldata batchProof,
        bytes calldata rows
    ) external {
        requireHubQuorum(certificate);
        Statements.requireInBatch(Statements.leaf(table), batchProof, certificate.batch.statementsRoot);
        (uint32 operatorSetId, uint64 issuedAt) = (certificate.batch.operatorSetId, certificate.batch.issuedAt);
        require(table.operatorSetId == operatorSetId, WrongTableSet(table.operatorSetId, operatorSetId));
        _requireInReach(table);
        _requireNoOtherNews(table, issuedAt);
        uint256 lasting = _countLasting(operatorSetId);
        require(lasting < MOST_LASTING, TooManyLasting(operatorSetId, lasting, MOST_LASTING));
        _store(table, rows, issuedAt, Epochs.SPEAKING);
        _copy(operatorSetId, table.epoch);
    }

    /// @inheritdoc IOperatorTables
    function bring(EpochNews calldata news) external {
        address bringer = IGateway(gateway).canonicalReceiver();
        if (bringer == address(0)) bringer = IGateway(gateway).policy();
        require(msg.sender == bringer, NotTheBringer(msg.sender, bringer));
        (uint32 operatorSetId, uint32 number) = (news.table.operatorSetId, news.table.epoch);
        // Later news are there already.
        if (news.hubTime < _news[operatorSetId][number].hubTime) return;
        _news[operatorSetId][number] = news;
        emit NewsBrought(operatorSetId, number, news.table.tableHash, news.isRevoked, news.hubTime);
        if (news.hubTime >= _horizons[operatorSetId].hubTime) {
            _horizons[operatorSetId] = Horizon(news.newestEpoch, news.hubTime);
        }
        _silenceAbove(operatorSetId, news.newestEpoch, news.hubTime);
        Epoch memory known = epoch(operatorSetId, number);
        if (known.table == address(0)) return;
        bool isAbsent = news.table.tableHash == 0;
        if (!news.isRevoked && !isAbsent && _isInstalled(news.table)) {
            // What was here when its set was frozen stays so, also where this chain's clock is behind the hub's.
            if (known.status != Epochs.FROZEN) _setStatus(operatorSetId, number, _statusOf(news.table));
        } else if (!isAbsent || news.isRevoked || saidAt[operatorSetId][number] <= news.hubTime) {
            _setStatus(operatorSetId, number, Epochs.REVOKED);
        }
    }

    /// @inheritdoc IOperatorTables
    function installBrought(uint32 operatorSetId, uint32 number, bytes calldata rows) external {
        EpochNews memory news = _news[operatorSetId][number];
        require(news.table.tableHash != 0 && !news.isRevoked, NothingBrought(operatorSetId, number));
        require(!_isInstalled(news.table), InstalledAlready(operatorSetId, number));
        uint256 lasting = _countLasting(operatorSetId);
        // Twice as many as others may install: so many of these are never there at once.
        require(lasting < 2 * MOST_LASTING, TooManyLasting(operatorSetId, lasting, 2 * MOST_LASTING));
        _store(news.table, rows, news.hubTime, _statusOf(news.table));
        _copy(operatorSetId, number);
    }

    /// @inheritdoc IOperatorTables
    function freezeForPages(
        Speech calldata speechA,
        Page calldata pageA,
        Speech calldata speechB,
        Page calldata pageB,
        Divergence calldata divergence
    ) external {
        Contradictions.requireFinal(pageA, pageB);
        Contradictions.requireBetween(pageA, pageB, divergence);
        _freeze(speechA, Statements.leaf(pageA), speechB, Statements.leaf(pageB));
    }

    /// @inheritdoc IOperatorTables
    function freezeForTables(
        Speech calldata speechA,
        Table calldata tableA,
        Speech calldata speechB,
        Table calldata tableB
    ) external {
        Contradictions.requireBetween(tableA, tableB);
        _freeze(speechA, Statements.leaf(tableA), speechB, Statements.leaf(tableB));
    }

    /// @inheritdoc IOperatorTables
    function freezeForEntries(
        Speech calldata speechA,
        Rollup calldata entryA,
        Speech calldata speechB,
        Rollup calldata entryB
    ) external {
        Contradictions.requireBetween(entryA, entryB);
        _freeze(speechA, Statements.leaf(entryA), speechB, Statements.leaf(entryB));
    }

    /// @inheritdoc IOperatorTables
    function lift(uint32 operatorSetId) external {
        address policy = IGateway(gateway).policy();
        require(msg.sender == policy, NotThePolicy(msg.sender, policy));
        require(frozenAt[operatorSetId] != 0, NotFrozen(operatorSetId));
        delete frozenAt[operatorSetId];
        emit SetLifted(operatorSetId);
        _exchange(operatorSetId, Epochs.FROZEN, Epochs.SPEAKING);
    }

    /// @inheritdoc IOperatorTables
    function newsOf(uint32 operatorSetId, uint32 number) external view returns (EpochNews memory) {
        return _news[operatorSetId][number];
    }

    /// @inheritdoc IOperatorTables
    function firstEpochs() external view returns (uint32[2][] memory) {
        return _firstEpochs;
    }

    /// @inheritdoc IOperatorTables
    function requireHubQuorum(Certificate calldata certificate) public view {
        Batch calldata batch = certificate.batch;
        Epoch memory epoch_ = epoch(batch.operatorSetId, batch.tableEpoch);
        epoch_.requireUnexpired(batch.operatorSetId, batch.tableEpoch, batch.issuedAt);
        Epochs.requireFresh(batch.issuedAt, HubFacts.MAX_AGE);
        _requireQuorum(epoch_, certificate);
    }

    /// @dev Two quorums of one set said what cannot both be true. Whoever of them lied, all of the set's epochs fall silent.
    function _freeze(Speech calldata speechA, bytes32 leafA, Speech calldata speechB, bytes32 leafB) private {
        uint32 operatorSetId = Contradictions.requireOneSet(speechA, speechB);
        bytes32 evidence = _unordered(_deed(speechA, leafA), _deed(speechB, leafB));
        require(!_isUsed[evidence], EvidenceUsed(evidence));
        _requireSaid(speechA, leafA);
        _requireSaid(speechB, leafB);
        _isUsed[evidence] = true;
        frozenAt[operatorSetId] = block.timestamp;
        emit SetFrozen(operatorSetId, evidence);
        _exchange(operatorSetId, Epochs.SPEAKING, Epochs.FROZEN);
    }

    /// @dev What the hub did not have at `hubTime`, and was said before, was made up; and with it whatever may stand on it.
    function _silenceAbove(uint32 operatorSetId, uint32 newest, uint64 hubTime) private {
        if (newestEpoch[operatorSetId] <= newest) return;
        uint32[] memory numbers = lastingEpochs(operatorSetId);
        bool isMadeUp = saidAt[operatorSetId][newestEpoch[operatorSetId]] <= hubTime;
        for (uint256 i = 0; i < numbers.length && !isMadeUp; ++i) {
            uint32 number = numbers[i];
            isMadeUp =
                number > newest &&
                saidAt[operatorSetId][number] <= hubTime &&
                epoch(operatorSetId, number).status != Epochs.REVOKED;
        }
        if (!isMadeUp) return;
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (numbers[i] > newest) _setStatus(operatorSetId, numbers[i], Epochs.REVOKED);
        }
        _lowerNewest(operatorSetId, newest);
    }

    function _exchange(uint32 operatorSetId, uint8 before, uint8 next) private {
        uint32[] memory numbers = lastingEpochs(operatorSetId);
        for (uint256 i = 0; i < numbers.length; ++i) {
            if (epoch(operatorSetId, numbers[i]).status == before) _setStatus(operatorSetId, numbers[i], next);
        }
    }

    /// @dev Rule 1, a quorum, and the statement in its batch.
    function _requireSaid(Speech calldata speech, bytes32 leaf) private view {
        Batch calldata batch = speech.certificate.batch;
        Epoch memory epoch_ = epoch(batch.operatorSetId, batch.tableEpoch);
        epoch_.requireUsable(batch.operatorSetId, batch.tableEpoch, batch.issuedAt);
        Statements.requireInBatch(leaf, speech.batchProof, batch.statementsRoot);
        _requireQuorum(epoch_, speech.certificate);
    }

    function _requireQuorum(Epoch memory epoch_, Certificate calldata certificate) private view {
        (uint16 signedBps, ) = ICertificateVerifier(certificateVerifier).verify(epoch_.table, certificate);
        require(signedBps >= HubFacts.QUORUM_BPS, HubQuorumNotReached(signedBps, HubFacts.QUORUM_BPS));
    }

    /// @dev A set's first table, by whatever way it comes, may be of any epoch.
    function _requireInReach(Table memory table) private view {
        uint32 newest = newestEpoch[table.operatorSetId];
        require(
            table.epoch > newest && (newest == 0 || table.epoch - newest <= EPOCH_REACH),
            EpochOutOfReach(table.epoch, newest, EPOCH_REACH)
        );
    }

    /// @dev What the hub has stays as it is for ever; what it did not have may have come since.
    function _requireNoOtherNews(Table calldata table, uint64 issuedAt) private view {
        (uint32 operatorSetId, uint32 number) = (table.operatorSetId, table.epoch);
        Horizon memory horizon = _horizons[operatorSetId];
        require(
            number <= horizon.newestEpoch || issuedAt > horizon.hubTime,
            OlderThanNews(operatorSetId, number, issuedAt, horizon.hubTime)
        );
        EpochNews storage news = _news[operatorSetId][number];
        if (news.hubTime == 0) return;
        if (news.isRevoked) revert Epochs.EpochSilenced(operatorSetId, number, Epochs.REVOKED);
        if (news.table.tableHash == 0) {
            require(issuedAt > news.hubTime, OlderThanNews(operatorSetId, number, issuedAt, news.hubTime));
        } else {
            (bytes32 found, bytes32 required) = (Statements.leaf(table), Statements.leaf(news.table));
            require(found == required, ContradictsNews(operatorSetId, number, found, required));
        }
    }

    /// @dev What becomes of an epoch that the bridge brings: free if it began after the set was frozen.
    function _statusOf(Table memory table) private view returns (uint8) {
        uint256 since = frozenAt[table.operatorSetId];
        return since == 0 || table.validFrom > since ? Epochs.SPEAKING : Epochs.FROZEN;
    }

    function _deed(Speech calldata speech, bytes32 leaf) private pure returns (bytes32) {
        return keccak256(abi.encode(speech.certificate.batch, leaf));
    }

    function _unordered(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAllocationManager} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {ICompensationVault} from "../interfaces/ICompensationVault.sol";
import {IRollupRegistry} from "../interfaces/IRollupRegistry.sol";
import {IServiceManager} from "../interfaces/IServiceManager.sol";
import {Case, Culprit, Fault, ISlasher, Speech} from "../interfaces/ISlasher.sol";
import {HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {Acceptance} from "../libraries/Acceptance.sol";
import {Contradictions, Divergence} from "../libraries/Contradictions.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Batch, Page, Rollup, Statements, Table} from "../libraries/Statements.sol";
import {Penalties} from "./Penalties.sol";

/// @title Slasher
/// @notice The court that needs no judge: two signed statements that cannot both be true, or one that the hub itself refutes.
/// @dev Safety rests on the pairing check and on contradictions being defined so that nobody who repeats the truth, in whatever
/// batch and epoch, ever contradicts itself. Immutable; the guardian can hold a case up once, and acquit nobody.
contract Slasher is Penalties {
    using SafeCast for uint256;

    ITableBuilder private immutable TABLE_BUILDER;
    ICertificateVerifier private immutable CERTIFICATE_VERIFIER;
    IRollupRegistry private immutable REGISTRY;
    address private immutable GUARDIAN;

    /// @inheritdoc ISlasher
    uint256 public caseCount;

    mapping(uint256 caseId => Case opened) private _cases;

    /// @param serviceManager Takes stake on this contract's word.
    /// @param tableBuilder Knows who spoke in which epoch.
    /// @param allocationManager EigenLayer's.
    /// @param certificateVerifier Checks signatures under this hub's domain.
    /// @param vault Books what is taken.
    /// @param registry Knows every version of every entry, and every gateway that ever spoke.
    /// @param guardian Holds cases up.
    constructor(
        IServiceManager serviceManager,
        ITableBuilder tableBuilder,
        IAllocationManager allocationManager,
        ICertificateVerifier certificateVerifier,
        ICompensationVault vault,
        IRollupRegistry registry,
        address guardian
    ) Penalties(serviceManager, allocationManager, vault) {
        TABLE_BUILDER = tableBuilder;
        CERTIFICATE_VERIFIER = certificateVerifier;
        REGISTRY = registry;
        GUARDIAN = guardian;
    }

    /// @inheritdoc ISlasher
    function accusePages(
        Speech calldata speechA,
        Page calldata pageA,
        Speech calldata speechB,
        Page calldata pageB,
        Divergence calldata divergence,
        Culprit calldata culprit
    ) external returns (uint256 caseId) {
        require(pageA.finality == Acceptance.FINAL, NotFinal(pageA.finality));
        require(pageB.finality == Acceptance.FINAL, NotFinal(pageB.finality));
        bytes32 subject = Contradictions.requireBetween(pageA, pageB, divergence);
        return _accuse(speechA, Statements.leaf(pageA), speechB, Statements.leaf(pageB), subject, culprit);
    }

    /// @inheritdoc ISlasher
    function accuseTables(
        Speech calldata speechA,
        Table calldata tableA,
        Speech calldata speechB,
        Table calldata tableB,
        Culprit calldata culprit
    ) external returns (uint256 caseId) {
        bytes32 subject = Contradictions.requireBetween(tableA, tableB);
        return _accuse(speechA, Statements.leaf(tableA), speechB, Statements.leaf(tableB), subject, culprit);
    }

    /// @inheritdoc ISlasher
    function accuseEntries(
        Speech calldata speechA,
        Rollup calldata entryA,
        Speech calldata speechB,
        Rollup calldata entryB,
        Culprit calldata culprit
    ) external returns (uint256 caseId) {
        bytes32 subject = Contradictions.requireBetween(entryA, entryB);
        return _accuse(speechA, Statements.leaf(entryA), speechB, Statements.leaf(entryB), subject, culprit);
    }

    /// @inheritdoc ISlasher
    function accuseFalseTable(Speech calldata speech, Table calldata table) external returns (uint256 caseId) {
        HubEpoch memory known = TABLE_BUILDER.epoch(table.operatorSetId, table.epoch);
        require(
            known.table == address(0) ||
                known.tableHash != table.tableHash ||
                known.validFrom != table.validFrom ||
                known.validUntil != table.validUntil,
            StatementTrue()
        );
        return _accuseLie(Fault.FalseTable, speech, Statements.leaf(table), Contradictions.subjectOf(table));
    }

    /// @inheritdoc ISlasher
    function accuseFalseEntry(Speech calldata speech, Rollup calldata entry) external returns (uint256 caseId) {
        Rollup memory known = REGISTRY.rollupAt(entry.chainId, entry.version);
        require(keccak256(abi.encode(known)) != keccak256(abi.encode(entry)), StatementTrue());
        return _accuseLie(Fault.FalseEntry, speech, Statements.leaf(entry), Contradictions.subjectOf(entry));
    }

    /// @inheritdoc ISlasher
    function accuseStranger(Speech calldata speech, Page calldata page) external returns (uint256 caseId) {
        require(page.finality == Acceptance.FINAL, NotFinal(page.finality));
        (, uint64 since) = REGISTRY.judgeOf(page.sourceChainId, page.sourceGateway);
        require(since == 0, StatementTrue());
        return _accuseLie(Fault.Stranger, speech, Statements.leaf(page), Contradictions.subjectOf(page));
    }

    /// @inheritdoc ISlasher
    function execute(uint256 caseId, Culprit[] calldata culprits) external {
        Case memory opened = _cases[caseId];
        require(opened.openedAt != 0, CaseUnknown(caseId));
        require(block.timestamp >= opened.pausedUntil, CaseHeldUp(block.timestamp, opened.pausedUntil));
        bool hasTaken = false;
        for (uint256 i = 0; i < culprits.length; ++i) {
            address operator = _operatorOf(opened, culprits[i]);
            if (!_tryTake(caseId, operator)) continue;
            hasTaken = true;
            TABLE_BUILDER.convicted(opened.operatorSetId, operator);
        }
        if (hasTaken) _cases[caseId].hasConvicted = true;
    }

    /// @inheritdoc ISlasher
    function takeFrom(uint256 caseId, address operator) external returns (bool hasTaken) {
        require(msg.sender == address(this), NotSelf(msg.sender));
        return _take(caseId, _cases[caseId], operator);
    }

    /// @inheritdoc ISlasher
    function pause(uint256 caseId) external {
        require(msg.sender == GUARDIAN, NotTheGuardian(msg.sender, GUARDIAN));
        Case storage opened = _cases[caseId];
        require(opened.openedAt != 0, CaseUnknown(caseId));
        // The windows keep the pause from the opening on, not from any later second.
        uint256 until = opened.openedAt + TABLE_BUILDER.windows().pause;
        require(opened.pausedUntil == 0 && block.timestamp < until, PauseOver(block.timestamp, until));
        opened.pausedUntil = until.toUint64();
        emit CasePaused(caseId, until);
    }

    /// @inheritdoc ISlasher
    function caseOf(uint256 caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @dev In a call of its own, so that an operator of which nothing came spoils no other's: it is undone, and the case stays open.
    function _tryTake(uint256 caseId, address operator) private returns (bool hasTaken) {
        try this.takeFrom(caseId, operator) returns (bool taken) {
            return taken;
        } catch (bytes memory reason) {
            if (bytes4(reason) != NothingTaken.selector) {
                assembly ("memory-safe") {
                    revert(add(reason, 0x20), mload(reason))
                }
            }
            emit NothingLeft(caseId, operator);
            return false;
        }
    }

    function _accuse(
        Speech calldata speechA,
        bytes32 leafA,
        Speech calldata speechB,
        bytes32 leafB,
        bytes32 subject,
        Culprit calldata culprit
    ) private returns (uint256 caseId) {
        Batch calldata batchA = speechA.certificate.batch;
        Batch calldata batchB = speechB.certificate.batch;
        require(
            batchA.operatorSetId == batchB.operatorSetId,
            DifferentSets(batchA.operatorSetId, batchB.operatorSetId)
        );
        uint32 later = batchA.tableEpoch > batchB.tableEpoch ? batchA.tableEpoch : batchB.tableEpoch;
        Case memory opened;
        opened.fault = Fault.Equivocation;
        opened.operatorSetId = batchA.operatorSetId;
        (opened.epochA, opened.epochB) = (batchA.tableEpoch, batchB.tableEpoch);
        opened.signersA = _signersOf(speechA, leafA);
        opened.signersB = _signersOf(speechB, leafB);
        _requireInTime(opened.operatorSetId, later);
        _operatorOf(opened, culprit);
        return _open(opened, later, subject);
    }

    /// @dev A case against all who signed what the hub itself refutes.
    function _accuseLie(
        Fault fault,
        Speech calldata speech,
        bytes32 leaf,
        bytes32 subject
    ) private returns (uint256 caseId) {
        Batch calldata batch = speech.certificate.batch;
        uint256 earliest = uint256(batch.issuedAt) + TABLE_BUILDER.windows().hubFact + 1;
        require(block.timestamp >= earliest, TooEarlyToJudge(block.timestamp, earliest));
        uint256 signers = _signersOf(speech, leaf);
        _requireInTime(batch.operatorSetId, batch.tableEpoch);
        Case memory opened;
        opened.fault = fault;
        opened.operatorSetId = batch.operatorSetId;
        (opened.epochA, opened.epochB) = (batch.tableEpoch, batch.tableEpoch);
        (opened.signersA, opened.signersB) = (signers, signers);
        return _open(opened, batch.tableEpoch, subject);
    }

    function _open(Case memory opened, uint32 epoch, bytes32 subject) private returns (uint256 caseId) {
        opened.openedAt = block.timestamp.toUint64();
        opened.faultKey = keccak256(abi.encode(opened.fault, opened.operatorSetId, epoch, subject));
        caseId = ++caseCount;
        _cases[caseId] = opened;
        emit CaseOpened(caseId, opened.operatorSetId, opened.fault, opened.faultKey, msg.sender);
    }

    /// @dev Who signed a batch with the statement in it, row by row.
    function _signersOf(Speech calldata speech, bytes32 leaf) private view returns (uint256 signers) {
        Batch calldata batch = speech.certificate.batch;
        HubEpoch memory epoch = TABLE_BUILDER.epoch(batch.operatorSetId, batch.tableEpoch);
        require(epoch.table != address(0), EpochUnknown(batch.operatorSetId, batch.tableEpoch));
        Statements.requireInBatch(leaf, speech.batchProof, batch.statementsRoot);
        CERTIFICATE_VERIFIER.verify(epoch.table, speech.certificate);
        uint256 rows = OperatorTable.rowsOf(epoch.table);
        return ~speech.certificate.nonSigners & (type(uint256).max >> (256 - rows));
    }

    function _requireInTime(uint32 operatorSetId, uint32 epoch) private view {
        uint256 lastSecond = TABLE_BUILDER.evidenceUntil(operatorSetId, epoch);
        require(block.timestamp <= lastSecond, EvidenceTooLate(block.timestamp, lastSecond));
    }

    /// @dev The operator that has both rows and signed with both; truth-tellers go free.
    function _operatorOf(Case memory opened, Culprit calldata culprit) private view returns (address operator) {
        require(
            (opened.signersA >> culprit.rowA) & (opened.signersB >> culprit.rowB) & 1 == 1,
            NotACulprit(culprit.rowA, culprit.rowB)
        );
        operator = TABLE_BUILDER.operatorAt(opened.operatorSetId, opened.epochA, culprit.rowA);
        require(
            operator == TABLE_BUILDER.operatorAt(opened.operatorSetId, opened.epochB, culprit.rowB),
            NotACulprit(culprit.rowA, culprit.rowB)
        );
    }
}

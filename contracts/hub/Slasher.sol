// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAllocationManager} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IHubEnd} from "../interfaces/ICanonicalBridge.sol";
import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {ICompensationVault} from "../interfaces/ICompensationVault.sol";
import {IRollupRegistry} from "../interfaces/IRollupRegistry.sol";
import {IServiceManager} from "../interfaces/IServiceManager.sol";
import {Case, Culprit, Fault, ISlasher} from "../interfaces/ISlasher.sol";
import {HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {Acceptance} from "../libraries/Acceptance.sol";
import {Contradictions, Divergence, Speech} from "../libraries/Contradictions.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Refutation, Refutations} from "../libraries/Refutations.sol";
import {Batch, Page, Rollup, Statements, Table} from "../libraries/Statements.sol";
import {Penalties} from "./Penalties.sol";

/// @title Slasher
/// @notice The court that needs no judge: two signed statements that cannot both be true, or one that the hub itself refutes.
/// @dev Safety rests on the pairing check and on contradictions being defined so that nobody who repeats the truth, in whatever
/// batch and epoch, ever contradicts itself. Immutable; the guardian can hold a case up once, and acquit nobody.
contract Slasher is Penalties {
    using SafeCast for uint256;

    /// @dev More than a third of a table: without it there is no quorum.
    uint256 private constant REVOCATION_BPS = 3_334;
    uint256 private constant WHOLE_BPS = 10_000;

    ITableBuilder private immutable TABLE_BUILDER;
    ICertificateVerifier private immutable CERTIFICATE_VERIFIER;
    IRollupRegistry private immutable REGISTRY;
    address private immutable GUARDIAN;
    address private immutable COURT;
    uint64 private immutable COURT_SECONDS;

    /// @inheritdoc ISlasher
    uint256 public caseCount;

    /// @inheritdoc ISlasher
    mapping(uint32 operatorSetId => mapping(uint32 epoch => uint256 weight)) public convictedWeight;

    mapping(uint256 caseId => Case opened) private _cases;
    mapping(bytes32 evidence => bool isAcquitted) private _isAcquitted;
    mapping(uint32 operatorSetId => mapping(uint32 epoch => mapping(address operator => bool))) private _isConvicted;

    /// @param serviceManager Takes stake on this contract's word.
    /// @param tableBuilder Knows who spoke in which epoch.
    /// @param allocationManager EigenLayer's.
    /// @param certificateVerifier Checks signatures under this hub's domain.
    /// @param vault Books what is taken.
    /// @param registry Knows every version of every entry, and every gateway that ever spoke.
    /// @param guardian Holds cases up.
    /// @param court Acquits of what rests on a source's word; a timelock of half of its time.
    /// @param courtSeconds How long such a case waits for the court. Mainnet: 2 days.
    constructor(
        IServiceManager serviceManager,
        ITableBuilder tableBuilder,
        IAllocationManager allocationManager,
        ICertificateVerifier certificateVerifier,
        ICompensationVault vault,
        IRollupRegistry registry,
        address guardian,
        address court,
        uint64 courtSeconds
    ) Penalties(serviceManager, allocationManager, vault) {
        TABLE_BUILDER = tableBuilder;
        CERTIFICATE_VERIFIER = certificateVerifier;
        REGISTRY = registry;
        GUARDIAN = guardian;
        COURT = court;
        COURT_SECONDS = courtSeconds;
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
        bytes32 subject = Contradictions.requireBetween(pageA, pageB, divergence);
        uint8 finality = pageA.finality < pageB.finality ? pageA.finality : pageB.finality;
        Case memory opened = _contradiction(speechA, Statements.leaf(pageA), speechB, Statements.leaf(pageB), culprit);
        // What was not final may have been reorganised: that is the source's doing.
        if (finality != Acceptance.FINAL) _capBySource(opened, pageA.sourceChainId, finality);
        return _open(opened, subject);
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
        (bytes32 leafA, bytes32 leafB) = (Statements.leaf(tableA), Statements.leaf(tableB));
        return _open(_contradiction(speechA, leafA, speechB, leafB, culprit), subject);
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
        (bytes32 leafA, bytes32 leafB) = (Statements.leaf(entryA), Statements.leaf(entryB));
        return _open(_contradiction(speechA, leafA, speechB, leafB, culprit), subject);
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
        require(page.finality == Acceptance.FINAL, Contradictions.NotFinal(page.finality));
        (, uint64 since) = REGISTRY.judgeOf(page.sourceChainId, page.sourceGateway);
        require(since == 0, StatementTrue());
        return _accuseLie(Fault.Stranger, speech, Statements.leaf(page), Contradictions.subjectOf(page));
    }

    /// @inheritdoc ISlasher
    function accuseFalsePage(
        Speech calldata speech,
        Page calldata page,
        Refutation calldata refutation
    ) external returns (uint256 caseId) {
        (address bridge, ) = REGISTRY.judgeOf(page.sourceChainId, page.sourceGateway);
        require(bridge != address(0), NoJudge(page.sourceChainId, page.sourceGateway));
        bytes32 refutationHash = Refutations.hash(refutation);
        require(IHubEnd(bridge).isRefuted(refutationHash), NotRefuted(refutationHash));
        require(Refutations.convicts(refutation, page), NotConvicting(refutationHash));
        bytes32 leaf = Statements.leaf(page);
        Case memory opened = _lie(Fault.FalsePage, speech, leaf, COURT_SECONDS);
        opened.evidence = keccak256(abi.encode(leaf, refutationHash));
        require(!_isAcquitted[opened.evidence], Acquitted(opened.evidence));
        _capBySource(opened, page.sourceChainId, page.finality);
        opened.executableAt = (block.timestamp + COURT_SECONDS).toUint64();
        return _open(opened, Contradictions.subjectOf(page));
    }

    /// @inheritdoc ISlasher
    function acquit(uint256 caseId, string calldata reason) external {
        require(msg.sender == COURT, NotTheCourt(msg.sender, COURT));
        Case storage opened = _cases[caseId];
        require(opened.openedAt != 0, CaseUnknown(caseId));
        require(opened.fault == Fault.FalsePage && !opened.hasConvicted, NotForTheCourt(caseId));
        opened.isAcquitted = true;
        _isAcquitted[opened.evidence] = true;
        emit CaseAcquitted(caseId, reason);
    }

    /// @inheritdoc ISlasher
    function execute(uint256 caseId, Culprit[] calldata culprits) external {
        Case memory opened = _cases[caseId];
        require(opened.openedAt != 0, CaseUnknown(caseId));
        require(!_isAcquitted[opened.evidence], Acquitted(opened.evidence));
        require(block.timestamp >= opened.pausedUntil, CaseHeldUp(block.timestamp, opened.pausedUntil));
        require(block.timestamp >= opened.executableAt, CaseBeforeCourt(block.timestamp, opened.executableAt));
        if (opened.cappedSource != 0) _requireNotLapsed(opened.openedAt);
        bool hasTaken = false;
        for (uint256 i = 0; i < culprits.length; ++i) {
            address operator = _operatorOf(opened, culprits[i]);
            if (opened.cappedSource == 0) {
                _convict(opened.operatorSetId, opened.epochA, culprits[i].rowA, operator);
                _convict(opened.operatorSetId, opened.epochB, culprits[i].rowB, operator);
            }
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

    /// @inheritdoc ISlasher
    function isRevoked(uint32 operatorSetId, uint32 epoch) public view returns (bool) {
        address table = TABLE_BUILDER.epoch(operatorSetId, epoch).table;
        if (table == address(0)) return false;
        uint256 total = OperatorTable.summary(table).totalWeight;
        return convictedWeight[operatorSetId][epoch] * WHOLE_BPS >= REVOCATION_BPS * total;
    }

    /// @dev A case against all who signed what the hub itself refutes.
    function _accuseLie(
        Fault fault,
        Speech calldata speech,
        bytes32 leaf,
        bytes32 subject
    ) private returns (uint256 caseId) {
        uint256 earliest = uint256(speech.certificate.batch.issuedAt) + TABLE_BUILDER.windows().hubFact + 1;
        require(block.timestamp >= earliest, TooEarlyToJudge(block.timestamp, earliest));
        return _open(_lie(fault, speech, leaf, 0), subject);
    }

    function _open(Case memory opened, bytes32 subject) private returns (uint256 caseId) {
        opened.openedAt = block.timestamp.toUint64();
        opened.faultKey = keccak256(abi.encode(opened.fault, opened.operatorSetId, _laterEpoch(opened), subject));
        caseId = ++caseCount;
        _cases[caseId] = opened;
        emit CaseOpened(caseId, opened.operatorSetId, opened.fault, opened.faultKey, msg.sender);
    }

    /// @dev Counts an operator's weight once in each epoch that it was convicted in.
    function _convict(uint32 operatorSetId, uint32 epoch, uint8 row, address operator) private {
        if (_isConvicted[operatorSetId][epoch][operator]) return;
        _isConvicted[operatorSetId][epoch][operator] = true;
        bool wasRevoked = isRevoked(operatorSetId, epoch);
        address table = TABLE_BUILDER.epoch(operatorSetId, epoch).table;
        (, uint256 weight) = OperatorTable.absent(table, 1 << row);
        convictedWeight[operatorSetId][epoch] += weight;
        if (wasRevoked || !isRevoked(operatorSetId, epoch)) return;
        uint256 total = OperatorTable.summary(table).totalWeight;
        emit EpochRevoked(operatorSetId, epoch, convictedWeight[operatorSetId][epoch], total);
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

    /// @dev Who has signed both. The later epoch's evidence window counts, and it names the fault.
    function _contradiction(
        Speech calldata speechA,
        bytes32 leafA,
        Speech calldata speechB,
        bytes32 leafB,
        Culprit calldata culprit
    ) private view returns (Case memory opened) {
        opened.fault = Fault.Equivocation;
        opened.operatorSetId = Contradictions.requireOneSet(speechA, speechB);
        opened.epochA = speechA.certificate.batch.tableEpoch;
        opened.epochB = speechB.certificate.batch.tableEpoch;
        opened.signersA = _signersOf(speechA, leafA);
        opened.signersB = _signersOf(speechB, leafB);
        _requireInTime(opened.operatorSetId, _laterEpoch(opened), 0);
        _operatorOf(opened, culprit);
        opened.fraction = SERVICE_MANAGER.fullFractionOf(opened.operatorSetId);
    }

    /// @dev All who signed one statement.
    function _lie(
        Fault fault,
        Speech calldata speech,
        bytes32 leaf,
        uint256 reserveSeconds
    ) private view returns (Case memory opened) {
        Batch calldata batch = speech.certificate.batch;
        opened.fault = fault;
        opened.operatorSetId = batch.operatorSetId;
        (opened.epochA, opened.epochB) = (batch.tableEpoch, batch.tableEpoch);
        opened.signersA = _signersOf(speech, leaf);
        opened.signersB = opened.signersA;
        _requireInTime(batch.operatorSetId, batch.tableEpoch, reserveSeconds);
        opened.fraction = SERVICE_MANAGER.fullFractionOf(batch.operatorSetId);
    }

    /// @dev What rests on a source's word takes what the source announced before the epoch began.
    function _capBySource(Case memory opened, uint64 chainId, uint8 finality) private view {
        uint64 validFrom = TABLE_BUILDER.epoch(opened.operatorSetId, _laterEpoch(opened)).validFrom;
        (uint64 refuteWad, uint64 softWad) = REGISTRY.wadsAt(chainId, validFrom);
        opened.fraction = finality == Acceptance.FINAL ? refuteWad : softWad;
        opened.cappedSource = chainId;
        require(
            opened.fraction != 0 && REGISTRY.entryInForce(chainId, validFrom).refutable,
            NothingToTake(chainId, finality)
        );
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

    /// @dev `reserveSeconds` must be left then for the court.
    function _requireInTime(uint32 operatorSetId, uint32 epoch, uint256 reserveSeconds) private view {
        uint256 lastSecond = TABLE_BUILDER.evidenceUntil(operatorSetId, epoch);
        require(
            block.timestamp + reserveSeconds <= lastSecond,
            EvidenceTooLate(block.timestamp, Math.saturatingSub(lastSecond, reserveSeconds))
        );
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

    function _laterEpoch(Case memory opened) private pure returns (uint32) {
        return opened.epochA > opened.epochB ? opened.epochA : opened.epochB;
    }
}

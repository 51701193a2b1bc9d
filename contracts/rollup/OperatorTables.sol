// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {IGatewayBooks} from "../interfaces/IGateway.sol";
import {FirstTable, IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {Certificate} from "../libraries/Certificates.sol";
import {Epoch, Epochs} from "../libraries/Epochs.sol";
import {HubFacts} from "../libraries/HubFacts.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Statements, Table} from "../libraries/Statements.sol";

/// @title OperatorTables
/// @notice Copy of the hub's operator tables. The gateway reads an epoch from its own hot copy, and the rows from the code
/// that is stored here.
/// @dev Safety rests on the set's previous epoch (a quorum of it certifies the next), on nothing else. There is no owner.
contract OperatorTables is IOperatorTables {
    using Epochs for Epoch;
    using SafeCast for uint256;

    /// @dev How far above the newest installed epoch the next one may be.
    uint32 private constant EPOCH_REACH = 64;

    /// @dev Longest grace, and longest validity, that this contract's slots can hold: 2^24 − 1 seconds, 194 days.
    uint256 private constant MAX_WINDOW = type(uint24).max;

    /// @inheritdoc IOperatorTables
    address public immutable gateway;

    /// @inheritdoc IOperatorTables
    address public immutable certificateVerifier;

    /// @inheritdoc IOperatorTables
    uint24 public immutable graceSeconds;

    /// @inheritdoc IOperatorTables
    uint24 public immutable maxValiditySeconds;

    mapping(uint32 operatorSetId => mapping(uint32 number => Epoch)) private _epochs;

    /// @inheritdoc IOperatorTables
    mapping(uint32 operatorSetId => uint32 number) public newestEpoch;

    uint32[2][] private _firstEpochs;

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
    ) {
        require(graceSeconds_ <= MAX_WINDOW, WindowOutOfRange(graceSeconds_, MAX_WINDOW));
        require(
            maxValiditySeconds_ != 0 && maxValiditySeconds_ <= MAX_WINDOW,
            WindowOutOfRange(maxValiditySeconds_, MAX_WINDOW)
        );
        gateway = gateway_;
        certificateVerifier = address(certificateVerifier_);
        graceSeconds = graceSeconds_.toUint24();
        maxValiditySeconds = maxValiditySeconds_.toUint24();
        for (uint256 i = 0; i < firstTables.length; ++i) {
            Table memory table = firstTables[i].table;
            _store(table, firstTables[i].rows);
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
        uint32 operatorSetId = certificate.batch.operatorSetId;
        require(table.operatorSetId == operatorSetId, WrongTableSet(table.operatorSetId, operatorSetId));
        Epoch memory epoch_ = _store(table, rows);
        IGatewayBooks(gateway).copyEpoch(table.operatorSetId, table.epoch, epoch_);
    }

    /// @inheritdoc IOperatorTables
    function epoch(uint32 operatorSetId, uint32 number) external view returns (Epoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @inheritdoc IOperatorTables
    function firstEpochs() external view returns (uint32[2][] memory) {
        return _firstEpochs;
    }

    /// @inheritdoc IOperatorTables
    function requireHubQuorum(Certificate calldata certificate) public view {
        uint32 operatorSetId = certificate.batch.operatorSetId;
        uint32 number = certificate.batch.tableEpoch;
        uint64 issuedAt = certificate.batch.issuedAt;
        Epoch memory epoch_ = _epochs[operatorSetId][number];
        epoch_.requireUnexpired(operatorSetId, number, issuedAt);
        Epochs.requireFresh(issuedAt, HubFacts.MAX_AGE);
        (uint16 signedBps, ) = ICertificateVerifier(certificateVerifier).verify(epoch_.table, certificate);
        require(signedBps >= HubFacts.QUORUM_BPS, HubQuorumNotReached(signedBps, HubFacts.QUORUM_BPS));
    }

    function _store(Table memory table, bytes memory rows) private returns (Epoch memory stored) {
        uint32 newest = newestEpoch[table.operatorSetId];
        // A set's first table, possible at deployment only, may be of any epoch.
        require(
            table.epoch > newest && (newest == 0 || table.epoch - newest <= EPOCH_REACH),
            EpochOutOfReach(table.epoch, newest, EPOCH_REACH)
        );
        uint256 latest = block.timestamp + Epochs.CLOCK_TOLERANCE;
        require(table.validFrom <= latest, TableFromFuture(table.validFrom, latest));
        require(
            table.validUntil > table.validFrom && table.validUntil - table.validFrom <= maxValiditySeconds,
            ValidityOutOfRange(table.validFrom, table.validUntil, maxValiditySeconds)
        );
        bytes32 tableHash = keccak256(rows);
        require(tableHash == table.tableHash, TableHashMismatch(tableHash, table.tableHash));

        stored = Epoch({
            table: OperatorTable.store(rows),
            validFrom: uint256(table.validFrom).toUint40(),
            validitySeconds: uint256(table.validUntil - table.validFrom).toUint24(),
            graceSeconds: graceSeconds,
            reserved: 0
        });
        newestEpoch[table.operatorSetId] = table.epoch;
        _epochs[table.operatorSetId][table.epoch] = stored;
        emit TableInstalled(
            table.operatorSetId,
            table.epoch,
            tableHash,
            table.validFrom,
            table.validUntil,
            stored.table
        );
    }
}

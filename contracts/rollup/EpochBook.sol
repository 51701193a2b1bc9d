// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IGateway} from "../interfaces/IGateway.sol";
import {IOperatorTables} from "../interfaces/IOperatorTables.sol";
import {Epoch, Epochs} from "../libraries/Epochs.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Statements, Table} from "../libraries/Statements.sol";

/// @title EpochBook
/// @notice The epochs that this rollup knows, and what became of them. The gateway has a hot copy of each.
abstract contract EpochBook is IOperatorTables {
    using Epochs for Epoch;
    using SafeCast for uint256;

    /// @dev Longest grace, and longest validity, that a slot can hold: 2^24 − 1 seconds, 194 days.
    uint256 private constant MAX_WINDOW = type(uint24).max;

    /// @dev Most epochs of a set that may speak at a time, so that all of them can be silenced in one transaction. Tables take
    /// turns about once a day; after convictions faster.
    uint256 internal constant MOST_LASTING = 64;

    /// @inheritdoc IOperatorTables
    address public immutable gateway;

    /// @inheritdoc IOperatorTables
    uint24 public immutable graceSeconds;

    /// @inheritdoc IOperatorTables
    uint24 public immutable maxValiditySeconds;

    mapping(uint32 operatorSetId => mapping(uint32 number => Epoch)) private _epochs;

    /// @inheritdoc IOperatorTables
    mapping(uint32 operatorSetId => uint32 number) public newestEpoch;

    /// @inheritdoc IOperatorTables
    mapping(uint32 operatorSetId => mapping(uint32 number => uint64 timestamp)) public saidAt;

    /// @dev Epochs whose time is not over, and maybe some whose is.
    mapping(uint32 operatorSetId => uint32[] numbers) private _lasting;
    mapping(uint32 operatorSetId => mapping(uint32 number => bool)) private _isLasting;

    /// @dev What each installed epoch is: hash of the statement.
    mapping(uint32 operatorSetId => mapping(uint32 number => bytes32)) private _statements;

    constructor(address gateway_, uint256 graceSeconds_, uint256 maxValiditySeconds_) {
        require(graceSeconds_ <= MAX_WINDOW, WindowOutOfRange(graceSeconds_, MAX_WINDOW));
        require(
            maxValiditySeconds_ != 0 && maxValiditySeconds_ <= MAX_WINDOW,
            WindowOutOfRange(maxValiditySeconds_, MAX_WINDOW)
        );
        gateway = gateway_;
        graceSeconds = graceSeconds_.toUint24();
        maxValiditySeconds = maxValiditySeconds_.toUint24();
    }

    /// @inheritdoc IOperatorTables
    function epoch(uint32 operatorSetId, uint32 number) public view returns (Epoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @inheritdoc IOperatorTables
    function lastingEpochs(uint32 operatorSetId) public view returns (uint32[] memory) {
        return _lasting[operatorSetId];
    }

    /// @notice Checks and keeps a table, not yet in the gateway.
    function _store(Table memory table, bytes memory rows, uint64 saidAt_, uint8 status) internal {
        (uint32 operatorSetId, uint32 number) = (table.operatorSetId, table.epoch);
        uint256 latest = block.timestamp + Epochs.CLOCK_TOLERANCE;
        require(table.validFrom <= latest, TableFromFuture(table.validFrom, latest));
        require(
            table.validUntil > table.validFrom && table.validUntil - table.validFrom <= maxValiditySeconds,
            ValidityOutOfRange(table.validFrom, table.validUntil, maxValiditySeconds)
        );
        bytes32 tableHash = keccak256(rows);
        require(tableHash == table.tableHash, TableHashMismatch(tableHash, table.tableHash));
        if (!_isLasting[operatorSetId][number]) {
            _isLasting[operatorSetId][number] = true;
            _lasting[operatorSetId].push(number);
        }
        uint256 validFrom = table.validFrom;
        // What was confirmed under another table of this number must not come to life with this one.
        if (_epochs[operatorSetId][number].table != address(0)) {
            validFrom = Math.max(validFrom, latest + 1);
            require(validFrom <= table.validUntil, EpochAlmostOver(operatorSetId, number, table.validUntil, validFrom));
        }
        address stored = OperatorTable.store(rows);
        _epochs[operatorSetId][number] = Epoch({
            table: stored,
            validFrom: validFrom.toUint40(),
            validitySeconds: (table.validUntil - validFrom).toUint24(),
            graceSeconds: graceSeconds,
            status: status
        });
        _statements[operatorSetId][number] = Statements.leaf(table);
        saidAt[operatorSetId][number] = saidAt_;
        if (number > newestEpoch[operatorSetId]) newestEpoch[operatorSetId] = number;
        emit TableInstalled(operatorSetId, number, tableHash, table.validFrom, table.validUntil, stored);
    }

    /// @notice Changes what became of an installed epoch, here and in the gateway.
    function _setStatus(uint32 operatorSetId, uint32 number, uint8 status) internal {
        Epoch storage known = _epochs[operatorSetId][number];
        if (known.status == status) return;
        known.status = status;
        emit EpochStatusChanged(operatorSetId, number, status);
        _copy(operatorSetId, number);
    }

    /// @notice Takes back what was said of epochs above `number`, so that the set can go on from there.
    function _lowerNewest(uint32 operatorSetId, uint32 number) internal {
        newestEpoch[operatorSetId] = number;
    }

    function _copy(uint32 operatorSetId, uint32 number) internal {
        IGateway(gateway).copyEpoch(operatorSetId, number, _epochs[operatorSetId][number]);
    }

    /// @notice Forgets epochs whose time is over, and says how many are left.
    function _countLasting(uint32 operatorSetId) internal returns (uint256 count) {
        uint32[] storage numbers = _lasting[operatorSetId];
        count = numbers.length;
        for (uint256 i = count; i != 0; --i) {
            uint32 number = numbers[i - 1];
            if (block.timestamp <= _epochs[operatorSetId][number].lastDelivery()) continue;
            --count;
            delete _isLasting[operatorSetId][number];
            numbers[i - 1] = numbers[count];
            numbers.pop();
        }
    }

    /// @notice Whether this very table is installed.
    function _isInstalled(Table memory table) internal view returns (bool) {
        return _statements[table.operatorSetId][table.epoch] == Statements.leaf(table);
    }
}

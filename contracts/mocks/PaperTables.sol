// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {HubEpoch} from "../interfaces/ITableBuilder.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";

/// @title PaperTables
/// @notice Answers as a TableBuilder does, from tables that somebody typed in.
contract PaperTables {
    /// @notice Number of the set's newest epoch; zero for none.
    mapping(uint32 operatorSetId => uint32) public newestEpoch;

    mapping(uint32 operatorSetId => mapping(uint32 number => HubEpoch)) private _epochs;
    mapping(uint32 operatorSetId => mapping(uint32 number => address[])) private _operators;

    /// @notice Makes these rows the set's next table, which never expires.
    function write(uint32 operatorSetId, bytes calldata rows, address[] calldata operators, uint64 validFrom) external {
        uint32 number = ++newestEpoch[operatorSetId];
        HubEpoch storage written = _epochs[operatorSetId][number];
        written.table = OperatorTable.store(rows);
        written.tableHash = keccak256(rows);
        (written.validFrom, written.validUntil) = (validFrom, type(uint64).max);
        _operators[operatorSetId][number] = operators;
    }

    /// @notice Makes the newest table's time end.
    function end(uint32 operatorSetId, uint64 validUntil) external {
        _epochs[operatorSetId][newestEpoch[operatorSetId]].validUntil = validUntil;
    }

    /// @notice An epoch; all zero where there is none.
    function epoch(uint32 operatorSetId, uint32 number) external view returns (HubEpoch memory) {
        return _epochs[operatorSetId][number];
    }

    /// @notice Who has the rows of an epoch's table, in their order.
    function operatorsOf(uint32 operatorSetId, uint32 number) external view returns (address[] memory) {
        return _operators[operatorSetId][number];
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRollupRegistry} from "../interfaces/IRollupRegistry.sol";
import {HubEpoch, ITableBuilder} from "../interfaces/ITableBuilder.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";

/// @title Consents
/// @notice Which operators sign for which gateway, as judged by which bridge: who agreed to one judge did not agree to another.
abstract contract Consents is IRollupRegistry {
    uint256 internal constant WHOLE_BPS = 10_000;

    /// @notice Knows who a set is, and what each member weighs.
    ITableBuilder internal immutable TABLE_BUILDER;

    /// @dev By the hash of chain, gateway and bridge.
    mapping(address operator => mapping(bytes32 triple => bool isIn)) private _optedIn;

    constructor(ITableBuilder tableBuilder) {
        TABLE_BUILDER = tableBuilder;
    }

    /// @inheritdoc IRollupRegistry
    function optIn(uint64 chainId, address gateway, address bridge, bool isIn) external {
        _optedIn[msg.sender][_triple(chainId, gateway, bridge)] = isIn;
        emit OptedIn(msg.sender, chainId, gateway, bridge, isIn);
    }

    /// @inheritdoc IRollupRegistry
    function isOptedIn(address operator, uint64 chainId, address gateway, address bridge) external view returns (bool) {
        return _optedIn[operator][_triple(chainId, gateway, bridge)];
    }

    /// @inheritdoc IRollupRegistry
    function optedInBps(
        uint32 operatorSetId,
        uint64 chainId,
        address gateway,
        address bridge
    ) public view returns (uint256) {
        uint32 newest = TABLE_BUILDER.newestEpoch(operatorSetId);
        require(newest != 0, SetWithoutTable(operatorSetId));
        HubEpoch memory epoch = TABLE_BUILDER.epoch(operatorSetId, newest);
        // What nobody stands behind any more is nobody's word.
        require(block.timestamp <= epoch.validUntil, TableExpired(block.timestamp, epoch.validUntil));
        address[] memory operators = TABLE_BUILDER.operatorsOf(operatorSetId, newest);
        uint96[] memory weights = OperatorTable.weights(epoch.table);
        bytes32 triple = _triple(chainId, gateway, bridge);
        (uint256 total, uint256 optedIn) = (0, 0);
        for (uint256 row = 0; row < operators.length; ++row) {
            total += weights[row];
            if (_optedIn[operators[row]][triple]) optedIn += weights[row];
        }
        return (optedIn * WHOLE_BPS) / total;
    }

    function _triple(uint64 chainId, address gateway, address bridge) private pure returns (bytes32) {
        return keccak256(abi.encode(chainId, gateway, bridge));
    }
}

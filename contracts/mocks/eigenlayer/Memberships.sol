// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {
    DeregisterParams,
    IAllocationManager,
    OperatorSet,
    RegisterParams
} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IAVSRegistrar} from "../../interfaces/eigenlayer/IAVSRegistrar.sol";
import {IDelegatedShares} from "./Internals.sol";
import {OperatorSets} from "./OperatorSets.sol";

/// @title Memberships
/// @notice Who is in which set, and who has left it and still answers for it.
abstract contract Memberships is OperatorSets {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @inheritdoc IAllocationManager
    uint32 public immutable DEALLOCATION_DELAY;

    IDelegatedShares internal immutable DELEGATION_MANAGER;

    mapping(address avs => mapping(uint32 id => EnumerableSet.AddressSet)) private _members;
    mapping(address operator => mapping(address avs => mapping(uint32 id => uint256))) private _slashableUntil;

    constructor(IDelegatedShares delegationManager, uint32 deallocationDelay) {
        DELEGATION_MANAGER = delegationManager;
        DEALLOCATION_DELAY = deallocationDelay;
    }

    /// @inheritdoc IAllocationManager
    function registerForOperatorSets(address operator, RegisterParams calldata params) external onlyAccount(operator) {
        require(DELEGATION_MANAGER.isOperator(operator), InvalidOperator());
        for (uint256 i = 0; i < params.operatorSetIds.length; ++i) {
            _register(operator, OperatorSet(params.avs, params.operatorSetIds[i]));
        }
        IAVSRegistrar(getAVSRegistrar(params.avs)).registerOperator(
            operator,
            params.avs,
            params.operatorSetIds,
            params.data
        );
    }

    /// @inheritdoc IAllocationManager
    function deregisterFromOperatorSets(DeregisterParams calldata params) external {
        require(msg.sender == params.operator || msg.sender == params.avs, InvalidCaller());
        for (uint256 i = 0; i < params.operatorSetIds.length; ++i) {
            _deregister(params.operator, OperatorSet(params.avs, params.operatorSetIds[i]));
        }
        IAVSRegistrar(getAVSRegistrar(params.avs)).deregisterOperator(
            params.operator,
            params.avs,
            params.operatorSetIds
        );
    }

    /// @inheritdoc IAllocationManager
    function getMembers(OperatorSet calldata set) external view returns (address[] memory) {
        return _members[set.avs][set.id].values();
    }

    /// @inheritdoc IAllocationManager
    function getMemberCount(OperatorSet calldata set) external view returns (uint256) {
        return _members[set.avs][set.id].length();
    }

    /// @inheritdoc IAllocationManager
    function isMemberOfOperatorSet(address operator, OperatorSet memory set) public view returns (bool) {
        return _members[set.avs][set.id].contains(operator);
    }

    /// @inheritdoc IAllocationManager
    function isOperatorSlashable(address operator, OperatorSet memory set) public view returns (bool) {
        return isMemberOfOperatorSet(operator, set) || block.number <= _slashableUntil[operator][set.avs][set.id];
    }

    function _register(address operator, OperatorSet memory set) private onlyExisting(set) {
        require(!isOperatorSlashable(operator, set), AlreadyMemberOfSet());
        _members[set.avs][set.id].add(operator);
        emit OperatorAddedToOperatorSet(operator, set);
    }

    function _deregister(address operator, OperatorSet memory set) private onlyExisting(set) {
        require(_members[set.avs][set.id].remove(operator), NotMemberOfSet());
        _slashableUntil[operator][set.avs][set.id] = block.number + DEALLOCATION_DELAY;
        emit OperatorRemovedFromOperatorSet(operator, set);
    }
}

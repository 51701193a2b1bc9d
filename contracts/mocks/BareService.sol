// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IAllocationManager, SlashingParams} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IAVSRegistrar} from "../interfaces/eigenlayer/IAVSRegistrar.sol";

/// @title BareService
/// @notice An AVS without rules: its own registrar, which takes everybody, and its own slasher, at anyone's word.
contract BareService is IAVSRegistrar {
    /// @notice The AllocationManager told that an operator joined.
    event Joined(address operator, uint32[] operatorSetIds, bytes data);

    /// @notice The AllocationManager told that an operator left.
    event Left(address operator, uint32[] operatorSetIds);

    /// @notice What a slash returned.
    event Slashed(uint256 slashId, uint256[] shares);

    /// @notice Where it slashes.
    IAllocationManager public immutable ALLOCATION_MANAGER;

    constructor(IAllocationManager allocationManager) {
        ALLOCATION_MANAGER = allocationManager;
    }

    /// @notice Calls anything as the AVS. Reverts as the call did.
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        return Address.functionCall(target, data);
    }

    /// @notice Slashes. Emits `Slashed`.
    function slash(SlashingParams calldata params) external returns (uint256 slashId, uint256[] memory shares) {
        (slashId, shares) = ALLOCATION_MANAGER.slashOperator(address(this), params);
        emit Slashed(slashId, shares);
    }

    /// @inheritdoc IAVSRegistrar
    function registerOperator(
        address operator,
        address,
        uint32[] calldata operatorSetIds,
        bytes calldata data
    ) external {
        emit Joined(operator, operatorSetIds, data);
    }

    /// @inheritdoc IAVSRegistrar
    function deregisterOperator(address operator, address, uint32[] calldata operatorSetIds) external {
        emit Left(operator, operatorSetIds);
    }

    /// @inheritdoc IAVSRegistrar
    function supportsAVS(address avs) external view returns (bool) {
        return avs == address(this);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "./IAllocationManager.sol";

/// @notice A new set and the only address that may slash in it.
struct CreateSetParamsV2 {
    uint32 operatorSetId;
    address[] strategies;
    address slasher;
}

/// @title IAllocationManagerV2
/// @notice EigenLayer 1.9 and later: what the AllocationManager has besides `IAllocationManager`. A set has one slasher,
/// which only the service can replace, after a delay.
interface IAllocationManagerV2 {
    /// @notice A set has this slasher from `effectBlock` on.
    event SlasherUpdated(OperatorSet operatorSet, address slasher, uint32 effectBlock);

    /// @notice A set of before 1.9 whose slasher nobody named yet.
    error SlasherNotSet();

    /// @notice Makes sets of which slashes are redistributed to these recipients, for ever. Only for the service.
    function createRedistributingOperatorSets(
        address avs,
        CreateSetParamsV2[] calldata params,
        address[] calldata redistributionRecipients
    ) external;

    /// @notice Names another slasher, in effect after `SLASHER_CONFIGURATION_DELAY`. Only for the service.
    function updateSlasher(OperatorSet calldata operatorSet, address slasher) external;

    /// @notice Who may slash in the set.
    function getSlasher(OperatorSet calldata operatorSet) external view returns (address);

    /// @notice Who may slash in the set from `effectBlock` on; zero for no change.
    function getPendingSlasher(
        OperatorSet calldata operatorSet
    ) external view returns (address pendingSlasher, uint32 effectBlock);

    /// @notice Blocks that a change of slasher waits.
    function SLASHER_CONFIGURATION_DELAY() external view returns (uint32); // solhint-disable-line func-name-mixedcase
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CreateSetParams, IAllocationManager} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {CreateSetParamsV2, IAllocationManagerV2} from "../interfaces/eigenlayer/IAllocationManagerV2.sol";

/// @title SetCreation
/// @notice How the calling AVS creates a redistributing operator set in whatever release EigenLayer is.
library SetCreation {
    /// @notice Creates a set of which the caller is the slasher. From 1.9 on a set names its slasher; before, whoever may act for
    /// the AVS slashes: the AVS itself, if it appoints nobody.
    /// @param strategies Ascending.
    /// @param recipient Receives what is taken, for ever.
    function create(
        IAllocationManager allocationManager,
        uint32 operatorSetId,
        address[] memory strategies,
        address recipient
    ) internal {
        address[] memory recipients = new address[](1);
        recipients[0] = recipient;
        (bool isV2, ) = address(allocationManager).staticcall(
            abi.encodeCall(IAllocationManagerV2.SLASHER_CONFIGURATION_DELAY, ())
        );
        if (isV2) {
            CreateSetParamsV2[] memory params = new CreateSetParamsV2[](1);
            params[0] = CreateSetParamsV2(operatorSetId, strategies, address(this));
            IAllocationManagerV2(address(allocationManager)).createRedistributingOperatorSets(
                address(this),
                params,
                recipients
            );
        } else {
            CreateSetParams[] memory params = new CreateSetParams[](1);
            params[0] = CreateSetParams(operatorSetId, strategies);
            allocationManager.createRedistributingOperatorSets(address(this), params, recipients);
        }
    }
}

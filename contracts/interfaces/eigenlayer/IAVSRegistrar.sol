// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IAVSRegistrar
/// @notice EigenLayer 1.5 and later: what a service has to answer to the AllocationManager, the only caller.
interface IAVSRegistrar {
    /// @notice An operator has joined sets; a revert undoes that.
    function registerOperator(
        address operator,
        address avs,
        uint32[] calldata operatorSetIds,
        bytes calldata data
    ) external;

    /// @notice An operator has left sets; a revert undoes that, and so would keep it in for ever.
    function deregisterOperator(address operator, address avs, uint32[] calldata operatorSetIds) external;

    /// @notice Whether this is a registrar for the service.
    function supportsAVS(address avs) external view returns (bool);
}

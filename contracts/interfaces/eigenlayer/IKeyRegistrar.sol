// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {G1Point, G2Point} from "../../libraries/BN254.sol";
import {OperatorSet} from "./IAllocationManager.sol";
import {ICommonErrors} from "./ICommonErrors.sol";

/// @notice The kind of key that a set's operators sign with.
enum CurveType {
    NONE,
    ECDSA,
    BN254
}

/// @title IKeyRegistrar
/// @notice EigenLayer 1.8 and later (on mainnet beside 1.5): operators' signing keys, set by set. A key is taken with a proof
/// of possession, and never again for anybody.
interface IKeyRegistrar is ICommonErrors {
    /// @notice The operator has left the set less than the deallocation delay ago, or is in it.
    error OperatorStillSlashable(OperatorSet operatorSet, address operator);

    /// @notice The key was somebody's before.
    error KeyAlreadyRegistered();

    /// @notice The service has not said yet what kind of keys the set takes.
    error OperatorSetNotConfigured();

    /// @notice What kind of keys a set takes is said once.
    error ConfigurationAlreadySet();

    /// @notice The point at infinity is no key.
    error ZeroPubkey();

    /// @notice Says what kind of keys a set takes. Only for the service, once.
    function configureOperatorSet(OperatorSet calldata operatorSet, CurveType curveType) external;

    /// @notice Registers an operator's key for a set. Only for the operator.
    /// @param keyData Of BN254: `abi.encode` of the key in G1 and in G2, imaginary limbs first (192 bytes).
    /// @param signature Of BN254: `abi.encode` of the point that signs the registration's message hash (64 bytes).
    function registerKey(
        address operator,
        OperatorSet calldata operatorSet,
        bytes calldata keyData,
        bytes calldata signature
    ) external;

    /// @notice Gives an operator's key up. Only for the operator, once it is not slashable any more.
    function deregisterKey(address operator, OperatorSet calldata operatorSet) external;

    /// @notice Whether the operator has a key for the set.
    function isRegistered(OperatorSet calldata operatorSet, address operator) external view returns (bool);

    /// @notice The kind of keys that the set takes.
    function getOperatorSetCurveType(OperatorSet calldata operatorSet) external view returns (CurveType);

    /// @notice The operator's BN254 key for the set; zeros for none.
    function getBN254Key(
        OperatorSet calldata operatorSet,
        address operator
    ) external view returns (G1Point memory g1Point, G2Point memory g2Point);

    /// @notice Who registered a key, ever and for any set, and whether that operator has some key for this set.
    /// @param keyData Of BN254: `abi.encode` of the key in G1 (64 bytes).
    function getOperatorFromSigningKey(
        OperatorSet calldata operatorSet,
        bytes calldata keyData
    ) external view returns (address operator, bool hasKey);

    /// @notice What an operator signs with a BN254 key to register it.
    function getBN254KeyRegistrationMessageHash(
        address operator,
        OperatorSet calldata operatorSet,
        bytes calldata keyData
    ) external view returns (bytes32);
}

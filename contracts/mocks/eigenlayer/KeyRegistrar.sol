// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {CurveType, IKeyRegistrar} from "../../interfaces/eigenlayer/IKeyRegistrar.sol";
import {BN254, G1Point, G2Point} from "../../libraries/BN254.sol";
import {KeyProofs} from "./KeyProofs.sol";

/// @title KeyRegistrar
/// @notice BN254 keys by operator and set. A key belongs to whoever proved possession of it first, for ever.
/// @dev There are no ECDSA keys here.
contract KeyRegistrar is IKeyRegistrar, EIP712 {
    using BN254 for G1Point;
    using BN254 for G2Point;

    struct Key {
        G1Point g1;
        G2Point g2;
    }

    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "BN254KeyRegistration(address operator,address avs,uint32 operatorSetId,bytes keyData)"
    );

    IAllocationManager private immutable ALLOCATION_MANAGER;

    mapping(address avs => mapping(uint32 id => CurveType)) private _curves;
    mapping(address operator => mapping(address avs => mapping(uint32 id => Key))) private _keys;
    mapping(bytes32 keyHash => address operator) private _owners;

    /// @notice There are no such keys, or not here.
    error InvalidCurveType();

    /// @notice A key has 192 bytes.
    error InvalidKeyFormat();

    /// @notice The signature is not the key's, or the key's halves do not belong together.
    error InvalidSignature();

    /// @notice The operator has a key for the set.
    error OperatorAlreadyRegistered();

    /// @notice The operator has no key for the set.
    error KeyNotFound(OperatorSet operatorSet, address operator);

    modifier onlyAccount(address account) {
        require(msg.sender == account, InvalidPermissions());
        _;
    }

    constructor(IAllocationManager allocationManager) EIP712("EigenLayer", "1") {
        ALLOCATION_MANAGER = allocationManager;
    }

    /// @inheritdoc IKeyRegistrar
    function configureOperatorSet(OperatorSet calldata set, CurveType curveType) external onlyAccount(set.avs) {
        require(curveType == CurveType.BN254, InvalidCurveType());
        require(_curves[set.avs][set.id] == CurveType.NONE, ConfigurationAlreadySet());
        _curves[set.avs][set.id] = curveType;
    }

    /// @inheritdoc IKeyRegistrar
    function registerKey(
        address operator,
        OperatorSet calldata set,
        bytes calldata keyData,
        bytes calldata signature
    ) external onlyAccount(operator) {
        require(_curves[set.avs][set.id] == CurveType.BN254, OperatorSetNotConfigured());
        require(!isRegistered(set, operator), OperatorAlreadyRegistered());
        require(keyData.length == 192, InvalidKeyFormat());
        require(signature.length == 64, InvalidSignature());
        Key memory key = abi.decode(keyData, (Key));
        require(key.g1.x | key.g1.y != 0, ZeroPubkey());
        key.g1.requireReal();
        key.g2.requireReal();
        bytes32 digest = getBN254KeyRegistrationMessageHash(operator, set, keyData);
        require(KeyProofs.isProof(digest, key.g1, key.g2, abi.decode(signature, (G1Point))), InvalidSignature());
        bytes32 keyHash = _hashOf(key.g1);
        require(_owners[keyHash] == address(0), KeyAlreadyRegistered());
        _owners[keyHash] = operator;
        _keys[operator][set.avs][set.id] = key;
    }

    /// @inheritdoc IKeyRegistrar
    function deregisterKey(address operator, OperatorSet calldata set) external onlyAccount(operator) {
        require(!ALLOCATION_MANAGER.isOperatorSlashable(operator, set), OperatorStillSlashable(set, operator));
        require(isRegistered(set, operator), KeyNotFound(set, operator));
        delete _keys[operator][set.avs][set.id];
    }

    /// @inheritdoc IKeyRegistrar
    function getOperatorSetCurveType(OperatorSet calldata set) external view returns (CurveType) {
        return _curves[set.avs][set.id];
    }

    /// @inheritdoc IKeyRegistrar
    function getBN254Key(
        OperatorSet calldata set,
        address operator
    ) external view returns (G1Point memory g1Point, G2Point memory g2Point) {
        Key memory key = _keys[operator][set.avs][set.id];
        return (key.g1, key.g2);
    }

    /// @inheritdoc IKeyRegistrar
    function getOperatorFromSigningKey(
        OperatorSet calldata set,
        bytes calldata keyData
    ) external view returns (address operator, bool hasKey) {
        operator = _owners[_hashOf(abi.decode(keyData, (G1Point)))];
        hasKey = isRegistered(set, operator);
    }

    /// @inheritdoc IKeyRegistrar
    function isRegistered(OperatorSet calldata set, address operator) public view returns (bool) {
        G1Point storage g1 = _keys[operator][set.avs][set.id].g1;
        return g1.x | g1.y != 0;
    }

    /// @inheritdoc IKeyRegistrar
    function getBN254KeyRegistrationMessageHash(
        address operator,
        OperatorSet calldata set,
        bytes calldata keyData
    ) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(abi.encode(REGISTRATION_TYPEHASH, operator, set.avs, set.id, keccak256(keyData)))
            );
    }

    function _hashOf(G1Point memory g1) private pure returns (bytes32) {
        return keccak256(abi.encode(g1));
    }
}

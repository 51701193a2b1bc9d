// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {CreateSetParams, IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IAVSRegistrar} from "../../interfaces/eigenlayer/IAVSRegistrar.sol";

/// @title OperatorSets
/// @notice Sets of services: strategies, recipient, registrar. Everything here is at once, and sets are for ever.
/// @dev An account acts for itself only; there are no admins and appointees.
abstract contract OperatorSets is IAllocationManager {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @dev Where burnt tokens go to.
    address internal constant BURN_ADDRESS = 0x00000000000000000000000000000000000E16E4;

    /// @dev EigenLayer's name for native ETH, which cannot be redistributed.
    address internal constant NATIVE_STRATEGY = 0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0;

    mapping(address avs => mapping(uint32 id => address)) private _recipients;
    mapping(address avs => mapping(uint32 id => EnumerableSet.AddressSet)) internal _strategies;
    mapping(address avs => address) private _registrars;
    mapping(address avs => bool) private _hasMetadata;

    /// @notice The set counts this strategy already.
    error StrategyAlreadyInOperatorSet();

    modifier onlyAccount(address account) {
        require(msg.sender == account, InvalidPermissions());
        _;
    }

    modifier onlyExisting(OperatorSet memory set) {
        require(isOperatorSet(set), InvalidOperatorSet());
        _;
    }

    /// @inheritdoc IAllocationManager
    function updateAVSMetadataURI(address avs, string calldata) external onlyAccount(avs) {
        _hasMetadata[avs] = true;
    }

    /// @inheritdoc IAllocationManager
    function setAVSRegistrar(address avs, address registrar) external onlyAccount(avs) {
        require(IAVSRegistrar(registrar).supportsAVS(avs), InvalidAVSRegistrar());
        _registrars[avs] = registrar;
    }

    /// @inheritdoc IAllocationManager
    function createRedistributingOperatorSets(
        address avs,
        CreateSetParams[] calldata params,
        address[] calldata recipients
    ) external onlyAccount(avs) {
        require(params.length == recipients.length, InputArrayLengthMismatch());
        for (uint256 i = 0; i < params.length; ++i) {
            _create(OperatorSet(avs, params[i].operatorSetId), params[i].strategies, recipients[i], avs);
        }
    }

    /// @inheritdoc IAllocationManager
    function addStrategiesToOperatorSet(
        address avs,
        uint32 operatorSetId,
        address[] calldata strategies
    ) external onlyAccount(avs) onlyExisting(OperatorSet(avs, operatorSetId)) {
        for (uint256 i = 0; i < strategies.length; ++i) _addStrategy(OperatorSet(avs, operatorSetId), strategies[i]);
    }

    /// @inheritdoc IAllocationManager
    function removeStrategiesFromOperatorSet(
        address avs,
        uint32 operatorSetId,
        address[] calldata strategies
    ) external onlyAccount(avs) onlyExisting(OperatorSet(avs, operatorSetId)) {
        for (uint256 i = 0; i < strategies.length; ++i) {
            require(_strategies[avs][operatorSetId].remove(strategies[i]), StrategyNotInOperatorSet());
            emit StrategyRemovedFromOperatorSet(OperatorSet(avs, operatorSetId), strategies[i]);
        }
    }

    /// @inheritdoc IAllocationManager
    function getStrategiesInOperatorSet(OperatorSet calldata set) external view returns (address[] memory) {
        return _strategies[set.avs][set.id].values();
    }

    /// @inheritdoc IAllocationManager
    function getRedistributionRecipient(OperatorSet calldata set) external view returns (address) {
        return isOperatorSet(set) ? _recipients[set.avs][set.id] : BURN_ADDRESS;
    }

    /// @inheritdoc IAllocationManager
    function isRedistributingOperatorSet(OperatorSet calldata set) external view returns (bool) {
        return isOperatorSet(set);
    }

    /// @inheritdoc IAllocationManager
    function isOperatorSet(OperatorSet memory set) public view returns (bool) {
        return _recipients[set.avs][set.id] != address(0);
    }

    /// @inheritdoc IAllocationManager
    function getAVSRegistrar(address avs) public view returns (address) {
        address registrar = _registrars[avs];
        return registrar == address(0) ? avs : registrar;
    }

    /// @dev Makes a set. The last argument is its slasher, for releases whose sets have one.
    function _create(
        OperatorSet memory set,
        address[] calldata strategies,
        address recipient,
        address
    ) internal virtual {
        require(_hasMetadata[set.avs], NonexistentAVSMetadata());
        require(recipient != address(0), InputAddressZero());
        require(recipient != BURN_ADDRESS, InvalidRedistributionRecipient());
        require(!isOperatorSet(set), InvalidOperatorSet());
        _recipients[set.avs][set.id] = recipient;
        emit OperatorSetCreated(set);
        emit RedistributionAddressSet(set, recipient);
        for (uint256 i = 0; i < strategies.length; ++i) _addStrategy(set, strategies[i]);
    }

    function _addStrategy(OperatorSet memory set, address strategy) private {
        require(strategy != NATIVE_STRATEGY, InvalidStrategy());
        require(_strategies[set.avs][set.id].add(strategy), StrategyAlreadyInOperatorSet());
        emit StrategyAddedToOperatorSet(set, strategy);
    }
}

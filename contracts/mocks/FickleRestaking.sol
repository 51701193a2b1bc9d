// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    CreateSetParams,
    DeregisterParams,
    OperatorSet,
    SlashingParams
} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {CreateSetParamsV2} from "../interfaces/eigenlayer/IAllocationManagerV2.sol";
import {IAVSRegistrar} from "../interfaces/eigenlayer/IAVSRegistrar.sol";
import {CurveType} from "../interfaces/eigenlayer/IKeyRegistrar.sol";
import {G1Point, G2Point} from "../libraries/BN254.sol";

/// @title FickleRestaking
/// @notice Stands for AllocationManager and KeyRegistrar at once where these must misbehave: keys and stakes are what a test
/// says, answers about an operator may revert, burn their gas or make no sense, and delays and releases change over night.
contract FickleRestaking {
    // solhint-disable func-name-mixedcase

    /// @notice How questions about an operator are answered.
    enum Manner {
        Honest,
        Revert,
        Burn,
        Nonsense,
        Labour
    }

    /// @notice A set was made.
    event SetMade(uint32 operatorSetId, address[] strategies, address slasher, address recipient);

    /// @notice A set takes keys of this kind.
    event KeysConfigured(uint32 operatorSetId, CurveType curve);

    /// @notice A service said where it describes itself.
    event MetadataUpdated(address avs, string uri);

    /// @notice A set has more strategies.
    event StrategiesAdded(uint32 operatorSetId, address[] strategies);

    /// @notice A set has fewer strategies.
    event StrategiesRemoved(uint32 operatorSetId, address[] strategies);

    /// @notice Somebody slashed.
    event SlashAsked(address avs, SlashingParams params);

    /// @notice It was told to revert, or the question is one that EigenLayer refuses.
    error Fickle();

    /// @dev Gas of an answer that is given with labour: almost all of what a question about one strategy may take.
    uint256 private constant LABOUR = 430_000;

    /// @notice Blocks that a deallocation takes.
    uint32 public deallocationDelay = 100_800;

    /// @notice Blocks that a withdrawal takes.
    uint32 public minWithdrawalDelayBlocks = 100_800;

    /// @notice Whether it is a release with a slasher per set.
    bool public isV2;

    mapping(address operator => Manner manner) private _manners;
    mapping(address operator => mapping(address strategy => uint256 stake)) private _stakes;
    mapping(address operator => G1Point key) private _keys;
    mapping(address operator => mapping(uint32 operatorSetId => bool isMember)) private _isMember;

    // What tests say.

    /// @notice Upgrades EigenLayer.
    function upgrade(uint32 delay, bool isV2_) external {
        (deallocationDelay, isV2) = (delay, isV2_);
    }

    /// @notice Upgrades EigenLayer to another withdrawal delay.
    function delayWithdrawals(uint32 delay) external {
        minWithdrawalDelayBlocks = delay;
    }

    /// @notice Says how questions about an operator are answered.
    function behave(address operator, Manner manner) external {
        _manners[operator] = manner;
    }

    /// @notice Says what can be taken from an operator.
    function setStake(address operator, address strategy, uint256 stake) external {
        _stakes[operator][strategy] = stake;
    }

    /// @notice Says what an operator's key is.
    function setKey(address operator, G1Point calldata key) external {
        _keys[operator] = key;
    }

    /// @notice Has operators join with a key and the same stake.
    function joinAll(
        IAVSRegistrar avs,
        uint32 operatorSetId,
        address[] calldata operators,
        address strategy,
        uint256 stake
    ) external {
        for (uint256 i = 0; i < operators.length; ++i) {
            if (_keys[operators[i]].x == 0) _keys[operators[i]] = G1Point(1, 2);
            _stakes[operators[i]][strategy] = stake;
            join(avs, operatorSetId, operators[i]);
        }
    }

    /// @notice Calls a service back with any callback data.
    function callBack(address avs, bytes calldata data) external {
        (bool success, bytes memory answer) = avs.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    // What EigenLayer does.

    /// @notice As the AllocationManager.
    function updateAVSMetadataURI(address avs, string calldata uri) external {
        emit MetadataUpdated(avs, uri);
    }

    /// @notice As the AllocationManager before 1.9.
    function createRedistributingOperatorSets(
        address,
        CreateSetParams[] calldata params,
        address[] calldata recipients
    ) external {
        require(!isV2, Fickle());
        emit SetMade(params[0].operatorSetId, params[0].strategies, address(0), recipients[0]);
    }

    /// @notice As the AllocationManager since 1.9.
    function createRedistributingOperatorSets(
        address,
        CreateSetParamsV2[] calldata params,
        address[] calldata recipients
    ) external {
        require(isV2, Fickle());
        emit SetMade(params[0].operatorSetId, params[0].strategies, params[0].slasher, recipients[0]);
    }

    /// @notice As the KeyRegistrar.
    function configureOperatorSet(OperatorSet calldata set, CurveType curve) external {
        emit KeysConfigured(set.id, curve);
    }

    /// @notice As the AllocationManager.
    function addStrategiesToOperatorSet(address, uint32 operatorSetId, address[] calldata strategies) external {
        emit StrategiesAdded(operatorSetId, strategies);
    }

    /// @notice As the AllocationManager.
    function removeStrategiesFromOperatorSet(address, uint32 operatorSetId, address[] calldata strategies) external {
        emit StrategiesRemoved(operatorSetId, strategies);
    }

    /// @notice As the AllocationManager.
    function deregisterFromOperatorSets(DeregisterParams calldata params) external {
        require(_isMember[params.operator][params.operatorSetIds[0]], Fickle());
        _isMember[params.operator][params.operatorSetIds[0]] = false;
        IAVSRegistrar(params.avs).deregisterOperator(params.operator, params.avs, params.operatorSetIds);
    }

    /// @notice As the AllocationManager.
    function slashOperator(
        address avs,
        SlashingParams calldata params
    ) external returns (uint256 slashId, uint256[] memory shares) {
        emit SlashAsked(avs, params);
        return (7, params.wadsToSlash);
    }

    /// @notice As the AllocationManager.
    function isMemberOfOperatorSet(address operator, OperatorSet calldata set) external view returns (bool) {
        return _isMember[operator][set.id];
    }

    /// @notice As the KeyRegistrar.
    function isRegistered(OperatorSet calldata, address operator) external view returns (bool) {
        return _keys[operator].x != 0;
    }

    /// @notice As the KeyRegistrar.
    function getBN254Key(
        OperatorSet calldata,
        address operator
    ) external view returns (G1Point memory g1Point, G2Point memory g2Point) {
        return (_keys[operator], g2Point);
    }

    /// @notice As the AllocationManager since 1.9. One that misbehaves spoils the answer about all.
    function getMinimumSlashableStake(
        OperatorSet calldata,
        address[] calldata operators,
        address[] calldata strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory stakes) {
        require(futureBlock > block.number && futureBlock < block.number + deallocationDelay, Fickle());
        stakes = new uint256[][](operators.length);
        for (uint256 row = 0; row < operators.length; ++row) {
            uint256 before = gasleft();
            Manner manner = _manners[operators[row]];
            require(manner != Manner.Revert, Fickle());
            if (manner == Manner.Burn) {
                assembly ("memory-safe") {
                    invalid()
                }
            }
            if (manner == Manner.Nonsense) return new uint256[][](0);
            stakes[row] = new uint256[](strategies.length);
            for (uint256 i = 0; i < strategies.length; ++i) stakes[row][i] = _stakes[operators[row]][strategies[i]];
            while (manner == Manner.Labour && before - gasleft() < LABOUR) {}
        }
    }

    /// @notice As the AllocationManager.
    function DEALLOCATION_DELAY() external view returns (uint32) {
        return deallocationDelay;
    }

    /// @notice As the AllocationManager since 1.9.
    function SLASHER_CONFIGURATION_DELAY() external view returns (uint32) {
        require(isV2, Fickle());
        return 126_000;
    }

    /// @notice Has an operator join, as the AllocationManager would.
    function join(IAVSRegistrar avs, uint32 operatorSetId, address operator) public {
        uint32[] memory ids = new uint32[](1);
        ids[0] = operatorSetId;
        _isMember[operator][operatorSetId] = true;
        avs.registerOperator(operator, address(avs), ids, "");
    }
}

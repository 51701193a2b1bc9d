// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {
    AllocateParams,
    DeregisterParams,
    IAllocationManager,
    OperatorSet,
    RegisterParams
} from "../../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {
    ApproverSignature,
    IDelegationManager,
    WithdrawalRequest
} from "../../../contracts/interfaces/eigenlayer/IDelegationManager.sol";
import {IKeyRegistrar} from "../../../contracts/interfaces/eigenlayer/IKeyRegistrar.sol";
import {IStrategyManager} from "../../../contracts/interfaces/eigenlayer/IStrategyManager.sol";
import {G1Point} from "../../../contracts/libraries/BN254.sol";
import {HubStage} from "./HubStage.sol";

/// @notice What operators and stakers do with EigenLayer. Each verb says whether EigenLayer took it.
abstract contract Staking is HubStage {
    /// @notice The secret of an operator's present key.
    mapping(address operator => uint256) public secretOf;

    /// @dev Somebody becomes an operator with stake in both strategies, so much of it allocated, and joins the set.
    function _enlist(address operator, uint256 secret, uint256[2] memory stakes, uint64 magnitude) internal {
        bytes memory call = abi.encodeCall(IDelegationManager.registerAsOperator, (address(0), 0, ""));
        _must(operator, address(_eigenLayer.DELEGATION()), call);
        _pass((_eigenLayer.CONFIGURATION_DELAY() + 1) * SECONDS_PER_BLOCK, 0);
        for (uint256 s = 0; s < 2; ++s) {
            if (stakes[s] == 0) continue;
            isTrue(_deposit(operator, s, stakes[s]), "a deposit");
            isTrue(_allocate(operator, _set(), s, magnitude), "an allocation");
        }
        isTrue(_registerKey(operator, secret), "a key");
        isTrue(_join(operator, _set()), "a member");
    }

    function _deposit(address staker, uint256 s, uint256 amount) internal returns (bool success) {
        address deposits = address(_eigenLayer.DEPOSITS());
        _eigenLayer.tokens(s).mint(staker, amount);
        _must(staker, address(_eigenLayer.tokens(s)), abi.encodeCall(IERC20.approve, (deposits, amount)));
        (success, ) = _try(
            staker,
            deposits,
            abi.encodeCall(
                IStrategyManager.depositIntoStrategy,
                (_eigenLayer.strategies(s), address(_eigenLayer.tokens(s)), amount)
            )
        );
    }

    function _delegate(address staker, address operator) internal returns (bool success) {
        ApproverSignature memory none;
        (success, ) = _try(
            staker,
            address(_eigenLayer.DELEGATION()),
            abi.encodeCall(IDelegationManager.delegateTo, (operator, none, 0))
        );
    }

    function _undelegate(address staker) internal returns (bool success) {
        (success, ) = _try(
            staker,
            address(_eigenLayer.DELEGATION()),
            abi.encodeCall(IDelegationManager.undelegate, (staker))
        );
    }

    function _queue(address staker, uint256 s, uint256 shares) internal returns (bool success) {
        WithdrawalRequest[] memory requests = new WithdrawalRequest[](1);
        (requests[0].strategies, requests[0].depositShares) = (new address[](1), new uint256[](1));
        (requests[0].strategies[0], requests[0].depositShares[0]) = (_eigenLayer.strategies(s), shares);
        (success, ) = _try(
            staker,
            address(_eigenLayer.DELEGATION()),
            abi.encodeCall(IDelegationManager.queueWithdrawals, (requests))
        );
    }

    function _allocate(
        address operator,
        OperatorSet memory set,
        uint256 s,
        uint64 magnitude
    ) internal returns (bool success) {
        AllocateParams[] memory params = new AllocateParams[](1);
        params[0] = AllocateParams(set, new address[](1), new uint64[](1));
        (params[0].strategies[0], params[0].newMagnitudes[0]) = (_eigenLayer.strategies(s), magnitude);
        (success, ) = _try(
            operator,
            address(_eigenLayer.ALLOCATIONS()),
            abi.encodeCall(IAllocationManager.modifyAllocations, (operator, params))
        );
    }

    function _registerKey(address operator, uint256 secret) internal returns (bool success) {
        IKeyRegistrar registrar = _eigenLayer.KEY_REGISTRAR();
        bytes memory keyData = KEYS.keyData(secret);
        bytes32 digest = registrar.getBN254KeyRegistrationMessageHash(operator, _set(), keyData);
        (G1Point memory signature, ) = KEYS.sign(digest, secret);
        (success, ) = _try(
            operator,
            address(registrar),
            abi.encodeCall(IKeyRegistrar.registerKey, (operator, _set(), keyData, abi.encode(signature)))
        );
        if (success) secretOf[operator] = secret;
    }

    function _deregisterKey(address operator) internal returns (bool success) {
        (success, ) = _try(
            operator,
            address(_eigenLayer.KEY_REGISTRAR()),
            abi.encodeCall(IKeyRegistrar.deregisterKey, (operator, _set()))
        );
    }

    function _join(address operator, OperatorSet memory set) internal returns (bool success) {
        RegisterParams memory params = RegisterParams(set.avs, new uint32[](1), "");
        params.operatorSetIds[0] = set.id;
        (success, ) = _try(
            operator,
            address(_eigenLayer.ALLOCATIONS()),
            abi.encodeCall(IAllocationManager.registerForOperatorSets, (operator, params))
        );
    }

    function _leave(address operator) internal returns (bool success) {
        DeregisterParams memory params = DeregisterParams(operator, address(_hub.SERVICE()), new uint32[](1));
        params.operatorSetIds[0] = SET;
        (success, ) = _try(
            operator,
            address(_eigenLayer.ALLOCATIONS()),
            abi.encodeCall(IAllocationManager.deregisterFromOperatorSets, (params))
        );
    }

    function _isMember(address operator) internal view returns (bool) {
        return _eigenLayer.ALLOCATIONS().isMemberOfOperatorSet(operator, _set());
    }

    function _isSlashable(address operator) internal view returns (bool) {
        return _eigenLayer.ALLOCATIONS().isOperatorSlashable(operator, _set());
    }
}

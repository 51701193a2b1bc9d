// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {
    ApproverSignature,
    IDelegationManager,
    WithdrawalRequest
} from "../../interfaces/eigenlayer/IDelegationManager.sol";
import {IDelegatedShares, IDepositShares} from "./Internals.sol";
import {WithdrawalQueue} from "./WithdrawalQueue.sol";

/// @title DelegationManager
/// @notice Operators, their stakers and their shares. A staker's share of an operator's stake is its deposit times a
/// factor, which makes up for slashes from before it came, times the operator's magnitude, which has them all.
/// @dev Nobody approves delegations here, and nothing that is queued is ever completed.
contract DelegationManager is IDelegatedShares, WithdrawalQueue {
    IAllocationManager private immutable ALLOCATION_MANAGER;
    IDepositShares private immutable STRATEGY_MANAGER;

    /// @inheritdoc IDelegationManager
    mapping(address staker => address operator) public delegatedTo;

    mapping(address operator => mapping(address strategy => uint256)) private _shares;

    /// @dev Zero stands for 1e18.
    mapping(address staker => mapping(address strategy => uint256)) private _factors;

    /// @notice The operator wants delegations approved, which nobody does here.
    error ApproversUnsupported();

    /// @notice Lists that belong together differ in length.
    error InputArrayLengthMismatch();

    /// @notice Only some other contract of EigenLayer's may say this.
    error OnlyInternal();

    /// @notice The staker has not delegated.
    error NotActivelyDelegated();

    /// @notice An operator stays its own.
    error OperatorsCannotUndelegate();

    constructor(
        IAllocationManager allocationManager,
        IDepositShares strategyManager,
        uint32 withdrawalDelay
    ) WithdrawalQueue(withdrawalDelay) {
        ALLOCATION_MANAGER = allocationManager;
        STRATEGY_MANAGER = strategyManager;
    }

    /// @inheritdoc IDelegationManager
    function registerAsOperator(address delegationApprover, uint32 allocationDelay, string calldata) external {
        require(delegationApprover == address(0), ApproversUnsupported());
        require(delegatedTo[msg.sender] == address(0), ActivelyDelegated());
        ALLOCATION_MANAGER.setAllocationDelay(msg.sender, allocationDelay);
        _delegate(msg.sender, msg.sender);
    }

    /// @inheritdoc IDelegationManager
    function delegateTo(address operator, ApproverSignature calldata, bytes32) external {
        require(delegatedTo[msg.sender] == address(0), ActivelyDelegated());
        require(isOperator(operator), OperatorNotRegistered());
        _delegate(msg.sender, operator);
    }

    /// @inheritdoc IDelegationManager
    function queueWithdrawals(WithdrawalRequest[] calldata requests) external returns (bytes32[] memory ids) {
        ids = new bytes32[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            require(requests[i].strategies.length == requests[i].depositShares.length, InputArrayLengthMismatch());
            ids[i] = _withdraw(msg.sender, delegatedTo[msg.sender], requests[i].strategies, requests[i].depositShares);
        }
    }

    /// @inheritdoc IDelegationManager
    function undelegate(address staker) external returns (bytes32[] memory ids) {
        address operator = delegatedTo[staker];
        require(operator != address(0), NotActivelyDelegated());
        require(operator != staker, OperatorsCannotUndelegate());
        require(msg.sender == staker || msg.sender == operator, InvalidPermissions());
        delegatedTo[staker] = address(0);
        (address[] memory strategies, uint256[] memory deposits) = STRATEGY_MANAGER.getDeposits(staker);
        ids = new bytes32[](strategies.length);
        for (uint256 i = 0; i < strategies.length; ++i) {
            (address[] memory one, uint256[] memory all) = (new address[](1), new uint256[](1));
            (one[0], all[0]) = (strategies[i], deposits[i]);
            ids[i] = _withdraw(staker, operator, one, all);
        }
    }

    /// @inheritdoc IDelegatedShares
    function increaseDelegatedShares(address staker, address strategy, uint256 before, uint256 added) external {
        require(msg.sender == address(STRATEGY_MANAGER), OnlyInternal());
        address operator = delegatedTo[staker];
        uint256 magnitude = _magnitudeOf(operator, strategy);
        require(magnitude != 0, FullySlashed());
        _factors[staker][strategy] =
            before == 0
                ? _over(_factorOf(staker, strategy), magnitude)
                : _over(
                    _over(_times(_times(before, _factorOf(staker, strategy)), magnitude) + added, before + added),
                    magnitude
                );
        if (operator != address(0)) _shares[operator][strategy] += added;
    }

    /// @inheritdoc IDelegatedShares
    function slashOperatorShares(
        address operator,
        OperatorSet calldata operatorSet,
        uint256 slashId,
        address strategy,
        uint64 magnitudeBefore,
        uint64 magnitudeAfter
    ) external returns (uint256 shares) {
        require(msg.sender == address(ALLOCATION_MANAGER), OnlyInternal());
        uint256 before = _shares[operator][strategy];
        uint256 left = Math.mulDiv(before, magnitudeAfter, magnitudeBefore, Math.Rounding.Ceil);
        _shares[operator][strategy] = left;
        shares = before - left + _times(_slashableInQueue(operator, strategy), magnitudeBefore - magnitudeAfter);
        STRATEGY_MANAGER.increaseBurnOrRedistributableShares(operatorSet, slashId, strategy, shares);
    }

    /// @inheritdoc IDelegationManager
    function getOperatorsShares(
        address[] calldata operators,
        address[] calldata strategies
    ) external view returns (uint256[][] memory shares) {
        shares = new uint256[][](operators.length);
        for (uint256 i = 0; i < operators.length; ++i) {
            shares[i] = new uint256[](strategies.length);
            for (uint256 j = 0; j < strategies.length; ++j) shares[i][j] = _shares[operators[i]][strategies[j]];
        }
    }

    /// @inheritdoc IDelegationManager
    function getSlashableSharesInQueue(address operator, address strategy) external view returns (uint256) {
        return _times(_slashableInQueue(operator, strategy), _magnitudeOf(operator, strategy));
    }

    /// @inheritdoc IDelegationManager
    function minWithdrawalDelayBlocks() external view returns (uint32) {
        return WITHDRAWAL_DELAY;
    }

    /// @inheritdoc IDelegationManager
    function isOperator(address account) public view returns (bool) {
        return account != address(0) && delegatedTo[account] == account;
    }

    function _delegate(address staker, address operator) private {
        delegatedTo[staker] = operator;
        (address[] memory strategies, uint256[] memory deposits) = STRATEGY_MANAGER.getDeposits(staker);
        for (uint256 i = 0; i < strategies.length; ++i) {
            uint256 factor = _factorOf(staker, strategies[i]);
            uint256 magnitude = _magnitudeOf(operator, strategies[i]);
            require(magnitude != 0, FullySlashed());
            _factors[staker][strategies[i]] = _over(factor, magnitude);
            _shares[operator][strategies[i]] += _times(deposits[i], factor);
        }
    }

    function _withdraw(
        address staker,
        address operator,
        address[] memory strategies,
        uint256[] memory deposits
    ) private returns (bytes32 id) {
        uint256[] memory scaled = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; ++i) {
            scaled[i] = _times(deposits[i], _factorOf(staker, strategies[i]));
            if (operator != address(0)) {
                _queue(operator, strategies[i], scaled[i]);
                _shares[operator][strategies[i]] -= _times(scaled[i], _magnitudeOf(operator, strategies[i]));
            }
            uint256 left = STRATEGY_MANAGER.removeDepositShares(staker, strategies[i], deposits[i]);
            if (left == 0) delete _factors[staker][strategies[i]];
        }
        return _idOf(staker, operator, strategies, scaled);
    }

    function _magnitudeOf(address operator, address strategy) private view returns (uint256) {
        return operator == address(0) ? ONE : ALLOCATION_MANAGER.getMaxMagnitude(operator, strategy);
    }

    function _factorOf(address staker, address strategy) private view returns (uint256) {
        uint256 factor = _factors[staker][strategy];
        return factor == 0 ? ONE : factor;
    }

    function _times(uint256 amount, uint256 wad) private pure returns (uint256) {
        return Math.mulDiv(amount, wad, ONE);
    }

    function _over(uint256 amount, uint256 wad) private pure returns (uint256) {
        return Math.mulDiv(amount, ONE, wad);
    }
}

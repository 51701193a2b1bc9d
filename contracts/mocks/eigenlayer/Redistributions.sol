// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EnumerableMap} from "@openzeppelin/contracts/utils/structs/EnumerableMap.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {IAllocationManager, OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {IStrategyManager} from "../../interfaces/eigenlayer/IStrategyManager.sol";
import {IDelegatedShares, IDepositShares, IVaultStrategy} from "./Internals.sol";

/// @title Redistributions
/// @notice The second step of a slash: shares wait here until anybody sends their tokens to the set's recipient.
abstract contract Redistributions is IStrategyManager, IDepositShares {
    using EnumerableMap for EnumerableMap.AddressToUintMap;
    using EnumerableSet for EnumerableSet.UintSet;

    IAllocationManager internal immutable ALLOCATION_MANAGER;
    IDelegatedShares internal immutable DELEGATION_MANAGER;

    mapping(address avs => mapping(uint32 id => EnumerableSet.UintSet)) private _pendingIds;
    mapping(address avs => mapping(uint32 id => mapping(uint256 slashId => EnumerableMap.AddressToUintMap)))
        private _pending;

    /// @notice Only some other contract of EigenLayer's may say this.
    error OnlyInternal();

    modifier onlyDelegationManager() {
        require(msg.sender == address(DELEGATION_MANAGER), OnlyInternal());
        _;
    }

    constructor(IAllocationManager allocationManager, IDelegatedShares delegationManager) {
        ALLOCATION_MANAGER = allocationManager;
        DELEGATION_MANAGER = delegationManager;
    }

    /// @inheritdoc IDepositShares
    function increaseBurnOrRedistributableShares(
        OperatorSet calldata set,
        uint256 slashId,
        address strategy,
        uint256 shares
    ) external onlyDelegationManager {
        _pending[set.avs][set.id][slashId].set(strategy, shares);
        _pendingIds[set.avs][set.id].add(slashId);
        emit BurnOrRedistributableSharesIncreased(set, slashId, strategy, shares);
        _onTaken(set, slashId);
    }

    /// @inheritdoc IStrategyManager
    function clearBurnOrRedistributableShares(
        OperatorSet calldata set,
        uint256 slashId
    ) external returns (uint256[] memory tokens) {
        address[] memory strategies = _pending[set.avs][set.id][slashId].keys();
        tokens = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; ++i) tokens[i] = _clear(set, slashId, strategies[i]);
    }

    /// @inheritdoc IStrategyManager
    function clearBurnOrRedistributableSharesByStrategy(
        OperatorSet calldata set,
        uint256 slashId,
        address strategy
    ) external returns (uint256 tokens) {
        if (_pending[set.avs][set.id][slashId].contains(strategy)) return _clear(set, slashId, strategy);
    }

    /// @inheritdoc IStrategyManager
    function getBurnOrRedistributableShares(
        OperatorSet calldata set,
        uint256 slashId
    ) external view returns (address[] memory strategies, uint256[] memory shares) {
        EnumerableMap.AddressToUintMap storage pending = _pending[set.avs][set.id][slashId];
        strategies = pending.keys();
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < shares.length; ++i) shares[i] = pending.get(strategies[i]);
    }

    /// @inheritdoc IStrategyManager
    function getBurnOrRedistributableShares(
        OperatorSet calldata set,
        uint256 slashId,
        address strategy
    ) external view returns (uint256 shares) {
        (, shares) = _pending[set.avs][set.id][slashId].tryGet(strategy);
    }

    /// @inheritdoc IStrategyManager
    function getPendingSlashIds(OperatorSet calldata set) external view returns (uint256[] memory) {
        return _pendingIds[set.avs][set.id].values();
    }

    /// @dev A slash took shares of one more strategy.
    function _onTaken(OperatorSet calldata set, uint256 slashId) internal virtual {}

    /// @dev The last strategy of a slash was cleared.
    function _onCleared(OperatorSet calldata set, uint256 slashId) internal virtual {}

    /// @dev Reverts where a slash cannot be cleared yet.
    function _requireClearable(OperatorSet calldata set, uint256 slashId) internal view virtual {}

    function _clear(OperatorSet calldata set, uint256 slashId, address strategy) private returns (uint256 tokens) {
        _requireClearable(set, slashId);
        EnumerableMap.AddressToUintMap storage pending = _pending[set.avs][set.id][slashId];
        uint256 shares = pending.get(strategy);
        pending.remove(strategy);
        if (pending.length() == 0) {
            _pendingIds[set.avs][set.id].remove(slashId);
            _onCleared(set, slashId);
        }
        if (shares != 0) {
            tokens = IVaultStrategy(strategy).withdraw(
                ALLOCATION_MANAGER.getRedistributionRecipient(set),
                IVaultStrategy(strategy).underlyingToken(),
                shares
            );
        }
        emit BurnOrRedistributableSharesDecreased(set, slashId, strategy, shares);
    }
}

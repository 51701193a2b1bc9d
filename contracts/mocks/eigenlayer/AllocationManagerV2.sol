// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {OperatorSet} from "../../interfaces/eigenlayer/IAllocationManager.sol";
import {CreateSetParamsV2, IAllocationManagerV2} from "../../interfaces/eigenlayer/IAllocationManagerV2.sol";
import {AllocationDelays} from "./AllocationDelays.sol";
import {IDelegatedShares} from "./Internals.sol";
import {Memberships} from "./Memberships.sol";
import {SlashableStake} from "./SlashableStake.sol";

/// @title AllocationManagerV2
/// @notice EigenLayer 1.9: each set has one slasher, which the service can replace, after a delay.
contract AllocationManagerV2 is SlashableStake, IAllocationManagerV2 {
    /// @dev `pending` is in effect from `effectBlock` on, if that is not zero.
    struct Slasher {
        address current;
        address pending;
        uint32 effectBlock;
    }

    /// @inheritdoc IAllocationManagerV2
    uint32 public immutable SLASHER_CONFIGURATION_DELAY;

    mapping(address avs => mapping(uint32 id => Slasher)) private _slashers;

    constructor(
        IDelegatedShares delegationManager,
        uint32 deallocationDelay,
        uint32 allocationConfigurationDelay,
        uint32 slasherConfigurationDelay
    ) Memberships(delegationManager, deallocationDelay) AllocationDelays(allocationConfigurationDelay) {
        SLASHER_CONFIGURATION_DELAY = slasherConfigurationDelay;
    }

    /// @inheritdoc IAllocationManagerV2
    function createRedistributingOperatorSets(
        address avs,
        CreateSetParamsV2[] calldata params,
        address[] calldata recipients
    ) external onlyAccount(avs) {
        require(params.length == recipients.length, InputArrayLengthMismatch());
        for (uint256 i = 0; i < params.length; ++i) {
            OperatorSet memory set = OperatorSet(avs, params[i].operatorSetId);
            _create(set, params[i].strategies, recipients[i], params[i].slasher);
        }
    }

    /// @inheritdoc IAllocationManagerV2
    function updateSlasher(OperatorSet memory set, address slasher) external onlyAccount(set.avs) onlyExisting(set) {
        require(slasher != address(0), InputAddressZero());
        (address pending, ) = getPendingSlasher(set);
        if (pending == slasher) return;
        uint32 effectBlock = uint32(block.number) + SLASHER_CONFIGURATION_DELAY + 1;
        _slashers[set.avs][set.id] = Slasher(getSlasher(set), slasher, effectBlock);
        emit SlasherUpdated(set, slasher, effectBlock);
    }

    /// @inheritdoc IAllocationManagerV2
    function getSlasher(OperatorSet memory set) public view returns (address) {
        Slasher storage slasher = _slashers[set.avs][set.id];
        return _isPending(slasher) || slasher.effectBlock == 0 ? slasher.current : slasher.pending;
    }

    /// @inheritdoc IAllocationManagerV2
    function getPendingSlasher(
        OperatorSet memory set
    ) public view returns (address pendingSlasher, uint32 effectBlock) {
        Slasher storage slasher = _slashers[set.avs][set.id];
        if (_isPending(slasher)) return (slasher.pending, slasher.effectBlock);
    }

    /// @dev The first slasher is in effect at once.
    function _create(
        OperatorSet memory set,
        address[] calldata strategies,
        address recipient,
        address slasher
    ) internal override {
        require(slasher != address(0), InputAddressZero());
        super._create(set, strategies, recipient, slasher);
        _slashers[set.avs][set.id].current = slasher;
        emit SlasherUpdated(set, slasher, uint32(block.number));
    }

    /// @dev The slasher only: not even the service, unless it is one.
    function _requireMaySlash(OperatorSet memory set) internal view override {
        require(msg.sender == getSlasher(set), InvalidCaller());
    }

    /// @dev Since 1.9.
    function _isFirstDelayInstant() internal pure override returns (bool) {
        return true;
    }

    function _isPending(Slasher storage slasher) private view returns (bool) {
        return block.number < slasher.effectBlock;
    }
}

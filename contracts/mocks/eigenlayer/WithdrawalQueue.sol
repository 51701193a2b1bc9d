// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title WithdrawalQueue
/// @notice What was ever queued, by operator and strategy, before it is multiplied by the operator's magnitude: what came in
/// within the withdrawal delay is slashable.
/// @dev As EigenLayer does, this counts back from the present block, and panics on a chain that is too young for it.
abstract contract WithdrawalQueue {
    using Checkpoints for Checkpoints.Trace208;

    uint256 internal constant ONE = 1e18;

    /// @dev In blocks, the last included.
    uint32 internal immutable WITHDRAWAL_DELAY;

    mapping(address operator => mapping(address strategy => Checkpoints.Trace208)) private _queued;
    mapping(address staker => uint256) private _nonces;

    constructor(uint32 withdrawalDelay) {
        WITHDRAWAL_DELAY = withdrawalDelay;
    }

    function _queue(address operator, address strategy, uint256 scaledShares) internal {
        Checkpoints.Trace208 storage queued = _queued[operator][strategy];
        queued.push(uint48(block.number), uint208(queued.latest() + scaledShares));
    }

    function _idOf(
        address staker,
        address operator,
        address[] memory strategies,
        uint256[] memory scaledShares
    ) internal returns (bytes32) {
        return keccak256(abi.encode(staker, operator, _nonces[staker]++, block.number, strategies, scaledShares));
    }

    function _slashableInQueue(address operator, address strategy) internal view returns (uint256) {
        Checkpoints.Trace208 storage queued = _queued[operator][strategy];
        uint48 before = uint32(block.number) - WITHDRAWAL_DELAY - 1;
        return queued.latest() - queued.upperLookup(before);
    }
}

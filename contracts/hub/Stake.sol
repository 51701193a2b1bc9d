// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAllocationManager, OperatorSet} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IKeyRegistrar} from "../interfaces/eigenlayer/IKeyRegistrar.sol";
import {CountedStrategy} from "../interfaces/IServiceManager.sol";
import {BN254} from "../libraries/BN254.sol";

/// @title Stake
/// @notice What EigenLayer says of one operator: its key, and the stake that can be taken from it.
/// @dev EigenLayer is upgradable and asks contracts of others. An answer that reverts, burns its gas or makes no sense is
/// no key, or no stake; it never reverts here. Each question has a bound, and the caller must hold 64/63 of it, so that
/// nobody makes an honest operator look poor by giving little gas.
library Stake {
    /// @dev Measured on 1.5 with cold slots: 30 000 for a key; 50 000 and 40 000 a strategy for stake. Five times that.
    uint256 private constant KEY_GAS = 150_000;
    uint256 private constant STAKE_GAS = 250_000;
    uint256 private constant STAKE_GAS_PER_STRATEGY = 200_000;

    uint256 private constant ONE = 1e18;

    /// @notice The call holds less gas than one question to EigenLayer may take, so nothing was asked.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice Weight of `operator`: Σ stake · multiplier / 1e18, where stake is what can be taken from now until
    /// `futureBlock`. At most 2^96 − 1.
    function weightOf(
        IAllocationManager allocationManager,
        OperatorSet memory set,
        address operator,
        CountedStrategy[] memory strategies,
        uint32 futureBlock
    ) internal view returns (uint96 weight) {
        uint256 count = strategies.length;
        address[] memory operators = new address[](1);
        operators[0] = operator;
        address[] memory addresses = new address[](count);
        for (uint256 i = 0; i < count; ++i) addresses[i] = strategies[i].strategy;
        bytes memory question = abi.encodeCall(
            IAllocationManager.getMinimumSlashableStake,
            (set, operators, addresses, futureBlock)
        );
        // uint256[][] with one row: offset, length, offset of the row, its length, its words.
        uint256 words = 4 + count;
        (bool success, bytes memory answer) = _ask(
            address(allocationManager),
            question,
            STAKE_GAS + STAKE_GAS_PER_STRATEGY * count,
            words * 32
        );
        if (!success || !_isOneRow(answer, count)) return 0;
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            (bool fits, uint256 product) = Math.tryMul(_word(answer, 4 + i), strategies[i].multiplier);
            sum = fits ? Math.saturatingAdd(sum, product / ONE) : type(uint256).max;
        }
        return sum > type(uint96).max ? type(uint96).max : uint96(sum);
    }

    /// @notice The G1 half of `operator`'s key in the set.
    /// @return x Coordinate; zero with y zero where there is no key that is a point.
    /// @return y Coordinate.
    function keyOf(
        IKeyRegistrar keyRegistrar,
        OperatorSet memory set,
        address operator
    ) internal view returns (uint256 x, uint256 y) {
        (bool success, bytes memory answer) = _ask(
            address(keyRegistrar),
            abi.encodeCall(IKeyRegistrar.getBN254Key, (set, operator)),
            KEY_GAS,
            192
        );
        if (!success) return (0, 0);
        (x, y) = (_word(answer, 0), _word(answer, 1));
        if (x >= BN254.P || y >= BN254.P) return (0, 0);
        uint256 curve = addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
        if (mulmod(y, y, BN254.P) != curve) return (0, 0);
    }

    /// @dev Asks with exactly `gasBound`, and takes an answer of exactly `size` bytes.
    function _ask(
        address target,
        bytes memory question,
        uint256 gasBound,
        uint256 size
    ) private view returns (bool success, bytes memory answer) {
        answer = new bytes(size);
        uint256 found = gasleft();
        uint256 required = gasBound + gasBound / 63 + 10_000;
        require(found >= required, InsufficientGas(found, required));
        assembly ("memory-safe") {
            success := staticcall(gasBound, target, add(question, 0x20), mload(question), add(answer, 0x20), size)
            success := and(success, eq(returndatasize(), size))
        }
    }

    function _isOneRow(bytes memory answer, uint256 count) private pure returns (bool) {
        return _word(answer, 0) == 32 && _word(answer, 1) == 1 && _word(answer, 2) == 32 && _word(answer, 3) == count;
    }

    function _word(bytes memory data, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), shl(5, index)))
        }
    }
}

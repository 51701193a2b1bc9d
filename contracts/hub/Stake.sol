// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAllocationManager, OperatorSet} from "../interfaces/eigenlayer/IAllocationManager.sol";
import {IKeyRegistrar} from "../interfaces/eigenlayer/IKeyRegistrar.sol";
import {CountedStrategy} from "../interfaces/IServiceManager.sol";
import {BN254, G1Point} from "../libraries/BN254.sol";

/// @title Stake
/// @notice What EigenLayer says of operators: their keys, and the stake that can be taken from them.
/// @dev EigenLayer is upgradable and asks contracts of others. An answer that reverts, burns its gas or makes no sense is
/// no key, or no stake; it never reverts here. Each question has a bound, and the caller must hold 64/63 of it, so that
/// nobody makes an honest operator look poor by giving little gas.
library Stake {
    /// @dev Measured on 1.5 with cold slots: 30 000 for a key; 50 000 and 40 000 a strategy for stake. Five times that.
    uint256 private constant KEY_GAS = 150_000;
    uint256 private constant STAKE_GAS = 250_000;
    uint256 private constant STAKE_GAS_PER_STRATEGY = 200_000;

    /// @dev Of a question about many, whose answer nobody depends on: twice to three times what it takes on 1.5, 20 000 a stake.
    uint256 private constant ALL_GAS = 200_000;
    uint256 private constant ALL_GAS_PER_STAKE = 50_000;

    /// @dev Words of an answer about a key: two of its G1 half, four of its G2 half.
    uint256 private constant KEY_WORDS = 6;

    uint256 private constant ONE = 1e18;
    uint256 private constant WORD = 32;

    /// @dev Words of an answer about stakes before its rows: offset and length.
    uint256 private constant ROWS_AT = 2;

    /// @notice The call holds less gas than one question to EigenLayer may take, so nothing was asked.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice Weights of `operators`, in their order: Σ stake · multiplier / 1e18, where stake is what can be taken from now
    /// until `futureBlock`. At most 2^96 − 1 each.
    function weightsOf(
        IAllocationManager allocationManager,
        OperatorSet memory set,
        address[] memory operators,
        CountedStrategy[] memory strategies,
        uint32 futureBlock
    ) internal view returns (uint96[] memory weights) {
        weights = new uint96[](operators.length);
        address[] memory counted = _addressesOf(strategies);
        // All in one question is cheaper. It proves nothing against anybody: without an answer each is asked about alone.
        uint256 gasBound = ALL_GAS + ALL_GAS_PER_STAKE * operators.length * counted.length;
        if (operators.length > 1 && gasleft() >= _required(gasBound)) {
            bytes memory question = abi.encodeCall(
                IAllocationManager.getMinimumSlashableStake,
                (set, operators, counted, futureBlock)
            );
            if (_askForWeights(allocationManager, question, gasBound, strategies, weights)) return weights;
        }
        for (uint256 row = 0; row < weights.length; ++row) {
            weights[row] = weightOf(allocationManager, set, operators[row], strategies, futureBlock);
        }
    }

    /// @notice Weight of one operator.
    function weightOf(
        IAllocationManager allocationManager,
        OperatorSet memory set,
        address operator,
        CountedStrategy[] memory strategies,
        uint32 futureBlock
    ) internal view returns (uint96) {
        address[] memory operators = new address[](1);
        operators[0] = operator;
        bytes memory question = abi.encodeCall(
            IAllocationManager.getMinimumSlashableStake,
            (set, operators, _addressesOf(strategies), futureBlock)
        );
        uint256 gasBound = STAKE_GAS + STAKE_GAS_PER_STRATEGY * strategies.length;
        uint96[] memory weights = new uint96[](1);
        return _askForWeights(allocationManager, question, gasBound, strategies, weights) ? weights[0] : 0;
    }

    /// @notice The G1 halves of the operators' keys in the set, in their order; zero where there is no key that is a point.
    function keysOf(
        IKeyRegistrar keyRegistrar,
        OperatorSet memory set,
        address[] memory operators
    ) internal view returns (G1Point[] memory keys) {
        keys = new G1Point[](operators.length);
        bytes memory question = abi.encodeCall(IKeyRegistrar.getBN254Key, (set, address(0)));
        bytes memory answer = new bytes(KEY_WORDS * WORD);
        for (uint256 i = 0; i < operators.length; ++i) {
            address operator = operators[i];
            // The question's last word.
            assembly ("memory-safe") {
                mstore(add(question, mload(question)), operator)
            }
            if (!_ask(address(keyRegistrar), question, KEY_GAS, answer)) continue;
            (uint256 x, uint256 y) = (_word(answer, 0), _word(answer, 1));
            if (x >= BN254.P || y >= BN254.P) continue;
            uint256 curve = addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
            if (mulmod(y, y, BN254.P) == curve) (keys[i].x, keys[i].y) = (x, y);
        }
    }

    /// @dev Fills `weights`, one for each row of the answer; false for an answer that has not the shape of one. It is a
    /// uint256[][] as the ABI encodes it: offset, length, each row's offset, and each row's length and stakes.
    function _askForWeights(
        IAllocationManager allocationManager,
        bytes memory question,
        uint256 gasBound,
        CountedStrategy[] memory strategies,
        uint96[] memory weights
    ) private view returns (bool) {
        (uint256 rows, uint256 columns) = (weights.length, strategies.length);
        bytes memory answer = new bytes((ROWS_AT + rows * (2 + columns)) * WORD);
        if (!_ask(address(allocationManager), question, gasBound, answer)) return false;
        if (_word(answer, 0) != WORD || _word(answer, 1) != rows) return false;
        // Unchecked: places in an answer that is in memory.
        unchecked {
            for (uint256 row = 0; row < rows; ++row) {
                uint256 at = rows + row * (1 + columns);
                if (_word(answer, ROWS_AT + row) != at * WORD || _word(answer, ROWS_AT + at) != columns) return false;
                weights[row] = _weightAt(answer, ROWS_AT + at + 1, strategies);
            }
        }
        return true;
    }

    /// @dev Asks with exactly `gasBound`, and takes an answer that fills `answer` exactly.
    function _ask(
        address target,
        bytes memory question,
        uint256 gasBound,
        bytes memory answer
    ) private view returns (bool success) {
        uint256 found = gasleft();
        uint256 required = _required(gasBound);
        require(found >= required, InsufficientGas(found, required));
        assembly ("memory-safe") {
            let size := mload(answer)
            success := staticcall(gasBound, target, add(question, 0x20), mload(question), add(answer, 0x20), size)
            success := and(success, eq(returndatasize(), size))
        }
    }

    /// @dev What a call must hold to pass on `gasBound`: EIP-150 keeps a 64th.
    function _required(uint256 gasBound) private pure returns (uint256) {
        return gasBound + gasBound / 63 + 10_000;
    }

    /// @dev Σ stake · multiplier / 1e18 of the stakes that begin at word `at`.
    function _weightAt(
        bytes memory answer,
        uint256 at,
        CountedStrategy[] memory strategies
    ) private pure returns (uint96) {
        uint256 sum = 0;
        // Unchecked: a set has few strategies, and 2^256 / 1e18, where a product ends, is more than any weight and far from 2^256.
        unchecked {
            for (uint256 i = 0; i < strategies.length; ++i) {
                sum += Math.saturatingMul(_word(answer, at + i), strategies[i].multiplier) / ONE;
            }
        }
        return sum > type(uint96).max ? type(uint96).max : uint96(sum);
    }

    function _addressesOf(CountedStrategy[] memory strategies) private pure returns (address[] memory addresses) {
        addresses = new address[](strategies.length);
        for (uint256 i = 0; i < strategies.length; ++i) addresses[i] = strategies[i].strategy;
    }

    function _word(bytes memory data, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), shl(5, index)))
        }
    }
}

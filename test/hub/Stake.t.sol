// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Stake} from "../../contracts/hub/Stake.sol";
import {IAllocationManager, OperatorSet} from "../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {IKeyRegistrar} from "../../contracts/interfaces/eigenlayer/IKeyRegistrar.sol";
import {CountedStrategy} from "../../contracts/interfaces/IServiceManager.sol";
import {BN254, G1Point} from "../../contracts/libraries/BN254.sol";
import {FickleEigenLayer} from "../../contracts/mocks/FickleEigenLayer.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract StakeHarness {
    function weightOf(
        address allocationManager,
        OperatorSet memory set,
        address operator,
        CountedStrategy[] memory strategies,
        uint32 futureBlock
    ) external view returns (uint96) {
        return Stake.weightOf(IAllocationManager(allocationManager), set, operator, strategies, futureBlock);
    }

    function keyOf(
        address keyRegistrar,
        OperatorSet memory set,
        address operator
    ) external view returns (uint256 x, uint256 y) {
        address[] memory operators = new address[](1);
        operators[0] = operator;
        G1Point[] memory keys = Stake.keysOf(IKeyRegistrar(keyRegistrar), set, operators);
        return (keys[0].x, keys[0].y);
    }
}

contract StakeTest is Assertions {
    address private constant OPERATOR = address(0xfee1);
    uint32 private constant FUTURE = 99_000;
    uint256 private constant ONE = 1e18;

    /// @dev A point of the curve.
    uint256 private constant X = 1;
    uint256 private constant Y = 2;

    StakeHarness private immutable harness = new StakeHarness();
    FickleEigenLayer private immutable eigenLayer = new FickleEigenLayer();

    function test_TheQuestionNamesSetOperatorStrategiesAndBlock() external {
        _tellStake(FickleEigenLayer.Manner.Return, _row(_list(5)));
        equal(_weight(_counted(ONE)), 5, "weight");
        CountedStrategy[] memory other = _counted(ONE);
        other[0].strategy = address(0x777);
        equal(_weight(other), 0, "another strategy");
        equal(harness.weightOf(address(eigenLayer), _set(), OPERATOR, _counted(ONE), FUTURE + 1), 0, "another block");
        equal(harness.weightOf(address(eigenLayer), _set(), address(1), _counted(ONE), FUTURE), 0, "another operator");
    }

    function test_MultipliersAreOfOneAndEachProductIsRoundedDown() external {
        _tellStakeToAll(_row(_list(3, 5)));
        equal(_weight(_counted(ONE / 2, 2 * ONE)), 1 + 10, "weight");
    }

    function testFuzz_WeightIsTheSumOfProductsUpTo96Bits(
        uint128[3] memory stakes,
        uint96[3] memory multipliers
    ) external {
        uint256[] memory answer = new uint256[](3);
        CountedStrategy[] memory strategies = new CountedStrategy[](3);
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; ++i) {
            answer[i] = stakes[i];
            strategies[i] = CountedStrategy(address(uint160(0x1000 + i)), multipliers[i]);
            sum += (uint256(stakes[i]) * multipliers[i]) / ONE;
        }
        _tellStakeToAll(_row(answer));
        equal(_weight(strategies), sum > type(uint96).max ? type(uint96).max : sum, "weight");
    }

    function test_HugeNumbersAreTheMostWeightAndNeverOverflow() external {
        uint256 huge = type(uint256).max;
        _tellStakeToAll(_row(_list(huge, huge)));
        equal(_weight(_counted(ONE, ONE)), type(uint96).max, "both huge");
        _tellStakeToAll(_row(_list(huge, 0)));
        equal(_weight(_counted(type(uint96).max, 1)), type(uint96).max, "one huge");
        _tellStakeToAll(_row(_list(type(uint96).max, 1)));
        equal(_weight(_counted(ONE, ONE)), type(uint96).max, "one too many");
        _tellStakeToAll(_row(_list(type(uint96).max - 1, 1)));
        equal(_weight(_counted(ONE, ONE)), type(uint96).max, "just so many");
        _tellStakeToAll(_row(_list(type(uint96).max - 1, 0)));
        equal(_weight(_counted(ONE, ONE)), type(uint96).max - 1, "one fewer");
    }

    function test_AnAnswerThatRevertsOrBurnsItsGasIsNoStake() external {
        _tellStake(FickleEigenLayer.Manner.Revert, "");
        equal(_weight(_counted(ONE)), 0, "reverts");
        uint256 before = gasleft();
        _tellStake(FickleEigenLayer.Manner.Burn, "");
        equal(_weight(_counted(ONE)), 0, "burns");
        isTrue(before - gasleft() < 700_000, "burns no more than its bound");
        equal(
            harness.weightOf(address(0xdead), _set(), OPERATOR, _counted(ONE), FUTURE),
            0,
            "nobody is there to answer"
        );
    }

    function test_AnAnswerThatIsTooShortTooLongOrMalformedIsNoStake() external {
        bytes memory good = _row(_list(7));
        equal(good.length, 160, "a good answer");
        bytes[] memory bad = new bytes[](10);
        bad[0] = "";
        bad[1] = _cut(good, 159);
        bad[2] = bytes.concat(good, hex"00");
        bad[3] = bytes.concat(good, bytes32(0));
        bad[4] = abi.encode(uint256(64), uint256(1), uint256(32), uint256(1), uint256(7));
        bad[5] = abi.encode(uint256(32), uint256(2), uint256(32), uint256(1), uint256(7));
        bad[6] = abi.encode(uint256(32), uint256(1), uint256(0), uint256(1), uint256(7));
        bad[7] = abi.encode(uint256(32), uint256(1), uint256(32), uint256(0), uint256(7));
        bad[8] = abi.encode(uint256(32), uint256(1), uint256(32), uint256(2), uint256(7));
        bad[9] = _row(_list(7, 7));
        for (uint256 i = 0; i < bad.length; ++i) {
            _tellStake(FickleEigenLayer.Manner.Return, bad[i]);
            equal(_weight(_counted(ONE)), 0, vm.toString(i));
        }
        _tellStake(FickleEigenLayer.Manner.Return, good);
        equal(_weight(_counted(ONE)), 7, "the good answer");
    }

    function testFuzz_NoAnswerReverts(bytes memory answer, uint8 count) external {
        CountedStrategy[] memory strategies = new CountedStrategy[](count % 9);
        for (uint256 i = 0; i < strategies.length; ++i) strategies[i].multiplier = type(uint96).max;
        _tellStakeToAll(answer);
        _weight(strategies);
        _tellKeyToAll(answer);
        harness.keyOf(address(eigenLayer), _set(), OPERATOR);
    }

    function testFuzz_ThriftRevertsAndNeverLooksLikeNoStake(uint256 gas) external {
        _tellStake(FickleEigenLayer.Manner.Labour, _row(_list(5)));
        bytes memory call = abi.encodeCall(
            harness.weightOf,
            (address(eigenLayer), _set(), OPERATOR, _counted(ONE), FUTURE)
        );
        _requireThriftless(call, within(gas, 30_000, 700_000), abi.encode(5));
    }

    function testFuzz_ThriftRevertsAndNeverLooksLikeNoKey(uint256 gas) external {
        _tellKey(FickleEigenLayer.Manner.Labour, _key(X, Y));
        bytes memory call = abi.encodeCall(harness.keyOf, (address(eigenLayer), _set(), OPERATOR));
        _requireThriftless(call, within(gas, 30_000, 300_000), abi.encode(X, Y));
    }

    function test_EnoughGasIsEnough() external {
        _tellStake(FickleEigenLayer.Manner.Labour, _row(_list(5)));
        equal(
            harness.weightOf{gas: 500_000}(address(eigenLayer), _set(), OPERATOR, _counted(ONE), FUTURE),
            5,
            "weight"
        );
        _tellKey(FickleEigenLayer.Manner.Labour, _key(X, Y));
        (uint256 x, ) = harness.keyOf{gas: 200_000}(address(eigenLayer), _set(), OPERATOR);
        equal(x, X, "key");
    }

    function test_AKeyIsThePointThatTheRegistrarSays() external {
        _tellKey(FickleEigenLayer.Manner.Return, _key(X, Y));
        (uint256 x, uint256 y) = harness.keyOf(address(eigenLayer), _set(), OPERATOR);
        isTrue(x == X && y == Y, "the point");
        (x, y) = harness.keyOf(address(eigenLayer), _set(), address(1));
        isTrue(x | y == 0, "another operator");
        (x, y) = harness.keyOf(address(eigenLayer), OperatorSet(address(0xa5), 8), OPERATOR);
        isTrue(x | y == 0, "another set");
    }

    function test_WhatIsNoPointOfTheCurveIsNoKey() external {
        bytes[] memory bad = new bytes[](9);
        bad[0] = _key(0, 0);
        bad[1] = _key(X, Y + 1);
        bad[2] = _key(X + BN254.P, Y);
        bad[3] = _key(X, Y + BN254.P);
        bad[4] = _key(0, Y);
        bad[5] = _key(type(uint256).max, type(uint256).max);
        bad[6] = _cut(_key(X, Y), 191);
        bad[7] = bytes.concat(_key(X, Y), hex"00");
        bad[8] = abi.encode(X, Y);
        for (uint256 i = 0; i < bad.length; ++i) {
            _tellKey(FickleEigenLayer.Manner.Return, bad[i]);
            _requireNoKey(vm.toString(i));
        }
        _tellKey(FickleEigenLayer.Manner.Revert, "");
        _requireNoKey("reverts");
        _tellKey(FickleEigenLayer.Manner.Burn, "");
        _requireNoKey("burns");
    }

    /// @dev Either the answer, or a revert that says why; with so little gas that not even that fits, a bare one.
    function _requireThriftless(bytes memory call, uint256 gas, bytes memory required) private {
        (bool success, bytes memory answer) = address(harness).call{gas: gas}(call);
        if (success) return equal(answer, required, "answer");
        if (answer.length != 0) equal(bytes32(bytes4(answer)), bytes32(Stake.InsufficientGas.selector), "reason");
    }

    function _requireNoKey(string memory what) private view {
        (uint256 x, uint256 y) = harness.keyOf(address(eigenLayer), _set(), OPERATOR);
        isTrue(x | y == 0, what);
    }

    function _weight(CountedStrategy[] memory strategies) private view returns (uint256) {
        return harness.weightOf(address(eigenLayer), _set(), OPERATOR, strategies, FUTURE);
    }

    function _tellStake(FickleEigenLayer.Manner manner, bytes memory data) private {
        address[] memory operators = new address[](1);
        operators[0] = OPERATOR;
        address[] memory strategies = new address[](1);
        strategies[0] = _counted(ONE)[0].strategy;
        bytes memory question = abi.encodeCall(
            IAllocationManager.getMinimumSlashableStake,
            (_set(), operators, strategies, FUTURE)
        );
        eigenLayer.tell(question, manner, data);
    }

    function _tellStakeToAll(bytes memory data) private {
        bytes4 selector = IAllocationManager.getMinimumSlashableStake.selector;
        eigenLayer.tellAll(selector, FickleEigenLayer.Manner.Return, data);
    }

    function _tellKey(FickleEigenLayer.Manner manner, bytes memory data) private {
        eigenLayer.tell(abi.encodeCall(IKeyRegistrar.getBN254Key, (_set(), OPERATOR)), manner, data);
    }

    function _tellKeyToAll(bytes memory data) private {
        eigenLayer.tellAll(IKeyRegistrar.getBN254Key.selector, FickleEigenLayer.Manner.Return, data);
    }

    function _set() private pure returns (OperatorSet memory) {
        return OperatorSet(address(0xa5), 7);
    }

    function _counted(uint256 multiplier) private pure returns (CountedStrategy[] memory strategies) {
        strategies = new CountedStrategy[](1);
        strategies[0] = CountedStrategy(address(0x1000), uint96(multiplier));
    }

    function _counted(uint256 first, uint256 second) private pure returns (CountedStrategy[] memory strategies) {
        strategies = new CountedStrategy[](2);
        strategies[0] = CountedStrategy(address(0x1000), uint96(first));
        strategies[1] = CountedStrategy(address(0x1001), uint96(second));
    }

    function _row(uint256[] memory stakes) private pure returns (bytes memory) {
        uint256[][] memory rows = new uint256[][](1);
        rows[0] = stakes;
        return abi.encode(rows);
    }

    function _list(uint256 only) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = only;
    }

    function _list(uint256 first, uint256 second) private pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (first, second);
    }

    function _key(uint256 x, uint256 y) private pure returns (bytes memory) {
        return abi.encode(x, y, uint256(1), uint256(2), uint256(3), uint256(4));
    }

    function _cut(bytes memory data, uint256 size) private pure returns (bytes memory cut) {
        cut = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(cut, size)
        }
    }
}

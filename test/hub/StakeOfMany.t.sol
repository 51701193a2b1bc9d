// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Stake} from "../../contracts/hub/Stake.sol";
import {IAllocationManager, OperatorSet} from "../../contracts/interfaces/eigenlayer/IAllocationManager.sol";
import {CountedStrategy} from "../../contracts/interfaces/IServiceManager.sol";
import {FickleEigenLayer} from "../../contracts/mocks/FickleEigenLayer.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice One question about all members is only ever cheaper: what it says is what each question says, and where it says
/// nothing each is asked alone.
contract StakeOfManyTest is Assertions {
    uint32 private constant FUTURE = 99_000;

    FickleEigenLayer private immutable eigenLayer = new FickleEigenLayer();

    function testFuzz_AnAnswerAboutAllIsTheSumsOfItsRows(
        uint128[] memory stakes,
        uint96[2] memory multipliers
    ) external {
        (uint256 rows, CountedStrategy[] memory strategies) = (within(stakes.length, 2, 20), _counted(multipliers));
        uint256[][] memory answer = _answer(rows, stakes);
        _tellOfAll(rows, FickleEigenLayer.Manner.Return, abi.encode(answer));
        // Nobody asks about each.
        _tellOthers(abi.encode(uint256(1)));
        uint96[] memory weights = _weights(rows, strategies);
        for (uint256 row = 0; row < rows; ++row) {
            uint256 sum = (answer[row][0] * multipliers[0]) / 1e18 + (answer[row][1] * multipliers[1]) / 1e18;
            equal(weights[row], sum > type(uint96).max ? type(uint96).max : sum, "weight");
        }
    }

    function testFuzz_AnAnswerAboutAllWithoutTheShapeOfOneIsNone(uint256 word, bytes32 other) external {
        uint256[][] memory rows = _answer(3, new uint128[](0));
        bytes memory bad = abi.encode(rows);
        // Offset, length, three offsets, and before each row's two stakes its length: all that makes the shape.
        uint256[8] memory shape = [uint256(0), 1, 2, 3, 4, 5, 8, 11];
        uint256 at = shape[within(word, 0, 7)];
        bytes32 before;
        assembly ("memory-safe") {
            let place := add(add(bad, 0x20), shl(5, at))
            before := mload(place)
            mstore(place, other)
        }
        if (before == other) return;
        _tellOfAll(3, FickleEigenLayer.Manner.Return, bad);
        _requireEachAsked();
    }

    function test_WithoutAnAnswerAboutAllEachIsAskedAlone() external {
        _requireEachAsked();
        _tellOfAll(3, FickleEigenLayer.Manner.Revert, "");
        _requireEachAsked();
        _tellOfAll(3, FickleEigenLayer.Manner.Burn, "");
        _requireEachAsked();
        bytes memory good = abi.encode(_answer(3, new uint128[](0)));
        _tellOfAll(3, FickleEigenLayer.Manner.Return, bytes.concat(good, hex"00"));
        _requireEachAsked();
        _tellOfAll(3, FickleEigenLayer.Manner.Return, abi.encode(_answer(4, new uint128[](0))));
        _requireEachAsked();
    }

    function testFuzz_NoAnswerAboutAllReverts(bytes memory data, uint8 rows) external {
        rows = uint8(within(rows, 0, 20));
        _tellOthers(data);
        _weights(rows, _counted([uint96(1), type(uint96).max]));
    }

    function _requireEachAsked() private {
        uint256[][] memory alone = _answer(1, new uint128[](0));
        alone[0][0] = 5e18;
        _tellOthers(abi.encode(alone));
        uint96[] memory weights = _weights(3, _counted([uint96(1e18), 1e18]));
        for (uint256 row = 0; row < 3; ++row) equal(weights[row], 5e18, "asked alone");
    }

    function _weights(uint256 rows, CountedStrategy[] memory strategies) private view returns (uint96[] memory) {
        return Stake.weightsOf(IAllocationManager(address(eigenLayer)), _set(), _operators(rows), strategies, FUTURE);
    }

    function _tellOfAll(uint256 rows, FickleEigenLayer.Manner manner, bytes memory data) private {
        address[] memory strategies = new address[](2);
        (strategies[0], strategies[1]) = (address(0x1000), address(0x1001));
        bytes memory question = abi.encodeCall(
            IAllocationManager.getMinimumSlashableStake,
            (_set(), _operators(rows), strategies, FUTURE)
        );
        eigenLayer.tell(question, manner, data);
    }

    function _tellOthers(bytes memory data) private {
        bytes4 selector = IAllocationManager.getMinimumSlashableStake.selector;
        eigenLayer.tellAll(selector, FickleEigenLayer.Manner.Return, data);
    }

    /// @dev Two stakes a row, from `stakes` as far as there are.
    function _answer(uint256 rows, uint128[] memory stakes) private pure returns (uint256[][] memory answer) {
        answer = new uint256[][](rows);
        for (uint256 row = 0; row < rows; ++row) {
            answer[row] = new uint256[](2);
            if (row < stakes.length) answer[row][0] = stakes[row];
            if (row * 2 < stakes.length) answer[row][1] = stakes[row * 2];
        }
    }

    function _operators(uint256 count) private pure returns (address[] memory operators) {
        operators = new address[](count);
        for (uint256 i = 0; i < count; ++i) operators[i] = address(uint160(0xfee1 + i));
    }

    function _counted(uint96[2] memory multipliers) private pure returns (CountedStrategy[] memory strategies) {
        strategies = new CountedStrategy[](2);
        strategies[0] = CountedStrategy(address(0x1000), multipliers[0]);
        strategies[1] = CountedStrategy(address(0x1001), multipliers[1]);
    }

    function _set() private pure returns (OperatorSet memory) {
        return OperatorSet(address(0xa5), 7);
    }
}

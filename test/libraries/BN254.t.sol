// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point, G2Point} from "../../contracts/libraries/BN254.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract BN254Harness {
    function requireReal(G1Point memory point) external pure {
        BN254.requireReal(point);
    }

    function requireReal(G2Point memory point) external pure {
        BN254.requireReal(point);
    }

    function add(G1Point memory a, G1Point memory b) external view returns (G1Point memory) {
        return BN254.add(a, b);
    }

    function mul(G1Point memory point, uint256 scalar) external view returns (G1Point memory) {
        return BN254.mul(point, scalar);
    }

    function pairsWithGenerator(G1Point memory a, G1Point memory b, G2Point memory key) external view returns (bool) {
        return BN254.pairsWithGenerator(a, b, key);
    }
}

contract BN254Test is Assertions {
    BN254Harness private immutable harness = new BN254Harness();

    /// @dev More than any bound on a precompile, less than a block.
    uint256 private constant PLENTY = 10_000_000;

    function test_ConstantsAreThoseOfTheVectors() external view {
        string memory json = vectors("bn254.json");
        equal(BN254.P, vm.parseJsonUint(json, ".p"), "p");
        equal(BN254.R, vm.parseJsonUint(json, ".r"), "r");
    }

    function test_EigenLayersSignaturesPairWithEigenLayersKeys() external view {
        string memory json = vectors("bn254.json");
        G2Point memory key = _key(json);
        for (uint256 i = 0; i < 2; ++i) {
            G1Point memory signature = _point(json, path("cases", i, "sig"));
            G1Point memory hash = _point(json, path("cases", i, "hashPoint"));
            isTrue(harness.pairsWithGenerator(signature, hash, key), "signature");
            isTrue(!harness.pairsWithGenerator(BN254.negate(signature), hash, key), "negated signature");
            isTrue(!harness.pairsWithGenerator(hash, signature, key), "swapped points");
            uint256 secret = vm.parseJsonUint(json, path("cases", i, "sk"));
            _same(harness.mul(hash, secret), signature);
        }
        G1Point memory halfInG1 = _point(json, ".cases[0].pubG1");
        isTrue(harness.pairsWithGenerator(halfInG1, _generator(), key), "halves of one key");
        _same(harness.mul(_generator(), vm.parseJsonUint(json, ".cases[0].sk")), halfInG1);
    }

    function testFuzz_AddInPlaceAgreesWithThePlainCall(uint256 a, uint256 b) external view {
        (G1Point memory p, G1Point memory q) = (_multiple(a), _multiple(b));
        (, bytes memory plain) = address(6).staticcall(abi.encode(p, q));
        G1Point memory required = abi.decode(plain, (G1Point));
        G1Point memory sum = G1Point(p.x, p.y);
        BN254.addInPlace(sum, q);
        _same(sum, required);
        _same(BN254.add(p, q), required);
        // The addend stays what it was, and adding a point to itself is no special case.
        _same(q, _multiple(b));
        BN254.addInPlace(q, q);
        _same(q, _multiple(mulmod(b, 2, BN254.R)));
    }

    function testFuzz_MulAgreesWithThePlainCallAndWithAddition(uint256 a, uint256 b) external view {
        (, bytes memory plain) = address(7).staticcall(abi.encode(_generator(), a));
        _same(_multiple(a), abi.decode(plain, (G1Point)));
        _same(BN254.add(_multiple(a), _multiple(b)), _multiple(addmod(a, b, BN254.R)));
    }

    function testFuzz_APointAndItsNegativeAreNothing(uint256 a) external view {
        G1Point memory point = _multiple(a);
        _same(BN254.add(point, BN254.negate(point)), G1Point(0, 0));
    }

    function testFuzz_RealPointsOfG1AreReducedAndNotInfinity(G1Point memory point) external {
        if (point.x >= BN254.P) vm.expectRevert(_tooLarge(point.x));
        else if (point.y >= BN254.P) vm.expectRevert(_tooLarge(point.y));
        else if (point.x | point.y == 0) vm.expectRevert(BN254.PointAtInfinity.selector);
        harness.requireReal(point);
    }

    function testFuzz_EveryLimbOfG2IsReduced(uint256[4] memory limbs, uint8 which, uint256 excess) external {
        for (uint256 i = 0; i < 4; ++i) limbs[i] %= BN254.P;
        if (limbs[0] | limbs[1] | limbs[2] | limbs[3] == 0) limbs[0] = 1;
        harness.requireReal(G2Point([limbs[0], limbs[1]], [limbs[2], limbs[3]]));
        which %= 4;
        limbs[which] = within(excess, BN254.P, type(uint256).max);
        vm.expectRevert(_tooLarge(limbs[which]));
        harness.requireReal(G2Point([limbs[0], limbs[1]], [limbs[2], limbs[3]]));
    }

    function test_InfinityIsNoRealPoint() external {
        vm.expectRevert(BN254.PointAtInfinity.selector);
        harness.requireReal(G1Point(0, 0));
        vm.expectRevert(BN254.PointAtInfinity.selector);
        harness.requireReal(G2Point([uint256(0), 0], [uint256(0), 0]));
        // Coordinates of zero are not yet infinity while one is another.
        harness.requireReal(G1Point(0, 1));
        harness.requireReal(G1Point(1, 0));
        for (uint256 i = 0; i < 4; ++i) {
            uint256[4] memory limbs;
            limbs[i] = 1;
            harness.requireReal(G2Point([limbs[0], limbs[1]], [limbs[2], limbs[3]]));
        }
    }

    function test_RefusesPointsOffTheCurveForABoundedPrice() external {
        G1Point memory bad = G1Point(1, 3);
        _expectCheapRevert(
            abi.encodeCall(harness.add, (bad, _generator())),
            BN254.PointNotOnCurve.selector,
            BN254.ADD_GAS
        );
        _expectCheapRevert(
            abi.encodeCall(harness.add, (_generator(), bad)),
            BN254.PointNotOnCurve.selector,
            BN254.ADD_GAS
        );
        _expectCheapRevert(abi.encodeCall(harness.mul, (bad, 2)), BN254.PointNotOnCurve.selector, BN254.MUL_GAS);
        G2Point memory key = _key(vectors("bn254.json"));
        _expectCheapRevert(
            abi.encodeCall(harness.pairsWithGenerator, (bad, _generator(), key)),
            BN254.PointNotInGroup.selector,
            BN254.PAIRING_GAS
        );
        (key.x[0], key.x[1]) = (key.x[1], key.x[0]);
        _expectCheapRevert(
            abi.encodeCall(harness.pairsWithGenerator, (_generator(), _generator(), key)),
            BN254.PointNotInGroup.selector,
            BN254.PAIRING_GAS
        );
    }

    /// @dev Twice today's price, so that a change of prices does not stop an immutable contract.
    function test_BoundsAreAtLeastTwiceTodaysPrice() external pure {
        isTrue(BN254.ADD_GAS >= 2 * 150, "addition");
        isTrue(BN254.MUL_GAS / 2 >= 6_000, "multiplication");
        isTrue(BN254.PAIRING_GAS >= 2 * 113_000, "two pairings");
    }

    function _expectCheapRevert(bytes memory call, bytes4 selector, uint256 bound) private {
        uint256 before = gasleft();
        (bool success, bytes memory returned) = address(harness).call{gas: PLENTY}(call);
        uint256 spent = before - gasleft();
        isTrue(!success, "refused");
        equal(returned, abi.encodePacked(selector), "error");
        isTrue(spent < bound + 20_000, "a bad point burns no more than the bound");
    }

    function _multiple(uint256 scalar) private view returns (G1Point memory) {
        return BN254.mul(_generator(), scalar);
    }

    function _key(string memory json) private pure returns (G2Point memory) {
        uint256[] memory x = vm.parseJsonUintArray(json, ".cases[0].pubG2.x");
        uint256[] memory y = vm.parseJsonUintArray(json, ".cases[0].pubG2.y");
        // The file has the real part first, the precompile the imaginary one.
        return G2Point([x[1], x[0]], [y[1], y[0]]);
    }

    function _point(string memory json, string memory at) private pure returns (G1Point memory) {
        uint256[] memory coordinates = vm.parseJsonUintArray(json, at);
        return G1Point(coordinates[0], coordinates[1]);
    }

    function _generator() private pure returns (G1Point memory) {
        return G1Point(BN254.G1_X, BN254.G1_Y);
    }

    function _tooLarge(uint256 coordinate) private pure returns (bytes memory) {
        return abi.encodeWithSelector(BN254.CoordinateTooLarge.selector, coordinate, BN254.P);
    }

    function _same(G1Point memory found, G1Point memory required) private pure {
        equal(found.x, required.x, "x");
        equal(found.y, required.y, "y");
    }
}

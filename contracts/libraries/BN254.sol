// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A point of BN254's first group. (0, 0) is infinity, as EIP-196 has it.
struct G1Point {
    uint256 x;
    uint256 y;
}

/// @notice A point of BN254's second group. Limbs as EIP-197 has them: imaginary part first.
struct G2Point {
    uint256[2] x;
    uint256[2] y;
}

/// @title BN254
/// @notice Group operations by the precompiles of EIP-196 and EIP-197, with bounded gas.
/// @dev A precompile burns all gas it is given when a point is bad, hence a bound; the bound is at least twice today's
/// price (EIP-1108: 150, 6 000, 113 000 for two pairs), so that a change of prices does not stop an immutable contract.
library BN254 {
    /// @notice Modulus of the base field.
    uint256 internal constant P = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @notice Order of the groups.
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Generator of G1.
    uint256 internal constant G1_X = 1;
    uint256 internal constant G1_Y = 2;

    /// @notice Negated generator of G2 (EIP-197's generator with −y).
    uint256 internal constant NEG_G2_X1 = 11559732032986387107991004021392285783925812861821192530917403151452391805634;
    uint256 internal constant NEG_G2_X0 = 10857046999023057135944570762232829481370756359578518086990519993285655852781;
    uint256 internal constant NEG_G2_Y1 = 17805874995975841540914202342111839520379459829704422454583296818431106115052;
    uint256 internal constant NEG_G2_Y0 = 13392588948715843804641432497768002650278120570034223513918757245338268106653;

    /// @notice Most gas a precompile may burn.
    uint256 internal constant ADD_GAS = 1_000;
    uint256 internal constant MUL_GAS = 16_000;
    uint256 internal constant PAIRING_GAS = 240_000;

    /// @notice A coordinate is not reduced: it must be below the field's modulus.
    error CoordinateTooLarge(uint256 found, uint256 modulus);

    /// @notice The point at infinity stands where a real point is required.
    error PointAtInfinity();

    /// @notice The precompile refused the points: one is not on the curve.
    error PointNotOnCurve();

    /// @notice The pairing precompile refused the points: one is not on the curve or not in the group.
    error PointNotInGroup();

    /// @notice `a` + `b` (EIP-196).
    function add(G1Point memory a, G1Point memory b) internal view returns (G1Point memory sum) {
        sum = G1Point(a.x, a.y);
        addInPlace(sum, b);
    }

    /// @notice Adds `addend` to `sum` (EIP-196), without taking new memory each time a sum grows.
    function addInPlace(G1Point memory sum, G1Point memory addend) internal view {
        bool success;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mcopy(input, sum, 0x40)
            mcopy(add(input, 0x40), addend, 0x40)
            success := staticcall(ADD_GAS, 6, input, 0x80, sum, 0x40)
        }
        require(success, PointNotOnCurve());
    }

    /// @notice `point` times `scalar` (EIP-196).
    function mul(G1Point memory point, uint256 scalar) internal view returns (G1Point memory product) {
        bool success;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mcopy(input, point, 0x40)
            mstore(add(input, 0x40), scalar)
            success := staticcall(MUL_GAS, 7, input, 0x60, product, 0x40)
        }
        require(success, PointNotOnCurve());
    }

    /// @notice Whether e(`a`, −G₂) · e(`b`, `key`) = 1 (EIP-197, which also checks that `key` is in the group).
    function pairsWithGenerator(G1Point memory a, G1Point memory b, G2Point memory key) internal view returns (bool) {
        bool success;
        uint256 isOne;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mcopy(input, a, 0x40)
            mstore(add(input, 0x40), NEG_G2_X1)
            mstore(add(input, 0x60), NEG_G2_X0)
            mstore(add(input, 0x80), NEG_G2_Y1)
            mstore(add(input, 0xa0), NEG_G2_Y0)
            mcopy(add(input, 0xc0), b, 0x40)
            mcopy(add(input, 0x100), mload(key), 0x40)
            mcopy(add(input, 0x140), mload(add(key, 0x20)), 0x40)
            success := staticcall(PAIRING_GAS, 8, input, 0x180, 0, 0x20)
            // An account that is no precompile succeeds and answers nothing.
            isOne := and(mload(0), eq(returndatasize(), 0x20))
        }
        require(success, PointNotInGroup());
        return isOne == 1;
    }

    /// @notice Reverts unless both coordinates are reduced and the point is not infinity.
    function requireReal(G1Point memory point) internal pure {
        requireReduced(point.x);
        requireReduced(point.y);
        require(point.x | point.y != 0, PointAtInfinity());
    }

    /// @notice Reverts unless all limbs are reduced and the point is not infinity.
    function requireReal(G2Point memory point) internal pure {
        requireReduced(point.x[0]);
        requireReduced(point.x[1]);
        requireReduced(point.y[0]);
        requireReduced(point.y[1]);
        require(point.x[0] | point.x[1] | point.y[0] | point.y[1] != 0, PointAtInfinity());
    }

    /// @notice Reverts unless `coordinate` is below the field's modulus.
    function requireReduced(uint256 coordinate) internal pure {
        require(coordinate < P, CoordinateTooLarge(coordinate, P));
    }

    /// @notice −`point`.
    function negate(G1Point memory point) internal pure returns (G1Point memory) {
        return G1Point(point.x, point.y == 0 ? 0 : P - point.y);
    }
}

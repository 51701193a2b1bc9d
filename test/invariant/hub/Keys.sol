// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point, G2Point} from "../../../contracts/libraries/BN254.sol";
import {HashHint} from "../../../contracts/libraries/Certificates.sol";
import {Points} from "../Points.sol";
import {G2} from "./G2.sol";

/// @notice Keys whose secrets are so small that each sum of them is known as well: operators have powers of two.
contract Keys {
    uint256 public constant BITS = 8;

    /// @dev By secret.
    mapping(uint256 secret => G2Point) private _multiples;

    constructor() {
        G2Point memory point = G2.generator();
        _multiples[1] = point;
        for (uint256 secret = 2; secret < 1 << BITS; ++secret) {
            point = G2.add(point, G2.generator());
            _multiples[secret] = point;
        }
    }

    function sign(bytes32 digest, uint256 secret) external view returns (G1Point memory, HashHint memory) {
        (G1Point memory point, HashHint memory hint) = Points.hashToPoint(digest);
        return (BN254.mul(point, secret), hint);
    }

    /// @notice As EigenLayer's KeyRegistrar takes a key.
    function keyData(uint256 secret) external view returns (bytes memory) {
        return abi.encode(g1(secret), _multiples[secret]);
    }

    function g2(uint256 secret) external view returns (G2Point memory) {
        return _multiples[secret];
    }

    function g1(uint256 secret) public view returns (G1Point memory) {
        return BN254.mul(G1Point(BN254.G1_X, BN254.G1_Y), secret);
    }
}

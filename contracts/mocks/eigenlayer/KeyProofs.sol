// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point, G2Point} from "../../libraries/BN254.sol";

/// @title KeyProofs
/// @notice Proofs of possession: a key's signature of a digest, and that both halves of the key have one secret.
library KeyProofs {
    using BN254 for G1Point;

    /// @notice Whether `signature` is the key's signature of `digest`, and its halves belong together: both at once, by a factor
    /// that nobody can choose.
    function isProof(
        bytes32 digest,
        G1Point memory g1,
        G2Point memory g2,
        G1Point memory signature
    ) internal view returns (bool) {
        uint256 gamma = uint256(keccak256(abi.encode(digest, g1, g2, signature))) % BN254.R;
        return
            signature.add(g1.mul(gamma)).pairsWithGenerator(
                hashToG1(digest).add(G1Point(BN254.G1_X, BN254.G1_Y).mul(gamma)),
                g2
            );
    }

    /// @notice The first point from `digest` on, by its x.
    function hashToG1(bytes32 digest) internal view returns (G1Point memory) {
        uint256 x = uint256(digest) % BN254.P;
        while (true) {
            uint256 square = addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
            uint256 y = _rootOf(square);
            if (mulmod(y, y, BN254.P) == square) return G1Point(x, y);
            x = addmod(x, 1, BN254.P);
        }
        return G1Point(0, 0);
    }

    /// @dev `square`^((P + 1) / 4): a root, if there is one.
    function _rootOf(uint256 square) private view returns (uint256) {
        uint256 exponent = (BN254.P + 1) / 4;
        (, bytes memory root) = address(5).staticcall(
            abi.encode(uint256(32), uint256(32), uint256(32), square, exponent, BN254.P)
        );
        return abi.decode(root, (uint256));
    }
}

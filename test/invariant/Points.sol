// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point} from "../../contracts/libraries/BN254.sol";
import {HashHint} from "../../contracts/libraries/Certificates.sol";

/// @notice What a signer does with a digest.
library Points {
    uint256 private constant ROOT_EXPONENT = (BN254.P + 1) / 4;

    /// @notice Try and increment, with the witnesses of what was tried.
    function hashToPoint(bytes32 digest) internal view returns (G1Point memory point, HashHint memory hint) {
        uint256[] memory roots = new uint256[](256);
        uint256 rejected = 0;
        for (uint256 x = uint256(digest) % BN254.P; ; x = addmod(x, 1, BN254.P)) {
            uint256 beta = addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
            uint256 y = _root(beta);
            if (mulmod(y, y, BN254.P) == beta) {
                (point, hint.fourthRoot) = (G1Point(x, y), _root(y));
                break;
            }
            roots[rejected++] = _root(BN254.P - beta);
        }
        assembly ("memory-safe") {
            mstore(roots, rejected)
        }
        hint.nonResidueRoots = roots;
    }

    function _root(uint256 square) private view returns (uint256) {
        (, bytes memory root) = address(5).staticcall(
            abi.encode(uint256(32), uint256(32), uint256(32), square, ROOT_EXPONENT, BN254.P)
        );
        return abi.decode(root, (uint256));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G2Point} from "../../../contracts/libraries/BN254.sol";

/// @notice Adds points of BN254's second group, which no precompile does, so that any signers' aggregate key can be had.
/// @dev Numbers of the field are pairs, imaginary part first.
library G2 {
    /// @notice `a` + `b`, where neither is infinity, nor their sum.
    function add(G2Point memory a, G2Point memory b) internal view returns (G2Point memory sum) {
        uint256[2] memory slope;
        if (a.x[0] == b.x[0] && a.x[1] == b.x[1]) {
            uint256[2] memory square = _times(a.x, a.x);
            slope = _over(_plus(square, _plus(square, square)), _plus(a.y, a.y));
        } else {
            slope = _over(_minus(b.y, a.y), _minus(b.x, a.x));
        }
        sum.x = _minus(_minus(_times(slope, slope), a.x), b.x);
        sum.y = _minus(_times(slope, _minus(a.x, sum.x)), a.y);
    }

    function generator() internal pure returns (G2Point memory) {
        return G2Point([BN254.NEG_G2_X1, BN254.NEG_G2_X0], [BN254.P - BN254.NEG_G2_Y1, BN254.P - BN254.NEG_G2_Y0]);
    }

    function _over(uint256[2] memory a, uint256[2] memory b) private view returns (uint256[2] memory) {
        uint256 norm = addmod(mulmod(b[0], b[0], BN254.P), mulmod(b[1], b[1], BN254.P), BN254.P);
        (, bytes memory inverse) = address(5).staticcall(
            abi.encode(uint256(32), uint256(32), uint256(32), norm, BN254.P - 2, BN254.P)
        );
        uint256 factor = abi.decode(inverse, (uint256));
        return _times(a, [mulmod(BN254.P - b[0], factor, BN254.P), mulmod(b[1], factor, BN254.P)]);
    }

    function _times(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        uint256 imaginary = addmod(mulmod(a[0], b[1], BN254.P), mulmod(a[1], b[0], BN254.P), BN254.P);
        uint256 real = addmod(mulmod(a[1], b[1], BN254.P), BN254.P - mulmod(a[0], b[0], BN254.P), BN254.P);
        return [imaginary, real];
    }

    function _plus(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], b[0], BN254.P), addmod(a[1], b[1], BN254.P)];
    }

    function _minus(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], BN254.P - b[0], BN254.P), addmod(a[1], BN254.P - b[1], BN254.P)];
    }
}

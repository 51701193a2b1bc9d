// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point, G2Point} from "./BN254.sol";
import {OperatorTable} from "./OperatorTable.sol";
import {Batch} from "./Statements.sol";

/// @notice Witnesses that make hash-to-curve cheap: one root −(x³+3) for each candidate x that has no point, and a
/// fourth root of x³+3 for the candidate that has.
struct HashHint {
    uint256 fourthRoot;
    uint256[] nonResidueRoots;
}

/// @notice The aggregate BN254 signature of a quorum on one batch. Bit i of `nonSigners` says that row i of the epoch's
/// operator table did not sign.
struct Certificate {
    Batch batch;
    uint256 nonSigners;
    G1Point signature;
    G2Point aggregateKey;
    HashHint hint;
}

/// @title Certificates
/// @notice Who signed a digest: one pairing check, e(σ + γ·K₁, −G₂) · e(H + γ·G₁, K₂) = 1.
/// @dev K₁ is always computed from the table, never taken from calldata. γ binds digest, message point, both keys and the
/// signature, so that no half can be chosen to fit the others.
library Certificates {
    using BN254 for G1Point;
    using BN254 for G2Point;

    /// @notice Weights behind a digest.
    struct Vote {
        uint256 signedWeight;
        uint256 totalWeight;
    }

    /// @dev Candidates that may be rejected before one is accepted.
    uint256 internal constant MAX_CANDIDATES = 255;

    bytes32 internal constant GAMMA_TAG = keccak256("ParleyGamma");

    /// @notice Nobody signed.
    error NoSigners();

    /// @notice The signature does not verify.
    error SignatureInvalid();

    /// @notice More candidates were rejected than EigenLayer's hash ever needs.
    error TooManyCandidates(uint256 found, uint256 limit);

    /// @notice The witness does not prove that candidate `candidate` has no point.
    error NotANonResidueRoot(uint256 candidate, uint256 found);

    /// @notice The witness is not a fourth root of the accepted candidate's x³+3.
    error NotAFourthRoot(uint256 found);

    /// @notice γ is zero and would bind nothing.
    error ChallengeZero();

    /// @notice Verifies `certificate` over `digest` against the table stored at `table`.
    function verify(
        bytes32 digest,
        address table,
        Certificate calldata certificate
    ) internal view returns (Vote memory vote) {
        OperatorTable.Summary memory summary = OperatorTable.summary(table);
        (G1Point memory signersKey, uint256 signedWeight) = _signers(table, summary, certificate.nonSigners);

        (G1Point memory signature, G2Point memory aggregateKey, bool isReal) = _points(certificate);
        // Who is to blame is asked only when somebody is.
        if (!isReal) {
            signature.requireReal();
            aggregateKey.requireReal();
        }
        G1Point memory messagePoint = hashToPoint(digest, certificate.hint);

        uint256 gamma = challenge(digest, messagePoint, signersKey, aggregateKey, signature);
        require(
            BN254.pairsWithGenerator(
                signature.add(signersKey.mul(gamma)),
                messagePoint.add(G1Point(BN254.G1_X, BN254.G1_Y).mul(gamma)),
                aggregateKey
            ),
            SignatureInvalid()
        );
        return Vote(signedWeight, summary.totalWeight);
    }

    /// @notice EigenLayer's try-and-increment point of `digest`, witnessed.
    /// @dev A rejected candidate's witness w has w² = −(x³+3): p ≡ 3 (mod 4), so −1 is no square, and x³+3 is never 0,
    /// because −3 is no cube; hence x³+3 has no root. The accepted candidate's y is a square, because EigenLayer computes
    /// it as (x³+3)^((p+1)/4), an even power; the other root −y is not, so s² with s⁴ = x³+3 is that very y.
    function hashToPoint(bytes32 digest, HashHint calldata hint) internal pure returns (G1Point memory) {
        uint256[] calldata roots = hint.nonResidueRoots;
        require(roots.length <= MAX_CANDIDATES, TooManyCandidates(roots.length, MAX_CANDIDATES));
        uint256 x = uint256(digest) % BN254.P;
        uint256 modulus = BN254.P;
        uint256 failed = roots.length;
        // Each root must be below P, and root² + x³ + 3 = 0, where x is one more each time.
        assembly ("memory-safe") {
            for {
                let candidate := 0
            } lt(candidate, roots.length) {
                candidate := add(candidate, 1)
            } {
                let root := calldataload(add(roots.offset, shl(5, candidate)))
                let sum := addmod(mulmod(mulmod(x, x, modulus), x, modulus), 3, modulus)
                if or(addmod(sum, mulmod(root, root, modulus), modulus), iszero(lt(root, modulus))) {
                    failed := candidate
                    break
                }
                x := addmod(x, 1, modulus)
            }
        }
        if (failed != roots.length) {
            BN254.requireReduced(roots[failed]);
            revert NotANonResidueRoot(failed, roots[failed]);
        }
        uint256 fourthRoot = hint.fourthRoot;
        BN254.requireReduced(fourthRoot);
        uint256 y = mulmod(fourthRoot, fourthRoot, BN254.P);
        require(mulmod(y, y, BN254.P) == _curve(x), NotAFourthRoot(fourthRoot));
        return G1Point(x, y);
    }

    /// @notice γ, the challenge that binds everything:
    /// `keccak256(abi.encode(TAG, digest, H, K₁, K₂, σ)) mod r`, twelve words, K₂'s imaginary limbs first.
    function challenge(
        bytes32 digest,
        G1Point memory messagePoint,
        G1Point memory signersKey,
        G2Point memory aggregateKey,
        G1Point memory signature
    ) internal pure returns (uint256) {
        bytes32 tag = GAMMA_TAG;
        bytes32 hash;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, tag)
            mstore(add(words, 0x20), digest)
            mcopy(add(words, 0x40), messagePoint, 0x40)
            mcopy(add(words, 0x80), signersKey, 0x40)
            mcopy(add(words, 0xc0), mload(aggregateKey), 0x40)
            mcopy(add(words, 0x100), mload(add(aggregateKey, 0x20)), 0x40)
            mcopy(add(words, 0x140), signature, 0x40)
            hash := keccak256(words, 0x180)
        }
        return reduceChallenge(hash);
    }

    /// @notice A hash as a scalar that binds: reduced by the groups' order, never zero.
    function reduceChallenge(bytes32 hash) internal pure returns (uint256 gamma) {
        gamma = uint256(hash) % BN254.R;
        require(gamma != 0, ChallengeZero());
    }

    function _signers(
        address table,
        OperatorTable.Summary memory summary,
        uint256 nonSigners
    ) private view returns (G1Point memory key, uint256 weight) {
        key = summary.aggregateKey;
        weight = summary.totalWeight;
        if (nonSigners != 0) {
            (G1Point memory absentKeys, uint256 absentWeight) = OperatorTable.absent(table, nonSigners);
            key = key.add(absentKeys.negate());
            weight -= absentWeight;
        }
        require(weight != 0, NoSigners());
        // Sums of points on the curve are on it; infinity is all that is left to refuse.
        require(key.x | key.y != 0, BN254.PointAtInfinity());
    }

    function _curve(uint256 x) private pure returns (uint256) {
        return addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
    }

    /// @dev Signature and aggregate key, which lie side by side behind batch and absentee word, and whether all their
    /// coordinates are reduced and neither is infinity.
    function _points(
        Certificate calldata certificate
    ) private pure returns (G1Point memory signature, G2Point memory aggregateKey, bool isReal) {
        uint256 modulus = BN254.P;
        assembly ("memory-safe") {
            signature := mload(0x40)
            calldatacopy(signature, add(certificate, 0xa0), 0xc0)
            aggregateKey := add(signature, 0xc0)
            mstore(aggregateKey, add(signature, 0x40))
            mstore(add(aggregateKey, 0x20), add(signature, 0x80))
            mstore(0x40, add(signature, 0x100))

            let x := mload(signature)
            let y := mload(add(signature, 0x20))
            isReal := and(and(lt(x, modulus), lt(y, modulus)), iszero(iszero(or(x, y))))
            let any := 0
            for {
                let limb := add(signature, 0x40)
            } lt(limb, aggregateKey) {
                limb := add(limb, 0x20)
            } {
                x := mload(limb)
                any := or(any, x)
                isReal := and(isReal, lt(x, modulus))
            }
            isReal := and(isReal, iszero(iszero(any)))
        }
    }
}

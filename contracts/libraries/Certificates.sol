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

        G1Point memory signature = certificate.signature;
        signature.requireReal();
        G2Point memory aggregateKey = certificate.aggregateKey;
        aggregateKey.requireReal();
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
        uint256 rejected = hint.nonResidueRoots.length;
        require(rejected <= MAX_CANDIDATES, TooManyCandidates(rejected, MAX_CANDIDATES));
        uint256 x = uint256(digest) % BN254.P;
        for (uint256 candidate = 0; candidate < rejected; ++candidate) {
            uint256 root = hint.nonResidueRoots[candidate];
            BN254.requireReduced(root);
            require(mulmod(root, root, BN254.P) == BN254.P - _curve(x), NotANonResidueRoot(candidate, root));
            x = addmod(x, 1, BN254.P);
        }
        uint256 fourthRoot = hint.fourthRoot;
        BN254.requireReduced(fourthRoot);
        uint256 y = mulmod(fourthRoot, fourthRoot, BN254.P);
        require(mulmod(y, y, BN254.P) == _curve(x), NotAFourthRoot(fourthRoot));
        return G1Point(x, y);
    }

    /// @notice γ, the challenge that binds everything.
    function challenge(
        bytes32 digest,
        G1Point memory messagePoint,
        G1Point memory signersKey,
        G2Point memory aggregateKey,
        G1Point memory signature
    ) internal pure returns (uint256) {
        return
            reduceChallenge(
                keccak256(abi.encode(GAMMA_TAG, digest, messagePoint, signersKey, aggregateKey, signature))
            );
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
            (G1Point memory absentKeys, uint256 absentWeight) = OperatorTable.absent(table, nonSigners, summary.rows);
            key = key.add(absentKeys.negate());
            weight -= absentWeight;
        }
        require(weight != 0, NoSigners());
        key.requireReal();
    }

    function _curve(uint256 x) private pure returns (uint256) {
        return addmod(mulmod(mulmod(x, x, BN254.P), x, BN254.P), 3, BN254.P);
    }
}

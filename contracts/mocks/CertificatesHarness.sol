// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BN254, G1Point} from "../libraries/BN254.sol";
import {Certificate, Certificates, HashHint} from "../libraries/Certificates.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Batch, Statements} from "../libraries/Statements.sol";

/// @title CertificatesHarness
/// @notice Shows the parts of a certificate's verification one by one.
contract CertificatesHarness {
    using BN254 for G1Point;

    /// @notice Stores a table.
    function store(bytes calldata rows) external returns (address) {
        return OperatorTable.store(rows);
    }

    /// @notice All of it.
    function verify(
        bytes32 batchDigest,
        address table,
        Certificate calldata certificate
    ) external view returns (Certificates.Vote memory) {
        return Certificates.verify(batchDigest, table, certificate);
    }

    /// @notice K₁ by the table and the absentee word.
    function signersKey(address table, uint256 nonSigners) external view returns (G1Point memory) {
        OperatorTable.Summary memory summary = OperatorTable.summary(table);
        (G1Point memory absent, ) = OperatorTable.absent(table, nonSigners);
        return summary.aggregateKey.add(absent.negate());
    }

    /// @notice The digest that is signed.
    function digest(bytes32 domain, Batch calldata batch) external pure returns (bytes32) {
        return Statements.digest(domain, batch);
    }

    /// @notice The digest's point by its witness.
    function hashToPoint(bytes32 batchDigest, HashHint calldata hint) external pure returns (G1Point memory) {
        return Certificates.hashToPoint(batchDigest, hint);
    }

    /// @notice A hash as a challenge.
    function reduceChallenge(bytes32 hash) external pure returns (uint256) {
        return Certificates.reduceChallenge(hash);
    }
}

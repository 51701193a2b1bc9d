// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {Certificate, Certificates} from "../libraries/Certificates.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {Statements} from "../libraries/Statements.sol";

/// @title IdealVerifier
/// @notice A double of the CertificateVerifier without curves: who signed what stands in a book, as if signatures could not
/// be forged. Weights are counted as the real one counts them.
contract IdealVerifier is ICertificateVerifier {
    /// @inheritdoc ICertificateVerifier
    bytes32 public immutable domainSeparator;

    mapping(bytes32 digest => mapping(bytes32 tableHash => uint256 rows)) private _signed;

    constructor(uint64 hubChainId, address serviceManager) {
        domainSeparator = Statements.domainSeparator(hubChainId, serviceManager);
    }

    /// @notice Records that these rows of a table, named by the hash of its code, signed a digest.
    function sign(bytes32 tableHash, bytes32 digest, uint256 rows) external {
        _signed[digest][tableHash] |= rows;
    }

    /// @inheritdoc ICertificateVerifier
    function verify(
        address table,
        Certificate calldata certificate
    ) external view returns (uint16 signedBps, uint128 totalWeight) {
        OperatorTable.Summary memory summary = OperatorTable.summary(table);
        (, uint256 absent) = OperatorTable.absent(table, certificate.nonSigners);
        require(absent < summary.totalWeight, Certificates.NoSigners());
        uint256 claimed = ((1 << OperatorTable.rowsOf(table)) - 1) & ~certificate.nonSigners;
        bytes32 digest = Statements.digest(domainSeparator, certificate.batch);
        require(claimed & ~_signed[digest][table.codehash] == 0, Certificates.SignatureInvalid());
        return (uint16(((summary.totalWeight - absent) * 10_000) / summary.totalWeight), summary.totalWeight);
    }
}

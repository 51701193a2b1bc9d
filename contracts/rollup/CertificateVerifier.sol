// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICertificateVerifier} from "../interfaces/ICertificateVerifier.sol";
import {Certificate, Certificates} from "../libraries/Certificates.sol";
import {Statements} from "../libraries/Statements.sol";

/// @title CertificateVerifier
/// @notice Step 4 of 5: says who stands behind a batch. Pages were signed by operators (`scripts/nodes/operator`) and
/// collected by an aggregator; the Inbox acts on the answer.
/// @dev Safety rests on the pairing check of `Certificates`; there is no state to corrupt.
contract CertificateVerifier is ICertificateVerifier {
    using SafeCast for uint256;

    uint256 private constant WHOLE_BPS = 10_000;

    /// @inheritdoc ICertificateVerifier
    bytes32 public immutable domainSeparator;

    /// @param hubChainId EIP-155 chain id of the hub.
    /// @param serviceManager The service manager on the hub.
    constructor(uint64 hubChainId, address serviceManager) {
        domainSeparator = Statements.domainSeparator(hubChainId, serviceManager);
    }

    /// @inheritdoc ICertificateVerifier
    function verify(
        address table,
        Certificate calldata certificate
    ) external view returns (uint16 signedBps, uint128 totalWeight) {
        Certificates.Vote memory vote = Certificates.verify(
            Statements.digest(domainSeparator, certificate.batch),
            table,
            certificate
        );
        // Both weights come from one table, so the quotient is at most 10 000 and the total at most 2^104.
        signedBps = uint16((vote.signedWeight * WHOLE_BPS) / vote.totalWeight);
        totalWeight = vote.totalWeight.toUint128();
    }
}

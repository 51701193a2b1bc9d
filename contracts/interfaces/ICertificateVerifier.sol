// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Certificate} from "../libraries/Certificates.sol";

/// @title ICertificateVerifier
/// @notice Step 4 of 5. Says who stands behind a batch: checks the aggregate signature against an operator table. It holds
/// nothing but its EIP-712 domain; which table may speak, and when, its callers decide (`Epochs`).
interface ICertificateVerifier {
    /// @notice The EIP-712 domain of what operators sign.
    function domainSeparator() external view returns (bytes32);

    /// @notice Verifies the certificate against the operator table that is the code of `table`.
    /// @dev Anyone may call; the digest is computed here from the batch. Reverts with an error of `Certificates`, `BN254` or
    /// `OperatorTable`.
    /// @return signedBps Weight of the signers in basis points of the table's, rounded down.
    /// @return totalWeight The table's total weight.
    function verify(
        address table,
        Certificate calldata certificate
    ) external view returns (uint16 signedBps, uint128 totalWeight);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title MuteVerifier
/// @notice Names a domain as a verifier does, takes every certificate, and answers nothing.
contract MuteVerifier {
    /// @notice The domain it was told.
    bytes32 public immutable domainSeparator;

    constructor(bytes32 domain) {
        domainSeparator = domain;
    }

    fallback() external {}
}

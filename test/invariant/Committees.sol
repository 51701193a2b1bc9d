// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IdealVerifier} from "../../contracts/mocks/IdealVerifier.sol";
import {BN254, G1Point, G2Point} from "../../contracts/libraries/BN254.sol";
import {Certificate} from "../../contracts/libraries/Certificates.sol";
import {OperatorTable} from "../../contracts/libraries/OperatorTable.sol";
import {Batch, Statements} from "../../contracts/libraries/Statements.sol";
import {Assertions} from "../support/Assertions.sol";
import {Points} from "./Points.sol";

/// @notice An operator set all of whose secrets the test holds (test/vectors/committees.json).
abstract contract Committee is Assertions {
    bytes32 internal immutable DOMAIN;
    bytes public packed;
    uint256[] public weights;
    uint256 public totalWeight;

    constructor(bytes32 domain, uint256 index) {
        DOMAIN = domain;
        string memory json = vectors("committees.json");
        packed = vm.parseJsonBytes(json, path("cases", index, "packed"));
        weights = vm.parseJsonUintArray(json, path("cases", index, "weights"));
        for (uint256 row = 0; row < weights.length; ++row) totalWeight += weights[row];
    }

    /// @notice A certificate that names `nonSigners` as absent; it is honest if `absent` are just those.
    function certify(
        Batch calldata batch,
        uint256 nonSigners,
        uint256 absent
    ) external returns (Certificate memory certificate) {
        certificate.batch = batch;
        certificate.nonSigners = nonSigners;
        _sign(certificate, Statements.digest(DOMAIN, batch), nonSigners, absent);
    }

    function rows() external view returns (uint256) {
        return weights.length;
    }

    function weightWithout(uint256 nonSigners) external view returns (uint256 weight) {
        for (uint256 row = 0; row < weights.length; ++row) {
            if ((nonSigners >> row) & 1 == 0) weight += weights[row];
        }
    }

    function _sign(Certificate memory certificate, bytes32 digest, uint256 nonSigners, uint256 absent) internal virtual;
}

/// @notice Signs in the book of an IdealVerifier.
contract IdealCommittee is Committee {
    IdealVerifier private immutable VERIFIER;
    bytes32 private immutable TABLE_HASH;

    constructor(IdealVerifier verifier, uint256 index) Committee(verifier.domainSeparator(), index) {
        VERIFIER = verifier;
        TABLE_HASH = OperatorTable.store(packed).codehash;
    }

    function _sign(Certificate memory, bytes32 digest, uint256, uint256 absent) internal override {
        VERIFIER.sign(TABLE_HASH, digest, ((1 << weights.length) - 1) & ~absent);
    }
}

/// @notice Signs with real keys: the sum of the signers' secrets times the digest's point.
contract BlsCommittee is Committee {
    uint256[] private _secrets;
    uint256[] private _signersKeys;

    constructor(bytes32 domain, uint256 index) Committee(domain, index) {
        string memory json = vectors("committees.json");
        _secrets = vm.parseJsonUintArray(json, path("cases", index, "secrets"));
        _signersKeys = vm.parseJsonUintArray(json, path("cases", index, "signersKeys"));
    }

    function _sign(
        Certificate memory certificate,
        bytes32 digest,
        uint256 nonSigners,
        uint256 absent
    ) internal view override {
        uint256 secret = 0;
        for (uint256 row = 0; row < _secrets.length; ++row) {
            if ((absent >> row) & 1 == 0) secret = addmod(secret, _secrets[row], BN254.R);
        }
        G1Point memory point;
        (point, certificate.hint) = Points.hashToPoint(digest);
        certificate.signature = BN254.mul(point, secret);
        uint256 at = nonSigners * 4;
        certificate.aggregateKey = G2Point(
            [_signersKeys[at], _signersKeys[at + 1]],
            [_signersKeys[at + 2], _signersKeys[at + 3]]
        );
    }
}

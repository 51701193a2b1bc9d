// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Certificate} from "../../../contracts/libraries/Certificates.sol";
import {Batch, Page, Rollup, Statements, Table} from "../../../contracts/libraries/Statements.sol";
import {Builders} from "./Builders.sol";

/// @notice Operators that sign with the keys of their rows.
abstract contract Signers is Builders {
    /// @dev A certificate of an epoch's rows of which `signers` names who signs, bit i = row i.
    function _certificate(
        uint256 epoch,
        uint256 issuedAt,
        bytes32 statementsRoot,
        uint256 signers
    ) internal view returns (Certificate memory certificate) {
        certificate.batch = Batch(SET, uint32(epoch), uint64(issuedAt), statementsRoot);
        uint256[] storage secrets = _epochs[epoch].secrets;
        uint256 secret = 0;
        for (uint256 row = 0; row < secrets.length; ++row) {
            if ((signers >> row) & 1 == 1) secret += secrets[row];
            else certificate.nonSigners |= 1 << row;
        }
        bytes32 domain = _hub.VERIFIER().domainSeparator();
        bytes32 hash = keccak256(abi.encode(Statements.BATCH_TYPEHASH, certificate.batch));
        (certificate.signature, certificate.hint) = KEYS.sign(
            keccak256(abi.encodePacked(hex"1901", domain, hash)),
            secret
        );
        certificate.aggregateKey = KEYS.g2(secret);
    }

    /// @dev The statement of an epoch as the hub has it.
    function _tableOf(uint32 epoch) internal view returns (Table memory) {
        bytes32 tableHash = keccak256(_hub.TABLES().rowsOf(SET, epoch));
        return Table(SET, epoch, tableHash, uint64(_epochs[epoch].validFrom), uint64(_validUntil(epoch)));
    }

    function _allRows(uint256 epoch) internal view returns (uint256) {
        return (1 << _epochs[epoch].operators.length) - 1;
    }

    function _leaf(Page memory page) internal pure returns (bytes32) {
        return _leaf(abi.encode(Statements.PAGE_TYPEHASH, page));
    }

    function _leaf(Table memory table) internal pure returns (bytes32) {
        return _leaf(abi.encode(Statements.TABLE_TYPEHASH, table));
    }

    function _leaf(Rollup memory entry) internal pure returns (bytes32) {
        return _leaf(abi.encode(Statements.ROLLUP_TYPEHASH, entry));
    }

    /// @dev The root of a batch of two.
    function _root(bytes32 leaf, bytes32 sibling) internal pure returns (bytes32) {
        return leaf < sibling ? keccak256(abi.encode(leaf, sibling)) : keccak256(abi.encode(sibling, leaf));
    }

    function _proof(bytes32 sibling) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }

    function _leaf(bytes memory encoded) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(keccak256(encoded)));
    }
}

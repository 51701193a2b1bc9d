// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Acceptance} from "./Acceptance.sol";
import {Certificate} from "./Certificates.sol";
import {PageTree} from "./PageTree.sol";
import {Page, Rollup, Statements, Table} from "./Statements.sol";

/// @notice A statement's batch, and who signed it. Of a single operator: a certificate in which everybody else is absent.
struct Speech {
    Certificate certificate;
    bytes32[] batchProof;
}

/// @notice A place below both counts at which two pages hold different messages; empty where the counts are equal.
struct Divergence {
    uint16 index;
    bytes32 messageIdA;
    bytes32 messageIdB;
    bytes32[] rangeProofA;
    bytes32[] rangeProofB;
}

/// @title Contradictions
/// @notice Which two statements cannot both be true, told from the statements alone. Defined so that who repeats the truth, in
/// whatever batch and epoch, never contradicts itself: when and with what finality something was said is no content.
library Contradictions {
    /// @dev What a statement is about.
    bytes32 private constant PAGE_SUBJECT = keccak256("ParleyPageSubject");
    bytes32 private constant TABLE_SUBJECT = keccak256("ParleyTableSubject");
    bytes32 private constant ENTRY_SUBJECT = keccak256("ParleyEntrySubject");

    /// @notice The statements are not about the same lane and page, table or entry.
    error DifferentSubjects();

    /// @notice The statements agree.
    error NoContradiction();

    /// @notice The place is not below both counts.
    error IndexBeyondCount(uint16 index, uint16 countA, uint16 countB);

    /// @notice The messages prove another page.
    error PageRootMismatch(bytes32 found, bytes32 required);

    /// @notice Only final pages convict here.
    error NotFinal(uint8 finality);

    /// @notice Two operator sets spoke.
    error DifferentSets(uint32 operatorSetIdA, uint32 operatorSetIdB);

    /// @notice Reverts unless both pages are final: a pair counts as its weaker half.
    function requireFinal(Page calldata pageA, Page calldata pageB) internal pure {
        require(pageA.finality == Acceptance.FINAL, NotFinal(pageA.finality));
        require(pageB.finality == Acceptance.FINAL, NotFinal(pageB.finality));
    }

    /// @notice Reverts unless one set spoke twice.
    /// @return operatorSetId The set.
    function requireOneSet(
        Speech calldata speechA,
        Speech calldata speechB
    ) internal pure returns (uint32 operatorSetId) {
        operatorSetId = speechA.certificate.batch.operatorSetId;
        uint32 other = speechB.certificate.batch.operatorSetId;
        require(operatorSetId == other, DifferentSets(operatorSetId, other));
    }

    /// @notice Reverts unless two pages of one lane and page index differ: at equal counts another root or head; else different
    /// messages at a place below both counts.
    /// @return subject What both are about.
    function requireBetween(
        Page calldata pageA,
        Page calldata pageB,
        Divergence calldata divergence
    ) internal pure returns (bytes32 subject) {
        subject = subjectOf(pageA);
        require(subject == subjectOf(pageB), DifferentSubjects());
        if (pageA.count == pageB.count) {
            require(pageA.root != pageB.root || pageA.chainHead != pageB.chainHead, NoContradiction());
            return subject;
        }
        require(
            divergence.index < pageA.count && divergence.index < pageB.count,
            IndexBeyondCount(divergence.index, pageA.count, pageB.count)
        );
        require(divergence.messageIdA != divergence.messageIdB, NoContradiction());
        _requireLeaf(divergence.messageIdA, divergence.index, divergence.rangeProofA, pageA.root);
        _requireLeaf(divergence.messageIdB, divergence.index, divergence.rangeProofB, pageB.root);
    }

    /// @notice Reverts unless two tables of one set and epoch differ.
    /// @return subject What both are about.
    function requireBetween(Table calldata tableA, Table calldata tableB) internal pure returns (bytes32 subject) {
        subject = subjectOf(tableA);
        require(subject == subjectOf(tableB), DifferentSubjects());
        require(Statements.leaf(tableA) != Statements.leaf(tableB), NoContradiction());
    }

    /// @notice Reverts unless two entries of one chain and version differ.
    /// @return subject What both are about.
    function requireBetween(Rollup calldata entryA, Rollup calldata entryB) internal pure returns (bytes32 subject) {
        subject = subjectOf(entryA);
        require(subject == subjectOf(entryB), DifferentSubjects());
        require(Statements.leaf(entryA) != Statements.leaf(entryB), NoContradiction());
    }

    /// @notice What a page is about: lane and page index.
    function subjectOf(Page calldata page) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PAGE_SUBJECT,
                    page.sourceChainId,
                    page.sourceGateway,
                    page.destinationChainId,
                    page.destinationGateway,
                    page.pageIndex
                )
            );
    }

    /// @notice What a table is about: set and epoch.
    function subjectOf(Table calldata table) internal pure returns (bytes32) {
        return keccak256(abi.encode(TABLE_SUBJECT, table.operatorSetId, table.epoch));
    }

    /// @notice What an entry is about: chain and version.
    function subjectOf(Rollup calldata entry) internal pure returns (bytes32) {
        return keccak256(abi.encode(ENTRY_SUBJECT, entry.chainId, entry.version));
    }

    function _requireLeaf(
        bytes32 messageId,
        uint256 index,
        bytes32[] calldata rangeProof,
        bytes32 required
    ) private pure {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = messageId;
        bytes32 found = PageTree.rootOfRun(ids, index, rangeProof);
        require(found == required, PageRootMismatch(found, required));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Batch, Halt, Page, Rollup, Statements, Table} from "../../contracts/libraries/Statements.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library calldata.
contract StatementsHarness {
    function leafOfPage(Page calldata page) external pure returns (bytes32) {
        return Statements.leaf(page);
    }

    function leafOfTable(Table calldata table) external pure returns (bytes32) {
        return Statements.leaf(table);
    }

    function leafOfRollup(Rollup calldata rollup) external pure returns (bytes32) {
        return Statements.leaf(rollup);
    }

    function leafOfHalt(Halt calldata halt) external pure returns (bytes32) {
        return Statements.leaf(halt);
    }

    function digest(bytes32 domain, Batch calldata batch) external pure returns (bytes32) {
        return Statements.digest(domain, batch);
    }

    function batchRoot(bytes32 leaf, bytes32[] calldata proof) external pure returns (bytes32) {
        return Statements.batchRoot(leaf, proof);
    }

    function requireInBatch(bytes32 leaf, bytes32[] calldata proof, bytes32 root) external pure {
        Statements.requireInBatch(leaf, proof, root);
    }
}

contract StatementsTest is Assertions {
    struct ProofCase {
        uint256 batch;
        bytes32 leaf;
        uint256 position;
        bytes32[] proof;
    }

    string private constant PAGE =
        "Page(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 pageIndex,uint16 count,bytes32 root,bytes32 chainHead,uint64 blockNumber,uint64 sourceTimestamp,uint8 finality)";
    string private constant TABLE =
        "Table(uint32 operatorSetId,uint32 epoch,bytes32 tableHash,uint64 validFrom,uint64 validUntil)";
    string private constant ROLLUP =
        "Rollup(uint64 chainId,address gateway,uint32 operatorSetId,uint8 status,uint8 finality,bool refutable,uint64 version)";
    string private constant HALT = "Halt(uint64 chainId,address gateway,uint64 expiresAt,bytes32 reason)";
    string private constant BATCH =
        "Batch(uint32 operatorSetId,uint32 tableEpoch,uint64 issuedAt,bytes32 statementsRoot)";
    string private constant PROOF_CASE = "ProofCase(uint256 batch,bytes32 leaf,uint256 position,bytes32[] proof)";

    StatementsHarness private immutable harness = new StatementsHarness();

    function test_TypeHashesAreThoseOfTheSpecificationAndTheVectors() external view {
        string memory json = vectors("statements.json");
        equal(Statements.PAGE_TYPEHASH, keccak256(bytes(PAGE)), "page");
        equal(Statements.TABLE_TYPEHASH, keccak256(bytes(TABLE)), "table");
        equal(Statements.ROLLUP_TYPEHASH, keccak256(bytes(ROLLUP)), "rollup");
        equal(Statements.HALT_TYPEHASH, keccak256(bytes(HALT)), "halt");
        equal(Statements.BATCH_TYPEHASH, keccak256(bytes(BATCH)), "batch");
        equal(vm.parseJsonBytes32(json, ".pageTypeHash"), Statements.PAGE_TYPEHASH, "TypeScript's page");
        equal(vm.parseJsonBytes32(json, ".tableTypeHash"), Statements.TABLE_TYPEHASH, "TypeScript's table");
        equal(vm.parseJsonBytes32(json, ".rollupTypeHash"), Statements.ROLLUP_TYPEHASH, "TypeScript's rollup");
        equal(vm.parseJsonBytes32(json, ".haltTypeHash"), Statements.HALT_TYPEHASH, "TypeScript's halt");
    }

    function test_LeavesAreThoseOfTheVectors() external view {
        string memory json = vectors("statements.json");
        Page[] memory pages = abi.decode(vm.parseJsonTypeArray(json, ".pages", PAGE), (Page[]));
        Table[] memory tables = abi.decode(vm.parseJsonTypeArray(json, ".tables", TABLE), (Table[]));
        Rollup[] memory rollups = abi.decode(vm.parseJsonTypeArray(json, ".rollups", ROLLUP), (Rollup[]));
        Halt[] memory halts = abi.decode(vm.parseJsonTypeArray(json, ".halts", HALT), (Halt[]));
        equal(pages.length + tables.length + rollups.length + halts.length, 12, "three of each");
        for (uint256 i = 0; i < 3; ++i) {
            _requireLeaf(json, "pages", i, harness.leafOfPage(pages[i]));
            _requireLeaf(json, "tables", i, harness.leafOfTable(tables[i]));
            _requireLeaf(json, "rollups", i, harness.leafOfRollup(rollups[i]));
            _requireLeaf(json, "halts", i, harness.leafOfHalt(halts[i]));
        }
    }

    function test_DomainsAndDigestsAreThoseOfTheVectors() external view {
        string memory json = vectors("statements.json");
        for (uint256 i = 0; i < vm.parseJsonUint(json, ".domainsCount"); ++i) {
            bytes32 separator = Statements.domainSeparator(
                uint64(vm.parseJsonUint(json, path("domains", i, "hubChainId"))),
                vm.parseJsonAddress(json, path("domains", i, "serviceManager"))
            );
            equal(separator, vm.parseJsonBytes32(json, path("domains", i, "separator")), "domain");
        }
        bytes32 domain = Statements.domainSeparator(
            uint64(vm.parseJsonUint(json, ".hubChainId")),
            vm.parseJsonAddress(json, ".serviceManager")
        );
        Batch[] memory batches = abi.decode(vm.parseJsonTypeArray(json, ".batches", BATCH), (Batch[]));
        for (uint256 i = 0; i < batches.length; ++i) {
            bytes32 required = vm.parseJsonBytes32(json, path("batches", i, "digest"));
            equal(harness.digest(domain, batches[i]), required, "digest");
        }
    }

    function test_BatchesOf1To65StatementsProveEachAndNoOther() external {
        string memory json = vectors("statements.json");
        Batch[] memory batches = abi.decode(vm.parseJsonTypeArray(json, ".batches", BATCH), (Batch[]));
        equal(batches.length, 5, "batches of 1, 2, 3, 64 and 65");
        ProofCase[] memory proofs = abi.decode(vm.parseJsonTypeArray(json, ".proofs", PROOF_CASE), (ProofCase[]));
        equal(proofs.length, vm.parseJsonUint(json, ".proofsCount"), "proofs");
        for (uint256 i = 0; i < proofs.length; ++i) {
            ProofCase memory given = proofs[i];
            bytes32 root = batches[given.batch].statementsRoot;
            harness.requireInBatch(given.leaf, given.proof, root);

            bytes32 otherLeaf = given.leaf ^ bytes32(uint256(1));
            _expectNotInBatch(harness.batchRoot(otherLeaf, given.proof), root);
            harness.requireInBatch(otherLeaf, given.proof, root);
            for (uint256 level = 0; level < given.proof.length; ++level) {
                given.proof[level] ^= bytes32(uint256(1) << 255);
                _expectNotInBatch(harness.batchRoot(given.leaf, given.proof), root);
                harness.requireInBatch(given.leaf, given.proof, root);
                given.proof[level] ^= bytes32(uint256(1) << 255);
            }
        }
    }

    function test_Takes32LevelsAndRefuses33() external {
        bytes32[] memory proof = new bytes32[](32);
        bytes32 root = bytes32(uint256(7));
        for (uint256 level = 0; level < 32; ++level) {
            proof[level] = word(32, level);
            root = _pair(root, proof[level]);
        }
        harness.requireInBatch(bytes32(uint256(7)), proof, root);

        vm.expectRevert(abi.encodeWithSelector(Statements.BatchProofTooLong.selector, 33, 32));
        harness.batchRoot(bytes32(uint256(7)), new bytes32[](33));
        vm.expectRevert(abi.encodeWithSelector(Statements.BatchProofTooLong.selector, 33, 32));
        harness.requireInBatch(bytes32(uint256(7)), new bytes32[](33), root);
    }

    /// @dev A tree alone takes an inner node for a leaf. No statement has one as its leaf, because leaves hash 32 bytes and
    /// nodes 64: whatever is hashed as a statement's struct hash, the root is another.
    function testFuzz_NoInnerNodePosesAsAStatement(Page[4] calldata pages) external {
        bytes32[4] memory leaves;
        for (uint256 i = 0; i < 4; ++i) leaves[i] = harness.leafOfPage(pages[i]);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = _pair(leaves[2], leaves[3]);
        bytes32 inner = _pair(leaves[0], leaves[1]);
        bytes32 root = _pair(inner, proof[0]);
        equal(harness.batchRoot(inner, proof), root, "a node is a leaf to the tree alone");

        bytes32 posing = keccak256(abi.encodePacked(inner));
        _expectNotInBatch(_pair(posing, proof[0]), root);
        harness.requireInBatch(posing, proof, root);
        // The root itself, as a batch of one.
        posing = keccak256(abi.encodePacked(root));
        _expectNotInBatch(posing, root);
        harness.requireInBatch(posing, new bytes32[](0), root);
    }

    /// @dev The words of one statement read as any other kind: for each pair of what is signed, one refuses the other.
    function testFuzz_NoKindOfStatementPosesAsAnother(
        uint32[4] calldata small,
        uint64[4] calldata numbers,
        bytes32 data
    ) external {
        bytes32[6] memory leaves = _leavesOfAllKinds(small, numbers, data);
        for (uint256 spoken = 0; spoken < 6; ++spoken) {
            for (uint256 claimed = 0; claimed < 6; ++claimed) {
                if (claimed == spoken) continue;
                _expectNotInBatch(leaves[claimed], leaves[spoken]);
                harness.requireInBatch(leaves[claimed], new bytes32[](0), leaves[spoken]);
            }
        }
    }

    function testFuzz_LeavesAreHashedTwice(Page calldata page, Table calldata table) external view {
        bytes32 pageHash = keccak256(
            bytes.concat(
                abi.encode(
                    keccak256(bytes(PAGE)),
                    page.sourceChainId,
                    page.sourceGateway,
                    page.destinationChainId,
                    page.destinationGateway,
                    page.pageIndex
                ),
                abi.encode(page.count, page.root, page.chainHead, page.blockNumber, page.sourceTimestamp, page.finality)
            )
        );
        equal(harness.leafOfPage(page), keccak256(abi.encode(pageHash)), "page");
        bytes32 tableHash = keccak256(
            abi.encode(
                keccak256(bytes(TABLE)),
                table.operatorSetId,
                table.epoch,
                table.tableHash,
                table.validFrom,
                table.validUntil
            )
        );
        equal(harness.leafOfTable(table), keccak256(abi.encode(tableHash)), "table");
    }

    function testFuzz_DigestBindsDomainAndEveryField(bytes32 domain, Batch calldata batch, uint8 field) external view {
        Batch memory other = batch;
        bytes32 otherDomain = domain;
        field %= 5;
        unchecked {
            if (field == 0) otherDomain ^= bytes32(uint256(1));
            if (field == 1) ++other.operatorSetId;
            if (field == 2) ++other.tableEpoch;
            if (field == 3) ++other.issuedAt;
            if (field == 4) other.statementsRoot ^= bytes32(uint256(1));
        }
        isTrue(harness.digest(domain, batch) != harness.digest(otherDomain, other), "another digest");
    }

    /// @dev Page, Table, Rollup, Halt, and Batch and its digest hashed like leaves, from the same numbers.
    function _leavesOfAllKinds(
        uint32[4] calldata small,
        uint64[4] calldata numbers,
        bytes32 data
    ) private view returns (bytes32[6] memory) {
        address account = address(uint160(numbers[1]));
        Batch memory batch = Batch(small[0], small[1], numbers[0], data);
        return
            [
                harness.leafOfPage(
                    Page(
                        numbers[0],
                        account,
                        numbers[2],
                        account,
                        numbers[3],
                        uint16(small[0]),
                        data,
                        data,
                        numbers[0],
                        numbers[1],
                        uint8(small[1])
                    )
                ),
                harness.leafOfTable(Table(small[0], small[1], data, numbers[0], numbers[1])),
                harness.leafOfRollup(
                    Rollup(
                        numbers[0],
                        account,
                        small[0],
                        uint8(small[1]),
                        uint8(small[2]),
                        small[3] & 1 == 1,
                        numbers[2]
                    )
                ),
                harness.leafOfHalt(Halt(numbers[0], account, numbers[2], data)),
                keccak256(abi.encode(keccak256(abi.encode(Statements.BATCH_TYPEHASH, batch)))),
                keccak256(abi.encode(harness.digest(data, batch)))
            ];
    }

    function _requireLeaf(string memory json, string memory list, uint256 i, bytes32 found) private pure {
        equal(found, vm.parseJsonBytes32(json, path(list, i, "leaf")), list);
        equal(found, keccak256(abi.encode(vm.parseJsonBytes32(json, path(list, i, "hash")))), "hash of its hash");
    }

    function _expectNotInBatch(bytes32 found, bytes32 required) private {
        vm.expectRevert(abi.encodeWithSelector(Statements.StatementNotInBatch.selector, found, required));
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {BN254, G1Point, G2Point} from "../libraries/BN254.sol";
import {Certificate, Certificates, HashHint} from "../libraries/Certificates.sol";
import {Lane, Message, Messages} from "../libraries/Messages.sol";
import {OperatorTable} from "../libraries/OperatorTable.sol";
import {PageTree} from "../libraries/PageTree.sol";
import {Batch, Halt, Page, Rollup, Statements, Table} from "../libraries/Statements.sol";

/// @title ProtocolHarness
/// @notice The protocol as the contracts compute it, one function a codec, so that TypeScript can be compared with it.
contract ProtocolHarness {
    using BN254 for G1Point;

    /// @notice What one of many calls came to.
    struct Outcome {
        bool success;
        bytes returned;
    }

    /// @notice The bytes are no canonical ERC-7930 address.
    error NotCanonical();

    /// @notice Stores operator tables.
    function store(bytes[] calldata tables) external returns (address[] memory pointers) {
        pointers = new address[](tables.length);
        for (uint256 i = 0; i < tables.length; ++i) pointers[i] = OperatorTable.store(tables[i]);
    }

    /// @notice Many calls of the functions below, each with its own outcome.
    function each(bytes[] calldata calls) external view returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (outcomes[i].success, outcomes[i].returned) = address(this).staticcall(calls[i]);
        }
    }

    /// @notice What `rows` sum up to.
    function tableSum(bytes calldata rows) external view returns (G1Point memory key, uint128 totalWeight) {
        return OperatorTable.sum(rows);
    }

    /// @notice Key and weight of who is not absent, of a stored table.
    function signers(
        address table,
        uint256 nonSigners
    ) external view returns (G1Point memory key, uint256 weight, uint256 totalWeight) {
        OperatorTable.Summary memory summary = OperatorTable.summary(table);
        (G1Point memory absentKeys, uint256 absentWeight) = OperatorTable.absent(table, nonSigners);
        key = summary.aggregateKey.add(absentKeys.negate());
        return (key, summary.totalWeight - absentWeight, summary.totalWeight);
    }

    /// @notice Who signed a certificate.
    function verify(
        uint64 hubChainId,
        address serviceManager,
        address table,
        Certificate calldata certificate
    ) external view returns (uint256 signedWeight, uint256 totalWeight) {
        bytes32 domain = Statements.domainSeparator(hubChainId, serviceManager);
        Certificates.Vote memory vote = Certificates.verify(
            Statements.digest(domain, certificate.batch),
            table,
            certificate
        );
        return (vote.signedWeight, vote.totalWeight);
    }

    /// @notice A message's id, its lane's first head, and the head after it.
    function message(
        Lane calldata lane,
        Message calldata sent
    ) external pure returns (bytes32 id, bytes32 firstHead, bytes32 nextHead) {
        id = Messages.id(lane, sent);
        firstHead = Messages.firstHead(lane);
        nextHead = Messages.nextHead(firstHead, id);
    }

    /// @notice The messages of a run as an inbox reads them: how many, and the lane's head after them.
    function run(
        Lane calldata lane,
        uint64 firstNonce,
        bytes calldata messages
    ) external pure returns (uint256 count, bytes32 head) {
        head = Messages.firstHead(lane);
        Messages.Preimage memory preimage;
        preimage.typeHash = Messages.MESSAGE_TYPEHASH;
        preimage.sourceChainId = lane.sourceChainId;
        preimage.sourceGateway = lane.sourceGateway;
        preimage.destinationChainId = lane.destinationChainId;
        preimage.destinationGateway = lane.destinationGateway;
        for (uint256 offset = 0; offset < messages.length; ++count) {
            bytes calldata payload;
            (payload, offset) = Messages.read(messages, offset, preimage);
            preimage.nonce = firstNonce + count;
            preimage.payloadHash = Messages.hashOf(payload);
            head = Messages.nextHead(head, Messages.hash(preimage));
        }
    }

    /// @notice The page root that a run and its siblings lead to.
    function rangeRoot(
        uint256 firstIndex,
        bytes32[] memory leaves,
        bytes32[] calldata siblings
    ) external pure returns (bytes32) {
        return PageTree.rootOfRun(leaves, firstIndex, siblings);
    }

    /// @notice Leaf of a page statement.
    function leafOfPage(Page calldata statement) external pure returns (bytes32) {
        return Statements.leaf(statement);
    }

    /// @notice Leaf of a table statement.
    function leafOfTable(Table calldata statement) external pure returns (bytes32) {
        return Statements.leaf(statement);
    }

    /// @notice Leaf of a registry entry.
    function leafOfRollup(Rollup calldata statement) external pure returns (bytes32) {
        return Statements.leaf(statement);
    }

    /// @notice Leaf of a halt.
    function leafOfHalt(Halt calldata statement) external pure returns (bytes32) {
        return Statements.leaf(statement);
    }

    /// @notice A hub's domain, and the digest of a batch there.
    function digest(
        uint64 hubChainId,
        address serviceManager,
        Batch calldata batch
    ) external pure returns (bytes32 domain, bytes32 batchDigest) {
        domain = Statements.domainSeparator(hubChainId, serviceManager);
        batchDigest = Statements.digest(domain, batch);
    }

    /// @notice Whether a batch holds a leaf.
    function inBatch(bytes32 root, bytes32 leaf, bytes32[] calldata proof) external pure returns (bool) {
        return Statements.batchRoot(leaf, proof) == root;
    }

    /// @notice A digest's point by its witness.
    function hashToPoint(bytes32 batchDigest, HashHint calldata hint) external pure returns (G1Point memory) {
        return Certificates.hashToPoint(batchDigest, hint);
    }

    /// @notice γ.
    function challenge(
        bytes32 batchDigest,
        G1Point calldata messagePoint,
        G1Point calldata signersKey,
        G2Point calldata aggregateKey,
        G1Point calldata signature
    ) external pure returns (uint256) {
        return Certificates.challenge(batchDigest, messagePoint, signersKey, aggregateKey, signature);
    }

    /// @notice An account's ERC-7930 bytes, by OpenZeppelin's library.
    function formatEvm(uint64 chainId, address account) external pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(chainId, account);
    }

    /// @notice Parts of an ERC-7930 address, by OpenZeppelin's library; only of the bytes that it would write itself.
    function parse(
        bytes calldata value
    ) external pure returns (bytes2 chainType, bytes memory chainReference, bytes memory account) {
        bool parsed;
        (parsed, chainType, chainReference, account) = InteroperableAddress.tryParseV1(value);
        require(parsed, NotCanonical());
        bytes memory canonical = InteroperableAddress.formatV1(chainType, chainReference, account);
        require(keccak256(canonical) == keccak256(value), NotCanonical());
    }

    /// @notice An EVM account, by OpenZeppelin's library; only of the bytes that it would write itself for a chain id of
    /// 64 bits.
    function parseEvm(bytes calldata value) external pure returns (uint256 chainId, address account) {
        bool parsed;
        (parsed, chainId, account) = InteroperableAddress.tryParseEvmV1(value);
        require(parsed && chainId != 0 && chainId <= type(uint64).max, NotCanonical());
        bytes memory canonical = InteroperableAddress.formatEvmV1(chainId, account);
        require(keccak256(canonical) == keccak256(value), NotCanonical());
    }
}

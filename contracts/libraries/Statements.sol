// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @notice What a page of a lane held: its first `count` messages are the leaves of `root`.
/// @dev `chainHead` is the lane's head after `count` messages of the page. `blockNumber` and `sourceTimestamp` belong
/// to a source block by which `count` was reached; `finality` is 1 latest, 2 safe, 3 final.
struct Page {
    uint64 sourceChainId;
    address sourceGateway;
    uint64 destinationChainId;
    address destinationGateway;
    uint64 pageIndex;
    uint16 count;
    bytes32 root;
    bytes32 chainHead;
    uint64 blockNumber;
    uint64 sourceTimestamp;
    uint8 finality;
}

/// @notice The operator table of one set and epoch. Times are hub timestamps in seconds.
struct Table {
    uint32 operatorSetId;
    uint32 epoch;
    bytes32 tableHash;
    uint64 validFrom;
    uint64 validUntil;
}

/// @notice One version of a rollup's registry entry.
struct Rollup {
    uint64 chainId;
    address gateway;
    uint32 operatorSetId;
    uint8 status;
    uint8 finality;
    bool refutable;
    uint64 version;
}

/// @notice Stops deliveries from one source until `expiresAt`.
struct Halt {
    uint64 chainId;
    address gateway;
    uint64 expiresAt;
    bytes32 reason;
}

/// @notice What operators sign: the Merkle root over the statements of one round.
struct Batch {
    uint32 operatorSetId;
    uint32 tableEpoch;
    uint64 issuedAt;
    bytes32 statementsRoot;
}

/// @title Statements
/// @notice The typed sentences that operators are willing to be slashed for, hashed as EIP-712 structs.
/// @dev Leaves of a batch hash 32 bytes, nodes 64, structs more, so none of them can pose as another.
library Statements {
    /// @notice Most levels a batch's tree may have.
    uint256 internal constant MAX_BATCH_LEVELS = 32;

    bytes32 internal constant PAGE_TYPEHASH = keccak256(
        "Page(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 pageIndex,uint16 count,bytes32 root,bytes32 chainHead,uint64 blockNumber,uint64 sourceTimestamp,uint8 finality)"
    );
    bytes32 internal constant TABLE_TYPEHASH = keccak256(
        "Table(uint32 operatorSetId,uint32 epoch,bytes32 tableHash,uint64 validFrom,uint64 validUntil)"
    );
    bytes32 internal constant ROLLUP_TYPEHASH = keccak256(
        "Rollup(uint64 chainId,address gateway,uint32 operatorSetId,uint8 status,uint8 finality,bool refutable,uint64 version)"
    );
    bytes32 internal constant HALT_TYPEHASH = keccak256(
        "Halt(uint64 chainId,address gateway,uint64 expiresAt,bytes32 reason)"
    );
    bytes32 internal constant BATCH_TYPEHASH = keccak256(
        "Batch(uint32 operatorSetId,uint32 tableEpoch,uint64 issuedAt,bytes32 statementsRoot)"
    );
    bytes32 internal constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @notice The batch proof is longer than any batch needs.
    error BatchProofTooLong(uint256 found, uint256 limit);

    /// @notice The statement is not in the batch: its proof ends in another root.
    error StatementNotInBatch(bytes32 found, bytes32 required);

    /// @notice Leaf of a page statement in a batch: `keccak256(hashStruct)`.
    /// @dev Hashes the words as they lie in calldata. A word with dirty upper bits gives a leaf that nobody signed.
    function leaf(Page calldata page) internal pure returns (bytes32 hash) {
        bytes32 typeHash = PAGE_TYPEHASH;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), page, 0x160)
            mstore(0x00, keccak256(words, 0x180))
            hash := keccak256(0x00, 0x20)
        }
    }

    /// @notice Leaf of a table statement in a batch.
    function leaf(Table memory table) internal pure returns (bytes32) {
        return _leaf(keccak256(abi.encode(TABLE_TYPEHASH, table)));
    }

    /// @notice Leaf of a registry entry in a batch.
    function leaf(Rollup memory rollup) internal pure returns (bytes32) {
        return _leaf(keccak256(abi.encode(ROLLUP_TYPEHASH, rollup)));
    }

    /// @notice Leaf of a halt in a batch.
    function leaf(Halt calldata halt) internal pure returns (bytes32) {
        return _leaf(keccak256(abi.encode(HALT_TYPEHASH, halt)));
    }

    /// @notice Root of the batch that holds `statementLeaf`, by a proof of sorted pairs of at most 32 levels.
    function batchRoot(bytes32 statementLeaf, bytes32[] calldata proof) internal pure returns (bytes32) {
        require(proof.length <= MAX_BATCH_LEVELS, BatchProofTooLong(proof.length, MAX_BATCH_LEVELS));
        return MerkleProof.processProofCalldata(proof, statementLeaf);
    }

    /// @notice Reverts unless `statementLeaf` is in the batch with root `required`.
    function requireInBatch(bytes32 statementLeaf, bytes32[] calldata proof, bytes32 required) internal pure {
        bytes32 found = batchRoot(statementLeaf, proof);
        require(found == required, StatementNotInBatch(found, required));
    }

    /// @notice The EIP-712 domain of everything operators sign: one for a hub and its service manager, on all chains.
    function domainSeparator(uint64 hubChainId, address serviceManager) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, keccak256("Parley"), keccak256("1"), uint256(hubChainId), serviceManager)
            );
    }

    /// @notice The EIP-712 digest that operators sign.
    /// @dev Hashes the words as they lie in calldata. A word with dirty upper bits gives a digest that nobody signed.
    function digest(bytes32 domain, Batch calldata batch) internal pure returns (bytes32 hash) {
        bytes32 typeHash = BATCH_TYPEHASH;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), batch, 0x80)
            hash := keccak256(words, 0xa0)
            mstore(words, hex"1901")
            mstore(add(words, 0x02), domain)
            mstore(add(words, 0x22), hash)
            hash := keccak256(words, 0x42)
        }
    }

    function _leaf(bytes32 structHash) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(structHash));
    }
}

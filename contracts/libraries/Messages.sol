// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice All messages from one gateway to one destination gateway.
struct Lane {
    uint64 sourceChainId;
    address sourceGateway;
    uint64 destinationChainId;
    address destinationGateway;
}

/// @notice One message of a lane. `gasLimit` is what the recipient gets at least; `deliverBefore` is the last second of
/// the destination's time at which it may be delivered, 0 for none.
struct Message {
    uint64 nonce;
    address sender;
    address recipient;
    uint32 gasLimit;
    uint64 deliverBefore;
    bytes payload;
}

/// @title Messages
/// @notice Message ids, a lane's hash chain, and the packed form in which a run carries its messages:
/// `sender 20 | recipient 20 | gasLimit 4 | deliverBefore 8 | payload length 3 | payload`, one after the other.
library Messages {
    /// @notice What a message id is the hash of: eleven words, `payloadHash` = keccak256(payload).
    /// @dev Kept in memory and reused for a whole run, because only the lower six words differ between its messages.
    struct Preimage {
        bytes32 typeHash;
        uint256 sourceChainId;
        address sourceGateway;
        uint256 destinationChainId;
        address destinationGateway;
        uint256 nonce;
        address sender;
        address recipient;
        uint256 gasLimit;
        uint256 deliverBefore;
        bytes32 payloadHash;
    }

    bytes32 internal constant MESSAGE_TYPEHASH = keccak256(
        "ParleyMessage(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway,uint64 nonce,address sender,address recipient,uint32 gasLimit,uint64 deliverBefore,bytes payload)"
    );
    bytes32 internal constant LANE_TYPEHASH = keccak256(
        "ParleyLane(uint64 sourceChainId,address sourceGateway,uint64 destinationChainId,address destinationGateway)"
    );
    bytes32 internal constant LANE_STEP = keccak256("ParleyLaneStep");

    /// @notice Bytes of a packed message before its payload.
    uint256 internal constant HEADER_BYTES = 55;

    /// @notice The packed messages end in the middle of one.
    error MessagesTruncated(uint256 found, uint256 required);

    /// @notice Head of a lane that carried nothing yet.
    function firstHead(Lane memory lane) internal pure returns (bytes32) {
        return keccak256(abi.encode(LANE_TYPEHASH, lane));
    }

    /// @notice Head of a lane after one more message.
    function nextHead(bytes32 chainHead, bytes32 messageId) internal pure returns (bytes32) {
        return keccak256(abi.encode(LANE_STEP, chainHead, messageId));
    }

    /// @notice Id of `message` on `lane`.
    function id(Lane memory lane, Message calldata message) internal pure returns (bytes32) {
        return
            hash(
                Preimage({
                    typeHash: MESSAGE_TYPEHASH,
                    sourceChainId: lane.sourceChainId,
                    sourceGateway: lane.sourceGateway,
                    destinationChainId: lane.destinationChainId,
                    destinationGateway: lane.destinationGateway,
                    nonce: message.nonce,
                    sender: message.sender,
                    recipient: message.recipient,
                    gasLimit: message.gasLimit,
                    deliverBefore: message.deliverBefore,
                    payloadHash: keccak256(message.payload)
                })
            );
    }

    /// @notice keccak256 of the preimage's eleven words, which is `keccak256(abi.encode(…))` of them.
    function hash(Preimage memory preimage) internal pure returns (bytes32 messageId) {
        assembly ("memory-safe") {
            messageId := keccak256(preimage, 0x160)
        }
    }

    /// @notice Reads the packed message that begins at `offset` into `preimage` (all but lane and nonce).
    /// @return payload The message's payload.
    /// @return next Where the next message begins.
    function read(
        bytes calldata messages,
        uint256 offset,
        Preimage memory preimage
    ) internal pure returns (bytes calldata payload, uint256 next) {
        next = offset + HEADER_BYTES;
        require(next <= messages.length, MessagesTruncated(messages.length, next));
        bytes calldata header = messages[offset:next];
        preimage.sender = address(bytes20(header));
        preimage.recipient = address(bytes20(header[20:]));
        // gasLimit 4 | deliverBefore 8 | payload length 3, read as one word.
        uint256 numbers = uint256(bytes32(header[40:])) >> 136;
        preimage.gasLimit = numbers >> 88;
        preimage.deliverBefore = uint64(numbers >> 24);
        next += uint24(numbers);
        require(next <= messages.length, MessagesTruncated(messages.length, next));
        payload = messages[offset + HEADER_BYTES:next];
    }

    /// @notice keccak256 of `data`, without keeping the copy that hashing needs.
    function hashOf(bytes calldata data) internal pure returns (bytes32 dataHash) {
        assembly ("memory-safe") {
            let copy := mload(0x40)
            calldatacopy(copy, data.offset, data.length)
            dataHash := keccak256(copy, data.length)
        }
    }
}

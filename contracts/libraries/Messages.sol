// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Page} from "./Statements.sol";

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

    /// @notice Ids of packed messages of `page`'s lane, at most `most` of them; the first has the nonce `nonce`.
    /// @dev The plain twin is `read`, `hashOf` and `hash` for one message after another.
    /// @return messageIds The ids, in order.
    /// @return over Bit i is set when message i may not be delivered any more.
    /// @return consumed Bytes of the messages that have an id; fewer than there are when there are more than `most`.
    function ids(
        bytes calldata messages,
        Page calldata page,
        uint256 nonce,
        uint256 most
    ) internal view returns (bytes32[] memory messageIds, uint256 over, uint256 consumed) {
        bytes32 typeHash = MESSAGE_TYPEHASH;
        assembly ("memory-safe") {
            messageIds := mload(0x40)
            let to := add(messageIds, 0x20)
            // Behind the last id that there can be: a `Preimage`, and the payloads, one over the other.
            let preimage := add(to, shl(5, most))
            mstore(preimage, typeHash)
            // The page begins with the four words of its lane, in the same order.
            calldatacopy(add(preimage, 0x20), page, 0x80)
            for {} and(lt(consumed, messages.length), lt(to, preimage)) {} {
                let at := add(messages.offset, consumed)
                // gasLimit 4 | deliverBefore 8 | payload length 3 | …
                let numbers := calldataload(add(at, 40))
                let size := and(shr(136, numbers), 0xffffff)
                let next := add(consumed, add(HEADER_BYTES, size))
                if gt(next, messages.length) {
                    break
                }
                mstore(add(preimage, 0xa0), nonce)
                mstore(add(preimage, 0xc0), shr(96, calldataload(at)))
                mstore(add(preimage, 0xe0), shr(96, calldataload(add(at, 20))))
                mstore(add(preimage, 0x100), shr(224, numbers))
                numbers := and(shr(160, numbers), 0xffffffffffffffff)
                mstore(add(preimage, 0x120), numbers)
                calldatacopy(add(preimage, 0x160), add(at, HEADER_BYTES), size)
                mstore(add(preimage, 0x140), keccak256(add(preimage, 0x160), size))
                mstore(to, keccak256(preimage, 0x160))
                if numbers {
                    if gt(timestamp(), numbers) {
                        over := or(over, shl(shr(5, sub(sub(to, messageIds), 0x20)), 1))
                    }
                }
                nonce := add(nonce, 1)
                to := add(to, 0x20)
                consumed := next
            }
            mstore(messageIds, shr(5, sub(sub(to, messageIds), 0x20)))
            mstore(0x40, to)
        }
        if (consumed != messages.length && messageIds.length != most) {
            uint256 header = consumed + HEADER_BYTES;
            revert MessagesTruncated(
                messages.length,
                header > messages.length ? header : nextOffset(messages, consumed)
            );
        }
    }

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

    /// @notice Reads the packed message that begins at `offset` into `preimage` (all but lane, nonce and payload hash).
    /// @return payload The message's payload.
    /// @return next Where the next message begins.
    function read(
        bytes calldata messages,
        uint256 offset,
        Preimage memory preimage
    ) internal pure returns (bytes calldata payload, uint256 next) {
        assembly ("memory-safe") {
            let at := add(messages.offset, offset)
            // gasLimit 4 | deliverBefore 8 | payload length 3 | …
            let numbers := calldataload(add(at, 40))
            mstore(add(preimage, 0xc0), shr(96, calldataload(at)))
            mstore(add(preimage, 0xe0), shr(96, calldataload(add(at, 20))))
            mstore(add(preimage, 0x100), shr(224, numbers))
            mstore(add(preimage, 0x120), and(shr(160, numbers), 0xffffffffffffffff))
            payload.offset := add(at, HEADER_BYTES)
            payload.length := and(shr(136, numbers), 0xffffff)
            next := add(add(offset, HEADER_BYTES), payload.length)
        }
        if (next > messages.length) {
            uint256 header = offset + HEADER_BYTES;
            revert MessagesTruncated(messages.length, header > messages.length ? header : next);
        }
    }

    /// @notice Where the message after the one at `offset` begins, in messages that were checked before.
    function nextOffset(bytes calldata messages, uint256 offset) internal pure returns (uint256 end) {
        assembly ("memory-safe") {
            end := and(shr(136, calldataload(add(add(messages.offset, offset), 40))), 0xffffff)
            end := add(end, add(offset, HEADER_BYTES))
        }
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

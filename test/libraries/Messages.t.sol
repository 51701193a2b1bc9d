// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Lane, Message, Messages} from "../../contracts/libraries/Messages.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library calldata.
contract MessagesHarness {
    function id(Lane calldata lane, Message calldata message) external pure returns (bytes32) {
        return Messages.id(lane, message);
    }

    function hashOf(bytes calldata data) external pure returns (bytes32 dataHash, bool touched) {
        uint256 before;
        uint256 afterwards;
        assembly ("memory-safe") {
            before := mload(0x40)
        }
        dataHash = Messages.hashOf(data);
        assembly ("memory-safe") {
            afterwards := mload(0x40)
        }
        touched = before != afterwards;
    }

    function read(
        bytes calldata messages,
        uint256 offset
    ) external pure returns (Messages.Preimage memory preimage, bytes memory payload, uint256 next) {
        bytes calldata found;
        (found, next) = Messages.read(messages, offset, preimage);
        payload = found;
    }

    /// @dev Ids of packed messages, as an inbox computes them: one preimage for all.
    function idsOf(
        Lane calldata lane,
        uint256 firstNonce,
        bytes calldata messages
    ) external pure returns (bytes32[] memory ids, uint256 count) {
        ids = new bytes32[](messages.length / Messages.HEADER_BYTES);
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
            ids[count] = Messages.hash(preimage);
        }
    }
}

contract MessagesTest is Assertions {
    struct MessageCase {
        bytes32 chainHeadAfter;
        bytes32 chainHeadBefore;
        uint64 deliverBefore;
        uint64 destinationChainId;
        address destinationGateway;
        uint32 gasLimit;
        bytes32 id;
        bytes32 laneId;
        uint64 nonce;
        bytes packedHeader;
        bytes payload;
        address recipient;
        address sender;
        uint64 sourceChainId;
        address sourceGateway;
    }

    struct SequenceCase {
        bytes32 chainHead;
        uint64 destinationChainId;
        address destinationGateway;
        uint64 firstNonce;
        bytes32[] ids;
        bytes packed;
        uint64 sourceChainId;
        address sourceGateway;
    }

    string private constant MESSAGE_CASE =
        "MessageCase(bytes32 chainHeadAfter,bytes32 chainHeadBefore,uint64 deliverBefore,uint64 destinationChainId,address destinationGateway,uint32 gasLimit,bytes32 id,bytes32 laneId,uint64 nonce,bytes packedHeader,bytes payload,address recipient,address sender,uint64 sourceChainId,address sourceGateway)";
    string private constant SEQUENCE_CASE =
        "SequenceCase(bytes32 chainHead,uint64 destinationChainId,address destinationGateway,uint64 firstNonce,bytes32[] ids,bytes packed,uint64 sourceChainId,address sourceGateway)";

    MessagesHarness private immutable harness = new MessagesHarness();

    function test_TypeHashesAreThoseOfTheVectors() external view {
        string memory json = vectors("messages.json");
        equal(Messages.MESSAGE_TYPEHASH, vm.parseJsonBytes32(json, ".messageTypeHash"), "message type hash");
        equal(Messages.LANE_TYPEHASH, vm.parseJsonBytes32(json, ".laneTypeHash"), "lane type hash");
        equal(Messages.LANE_STEP, vm.parseJsonBytes32(json, ".laneStep"), "lane step");
    }

    function test_IdsAndHeadsAreThoseOfTheVectors() external view {
        MessageCase[] memory cases = _cases();
        equal(cases.length, vm.parseJsonUint(vectors("messages.json"), ".casesCount"), "cases");
        for (uint256 i = 0; i < cases.length; ++i) {
            MessageCase memory given = cases[i];
            Lane memory lane = Lane(
                given.sourceChainId,
                given.sourceGateway,
                given.destinationChainId,
                given.destinationGateway
            );
            bytes32 id = harness.id(
                lane,
                Message(given.nonce, given.sender, given.recipient, given.gasLimit, given.deliverBefore, given.payload)
            );
            equal(id, given.id, "id");
            equal(Messages.firstHead(lane), given.laneId, "first head");
            equal(Messages.nextHead(given.chainHeadBefore, id), given.chainHeadAfter, "next head");
        }
    }

    function test_ReadsThePackedFormOfTheVectors() external view {
        MessageCase[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; ++i) {
            MessageCase memory given = cases[i];
            bytes memory packed = bytes.concat(given.packedHeader, given.payload);
            (Messages.Preimage memory found, bytes memory payload, uint256 next) = harness.read(packed, 0);
            equal(found.sender, given.sender, "sender");
            equal(found.recipient, given.recipient, "recipient");
            equal(found.gasLimit, given.gasLimit, "gas limit");
            equal(found.deliverBefore, given.deliverBefore, "deliver before");
            equal(payload, given.payload, "payload");
            equal(next, packed.length, "next");
        }
    }

    function test_ReadsSequencesOfMessagesToTheLastByte() external view {
        string memory json = vectors("messages.json");
        SequenceCase[] memory cases = abi.decode(
            vm.parseJsonTypeArray(json, ".sequences", SEQUENCE_CASE),
            (SequenceCase[])
        );
        equal(cases.length, vm.parseJsonUint(json, ".sequencesCount"), "sequences");
        for (uint256 i = 0; i < cases.length; ++i) {
            SequenceCase memory given = cases[i];
            Lane memory lane = Lane(
                given.sourceChainId,
                given.sourceGateway,
                given.destinationChainId,
                given.destinationGateway
            );
            (bytes32[] memory ids, uint256 count) = harness.idsOf(lane, given.firstNonce, given.packed);
            equal(count, given.ids.length, "messages");
            bytes32 head = Messages.firstHead(lane);
            for (uint256 j = 0; j < count; ++j) {
                equal(ids[j], given.ids[j], "id");
                head = Messages.nextHead(head, ids[j]);
            }
            equal(head, given.chainHead, "chain head");
        }
    }

    function test_RefusesMessagesThatEndEarly() external {
        string memory json = vectors("messages.json");
        uint256 count = vm.parseJsonUint(json, ".truncatedCount");
        Lane memory lane;
        for (uint256 i = 0; i < count; ++i) {
            bytes memory packed = vm.parseJsonBytes(json, path("truncated", i, "packed"));
            bytes memory found = revertDataOf(address(harness), abi.encodeCall(harness.idsOf, (lane, 0, packed)));
            equal(found, _truncation(packed), vm.parseJsonString(json, path("truncated", i, "name")));
        }
    }

    function testFuzz_HashIsThatOfTheEncodedPreimage(Messages.Preimage memory preimage) external pure {
        equal(
            Messages.hash(preimage),
            keccak256(
                abi.encode(
                    preimage.typeHash,
                    preimage.sourceChainId,
                    preimage.sourceGateway,
                    preimage.destinationChainId,
                    preimage.destinationGateway,
                    preimage.nonce,
                    preimage.sender,
                    preimage.recipient,
                    preimage.gasLimit,
                    preimage.deliverBefore,
                    preimage.payloadHash
                )
            ),
            "hash"
        );
    }

    function testFuzz_HashOfIsKeccakAndKeepsNoMemory(bytes calldata data) external view {
        (bytes32 found, bool touched) = harness.hashOf(data);
        equal(found, keccak256(data), "hash");
        isTrue(!touched, "free memory pointer untouched");
    }

    function testFuzz_IdBindsEveryField(Lane calldata lane, Message calldata message, uint8 field) external view {
        Lane memory otherLane = lane;
        Message memory other = message;
        field = field % 10;
        unchecked {
            if (field == 0) ++otherLane.sourceChainId;
            if (field == 1) otherLane.sourceGateway = address(uint160(lane.sourceGateway) + 1);
            if (field == 2) ++otherLane.destinationChainId;
            if (field == 3) otherLane.destinationGateway = address(uint160(lane.destinationGateway) + 1);
            if (field == 4) ++other.nonce;
            if (field == 5) other.sender = address(uint160(message.sender) + 1);
            if (field == 6) other.recipient = address(uint160(message.recipient) + 1);
            if (field == 7) ++other.gasLimit;
            if (field == 8) ++other.deliverBefore;
            if (field == 9) other.payload = bytes.concat(message.payload, hex"00");
        }
        isTrue(harness.id(lane, message) != harness.id(otherLane, other), "another id");
    }

    function testFuzz_ReadAgreesWithReadingByteByByte(bytes memory noise, uint16 length, uint256 offset) external {
        // A message whose length often fits and sometimes does not, behind and before anything; or anything alone.
        bytes32 seed = keccak256(abi.encode(noise, length, offset));
        bytes memory messages = bytes.concat(
            noise,
            seed,
            bytes20(keccak256(abi.encode(seed))),
            bytes3(uint24(length % 400)),
            noise,
            noise
        );
        if (length % 3 == 0) messages = noise;
        offset = length % 3 == 1 ? noise.length : within(offset, 0, noise.length);
        if (offset + Messages.HEADER_BYTES > messages.length) {
            bytes memory found = revertDataOf(address(harness), abi.encodeCall(harness.read, (messages, offset)));
            uint256 required = offset + Messages.HEADER_BYTES;
            equal(
                found,
                abi.encodeWithSelector(Messages.MessagesTruncated.selector, messages.length, required),
                "header beyond the end"
            );
            return;
        }
        uint256 end = offset + Messages.HEADER_BYTES + _number(messages, offset + 52, 3);
        if (end > messages.length) {
            bytes memory found = revertDataOf(address(harness), abi.encodeCall(harness.read, (messages, offset)));
            equal(
                found,
                abi.encodeWithSelector(Messages.MessagesTruncated.selector, messages.length, end),
                "payload beyond the end"
            );
            return;
        }
        (Messages.Preimage memory read, bytes memory payload, uint256 next) = harness.read(messages, offset);
        equal(uint160(read.sender), _number(messages, offset, 20), "sender");
        equal(uint160(read.recipient), _number(messages, offset + 20, 20), "recipient");
        equal(read.gasLimit, _number(messages, offset + 40, 4), "gas limit");
        equal(read.deliverBefore, _number(messages, offset + 44, 8), "deliver before");
        equal(next, end, "next");
        equal(payload.length, end - offset - Messages.HEADER_BYTES, "payload length");
        for (uint256 i = 0; i < payload.length; ++i) {
            isTrue(payload[i] == messages[offset + Messages.HEADER_BYTES + i], "payload byte");
        }
        // Lane, nonce and payload hash are the caller's.
        equal(uint256(read.typeHash) | read.sourceChainId | uint160(read.sourceGateway), 0, "source untouched");
        equal(read.destinationChainId | uint160(read.destinationGateway), 0, "destination untouched");
        equal(read.nonce | uint256(read.payloadHash), 0, "nonce and payload hash untouched");
    }

    function _cases() private view returns (MessageCase[] memory) {
        return abi.decode(vm.parseJsonTypeArray(vectors("messages.json"), ".cases", MESSAGE_CASE), (MessageCase[]));
    }

    /// @dev What reading `packed` to its end must revert with, found by walking over lengths alone.
    function _truncation(bytes memory packed) private pure returns (bytes memory) {
        uint256 at = 0;
        while (at + Messages.HEADER_BYTES <= packed.length) {
            uint256 end = at + Messages.HEADER_BYTES + _number(packed, at + 52, 3);
            if (end > packed.length) {
                return abi.encodeWithSelector(Messages.MessagesTruncated.selector, packed.length, end);
            }
            at = end;
        }
        return abi.encodeWithSelector(Messages.MessagesTruncated.selector, packed.length, at + Messages.HEADER_BYTES);
    }

    /// @dev The plain twin of all of `read`'s shifts: `size` bytes from `at` on, most significant first.
    function _number(bytes memory data, uint256 at, uint256 size) private pure returns (uint256 number) {
        for (uint256 i = 0; i < size; ++i) number = (number << 8) | uint8(data[at + i]);
    }
}

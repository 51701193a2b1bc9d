// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Messages} from "../../contracts/libraries/Messages.sol";
import {Page} from "../../contracts/libraries/Statements.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library calldata, and memory that is full of dirt.
contract MessageIdsHarness {
    /// @dev More than the ids and the longest payload of these tests take.
    uint256 private constant DIRTY_BYTES = 4096;

    /// @notice A word beside the ids was written.
    error MemoryOverwritten();

    function ids(
        Page calldata page,
        uint64 nonce,
        bytes calldata messages,
        uint256 most
    ) external view returns (bytes32[] memory messageIds, uint256 over, uint256 consumed) {
        bytes32[] memory before = _filled(3);
        _soil();
        (messageIds, over, consumed) = Messages.ids(messages, page, nonce, most);
        bytes32 found = keccak256(abi.encodePacked(messageIds));
        bytes32[] memory behind = _filled(3);
        require(_isFilled(before) && _isFilled(behind), MemoryOverwritten());
        require(found == keccak256(abi.encodePacked(messageIds)), MemoryOverwritten());
    }

    /// @dev The plain twin of `ids`.
    function idsOneByOne(
        Page calldata page,
        uint64 nonce,
        bytes calldata messages,
        uint256 most
    ) external view returns (bytes32[] memory messageIds, uint256 over, uint256 consumed) {
        Messages.Preimage memory preimage;
        preimage.typeHash = Messages.MESSAGE_TYPEHASH;
        preimage.sourceChainId = page.sourceChainId;
        preimage.sourceGateway = page.sourceGateway;
        preimage.destinationChainId = page.destinationChainId;
        preimage.destinationGateway = page.destinationGateway;
        preimage.nonce = nonce;
        bytes32[] memory found = new bytes32[](most);
        uint256 count = 0;
        while (consumed < messages.length && count < most) {
            bytes calldata payload;
            (payload, consumed) = Messages.read(messages, consumed, preimage);
            preimage.payloadHash = Messages.hashOf(payload);
            found[count] = Messages.hash(preimage);
            if (preimage.deliverBefore != 0 && block.timestamp > preimage.deliverBefore) over |= 1 << count;
            ++count;
            ++preimage.nonce;
        }
        messageIds = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) messageIds[i] = found[i];
    }

    function offsets(bytes calldata messages, uint256 at) external pure returns (uint256 jumped, uint256 read) {
        Messages.Preimage memory preimage;
        jumped = Messages.nextOffset(messages, at);
        (, read) = Messages.read(messages, at, preimage);
    }

    function _filled(uint256 size) private pure returns (bytes32[] memory filled) {
        filled = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) filled[i] = keccak256(abi.encode(i));
    }

    function _isFilled(bytes32[] memory filled) private pure returns (bool) {
        for (uint256 i = 0; i < filled.length; ++i) if (filled[i] != keccak256(abi.encode(i))) return false;
        return true;
    }

    /// @dev Leaves ones beyond the free memory pointer.
    function _soil() private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for {
                let i := 0
            } lt(i, DIRTY_BYTES) {
                i := add(i, 0x20)
            } {
                mstore(add(free, i), not(0))
            }
        }
    }
}

contract MessageIdsTest is Assertions {
    uint256 private constant MOST_MESSAGES = 20;
    uint256 private constant MOST_PAYLOAD = 100;

    MessageIdsHarness private immutable harness = new MessageIdsHarness();

    function testFuzz_IdsAreThoseOfThePlainTwin(Page calldata page, uint64 nonce, uint256 seed, uint256 most) external {
        (bytes memory messages, uint256 count) = _messages(seed);
        most = within(most, 0, count + 2);
        (bytes32[] memory ids, uint256 over, uint256 consumed) = harness.ids(page, nonce, messages, most);
        (bytes32[] memory twins, uint256 twinOver, uint256 twinConsumed) = harness.idsOneByOne(
            page,
            nonce,
            messages,
            most
        );
        equal(ids.length, most < count ? most : count, "how many");
        equal(abi.encode(ids), abi.encode(twins), "ids");
        equal(over, twinOver, "over");
        equal(consumed, twinConsumed, "consumed");
        isTrue(most < count ? consumed < messages.length : consumed == messages.length, "consumed to the last byte");
    }

    function testFuzz_CutMessagesEndAsWithThePlainTwin(
        Page calldata page,
        uint64 nonce,
        uint256 seed,
        uint256 most,
        uint256 length
    ) external {
        (bytes memory messages, uint256 count) = _messages(seed);
        length = within(length, 0, messages.length);
        assembly ("memory-safe") {
            mstore(messages, length)
        }
        most = within(most, 0, count + 2);
        (bool success, bytes memory found) = address(harness).call(
            abi.encodeCall(harness.ids, (page, nonce, messages, most))
        );
        (bool twinSuccess, bytes memory twin) = address(harness).call(
            abi.encodeCall(harness.idsOneByOne, (page, nonce, messages, most))
        );
        isTrue(success == twinSuccess, "both or neither");
        equal(found, twin, "what is returned or thrown");
        isTrue(success || bytes4(found) == Messages.MessagesTruncated.selector, "no other error");
    }

    function test_TheSecondOfTheDeadlineIsNotOverAndTheNextOneIs() external {
        Page memory page;
        bytes memory messages = bytes.concat(_header(1_000, 0), _header(1_001, 0), _header(0, 0), _header(1_002, 0));
        vm.warp(1_001);
        (, uint256 over, ) = harness.ids(page, 0, messages, 4);
        equal(over, 1, "the first");
        vm.warp(1_002);
        (, over, ) = harness.ids(page, 0, messages, 4);
        equal(over, 3, "the first two");
        vm.warp(1_003);
        (, over, ) = harness.ids(page, 0, messages, 4);
        equal(over, 11, "all but the one without a deadline");
    }

    function test_MessagesThatEndEarlyNameWhatTheyNeed() external {
        Page memory page;
        bytes memory whole = bytes.concat(_header(0, 3), "abc");
        _requireTruncated(bytes.concat(whole, hex"00"), 113);
        // A header that is whole, and no byte of its payload.
        _requireTruncated(bytes.concat(whole, _header(0, 9)), 122);
        _requireTruncated(bytes.concat(whole, _header(0, 9), "12345678"), 122);
        (bytes32[] memory ids, , uint256 consumed) = harness.ids(page, 0, bytes.concat(whole, hex"00"), 1);
        equal(ids.length, 1, "as many as were asked for");
        equal(consumed, whole.length, "what follows is the caller's to judge");
    }

    function testFuzz_NextOffsetIsWhereReadingEnds(uint256 seed) external view {
        (bytes memory messages, uint256 count) = _messagesAt(seed, 1);
        uint256 at = 0;
        for (uint256 i = 0; i < count; ++i) {
            (uint256 jumped, uint256 read) = harness.offsets(messages, at);
            equal(jumped, read, "next");
            at = jumped;
        }
        equal(at, messages.length, "the end");
    }

    function _requireTruncated(bytes memory messages, uint256 required) private {
        Page memory page;
        // What follows in calldata is no part of the messages.
        bytes memory call = bytes.concat(abi.encodeCall(harness.ids, (page, 0, messages, 2)), ~bytes32(0), ~bytes32(0));
        equal(
            revertDataOf(address(harness), call),
            abi.encodeWithSelector(Messages.MessagesTruncated.selector, messages.length, required),
            "what is needed"
        );
    }

    /// @dev Packed messages, at a time around which some of their deadlines lie.
    function _messages(uint256 seed) private returns (bytes memory messages, uint256 count) {
        uint256 time = within(uint256(word(seed, 0)), 2, type(uint40).max);
        vm.warp(time);
        return _messagesAt(seed, time);
    }

    function _messagesAt(uint256 seed, uint256 time) private pure returns (bytes memory messages, uint256 count) {
        count = within(uint256(word(seed, 1)), 0, MOST_MESSAGES);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 noise = word(seed, 2 + i);
            bytes32 more = keccak256(abi.encode(noise));
            uint256 size = uint8(noise[0]) % (MOST_PAYLOAD + 1);
            bytes memory payload = bytes.concat(more, noise, more, noise);
            assembly ("memory-safe") {
                mstore(payload, size)
            }
            // None, one second over, the last second, one second left, or anything.
            uint8 kind = uint8(noise[1]) % 5;
            uint64 deadline =
                kind == 0
                    ? 0
                    : kind == 4
                        ? uint64(bytes8(more))
                        : uint64(time + kind - 2);
            messages = bytes.concat(
                messages,
                bytes20(noise),
                bytes20(more),
                bytes4(noise << 160),
                bytes8(deadline),
                bytes3(uint24(size)),
                payload
            );
        }
    }

    function _header(uint64 deliverBefore, uint24 size) private pure returns (bytes memory) {
        return abi.encodePacked(address(1), address(2), uint32(3), deliverBefore, size);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IInbox} from "../../contracts/interfaces/IInbox.sol";
import {Frames} from "../../contracts/libraries/Frames.sol";
import {Messages} from "../../contracts/libraries/Messages.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Opens frames upon itself, and keeps the hash of what each frame was called with.
contract RecordingFrames {
    bytes32 public callHash;
    uint256 public callSize;

    function open(
        uint64 sourceChainId,
        uint256 gasPerMessage,
        bytes32[] calldata messageIds,
        bytes calldata messages
    ) external returns (bool delivered, bytes memory reason) {
        Frames.Frame memory frame = Frames.prepare(sourceChainId, gasPerMessage);
        // What lies beyond the free pointer is not zero.
        assembly ("memory-safe") {
            let start := mload(0x40)
            for {
                let at := start
            } lt(at, add(start, 0x8000)) {
                at := add(at, 0x20)
            } {
                mstore(at, not(0))
            }
        }
        uint256 offset = 0;
        for (uint256 i = 0; i < messageIds.length; ++i) {
            (delivered, reason) = Frames.open(frame, messageIds[i], messages, offset);
            offset = Messages.nextOffset(messages, offset);
        }
    }

    fallback() external {
        callHash = keccak256(msg.data);
        callSize = msg.data.length;
    }
}

/// @notice Opens real frames upon itself.
contract RealFrames {
    function open(
        address recipient,
        uint256 gasLimit,
        bytes calldata payload
    ) external returns (bool delivered, bytes memory reason) {
        return this.openPacked(packed(address(this), recipient, uint32(gasLimit), payload));
    }

    function openPacked(bytes calldata messages) external returns (bool delivered, bytes memory reason) {
        return Frames.open(Frames.prepare(1, 0), bytes32(uint256(1)), messages, 0);
    }

    function wrapInFrame(address recipient, uint256 gasLimit) external {
        Frames.enter(recipient, gasLimit, msg.data[68:]);
    }
}

/// @notice Packs one message.
function packed(address sender, address recipient, uint32 gasLimit, bytes memory payload) pure returns (bytes memory) {
    return abi.encodePacked(sender, recipient, gasLimit, uint64(0), uint24(payload.length), payload);
}

/// @notice Does with its payload what the payload's first byte says.
contract ObedientRecipient is IERC7786Recipient {
    uint256 public received;

    function receiveMessage(bytes32, bytes calldata, bytes calldata payload) external payable returns (bytes4) {
        ++received;
        bytes1 order = payload[0];
        if (order == "r") revert(string(payload));
        if (order == "w") return 0x12345678;
        if (order == "g") while (gasleft() != 0) ++received;
        if (order == "s") {
            assembly ("memory-safe") {
                mstore(0, shl(224, 0x2432ef26))
                return(0, 31)
            }
        }
        if (order == "l") {
            assembly ("memory-safe") {
                mstore(0, shl(224, 0x2432ef26))
                return(0, 4096)
            }
        }
        return IERC7786Recipient.receiveMessage.selector;
    }
}

contract FramesTest is Assertions {
    uint256 private constant LIMIT = 500_000;

    RecordingFrames private immutable recording = new RecordingFrames();
    RealFrames private immutable frames = new RealFrames();
    ObedientRecipient private _recipient;

    function setUp() external {
        _recipient = new ObedientRecipient();
    }

    /// hardhat-config: fuzz.runs = 1000
    function testFuzz_AFrameGetsWhatPlainEncodingWouldGive(
        uint64 sourceChainId,
        bytes32[2] calldata messageIds,
        address[3] calldata accounts,
        uint24 gasLimit,
        bytes[2] calldata payloads
    ) external {
        sourceChainId >>= uint8(bytes1(messageIds[0])) % 64;
        // The second message finds a frame that the first one used, sometimes from the same sender.
        address sender = accounts[uint8(bytes1(messageIds[1])) % 2];
        bytes32[] memory ids = new bytes32[](2);
        (ids[0], ids[1]) = (messageIds[0], messageIds[1]);
        (bool delivered, ) = recording.open(
            sourceChainId,
            50_000,
            ids,
            abi.encodePacked(
                packed(accounts[0], address(this), 100_000, payloads[0]),
                packed(sender, accounts[2], gasLimit, payloads[1])
            )
        );
        isTrue(delivered, "recorded");
        _requirePlainEncoding(
            messageIds[1],
            accounts[2],
            gasLimit < 50_000 ? 50_000 : gasLimit,
            InteroperableAddress.formatEvmV1(sourceChainId, sender),
            payloads[1]
        );
    }

    function test_EveryRestOfALengthIsPaddedAsPlainEncodingDoes() external {
        for (uint256 i = 0; i <= 65; ++i) {
            bytes memory payload = new bytes(i);
            for (uint256 j = 0; j < i; ++j) payload[j] = 0xff;
            _open(uint64(2 ** (i % 64)), address(uint160(i)), payload);
        }
        _open(1, address(0), new bytes(24_576));
        _open(type(uint64).max, address(type(uint160).max), "");
    }

    function test_DeliversToARecipientThatAccepts() external {
        (bool delivered, bytes memory reason) = frames.open(address(_recipient), LIMIT, "accept");
        isTrue(delivered && reason.length == 0, "delivered without a reason");
        equal(_recipient.received(), 1, "received");
        // More return data than a selector is no fault.
        (delivered, ) = frames.open(address(_recipient), LIMIT, "long answer");
        isTrue(delivered, "delivered");
    }

    function test_AFailedFrameHasNoEffectAndSaysWhy() external {
        _requireFailed(address(_recipient), "reason", abi.encodeWithSignature("Error(string)", "reason"));
        bytes32 wrong = bytes32(bytes4(0x12345678));
        _requireFailed(address(_recipient), "wrong", abi.encodeWithSelector(Frames.WrongSelector.selector, wrong));
        _requireFailed(address(_recipient), "short", abi.encodeWithSelector(Frames.WrongSelector.selector, 0));
        _requireFailed(address(_recipient), "gas eater", "");
        _requireFailed(address(7_777), "x", abi.encodeWithSelector(Frames.RecipientHasNoCode.selector, 7_777));
    }

    function test_AReasonIsCutAt256Bytes() external {
        bytes memory payload = new bytes(1_000);
        payload[0] = "r";
        bytes memory whole = abi.encodeWithSignature("Error(string)", payload);
        bytes memory cut = new bytes(256);
        for (uint256 i = 0; i < 256; ++i) cut[i] = whole[i];
        _requireFailed(address(_recipient), payload, cut);
    }

    /// @dev Whatever gas comes in: the whole call reverts by name, or the recipient had all that it was promised.
    function testFuzz_ThriftRevertsAndNeverFailsAMessage(uint256 gas) external {
        gas = within(gas, 10_000, 800_000);
        (bool success, bytes memory returned) = address(frames).call{gas: gas}(
            abi.encodeCall(frames.open, (address(_recipient), LIMIT, "accept"))
        );
        if (success) {
            (bool delivered, ) = abi.decode(returned, (bool, bytes));
            isTrue(delivered, "delivered");
            isTrue(gas > LIMIT + LIMIT / 63, "with all the gas that was promised");
        } else {
            equal(bytes32(bytes4(returned)), bytes32(Frames.InsufficientGas.selector), "by name");
            equal(_recipient.received(), 0, "not even tried");
        }
    }

    function _requireFailed(address recipient, bytes memory payload, bytes memory required) private {
        uint256 before = _recipient.received();
        (bool delivered, bytes memory reason) = frames.open(recipient, LIMIT, payload);
        isTrue(!delivered, "failed");
        equal(reason, required, "reason");
        equal(_recipient.received(), before, "no effect");
    }

    function _open(uint64 sourceChainId, address sender, bytes memory payload) private {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = keccak256(payload);
        recording.open(sourceChainId, 0, ids, packed(sender, address(7), 100_000, payload));
        bytes memory formatted = InteroperableAddress.formatEvmV1(sourceChainId, sender);
        _requirePlainEncoding(ids[0], address(7), 100_000, formatted, payload);
    }

    /// @dev The plain twin of a frame's call.
    function _requirePlainEncoding(
        bytes32 messageId,
        address recipient,
        uint256 gasLimit,
        bytes memory sender,
        bytes memory payload
    ) private view {
        bytes memory required = bytes.concat(
            abi.encodeCall(IInbox.wrapInFrame, (recipient, gasLimit)),
            abi.encodeCall(IERC7786Recipient.receiveMessage, (messageId, sender, payload))
        );
        equal(recording.callSize(), required.length, "size");
        equal(recording.callHash(), keccak256(required), "call");
    }
}

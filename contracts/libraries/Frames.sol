// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Frames
/// @notice One message, one frame: the gateway calls itself, and within that call the recipient. A frame that fails in any
/// way reverts as a whole, so a recipient that answers wrongly has no effect.
/// @dev Gas is promised twice. Before the frame, 63/64 of what is left must cover the promise and the frame's own work, and
/// exactly that is forwarded, so a gas eater cannot starve its neighbours. Right before the recipient's CALL the same is
/// checked again. Whoever gives too little reverts the whole delivery; a recipient never fails for a relayer's thrift.
library Frames {
    /// @dev What a frame spends besides the recipient's gas and the payload's copies: entering it, a cold account, the
    /// comparison of the answer, 256 bytes of reason. Measured: below 8 000.
    uint256 private constant FRAME_GAS = 20_000;

    /// @dev What lies between the last look at the gas and the CALL. Measured: below 400.
    uint256 private constant CALL_GAS = 1_000;

    uint256 private constant REASON_BYTES = 256;

    /// @dev `executeFrame(address,uint256,bytes)`.
    bytes4 private constant EXECUTE_FRAME = bytes4(keccak256("executeFrame(address,uint256,bytes)"));

    /// @notice The call holds less gas than the next message is promised, so nothing at all was done.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice A reason in `MessageFailed`: nothing lives at the recipient's address.
    error RecipientHasNoCode(address recipient);

    /// @notice A reason in `MessageFailed`: the recipient returned something other than ERC-7786's selector.
    error WrongSelector(bytes32 found);

    /// @notice How a frame tells its failure; never leaves the gateway.
    error FrameFailed(bytes reason);

    /// @notice Opens a frame for one message.
    /// @param recipient Who is called, with exactly `gasLimit`.
    /// @param sender The sender's ERC-7930 bytes.
    /// @return delivered Whether the recipient accepted the message.
    /// @return reason Why not; at most 256 bytes.
    function open(
        bytes32 messageId,
        address recipient,
        uint256 gasLimit,
        bytes memory sender,
        bytes calldata payload
    ) internal returns (bool delivered, bytes memory reason) {
        // A word of calldata costs the frame 12 gas in copies and memory up to 24 KiB, less than a byte's worth each.
        uint256 required = gasLimit + gasLimit / 63 + payload.length + FRAME_GAS;
        uint256 found = gasleft();
        require(found - found / 64 >= required, InsufficientGas(found, required));

        (uint256 start, uint256 size) = _encode(messageId, recipient, gasLimit, sender, payload);
        bytes4 failure;
        assembly ("memory-safe") {
            delivered := call(required, address(), 0, start, size, 0, 4)
            failure := mload(0)
        }
        if (!delivered) {
            // A frame fails with `FrameFailed` or for want of gas; it alone writes its revert data.
            require(_returnedBytes() != 0 && failure == FrameFailed.selector, InsufficientGas(found, required));
            reason = _reason();
        }
    }

    /// @notice The inside of a frame: calls the recipient with exactly `gasLimit`, and reverts unless it accepted.
    /// @param call The complete call of `receiveMessage`.
    function enter(address recipient, uint256 gasLimit, bytes calldata call) internal {
        if (recipient.code.length == 0) {
            revert FrameFailed(abi.encodeWithSelector(RecipientHasNoCode.selector, recipient));
        }
        uint256 start;
        assembly ("memory-safe") {
            start := mload(0x40)
            calldatacopy(start, call.offset, call.length)
        }
        uint256 found = gasleft();
        uint256 required = gasLimit + gasLimit / 63 + CALL_GAS;
        require(found >= required, InsufficientGas(found, required));
        bool success;
        bytes32 answer;
        assembly ("memory-safe") {
            mstore(0, 0)
            success := call(gasLimit, recipient, 0, start, call.length, 0, 0x20)
            if gt(returndatasize(), 0x1f) {
                answer := mload(0)
            }
        }
        if (!success) revert FrameFailed(_returned(REASON_BYTES));
        if (answer != bytes32(IERC7786Recipient.receiveMessage.selector)) {
            revert FrameFailed(abi.encodeWithSelector(WrongSelector.selector, answer));
        }
    }

    /// @dev The call of `executeFrame` that holds the call of `receiveMessage`, in memory beyond the free pointer. Its twin
    /// is `abi.encodeCall(executeFrame, (recipient, gasLimit, abi.encodeCall(receiveMessage, (id, sender, payload))))`.
    function _encode(
        bytes32 messageId,
        address recipient,
        uint256 gasLimit,
        bytes memory sender,
        bytes calldata payload
    ) private pure returns (uint256 start, uint256 size) {
        bytes4 outer = EXECUTE_FRAME;
        bytes4 inner = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            let senderSize := mload(sender)
            // Length word and bytes, padded to whole words.
            let senderRoom := add(0x20, and(add(senderSize, 0x1f), not(0x1f)))
            let payloadRoom := and(add(payload.length, 0x1f), not(0x1f))
            // receiveMessage: selector 4, three head words, sender, payload's length word and bytes.
            let callSize := add(0x84, add(senderRoom, payloadRoom))

            start := mload(0x40)
            mstore(start, outer)
            mstore(add(start, 0x04), recipient)
            mstore(add(start, 0x24), gasLimit)
            mstore(add(start, 0x44), 0x60)
            mstore(add(start, 0x64), callSize)
            let at := add(start, 0x84)
            mstore(at, inner)
            mstore(add(at, 0x04), messageId)
            mstore(add(at, 0x24), 0x60)
            mstore(add(at, 0x44), add(0x60, senderRoom))
            at := add(at, 0x64)
            mcopy(at, sender, add(0x20, senderSize))
            // Zero what pads the sender, then write the payload's length over the word behind it.
            mstore(add(at, add(0x20, senderSize)), 0)
            at := add(at, senderRoom)
            mstore(at, payload.length)
            at := add(at, 0x20)
            // Zero the last words first: they pad the payload, and the frame's own call of odd length.
            mstore(add(at, payloadRoom), 0)
            if payloadRoom {
                mstore(add(at, sub(payloadRoom, 0x20)), 0)
            }
            calldatacopy(at, payload.offset, payload.length)
            // The frame's bytes end on a whole word: callSize is 4 more than a multiple of 32.
            size := add(0x84, add(callSize, 0x1c))
        }
    }

    /// @dev `reason` of the `FrameFailed` that was just returned.
    function _reason() private pure returns (bytes memory reason) {
        assembly ("memory-safe") {
            reason := mload(0x40)
            // Selector 4 and offset 32 precede length and bytes; whole words, so the free pointer stays aligned.
            let size := sub(returndatasize(), 0x24)
            returndatacopy(reason, 0x24, size)
            mstore(0x40, add(reason, size))
        }
    }

    /// @dev At most `limit` bytes of what was just returned.
    function _returned(uint256 limit) private pure returns (bytes memory data) {
        assembly ("memory-safe") {
            let size := returndatasize()
            if gt(size, limit) {
                size := limit
            }
            data := mload(0x40)
            mstore(data, size)
            returndatacopy(add(data, 0x20), 0, size)
            mstore(0x40, add(data, and(add(size, 0x3f), not(0x1f))))
        }
    }

    function _returnedBytes() private pure returns (uint256 size) {
        assembly ("memory-safe") {
            size := returndatasize()
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Interoperable} from "./Interoperable.sol";

/// @title Frames
/// @notice One message, one frame: the gateway calls itself, and within that call the recipient. A frame that fails in any
/// way reverts as a whole, so a recipient that answers wrongly has no effect.
/// @dev Gas is promised twice. Before the frame, 63/64 of what is left must cover the promise and the frame's own work, and
/// exactly that is forwarded, so a gas eater cannot starve its neighbours. Right before the recipient's CALL the same is
/// checked again. Whoever gives too little reverts the whole delivery; a recipient never fails for a relayer's thrift.
library Frames {
    using Frames for Frame;

    /// @notice The call that opens a frame, kept in memory for a whole run. `head` holds its bytes up to the sender's, `tail`
    /// is where the payload's length goes.
    struct Frame {
        bytes head;
        uint256 tail;
        uint64 sourceChainId;
        uint256 sender;
        uint256 gasPerMessage;
    }

    /// @dev What a frame spends besides the recipient's gas and the payload's copies: entering it, a cold account, the
    /// comparison of the answer, 256 bytes of reason. Measured: below 8 000. No gas is spent on the rest, which is for prices to
    /// rise: gateways are immutable.
    uint256 private constant FRAME_GAS = 26_000;

    /// @dev What lies between the last look at the gas and the recipient's first opcode: measured below 400, 2 600 for an account
    /// that is cold, and 2 600 more where it delegates to one that is (EIP-7702). Twice that.
    uint256 private constant CALL_GAS = 12_000;

    uint256 private constant REASON_BYTES = 256;

    /// @dev No address: whose bytes a new frame holds.
    uint256 private constant NOBODY = type(uint256).max;

    /// @dev Of a packed message (`Messages`).
    uint256 private constant HEADER_BYTES = 55;

    /// @dev Room for the call up to the payload's length: two selectors, five words, length and two words of the sender.
    uint256 private constant HEAD_BYTES = 264;

    /// @dev Selectors, left-aligned in a word, as literals because assembly takes no others: `wrapInFrame(address,uint256)`,
    /// ERC-7786's `receiveMessage(bytes32,bytes,bytes)`, and `FrameFailed(bytes)`.
    bytes32 private constant WRAP_IN_FRAME = 0x012e9d4000000000000000000000000000000000000000000000000000000000;
    bytes32 private constant RECEIVE_MESSAGE = 0x2432ef2600000000000000000000000000000000000000000000000000000000;
    bytes32 private constant FRAME_FAILED = 0xa1e70ff400000000000000000000000000000000000000000000000000000000;

    /// @notice The call holds less gas than the next message is promised, so nothing at all was done.
    error InsufficientGas(uint256 found, uint256 required);

    /// @notice A reason in `MessageFailed`: nothing lives at the recipient's address.
    error RecipientHasNoCode(address recipient);

    /// @notice A reason in `MessageFailed`: the recipient returned something other than ERC-7786's selector.
    error WrongSelector(bytes32 found);

    /// @notice How a frame tells its failure; never leaves the gateway.
    error FrameFailed(bytes reason);

    /// @notice Opens a frame for the packed message that begins at `offset`, whose bytes were checked before.
    /// @dev The frame's call is `wrapInFrame(recipient, gasLimit)` followed by the call of `receiveMessage`, whose twin is
    /// `abi.encodeCall(receiveMessage, (messageId, sender, payload))`. Its payload begins where `head` ends, and may lie over
    /// what was allocated since `prepare`: reasons of earlier messages, which were logged before.
    /// @return delivered Whether the recipient accepted the message.
    /// @return reason Why not; at most 256 bytes.
    function open(
        Frame memory frame,
        bytes32 messageId,
        bytes calldata messages,
        uint256 offset
    ) internal returns (bool delivered, bytes memory reason) {
        uint256 sender;
        uint256 gasLimit = frame.gasPerMessage;
        uint256 size;
        assembly ("memory-safe") {
            let at := add(messages.offset, offset)
            sender := shr(96, calldataload(at))
            // gasLimit 4 | deliverBefore 8 | payload length 3 | …
            let numbers := calldataload(add(at, 40))
            size := and(shr(136, numbers), 0xffffff)
            numbers := shr(224, numbers)
            if gt(numbers, gasLimit) {
                gasLimit := numbers
            }
        }
        if (sender != frame.sender) frame.introduce(sender);

        uint256 required;
        uint256 found = gasleft();
        // Unchecked: a gas limit has 32 bits, a payload's length 24.
        unchecked {
            // A word of payload costs the frame 12 gas in copies and memory, less than a byte's worth each.
            required = gasLimit + gasLimit / 63 + size + FRAME_GAS;
            if (found - found / 64 < required) revert InsufficientGas(found, required);
        }
        bool isFailure;
        assembly ("memory-safe") {
            let start := add(mload(frame), 0x20)
            let at := add(messages.offset, offset)
            mstore(add(start, 0x04), shr(96, calldataload(add(at, 20))))
            mstore(add(start, 0x24), gasLimit)
            mstore(add(start, 0x48), messageId)
            // The payload: length, bytes, zeros to the end of its last word.
            let tail := mload(add(frame, 0x20))
            mstore(tail, size)
            tail := add(tail, 0x20)
            calldatacopy(tail, add(at, HEADER_BYTES), size)
            mstore(add(tail, size), 0)
            tail := add(tail, and(add(size, 0x1f), not(0x1f)))

            delivered := call(required, address(), 0, start, sub(tail, start), 0, 4)
            if iszero(delivered) {
                // `FrameFailed`: selector 4, offset 32, length 32, bytes in whole words, so the free pointer stays aligned.
                isFailure := and(gt(returndatasize(), 0x43), eq(shr(224, mload(0)), shr(224, FRAME_FAILED)))
                if isFailure {
                    reason := mload(0x40)
                    size := sub(returndatasize(), 0x24)
                    returndatacopy(reason, 0x24, size)
                    mstore(0x40, add(reason, size))
                }
            }
        }
        // A frame fails with `FrameFailed` or for want of gas; it alone writes its revert data.
        if (!delivered && !isFailure) revert InsufficientGas(found, required);
    }

    /// @notice The inside of a frame: calls the recipient with exactly `gasLimit`, and ends the call that it is in: well if the
    /// recipient accepted, else by a revert.
    /// @param call The complete call of `receiveMessage`.
    function enter(address recipient, uint256 gasLimit, bytes calldata call) internal {
        uint256 required;
        // Unchecked: a gas limit has 32 bits.
        unchecked {
            required = gasLimit + gasLimit / 63 + CALL_GAS;
        }
        uint256 found;
        bool success;
        bytes32 answer;
        bytes memory reason;
        assembly ("memory-safe") {
            let start := mload(0x40)
            calldatacopy(start, call.offset, call.length)
            found := gas()
            if iszero(lt(found, required)) {
                success := call(gasLimit, recipient, 0, start, call.length, 0, 0x20)
                switch success
                case 0 {
                    let size := returndatasize()
                    if gt(size, REASON_BYTES) {
                        size := REASON_BYTES
                    }
                    reason := start
                    mstore(reason, size)
                    returndatacopy(add(reason, 0x20), 0, size)
                    mstore(0x40, add(reason, and(add(size, 0x3f), not(0x1f))))
                }
                default {
                    if gt(returndatasize(), 0x1f) {
                        answer := mload(0)
                    }
                    // The common end, without another look: it accepted.
                    if eq(answer, RECEIVE_MESSAGE) {
                        stop()
                    }
                }
            }
        }
        require(found >= required, InsufficientGas(found, required));
        require(success, FrameFailed(reason));
        // A call of an account without code succeeds, but does nothing and answers nothing.
        require(
            recipient.code.length != 0,
            FrameFailed(abi.encodeWithSelector(RecipientHasNoCode.selector, recipient))
        );
        revert FrameFailed(abi.encodeWithSelector(WrongSelector.selector, answer));
    }

    /// @notice Makes ready to open frames for messages from one chain.
    /// @param gasPerMessage What a recipient gets if its message asks for less.
    function prepare(uint64 sourceChainId, uint256 gasPerMessage) internal pure returns (Frame memory frame) {
        frame.sourceChainId = sourceChainId;
        frame.gasPerMessage = gasPerMessage;
        frame.sender = NOBODY;
        bytes memory head;
        assembly ("memory-safe") {
            // Every byte of it is written before it is used.
            head := mload(0x40)
            mstore(head, HEAD_BYTES)
            mstore(0x40, add(head, 0x140))
            mstore(add(head, 0x20), WRAP_IN_FRAME)
            mstore(add(head, 0x64), RECEIVE_MESSAGE)
            mstore(add(head, 0x88), 0x60)
        }
        frame.head = head;
    }

    /// @dev Writes the sender's ERC-7930 bytes, once for a row of messages from the same one.
    function introduce(Frame memory frame, uint256 sender) internal pure {
        frame.sender = sender;
        bytes memory formatted = Interoperable.format(frame.sourceChainId, address(uint160(sender)));
        bytes memory head = frame.head;
        assembly ("memory-safe") {
            // Length and bytes of the sender, which take two or three words; the payload's length follows.
            let room := add(0x20, and(add(mload(formatted), 0x1f), not(0x1f)))
            mcopy(add(head, 0xc8), formatted, room)
            mstore(add(head, 0xa8), add(0x60, room))
            mstore(add(frame, 0x20), add(add(head, 0xc8), room))
        }
    }
}

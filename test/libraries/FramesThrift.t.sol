// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Frames} from "../../contracts/libraries/Frames.sol";
import {Assertions} from "../support/Assertions.sol";
import {packed} from "./Frames.t.sol";

/// @notice Opens frames that all end with the same revert data, or all well.
contract EndingFrames {
    bytes private _end;
    bool private _endsWell;

    function open(bytes calldata end, bytes calldata messages) external returns (bool delivered, bytes memory reason) {
        _end = end;
        return Frames.open(Frames.prepare(1, 0), bytes32(uint256(1)), messages, 0);
    }

    function openWell(bytes calldata messages) external returns (bool delivered, bytes memory reason) {
        _endsWell = true;
        return Frames.open(Frames.prepare(1, 0), bytes32(uint256(1)), messages, 0);
    }

    fallback() external {
        if (_endsWell) return;
        bytes memory end = _end;
        assembly ("memory-safe") {
            revert(add(end, 0x20), mload(end))
        }
    }
}

/// @notice The inside of a frame, for anyone to enter.
contract EnteredFrame {
    function enter(address recipient, uint256 gasLimit, bytes calldata call) external {
        Frames.enter(recipient, gasLimit, call);
    }
}

contract FramesThriftTest is Assertions {
    uint32 private constant LIMIT = 63_000;

    EndingFrames private immutable frames = new EndingFrames();

    function test_AFrameThatTellsAReasonFailed() external {
        bytes memory end = abi.encodeWithSelector(Frames.FrameFailed.selector, bytes("why"));
        (bool delivered, bytes memory reason) = frames.open(end, _message());
        isTrue(!delivered, "not delivered");
        equal(reason, "why", "reason");
    }

    function test_AFrameThatTellsNoReasonEndedForWantOfGas() external {
        _requireWantOfGas("");
        // The frame's own want of gas, an error of the same shape, and a reason that is cut off.
        _requireWantOfGas(abi.encodeWithSelector(Frames.InsufficientGas.selector, 1, 2));
        _requireWantOfGas(abi.encodeWithSignature("Error(string)", "why"));
        _requireWantOfGas(abi.encodePacked(Frames.FrameFailed.selector, uint256(32), bytes31(0)));
    }

    /// @dev Not even one that would not need what it is promised.
    function test_NoFrameIsOpenedWithLessThanItIsPromised() external {
        (bool success, bytes memory told) = address(frames).call{gas: LIMIT + 30_000}(
            abi.encodeCall(EndingFrames.openWell, (_message()))
        );
        isTrue(!success, "refused");
        _requireInsufficientGas(told);
        (success, ) = address(frames).call{gas: 2 * LIMIT + 60_000}(
            abi.encodeCall(EndingFrames.openWell, (_message()))
        );
        isTrue(success, "opened");
    }

    /// @dev Whatever opened it: that it ends for want of gas is no failure of its message.
    function test_AFrameWithLessThanItNeedsFailsNothing() external {
        EnteredFrame frame = new EnteredFrame();
        (bool success, bytes memory told) = address(frame).call{gas: LIMIT}(
            abi.encodeCall(EnteredFrame.enter, (address(this), LIMIT, ""))
        );
        isTrue(!success, "ended");
        equal(bytes4(told), Frames.InsufficientGas.selector, "error");
        equal(told.length, 68, "bytes of the error");
    }

    function _requireWantOfGas(bytes memory end) private {
        bytes memory call = abi.encodeCall(EndingFrames.open, (end, _message()));
        _requireInsufficientGas(revertDataOf(address(frames), call));
    }

    function _requireInsufficientGas(bytes memory told) private pure {
        equal(told.length, 68, "bytes of the error");
        equal(bytes4(told), Frames.InsufficientGas.selector, "error");
        uint256 required;
        assembly ("memory-safe") {
            required := mload(add(told, 0x44))
        }
        // The limit, what the inner call holds back of it, three bytes of payload, and the frame's own work.
        equal(required, LIMIT + LIMIT / 63 + 3 + 26_000, "required");
    }

    function _message() private view returns (bytes memory) {
        return packed(address(this), address(this), LIMIT, "abc");
    }
}

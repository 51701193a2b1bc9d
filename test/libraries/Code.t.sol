// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Code} from "../../contracts/libraries/Code.sol";
import {Assertions} from "../support/Assertions.sol";

/// @notice Lends the library a frame of its own, so that reverts can be looked at.
contract CodeHarness {
    function store(bytes memory data) external returns (address) {
        return Code.store(data);
    }

    function read(address pointer) external view returns (bytes memory) {
        return Code.read(pointer);
    }
}

contract CodeTest is Assertions {
    uint256 private constant MOST = 24_575;

    CodeHarness private immutable harness = new CodeHarness();

    function testFuzz_WhatIsStoredIsRead(bytes memory data) external {
        address pointer = harness.store(data);
        equal(harness.read(pointer), data, "read");
        equal(pointer.code, bytes.concat(hex"00", data), "code behind a STOP");
    }

    function test_NothingIsStoredAndRead() external {
        address pointer = harness.store("");
        equal(pointer.code, hex"00", "code");
        equal(harness.read(pointer), "", "read");
    }

    function test_NothingStandsAtTheZeroAddress() external view {
        equal(harness.read(address(0)), "", "read");
    }

    function test_AsMuchAsAContractHoldsIsStored() external {
        bytes memory data = new bytes(MOST);
        data[0] = 0x01;
        data[MOST - 1] = 0x02;
        equal(harness.read(harness.store(data)), data, "read");
    }

    function test_OneByteMoreIsRefused() external {
        vm.expectRevert(abi.encodeWithSelector(Code.TooManyBytes.selector, MOST + 1, MOST));
        harness.store(new bytes(MOST + 1));
    }

    function test_NobodyCanRunWhatIsStored() external {
        // SELFDESTRUCT to the zero address, if it were run.
        address pointer = harness.store(hex"5fff");
        (bool success, bytes memory answer) = pointer.call("");
        isTrue(success && answer.length == 0, "stops at once");
        equal(harness.read(pointer), hex"5fff", "read");
    }

    function test_WithTooLittleGasItRefusesInsteadOfNamingNobody() external {
        bytes memory call = abi.encodeCall(harness.store, (new bytes(10_000)));
        (bool success, bytes memory answer) = address(harness).call{gas: 400_000}(call);
        isTrue(!success, "2 000 000 gas are needed");
        equal(answer, abi.encodeWithSelector(Code.BytesNotStored.selector), "reason");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PackedAddresses} from "../../contracts/libraries/PackedAddresses.sol";
import {Assertions} from "../support/Assertions.sol";

contract PackedAddressesTest is Assertions {
    function testFuzz_PackedListsAreTheListsOneBehindTheOther(address[] memory list) external pure {
        bytes memory plain = "";
        for (uint256 i = 0; i < list.length; ++i) plain = bytes.concat(plain, bytes20(list[i]));
        equal(keccak256(PackedAddresses.pack(list)), keccak256(plain), "packed");
    }

    function testFuzz_EachPartIsReadBack(address[] memory list, uint256 first, uint256 count) external pure {
        bytes memory packed = PackedAddresses.pack(list);
        // What comes to lie behind it in memory must not matter.
        bytes memory behind = abi.encode(type(uint256).max, type(uint256).max);
        first = within(first, 0, list.length);
        count = within(count, 0, list.length - first);
        address[] memory part = PackedAddresses.unpack(packed, first, count);
        equal(part.length, count, "count");
        for (uint256 i = 0; i < count; ++i) {
            isTrue(part[i] == list[first + i], "address of a part");
            isTrue(PackedAddresses.at(packed, first + i) == list[first + i], "address at a place");
        }
        equal(keccak256(behind), keccak256(abi.encode(type(uint256).max, type(uint256).max)), "memory behind");
    }

    function testFuzz_PackingLeavesWhatIsBeforeAndBehind(address[] memory list) external pure {
        bytes32 before = keccak256(abi.encode(list));
        bytes memory packed = PackedAddresses.pack(list);
        bytes memory next = new bytes(64);
        equal(keccak256(next), keccak256(new bytes(64)), "memory behind");
        equal(keccak256(abi.encode(list)), before, "the list");
        equal(packed.length, list.length * 20, "size");
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "./Vm.sol";

/// @notice What every Solidity test needs: cheat codes, vectors, and assertions that name what differs.
abstract contract Assertions {
    error NotEqualUint(string what, uint256 found, uint256 required);
    error NotEqualWord(string what, bytes32 found, bytes32 required);
    error NotEqualAddress(string what, address found, address required);
    error NotEqualBytes(string what, bytes found, bytes required);
    error NotTrue(string what);

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The text of a file of test/vectors.
    function vectors(string memory name) internal view returns (string memory) {
        return vm.readFile(string.concat("./test/vectors/", name));
    }

    /// @dev `.list[i].field` of a vector file.
    function path(string memory list, uint256 i, string memory field) internal pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "].", field);
    }

    /// @dev Calls `target` and returns what it reverted with; fails when it did not revert.
    function revertDataOf(address target, bytes memory call) internal returns (bytes memory) {
        (bool success, bytes memory returned) = target.call(call);
        isTrue(!success, "a call that must be refused");
        return returned;
    }

    function equal(uint256 found, uint256 required, string memory what) internal pure {
        require(found == required, NotEqualUint(what, found, required));
    }

    function equal(bytes32 found, bytes32 required, string memory what) internal pure {
        require(found == required, NotEqualWord(what, found, required));
    }

    function equal(address found, address required, string memory what) internal pure {
        require(found == required, NotEqualAddress(what, found, required));
    }

    function equal(bytes memory found, bytes memory required, string memory what) internal pure {
        require(keccak256(found) == keccak256(required), NotEqualBytes(what, found, required));
    }

    function isTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }

    /// @dev `value` folded into `least` to `most`.
    function within(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        unchecked {
            uint256 size = most - least + 1;
            return size == 0 ? value : least + (value % size);
        }
    }

    /// @dev A word that depends on all of its arguments.
    function word(uint256 seed, uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode(seed, number));
    }
}
